//! The ledger: appending entries, and the sums that rules ask for.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult, Value};
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::report::AdjustmentReason;
use uuid::Uuid;

use super::batch::{Batch, Insert};
use super::error::StoreError;
use super::rows::select_in;
use crate::entity::bands;
use crate::entity::instant::Micros;
use crate::entity::words::KindWord;

/// Fourteen sums, in the official order.
pub(crate) type Sums = [i64; AgeBand::COUNT];

/// A unit's target day.
pub(crate) type UnitDay = (Uuid, ReportingDay);

const COLUMNS: [&str; 12 + AgeBand::COUNT] = bands::between(
    [
        "recorded_at",
        "line",
        "submission_id",
        "unit_id",
        "unit_kind",
        "entry_day",
        "target_day",
        "entry_day_area_id",
        "target_day_area_id",
        "kind",
        "reason",
        "note",
    ],
    [],
);

pub(crate) const ENTRIES: Insert = Insert { table: "ledger_entry", columns: &COLUMNS, conflict: "" };

/// What the entries of one submission have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common {
    pub(crate) recorded_at: Micros,
    pub(crate) submission_id: Uuid,
    pub(crate) unit_id: Uuid,
    pub(crate) unit_kind: KindWord,
    pub(crate) entry_day: ReportingDay,
    pub(crate) entry_day_area: Uuid,
}

/// What one entry adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) target_day: ReportingDay,
    pub(crate) target_day_area: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) reason: Option<AdjustmentReason>,
    pub(crate) note: Option<&'a str>,
    pub(crate) numbers: [i32; AgeBand::COUNT],
}

/// Entries waiting to be stored.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<Value>);

impl Entries {
    /// Adds an entry.
    pub(crate) fn push(&mut self, common: &Common, line: i32, change: &Change<'_>) {
        self.0.extend::<[Value; 12]>([
            common.recorded_at.into(),
            line.into(),
            common.submission_id.into(),
            common.unit_id.into(),
            common.unit_kind.into(),
            common.entry_day.0.into(),
            change.target_day.0.into(),
            common.entry_day_area.into(),
            change.target_day_area.into(),
            change.kind.into(),
            change.reason.map(AdjustmentReason::key).into(),
            change.note.map(str::to_owned).into(),
        ]);
        self.0.extend(change.numbers.map(Value::from));
    }

    /// Their values, row after row.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.0
    }

    /// Stores them.
    pub(crate) fn store(self, batch: &mut Batch) -> Result<(), StoreError> {
        batch.insert(&ENTRIES, self.0)
    }
}

/// The sums by target day of the units and days asked for; nothing where nothing was entered.
pub(crate) async fn sums_by_target_day(
    db: &impl ConnectionTrait,
    days: &[UnitDay],
) -> Result<HashMap<UnitDay, Sums>, StoreError> {
    let keys: Vec<Vec<Value>> = days.iter().map(|(unit, day)| vec![(*unit).into(), day.0.into()]).collect();
    let columns = bands::BANDS.map(|band| format!("e.{band}")).join(", ");
    // Reports by the index of `submission_once_per_day`, whatever came later by `ledger_entry_changes`.
    let reports = format!(
        "SELECT e.unit_id, e.target_day, {columns} FROM submission s \
         JOIN ledger_entry e ON e.recorded_at = s.recorded_at AND e.kind = 'report' \
         WHERE (s.unit_id, s.entry_day)"
    );
    let changes = format!(
        "SELECT e.unit_id, e.target_day, {columns} FROM ledger_entry e \
         WHERE e.kind <> 'report' AND (e.unit_id, e.target_day)"
    );
    let mut sums = HashMap::new();
    for question in [reports, changes] {
        for row in select_in(db, &question, &[], &keys, "").await? {
            add(&mut sums, &row)?;
        }
    }
    Ok(sums)
}

fn add(sums: &mut HashMap<UnitDay, Sums>, row: &QueryResult) -> Result<(), StoreError> {
    let day: chrono::NaiveDate = row.try_get("", "target_day")?;
    let numbers: [i32; AgeBand::COUNT] = bands::read(row)?;
    let sum = sums.entry((row.try_get("", "unit_id")?, ReportingDay(day))).or_default();
    for (sum, number) in sum.iter_mut().zip(numbers) {
        *sum += i64::from(number);
    }
    Ok(())
}
