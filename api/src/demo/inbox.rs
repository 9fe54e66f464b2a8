//! The inbox of the examples' center: an open batch with a FAX, and one of the day before to which nothing came.

use chrono::{DateTime, Utc};
use shared::arrival::{ArrivalBatchRequest, ArrivalRequest, check_arrival, check_batch};
use shared::organization::OrganizationKind;
use shared::permission::Target;
use shared::report::Channel;
use shared::{Caller, ReportingDay};
use uuid::Uuid;

use super::accounts::Account;
use super::country::Place;
use super::examples;
use super::seed::{DemoError, staff_member};
use crate::authorize::{WriteArrivals, authorize};
use crate::store::Store;
use crate::store::arrival::{NewArrival, NewBatch};

/// Who does the daily work of the examples' center.
pub(super) fn clerk(accounts: &[Account]) -> Result<Caller, DemoError> {
    let center_id = examples::center_id();
    let of_center = |account: &&Account| account.organization_id == center_id && !account.must_change_password;
    let clerk = accounts.iter().rfind(of_center);
    let clerk = clerk.ok_or_else(|| DemoError::Refused("the center has no staff".to_owned()))?;
    Ok(staff_member(clerk).0)
}

/// Lets the center log what came.
pub(super) async fn fill(
    store: &Store,
    places: &[Place],
    accounts: &[Account],
    today: ReportingDay,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let refused = |what: String| DemoError::Refused(what);
    let (center_id, caller) = (examples::center_id(), clerk(accounts)?);
    let above: Vec<Uuid> =
        places.iter().find(|place| place.id == center_id).and_then(|place| place.parent).into_iter().collect();
    let target = Target::organization(center_id, OrganizationKind::HealthCenter, above);
    for (id, day) in [(examples::balanced_batch_id(), today.minus(1)), (examples::batch_id(), today)] {
        let allowed = authorize(&caller, WriteArrivals, &target)?;
        let day = check_batch(&ArrivalBatchRequest { day }, today).map_err(|wrong| refused(format!("{wrong:?}")))?;
        store.open_arrival_batch(NewBatch { id: Some(id), allowed, day, ip: None }).await?;
    }
    let (batch_id, unit_id) = (examples::batch_id(), Some(examples::unit_id()));
    let request = ArrivalRequest {
        batch_id,
        channel: Channel::Fax,
        arrived_at: None,
        unit_id,
        sender: None,
        pages: None,
        note: None,
    };
    let checked = check_arrival(&request, now).map_err(|wrong| refused(format!("{wrong:?}")))?;
    let allowed = authorize(&caller, WriteArrivals, &target)?;
    let id = Some(examples::arrival_id());
    store.log_arrival(NewArrival { id, allowed, batch_id, unit_id, checked, ip: None, idempotency: None }).await?;
    Ok(())
}
