//! How many patients the examples' center was notified of today: one unit has reported fewer.

use shared::ReportingDay;
use shared::notification_count::{CountSource, NotificationCountResult, NotificationCountRow, check_row};
use shared::organization::OrganizationKind;
use shared::permission::Target;
use shared::plausibility::FROM_65;

use super::accounts::Account;
use super::activity::{What, acts};
use super::country::Place;
use super::examples;
use super::inbox::clerk;
use super::seed::DemoError;
use crate::authorize::{EnterNotificationCounts, authorize};
use crate::store::Store;
use crate::store::notification_count::{NewCount, NewCounts};

/// How many of those that haven't reported have a count too: of 0, so that nobody's form asks about it.
const SILENT: usize = 2;
/// How many more were notified than the first reported.
const LEFT_OUT: u32 = 2;

/// Lets the center enter the numbers of those that have reported, and of a few that haven't.
pub(super) async fn enter(
    store: &Store,
    places: &[Place],
    accounts: &[Account],
    today: ReportingDay,
) -> Result<(), DemoError> {
    let caller = clerk(accounts)?;
    let rows = rows(places, today);
    let (mut results, mut counts) = (Vec::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let above = vec![examples::center_id()];
        let target = Target::organization(row.unit_id, OrganizationKind::Institution, above);
        let allowed = authorize(&caller, EnterNotificationCounts, &target)?;
        let checked = check_row(&rows, place, today).map_err(|wrong| DemoError::Refused(format!("{wrong:?}")))?;
        results.push(NotificationCountResult { unit_id: row.unit_id, day: row.day, count: row.count, refusal: None });
        counts.push(NewCount { allowed, checked });
    }
    let source = CountSource::Imported;
    store.enter_notification_counts(NewCounts { results, counts, source, ip: None, idempotency: None }).await?;
    Ok(())
}

fn rows(places: &[Place], today: ReportingDay) -> Vec<NotificationCountRow> {
    let center_id = examples::center_id();
    let below = |place: &&Place| place.kind == OrganizationKind::Institution && place.parent == Some(center_id);
    let acts = acts(places, today, today);
    let reported = |unit: &Place| {
        acts.iter().find(|act| act.unit_id == unit.id).and_then(|act| match &act.what {
            What::Report { counts, .. } => Some(FROM_65.iter().map(|&band| counts.get(band)).sum::<u32>()),
            What::Statement(_) => None,
        })
    };
    let row = |unit: &Place, count| NotificationCountRow { unit_id: unit.id, day: today, count };
    let units = places.iter().filter(below).filter(|place| place.id != examples::unit_id());
    let (said, silent): (Vec<_>, Vec<_>) = units.map(|unit| (unit, reported(unit))).partition(|(_, of)| of.is_some());
    let said = said.into_iter().enumerate().map(|(place, (unit, of))| {
        let left_out = if place == 0 { LEFT_OUT } else { 0 };
        row(unit, of.unwrap_or(0) + left_out)
    });
    said.chain(silent.into_iter().take(SILENT).map(|(unit, _)| row(unit, 0))).collect()
}
