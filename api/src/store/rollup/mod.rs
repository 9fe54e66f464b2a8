//! Sums by area, unit kind, series and day, raised with every report.

mod rebuild;

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Value};
use shared::ReportingDay;
use shared::age_band::AgeBand;
use uuid::Uuid;

pub use rebuild::{Difference, check, rebuild};

use super::error::StoreError;
use super::ledger::Sums;
use super::rows::{Insert, insert};

const ROLLUPS: Insert = Insert {
    table: "daily_rollup",
    columns: &[
        "area_id",
        "unit_kind",
        "series",
        "day",
        "age_0",
        "age_1_4",
        "age_5_9",
        "age_10_19",
        "age_20_29",
        "age_30_39",
        "age_40_49",
        "age_50_59",
        "age_60_64",
        "age_65_69",
        "age_70_79",
        "age_80_89",
        "age_90_plus",
        "unknown",
        "reports",
        "zero_reports",
    ],
    conflict: " ON CONFLICT (area_id, unit_kind, series, day) DO UPDATE SET \
        age_0 = daily_rollup.age_0 + excluded.age_0, \
        age_1_4 = daily_rollup.age_1_4 + excluded.age_1_4, \
        age_5_9 = daily_rollup.age_5_9 + excluded.age_5_9, \
        age_10_19 = daily_rollup.age_10_19 + excluded.age_10_19, \
        age_20_29 = daily_rollup.age_20_29 + excluded.age_20_29, \
        age_30_39 = daily_rollup.age_30_39 + excluded.age_30_39, \
        age_40_49 = daily_rollup.age_40_49 + excluded.age_40_49, \
        age_50_59 = daily_rollup.age_50_59 + excluded.age_50_59, \
        age_60_64 = daily_rollup.age_60_64 + excluded.age_60_64, \
        age_65_69 = daily_rollup.age_65_69 + excluded.age_65_69, \
        age_70_79 = daily_rollup.age_70_79 + excluded.age_70_79, \
        age_80_89 = daily_rollup.age_80_89 + excluded.age_80_89, \
        age_90_plus = daily_rollup.age_90_plus + excluded.age_90_plus, \
        unknown = daily_rollup.unknown + excluded.unknown, \
        reports = daily_rollup.reports + excluded.reports, \
        zero_reports = daily_rollup.zero_reports + excluded.zero_reports",
};

/// Which of the two series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// Under the day of entry.
    AsEntered,
    /// Under the day the patients belong to.
    ByTargetDay,
}

impl Series {
    const fn key(self) -> &'static str {
        match self {
            Self::AsEntered => "as_entered",
            Self::ByTargetDay => "by_target_day",
        }
    }
}

/// A row's key. Its order is the order in which rows are raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The organization in whose row the units stand.
    pub area_id: Uuid,
    /// The units' kind, in snake case.
    pub unit_kind: String,
    /// Which series.
    pub series: Series,
    /// The day.
    pub day: ReportingDay,
}

/// What a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// The fourteen sums.
    pub sums: Sums,
    /// How many reports.
    pub reports: i64,
    /// How many of them were zero.
    pub zero_reports: i64,
}

impl Figures {
    /// Adds numbers.
    pub(crate) fn add(&mut self, numbers: &[i32; AgeBand::COUNT]) {
        for (sum, &number) in self.sums.iter_mut().zip(numbers) {
            *sum += i64::from(number);
        }
    }

    /// Counts a report.
    pub(crate) fn count(&mut self, zero: bool) {
        self.reports += 1;
        self.zero_reports += i64::from(zero);
    }
}

/// What a batch adds to the rows, one change a row.
#[derive(Debug, Default)]
pub(crate) struct Raises(BTreeMap<Key, Figures>);

impl Raises {
    /// The figures of a row that will be added to what it holds.
    pub(crate) fn row(&mut self, area_id: Uuid, unit_kind: &str, series: Series, day: ReportingDay) -> &mut Figures {
        self.0.entry(Key { area_id, unit_kind: unit_kind.to_owned(), series, day }).or_default()
    }

    /// Raises the rows.
    pub(crate) async fn store(self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        store(db, self.0).await
    }
}

async fn store(db: &impl ConnectionTrait, rows: BTreeMap<Key, Figures>) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * ROLLUPS.columns.len());
    for (key, figures) in rows {
        values.extend([key.area_id.into(), key.unit_kind.into(), key.series.key().into(), Value::from(key.day.0)]);
        values.extend(figures.sums.map(Value::from));
        values.extend([figures.reports.into(), Value::from(figures.zero_reports)]);
    }
    insert(db, &ROLLUPS, values).await
}
