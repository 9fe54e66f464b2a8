//! What is carried forward into cumulative numbers.

use std::net::IpAddr;

use sea_orm::{ConnectionTrait, Value};
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::summary::{CarriedForward, CarriedForwardRequest};
use uuid::Uuid;

use super::places::{CALLED, COLUMNS as OF_PLACES, Place, was};
use super::sql::band_sums;
use crate::authorize::{Allowed, SetCarriedForward};
use crate::entity::{Micros, bands};
use crate::store::audit::Event;
use crate::store::batch::{Batch, Insert};
use crate::store::organization::Sight;
use crate::store::rows::{self, Answers, Column, Questions};
use crate::store::{Store, StoreError, Write, WriteContext};

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

/// Asks what was carried forward at an instant for the organizations in sight.
pub(super) fn ask(questions: &mut Questions, sight: Sight, as_of: Micros) -> rows::Place {
    const ADDED: [Column; 3] = [Column::Plain("until"), Column::Plain("source"), Column::Numbers(&bands::BANDS)];
    questions.ask_of(&[&OF_PLACES[..], &ADDED].concat(), |sql| {
        sql.begin_below(sight);
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
    })
}

/// A row: the organization as it was called, until when the numbers count, their source, and the numbers.
type Row = (Uuid, OrganizationKind, String, String, Option<String>, bool, ReportingDay, String, [i64; AgeBand::COUNT]);

/// Reads the answer, by prefecture and reading.
pub(super) fn read(answers: &Answers, asked: &rows::Place) -> Result<Vec<(Place, CarriedForward)>, StoreError> {
    let mut found = Vec::new();
    for (id, kind, name, kana, prefecture_code, active, until, source, counts) in answers.rows::<Row>(asked)? {
        let place = Place::from((id, kind, name, kana, prefecture_code, active));
        let (organization, counts) = (place.named.organization.clone(), band_sums(counts)?);
        let one = CarriedForward { organization, until, source, total: counts.total(), counts };
        found.push((place, one));
    }
    found.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
    Ok(found)
}

fn order(place: &Place) -> impl Ord + '_ {
    (&place.named.prefecture_code, &place.named.kana, place.named.organization.id)
}
