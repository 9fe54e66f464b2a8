//! The totals of prefectures day by day, but for follow-up centers, a row a month: read whole for curves, and raised with
//! the sums that they are totals of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::Datelike as _;
use sea_orm::Value;
use shared::ReportingDay;
use shared::summary::{Level, Series};

use super::wide::{Span, WideKey, month_of};
use crate::store::StoreError;
use crate::store::batch::{Batch, Insert, raising};
use crate::store::ledger::Sums;

/// The most days that a month has.
pub(crate) const DAYS: usize = 31;

/// The columns of the days.
pub(crate) const OF_DAYS: [&str; DAYS] = [
    "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15", "d16", "d17",
    "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25", "d26", "d27", "d28", "d29", "d30", "d31",
];
const KEY: [&str; 3] = ["series", "month", "place"];
const COLUMNS: [&str; KEY.len() + DAYS] = {
    let mut columns = [""; KEY.len() + DAYS];
    let mut place = 0;
    while place < columns.len() {
        columns[place] = if place < KEY.len() { KEY[place] } else { OF_DAYS[place - KEY.len()] };
        place += 1;
    }
    columns
};

static RAISE: LazyLock<String> = LazyLock::new(|| raising("wide_curve", &KEY, &OF_DAYS));
static ROWS: LazyLock<Insert> =
    LazyLock::new(|| Insert { table: "wide_curve", columns: &COLUMNS, conflict: RAISE.as_str() });

/// A row's key. Its order is the order in which rows are raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CurveKey {
    /// Which series.
    pub series: Series,
    /// The first day of the month.
    pub month: ReportingDay,
    /// A prefecture's code.
    pub place: String,
}

/// The totals of a month's days.
pub(crate) type Totals = [i64; DAYS];

/// The totals of sums; no row where all are 0.
pub(super) fn of_sums<'a>(sums: impl IntoIterator<Item = (&'a WideKey, &'a Sums)>) -> BTreeMap<CurveKey, Totals> {
    let mut curves = BTreeMap::<CurveKey, Totals>::new();
    for (key, sums) in sums {
        let total: i64 = sums.iter().sum();
        if key.level != Level::Prefecture || key.span != Span::Day || key.follow_up || total == 0 {
            continue;
        }
        let row = CurveKey { series: key.series, month: month_of(key.day), place: key.place.clone() };
        if let Some(of_day) = curves.entry(row).or_default().get_mut(key.day.0.day0() as usize) {
            *of_day += total;
        }
    }
    curves
}

/// Raises rows.
pub(super) fn store(batch: &mut Batch, rows: impl IntoIterator<Item = (CurveKey, Totals)>) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::new();
    for (CurveKey { series, month, place }, totals) in rows {
        values.extend([series.key().into(), month.0.into(), Value::from(place)]);
        values.extend(totals.map(Value::from));
    }
    batch.insert(&ROWS, values)
}
