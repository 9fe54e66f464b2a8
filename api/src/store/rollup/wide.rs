//! Sums of prefectures and the nation by day, and as entered by month: what areas' rows add up to, raised with them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use sea_orm::Value;
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::summary::{Level, Series};

use super::{Figures, Key, curve};
use crate::entity::bands;
use crate::store::StoreError;
use crate::store::batch::{Batch, Insert, raising};
use crate::store::ledger::Sums;

/// The levels that have rows.
const LEVELS: [Level; 2] = [Level::Prefecture, Level::Nation];

const KEY: [&str; 6] = ["level", "span", "series", "day", "place", "follow_up"];
const COLUMNS: [&str; 6 + AgeBand::COUNT] = bands::between(KEY, []);

static RAISE: LazyLock<String> = LazyLock::new(|| raising("wide_rollup", &KEY, &bands::BANDS));
static ROWS: LazyLock<Insert> =
    LazyLock::new(|| Insert { table: "wide_rollup", columns: &COLUMNS, conflict: RAISE.as_str() });

/// What a row sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// A day.
    Day,
    /// The month that begins with the day.
    Month,
}

impl Span {
    pub(super) const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// The name in the database.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// A row's key. Its order is the order in which rows are raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WideKey {
    /// Whose sums they are.
    pub level: Level,
    /// What is summed.
    pub span: Span,
    /// Which series.
    pub series: Series,
    /// The day, or the first of the month.
    pub day: ReportingDay,
    /// A prefecture's code; empty for the nation.
    pub place: String,
    /// Whether it is what follow-up centers say.
    pub follow_up: bool,
}

/// The first day of a day's month.
pub(crate) fn month_of(day: ReportingDay) -> ReportingDay {
    ReportingDay(day.0.with_day(1).unwrap_or(NaiveDate::MIN))
}

/// What the rows of areas add up to.
pub(super) fn of_areas<'a>(
    rows: impl IntoIterator<Item = (&'a Key, &'a Figures)>,
    code_of: impl Fn(&Key) -> &'a str,
) -> BTreeMap<WideKey, Sums> {
    let mut wide = BTreeMap::<WideKey, Sums>::new();
    for (key, figures) in rows {
        let days = [(Span::Day, key.day), (Span::Month, month_of(key.day))];
        for (span, day) in days.into_iter().filter(|(span, _)| *span == Span::Day || key.series == Series::AsEntered) {
            for level in LEVELS {
                let place = if level == Level::Prefecture { code_of(key) } else { "" };
                let (series, place) = (key.series, place.to_owned());
                let key = WideKey { level, span, series, day, place, follow_up: key.unit_kind == "follow_up_center" };
                let sums = wide.entry(key).or_default();
                sums.iter_mut().zip(figures.sums).for_each(|(sum, number)| *sum += number);
            }
        }
    }
    wide
}

/// Raises rows, and the curves of which they are days.
pub(super) fn store(batch: &mut Batch, rows: BTreeMap<WideKey, Sums>) -> Result<(), StoreError> {
    let curves = curve::of_sums(&rows);
    let mut values: Vec<Value> = Vec::new();
    for (key, sums) in rows {
        let WideKey { level, span, series, day, place, follow_up } = key;
        let of = level.key().into();
        values.extend([of, span.key().into(), series.key().into(), day.0.into(), place.into(), Value::from(follow_up)]);
        values.extend(sums.map(Value::from));
    }
    batch.insert(&ROWS, values)?;
    curve::store(batch, curves)
}
