//! Sums by area, unit kind, series and day, raised with every report.

pub(crate) mod curve;
mod rebuild;
pub(crate) mod wide;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use sea_orm::Value;
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::summary::Series;
use uuid::Uuid;

pub use curve::CurveKey;
pub use rebuild::{Difference, check, count_void, rebuild};
pub use wide::{Span, WideKey};

use super::batch::{Batch, Insert, raising};
use super::error::StoreError;
use super::ledger::Sums;
use super::unit::Area;
use crate::entity::bands;

/// The columns of the key.
const KEY: [&str; 4] = ["day", "area_id", "unit_kind", "series"];
const COLUMNS: [&str; 6 + AgeBand::COUNT] = bands::between(KEY, ["reports", "zero_reports"]);

static RAISE: LazyLock<String> = LazyLock::new(|| raising("daily_rollup", &KEY, &COLUMNS[KEY.len()..]));
static ROLLUPS: LazyLock<Insert> =
    LazyLock::new(|| Insert { table: "daily_rollup", columns: &COLUMNS, conflict: RAISE.as_str() });

/// A row's key. Its order is the order in which rows are raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The day.
    pub day: ReportingDay,
    /// The organization in whose row the units stand.
    pub area_id: Uuid,
    /// The units' kind, in snake case.
    pub unit_kind: String,
    /// Which series.
    pub series: Series,
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
pub(crate) struct Raises {
    rows: BTreeMap<Key, Figures>,
    /// The prefectures of the areas.
    codes: HashMap<Uuid, String>,
}

impl Raises {
    /// The figures of a row that will be added to what it holds.
    pub(crate) fn row(&mut self, area: &Area, unit_kind: &str, series: Series, day: ReportingDay) -> &mut Figures {
        self.codes.entry(area.id).or_insert_with(|| area.prefecture_code.clone());
        self.rows.entry(Key { area_id: area.id, unit_kind: unit_kind.to_owned(), series, day }).or_default()
    }

    /// Raises the rows, and those of prefectures and the nation.
    pub(crate) fn store(self, batch: &mut Batch) -> Result<(), StoreError> {
        let code = |key: &Key| self.codes.get(&key.area_id).map_or("", String::as_str);
        let wide = wide::of_areas(&self.rows, code);
        store(batch, self.rows)?;
        wide::store(batch, wide)
    }
}

fn store(batch: &mut Batch, rows: impl IntoIterator<Item = (Key, Figures)>) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::new();
    for (key, figures) in rows {
        values.extend([key.day.0.into(), key.area_id.into(), key.unit_kind.into(), Value::from(key.series.key())]);
        values.extend(figures.sums.map(Value::from));
        values.extend([figures.reports.into(), Value::from(figures.zero_reports)]);
    }
    batch.insert(&ROLLUPS, values)
}
