//! Sums by unit: of the ledger, found by the units' submissions and by the index of changes.

use std::collections::HashMap;

use shared::organization::OrganizationKind;
use shared::summary::{CheckedSummary, Series};
use uuid::Uuid;

use super::places::Place;
use super::sql::{day_and_sums, sums_of};
use super::{Key, Moment, Scope, Sums};
use crate::entity::Micros;
use crate::store::organization::Sight;
use crate::store::sql::Sql;
use crate::store::{Reading, StoreError};

/// The units' sums by day. An entry is found by the instant of its submission, which both bear; what changes a day later
/// by its target day. SQLite keeps to the order of a `CROSS JOIN`: left to itself it reads a whole index for its order.
pub(super) fn by_unit(sight: Sight, asked: &CheckedSummary, as_of: Micros) -> Sql {
    let mut sql = Sql::below(sight);
    let (from, to) = (sql.bind(asked.from.min(asked.trend_from()).0), sql.bind(asked.to.0));
    let as_of = sql.bind(as_of);
    let submissions = format!(
        "FROM below CROSS JOIN submission s CROSS JOIN ledger_entry f WHERE s.unit_id = below.id \
         AND s.entry_day BETWEEN {from} AND {to} AND s.recorded_at <= {as_of} AND f.recorded_at = s.recorded_at"
    );
    let sums = sums_of("f");
    match asked.series {
        Series::AsEntered => {
            sql.push(&format!("SELECT s.unit_id AS unit_id, s.entry_day AS day, {sums} {submissions} GROUP BY 1, 2"));
        }
        Series::ByTargetDay => sql.push(&format!(
            "SELECT s.unit_id AS unit_id, s.entry_day AS day, {sums} {submissions} AND f.kind = 'report' GROUP BY 1, 2 \
             UNION ALL SELECT f.unit_id, f.target_day, {sums} FROM below CROSS JOIN ledger_entry f \
             WHERE f.unit_id = below.id AND f.kind <> 'report' AND f.target_day BETWEEN {from} AND {to} \
             AND f.recorded_at <= {as_of} GROUP BY 1, 2"
        )),
    }
    sql
}

impl Reading {
    /// Counts what the units in sight reported.
    pub(super) async fn count_units(
        &self,
        scope: &Scope,
        moment: Moment,
        places: &[Place],
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        let kinds: HashMap<Uuid, OrganizationKind> =
            places.iter().map(|place| (place.named.organization.id, place.named.organization.kind)).collect();
        for row in self.asked(by_unit(scope.sight, &sums.asked, moment.as_of)).await? {
            let id: Uuid = row.try_get("", "unit_id")?;
            let follow_up = kinds.get(&id) == Some(&OrganizationKind::FollowUpCenter);
            let (day, of_day) = day_and_sums(&row)?;
            sums.add((Key::Row(id), follow_up), day, &of_day);
        }
        Ok(())
    }
}
