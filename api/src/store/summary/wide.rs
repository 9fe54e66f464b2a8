//! Sums of prefectures and the nation: of rows that hold them ready, less what was recorded after the instant.

use sea_orm::QueryResult;
use shared::ReportingDay;
use shared::summary::{Level, Series};

use super::areas::Grouping;
use super::places::{Keys, Place, keys};
use super::sql::{Sql, day_and_sums, sums_in, sums_of};
use super::{Key, Moment, Scope, Slot, Sums};
use crate::entity::bands;
use crate::store::rollup::Span;
use crate::store::rollup::wide::month_of;
use crate::store::{Reading, StoreError};

/// Begins the condition for rows: their level, what they sum, and their series.
fn rows(sql: &mut Sql, level: Level, span: Span, series: Series) -> String {
    let (level, span, series) = (sql.bind(level.key()), sql.bind(span.key()), sql.bind(series.key()));
    format!("FROM wide_rollup f WHERE f.level = {level} AND f.span = {span} AND f.series = {series}")
}

fn between(sql: &mut Sql, from: ReportingDay, to: ReportingDay) -> String {
    format!("f.day BETWEEN {} AND {}", sql.bind(from.0), sql.bind(to.0))
}

/// The sums of some days together, by place.
pub(super) fn in_table(level: Level, series: Series, (from, to): (ReportingDay, ReportingDay)) -> Sql {
    let mut sql = Sql::default();
    let (rows, days) = (rows(&mut sql, level, Span::Day, series), between(&mut sql, from, to));
    sql.push(&format!("SELECT f.place, f.follow_up, {} {rows} AND {days} GROUP BY 1, 2", sums_of("f")));
    sql
}

/// The sums of all places together, day by day.
pub(super) fn by_day(series: Series, (from, to): (ReportingDay, ReportingDay)) -> Sql {
    let mut sql = Sql::default();
    let (rows, days) = (rows(&mut sql, Level::Nation, Span::Day, series), between(&mut sql, from, to));
    sql.push(&format!("SELECT f.day, f.follow_up, {} {rows} AND {days}", bands::BANDS.join(", ")));
    sql
}

/// The totals of places, day by day, each day's as one text in the order of the key: a row for each would cost more than
/// their sums.
pub(super) fn by_place(level: Level, series: Series, (from, to): (ReportingDay, ReportingDay)) -> Sql {
    let mut sql = Sql::default();
    let (rows, days) = (rows(&mut sql, level, Span::Day, series), between(&mut sql, from, to));
    sql.push(&format!(
        "SELECT f.day, string_agg(f.place || CASE WHEN f.follow_up THEN '/1/' ELSE '/0/' END || CAST(f.total AS TEXT), ',') \
         AS totals {rows} AND {days} GROUP BY 1"
    ));
    sql
}

/// Everything as entered up to a day, by place: whole months, and the days of the last.
pub(super) fn in_all(level: Level, to: ReportingDay) -> Sql {
    let mut sql = Sql::default();
    let month = month_of(to);
    let (months, begun) = (rows(&mut sql, level, Span::Month, Series::AsEntered), sql.bind(month.0));
    let (days, last) = (rows(&mut sql, level, Span::Day, Series::AsEntered), between(&mut sql, month, to));
    let columns = "f.place, f.follow_up, f.total";
    sql.push(&format!(
        "SELECT f.place, f.follow_up, CAST(SUM(f.total) AS BIGINT) AS total FROM (\
         SELECT {columns} {months} AND f.day < {begun} UNION ALL SELECT {columns} {days} AND {last}) f GROUP BY 1, 2"
    ));
    sql
}

impl Reading {
    /// Counts what was reported everywhere.
    pub(super) async fn count_wide(
        &self,
        scope: &Scope,
        moment: Moment,
        places: &[Place],
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        let asked = sums.asked;
        let (level, series) = (asked.level, asked.series);
        let (keys, curves) = (keys(level, places), (asked.trend_from(), asked.to));
        for row in self.asked(in_table(level, series, (asked.from, asked.to))).await? {
            sums.add_to_table(slot(&row, level, &keys)?, asked.to, &sums_in(&row)?);
        }
        for row in self.asked(by_day(series, curves)).await? {
            let (day, of_day) = day_and_sums(&row)?;
            sums.add_to_days(row.try_get("", "follow_up")?, day, &of_day);
        }
        let mut trends = Trends::of(sums.days.len());
        for row in self.asked(by_place(level, series, curves)).await? {
            let day = sums.place_of(ReportingDay(row.try_get("", "day")?));
            trends.add(day, &row.try_get::<String>("", "totals")?)?;
        }
        for trend in trends.each {
            sums.merge_trend((key(level, &keys, &trend.place), trend.follow_up), trend.totals);
        }
        for row in self.asked(in_all(level, asked.to)).await? {
            sums.part(slot(&row, level, &keys)?).cumulative += row.try_get::<i64>("", "total")?;
        }
        self.take_back(Grouping { level, sight: scope.sight }, moment, &keys, sums).await
    }
}

/// The totals of a place, a day each.
struct Trend {
    place: String,
    follow_up: bool,
    totals: Vec<i64>,
}

/// The totals of places, read day by day: thousands of them, so that none is looked up whose turn it is.
struct Trends {
    days: usize,
    each: Vec<Trend>,
}

impl Trends {
    fn of(days: usize) -> Self {
        Self { days, each: Vec::new() }
    }

    /// Adds a day's, as [`by_place`] has them.
    fn add(&mut self, day: Option<usize>, totals: &str) -> Result<(), StoreError> {
        for (turn, of_place) in totals.split(',').enumerate() {
            let mut parts = of_place.split('/');
            let (place, follow_up) = (parts.next().unwrap_or_default(), parts.next() == Some("1"));
            let total: Option<i64> = parts.next().and_then(|total| total.parse().ok());
            let total = total.ok_or_else(|| StoreError::Damaged(format!("a total: {of_place}")))?;
            let trend = self.trend(turn, place, follow_up);
            if let Some(of_day) = trend.and_then(|trend| trend.totals.get_mut(day?)) {
                *of_day += total;
            }
        }
        Ok(())
    }

    /// The trend of a place. Most days have the same places in the same order.
    fn trend(&mut self, turn: usize, place: &str, follow_up: bool) -> Option<&mut Trend> {
        let is_of = |trend: &Trend| trend.place == place && trend.follow_up == follow_up;
        let at = if self.each.get(turn).is_some_and(is_of) {
            turn
        } else if let Some(at) = self.each.iter().position(is_of) {
            at
        } else {
            self.each.push(Trend { place: place.to_owned(), follow_up, totals: vec![0; self.days] });
            self.each.len() - 1
        };
        self.each.get_mut(at)
    }
}

/// In whose row a row of an answer belongs, and in which stratum.
fn slot(row: &QueryResult, level: Level, keys: &Keys) -> Result<Slot, StoreError> {
    Ok((key(level, keys, &row.try_get::<String>("", "place")?), row.try_get("", "follow_up")?))
}

fn key(level: Level, keys: &Keys, place: &str) -> Key {
    if level == Level::Nation { Key::Nobody } else { keys.of_code(place) }
}
