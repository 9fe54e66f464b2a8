//! What is carried forward into cumulative numbers.

use std::net::IpAddr;

use sea_orm::{ConnectionTrait, Value};
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::organization::OrganizationRef;
use shared::summary::{CarriedForward, CarriedForwardRequest, Level};

use super::places::{CALLED, Place, place, was};
use super::sql::sums_in;
use crate::authorize::{Allowed, SetCarriedForward};
use crate::entity::{Micros, bands};
use crate::store::audit::Event;
use crate::store::batch::{Batch, Insert};
use crate::store::organization::Sight;
use crate::store::sql::Sql;
use crate::store::{Reading, Store, StoreError, Write, WriteContext};

const COLUMNS: [&str; 5 + AgeBand::COUNT] =
    bands::between(["organization_id", "set_at", "until", "source", "set_by"], []);
const ROWS: Insert = Insert { table: "carried_forward", columns: &COLUMNS, conflict: "" };

/// Numbers to be carried forward: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewCarriedForward {
    /// Who sets them, for which organization.
    pub allowed: Allowed<SetCarriedForward>,
    /// That organization.
    pub organization: OrganizationRef,
    /// The numbers.
    pub checked: Checked<CarriedForwardRequest>,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    /// Sets what is carried forward; what was set before stays on record.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn set_carried_forward(&self, new: NewCarriedForward) -> Result<CarriedForward, StoreError> {
        self.write(new).await
    }
}

impl Write for NewCarriedForward {
    type Output = CarriedForward;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<CarriedForward, StoreError> {
        let (id, new) = (self.allowed.organization_id(), &*self.checked);
        let mut values: Vec<Value> = vec![
            id.into(),
            Micros::from(context.now()).into(),
            new.until.0.into(),
            new.source.clone().into(),
            self.allowed.caller().account_id.into(),
        ];
        values.extend(new.counts.as_array().map(Value::from));
        let mut batch = Batch::new(ConnectionTrait::get_database_backend(context.db()));
        batch.insert(&ROWS, values)?;
        batch.run(context.db()).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::SetCarriedForward,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: new,
        })?;
        Ok(CarriedForward {
            organization: self.organization.clone(),
            until: new.until,
            source: new.source.clone(),
            counts: new.counts,
            total: new.counts.total(),
        })
    }
}

impl Reading {
    /// What was carried forward at an instant for the organizations in sight, by prefecture and reading; nothing for
    /// tables of units.
    pub(super) async fn carried_forward(
        &self,
        sight: Sight,
        level: Level,
        as_of: Micros,
    ) -> Result<Vec<(Place, CarriedForward)>, StoreError> {
        if level == Level::Unit {
            return Ok(Vec::new());
        }
        let mut sql = Sql::below(sight);
        let as_of = sql.bind(as_of);
        let columns = bands::BANDS.map(|band| format!("c.{band}")).join(", ");
        sql.push(&format!(
            "SELECT {CALLED}, c.until, c.source, {columns} FROM carried_forward c \
             CROSS JOIN organization o {} WHERE o.id = c.organization_id AND c.set_at = ( \
             SELECT MAX(set_at) FROM carried_forward newest \
             WHERE newest.organization_id = c.organization_id AND newest.set_at <= {as_of})",
            was(&as_of)
        ));
        sql.and_below(sight, "c.organization_id");
        let mut found = Vec::new();
        for row in self.asked(sql).await? {
            let place = place(&row)?;
            let counts = sums_in(&row)?;
            let one = CarriedForward {
                organization: place.named.organization.clone(),
                until: ReportingDay(row.try_get("", "until")?),
                source: row.try_get("", "source")?,
                total: counts.total(),
                counts,
            };
            found.push((place, one));
        }
        found.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        Ok(found)
    }
}

fn order(place: &Place) -> impl Ord + '_ {
    (&place.named.prefecture_code, &place.named.kana, place.named.organization.id)
}
