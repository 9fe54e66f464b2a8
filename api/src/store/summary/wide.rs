//! Sums of prefectures and the nation: of rows that hold them ready, less what was recorded after the instant.

use std::collections::BTreeMap;

use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::summary::{CheckedSummary, Level, Series};

use super::areas::Grouping;
use super::places::{Place, keys};
use super::sql::{band_sums, sums_of};
use super::{Key, Moment, Scope, Sums, place_of};
use crate::entity::bands;
use crate::store::rollup::Span;
use crate::store::rollup::curve::{OF_DAYS, Totals};
use crate::store::rollup::wide::month_of;
use crate::store::rows::{self, Answers, Column, Questions};
use crate::store::sql::Sql;
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
pub(super) fn in_table(sql: &mut Sql, level: Level, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let rows = rows(sql, level, Span::Day, series);
    if from == to {
        // A day has one row a place.
        let (bands, day) = (bands::BANDS.join(", "), sql.bind(to.0));
        return sql.push(&format!("SELECT f.place, f.follow_up, {bands} {rows} AND f.day = {day}"));
    }
    let days = between(sql, from, to);
    sql.push(&format!("SELECT f.place, f.follow_up, {} {rows} AND {days} GROUP BY 1, 2", sums_of("f")));
}

/// The sums of all places together, day by day.
pub(super) fn by_day(sql: &mut Sql, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let (rows, days) = (rows(sql, Level::Nation, Span::Day, series), between(sql, from, to));
    sql.push(&format!("SELECT f.day, f.follow_up, {} {rows} AND {days}", bands::BANDS.join(", ")));
}

/// The totals of prefectures without follow-up centers, a row a month. What follow-up centers say is told apart for the
/// nation alone.
pub(super) fn by_place(sql: &mut Sql, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let (series, from, to) = (sql.bind(series.key()), sql.bind(month_of(from).0), sql.bind(month_of(to).0));
    sql.push(&format!(
        "SELECT c.place, c.month, {} FROM wide_curve c WHERE c.series = {series} AND c.month BETWEEN {from} AND {to}",
        OF_DAYS.join(", ")
    ));
}

/// Everything as entered in the months before a day's own, by place.
pub(super) fn in_months(sql: &mut Sql, level: Level, to: ReportingDay) {
    let months = rows(sql, level, Span::Month, Series::AsEntered);
    let before = sql.bind(month_of(to).0);
    sql.push(&format!("{TOTALS_BY_PLACE} {months} AND f.day < {before} GROUP BY 1, 2"));
}

/// Everything as entered in a day's own month up to the day, by place.
pub(super) fn in_month(sql: &mut Sql, level: Level, to: ReportingDay) {
    let (rows, days) = (rows(sql, level, Span::Day, Series::AsEntered), between(sql, month_of(to), to));
    sql.push(&format!("{TOTALS_BY_PLACE} {rows} AND {days} GROUP BY 1, 2"));
}

const TOTALS_BY_PLACE: &str = "SELECT f.place, f.follow_up, CAST(SUM(f.total) AS BIGINT) AS total";

const PLACE: Column = Column::Plain("place");
const DAY: Column = Column::Plain("day");
const FOLLOW_UP: Column = Column::Flag("follow_up");
const SUMS: Column = Column::Numbers(&bands::BANDS);

/// What is asked for a table.
pub(super) struct Asked {
    of: CheckedSummary,
    table: rows::Place,
    days: rows::Place,
    trends: Option<rows::Place>,
    months: rows::Place,
    month: Option<rows::Place>,
}

/// What is read for it.
pub(super) struct Read {
    table: Vec<(String, bool, [i64; AgeBand::COUNT])>,
    days: Vec<(ReportingDay, bool, [i64; AgeBand::COUNT])>,
    /// The totals of prefectures, a day each, where those are asked for.
    trends: BTreeMap<String, Vec<i64>>,
    /// Everything as entered before the last day's month; in it, too, where the days are of the other series.
    entered: Vec<(String, bool, i64)>,
}

impl Reading {
    /// Counts what was reported everywhere.
    pub(super) async fn count_wide(
        &self,
        scope: &Scope,
        moment: Moment,
        places: &[Place],
        read: Read,
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        let asked = sums.asked;
        let keys = keys(asked.level, places);
        let key = |place: &str| if asked.level == Level::Nation { Key::Nobody } else { keys.of_code(place) };
        for (place, follow_up, of_table) in read.table {
            sums.add_to_table((key(&place), follow_up), asked.to, &band_sums(of_table)?);
        }
        // The curves reach back farther than any month, so that they tell what was entered in the last one.
        let month = (asked.series == Series::AsEntered).then(|| month_of(asked.to));
        let is_of_month = |day: ReportingDay| month.is_some_and(|month| day >= month);
        for (day, follow_up, of_day) in read.days {
            let of_day = band_sums(of_day)?;
            sums.add_to_days(follow_up, day, &of_day);
            // Centers' are told by prefecture, if asked for so.
            if follow_up || asked.level == Level::Nation {
                let slot = (Key::Nobody, follow_up);
                sums.add_to_trend(slot.clone(), day, of_day.total());
                sums.part(slot).cumulative += if is_of_month(day) { of_day.total() } else { 0 };
            }
        }
        for (place, totals) in read.trends {
            let slot = (key(&place), false);
            let days = asked.trend_days().zip(&totals);
            sums.part(slot.clone()).cumulative +=
                days.filter(|(day, _)| is_of_month(*day)).map(|(_, sum)| sum).sum::<i64>();
            sums.merge_trend(slot, totals);
        }
        for (place, follow_up, total) in read.entered {
            sums.part((key(&place), follow_up)).cumulative += total;
        }
        self.take_back(Grouping { level: asked.level, sight: scope.sight }, moment, &keys, sums).await
    }
}

impl Asked {
    /// Asks for what a table needs.
    pub(super) fn ask(questions: &mut Questions, asked: &CheckedSummary) -> Self {
        const TOTALS: [Column; 3] = [PLACE, FOLLOW_UP, Column::Plain("total")];
        const OF_CURVES: [Column; 3] = [PLACE, Column::Plain("month"), Column::Numbers(&OF_DAYS)];
        let CheckedSummary { level, series, from, to, .. } = *asked;
        let curves = (asked.trend_from(), to);
        Self {
            of: *asked,
            table: questions.ask_of(&[PLACE, FOLLOW_UP, SUMS], |sql| in_table(sql, level, series, (from, to))),
            days: questions.ask_of(&[DAY, FOLLOW_UP, SUMS], |sql| by_day(sql, series, curves)),
            trends: (level == Level::Prefecture)
                .then(|| questions.ask_of(&OF_CURVES, |sql| by_place(sql, series, curves))),
            months: questions.ask_of(&TOTALS, |sql| in_months(sql, level, to)),
            month: (series != Series::AsEntered).then(|| questions.ask_of(&TOTALS, |sql| in_month(sql, level, to))),
        }
    }

    /// Reads the answer.
    pub(super) fn read(&self, answers: &Answers) -> Result<Read, StoreError> {
        let curves = (self.of.trend_from(), self.of.to);
        let mut entered = answers.rows(&self.months)?;
        if let Some(month) = &self.month {
            entered.extend(answers.rows(month)?);
        }
        let trends = self.trends.as_ref().map(|trends| Ok::<_, StoreError>(trends_of(curves, answers.rows(trends)?)));
        Ok(Read {
            table: answers.rows(&self.table)?,
            days: answers.rows(&self.days)?,
            trends: trends.transpose()?.unwrap_or_default(),
            entered,
        })
    }
}

/// The totals of places on some days, of those of months.
fn trends_of(
    (from, to): (ReportingDay, ReportingDay),
    months: Vec<(String, ReportingDay, Totals)>,
) -> BTreeMap<String, Vec<i64>> {
    let days = place_of(from, to).map_or(0, |last| last + 1);
    let mut trends = BTreeMap::new();
    for (place, month, totals) in months {
        let trend = trends.entry(place).or_insert_with(|| vec![0; days]);
        for (day, total) in (0..).map(|further| month.plus(further)).zip(totals) {
            // What a month lacks to its 31 days is 0.
            if let Some(of_day) = place_of(from, day).and_then(|at| trend.get_mut(at)) {
                *of_day += total;
            }
        }
    }
    trends
}
