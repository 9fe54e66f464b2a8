//! What lies on health centers' desks: whom they reported for, what waits in their inboxes, and who has fallen silent.

use std::collections::HashMap;

use sea_orm::Value;
use shared::ReportingDay;
use shared::coverage::{Desk, LOOK_BACK, SILENT_DAYS};
use uuid::Uuid;

use super::{NOW, OF_UNITS, below};
use crate::store::organization::Sight;
use crate::store::{Reading, StoreError};

/// Of the units in sight today, those for which a report of the day was filed.
const BY_PROXY: &str = "SELECT up.parent_id AS area_id, COUNT(DISTINCT s.unit_id) AS number
    FROM below CROSS JOIN organization_parent up
    JOIN submission s ON s.unit_id = up.child_id AND s.entry_day = $3 AND s.revision IS NOT NULL AND s.by_proxy
    WHERE up.child_id = below.id AND up.valid_from = (
        SELECT MAX(valid_from) FROM organization_parent dated
        WHERE dated.child_id = up.child_id AND dated.valid_from <= $2)
    GROUP BY up.parent_id";

/// What lies in the inboxes in sight. One that is closed has nothing left.
const WAITING: &str = "SELECT b.center_id AS area_id, COUNT(*) AS number
    FROM below CROSS JOIN arrival_batch b
    JOIN arrival a ON a.batch_id = b.id
    WHERE b.center_id = below.id AND b.day BETWEEN $4 AND $3
        AND NOT EXISTS (SELECT 1 FROM arrival_batch_closing c WHERE c.batch_id = b.id)
        AND NOT EXISTS (SELECT 1 FROM arrival_outcome o WHERE o.arrival_id = a.id)
    GROUP BY b.center_id";

/// After [`OF_UNITS`], only those of which nothing was heard from the day `$5` on: few, so that the rest needs no look at
/// what is usual for them.
const SILENT: &str = "AND NOT EXISTS (
        SELECT 1 FROM submission heard WHERE heard.unit_id = u.id AND heard.entry_day BETWEEN $5 AND $3)
    AND NOT EXISTS (
        SELECT 1 FROM day_statement heard
        WHERE heard.unit_id = u.id AND heard.day BETWEEN $5 AND $3 AND heard.withdrawn_at IS NULL)";

impl Reading {
    /// The desks of the areas in sight; what isn't there is empty.
    pub(super) async fn desks(&self, sight: Sight, day: ReportingDay) -> Result<HashMap<Uuid, Desk>, StoreError> {
        let [by_proxy, waiting, silent] = questions(sight, day);
        let mut desks = HashMap::<Uuid, Desk>::new();
        for (area, number) in self.numbers(by_proxy).await? {
            desks.entry(area).or_default().by_proxy = number;
        }
        for (area, number) in self.numbers(waiting).await? {
            desks.entry(area).or_default().waiting_arrivals = number;
        }
        for unit in self.units(sight, day, silent).await?.iter().filter(|unit| unit.pointed_out) {
            desks.entry(unit.area.id).or_default().pointed_out += 1;
        }
        Ok(desks)
    }

    async fn numbers(&self, (text, values): (String, Vec<Value>)) -> Result<Vec<(Uuid, u32)>, StoreError> {
        let rows = self.rows(text, values).await?;
        let number =
            |number: i64| u32::try_from(number).map_err(|_| StoreError::Damaged(format!("{number} of an area")));
        rows.iter().map(|row| Ok((row.try_get("", "area_id")?, number(row.try_get("", "number")?)?))).collect()
    }
}

/// Whom centers reported for, what waits in their inboxes, and who was silent long enough to be looked at.
pub(in crate::store) fn questions(sight: Sight, day: ReportingDay) -> [(String, Vec<Value>); 3] {
    let by_proxy = below(sight, day, BY_PROXY, None);
    let mut waiting = below(sight, day, WAITING, None);
    waiting.1.push(day.minus(LOOK_BACK).0.into());
    let mut silent = below(sight, day, &format!("{OF_UNITS}{SILENT}"), Some(NOW));
    silent.1.push(day.minus(SILENT_DAYS - 1).0.into());
    [by_proxy, waiting, silent]
}
