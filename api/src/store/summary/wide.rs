//! Sums of prefectures and the nation: of rows that hold them ready, less what was recorded after the instant.

use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::summary::{CheckedSummary, Level, Series};

use super::areas::Grouping;
use super::places::{Place, keys};
use super::sql::{band_sums, sums_of};
use super::{Key, Moment, Scope, Sums, place_of};
use crate::entity::bands;
use crate::store::rollup::Span;
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

/// The totals of prefectures without follow-up centers, day by day, each day's as one text in the order of the key: a row
/// for each would cost more than their sums. What follow-up centers say is told apart for the nation alone.
pub(super) fn by_place(sql: &mut Sql, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let (rows, days) = (rows(sql, Level::Prefecture, Span::Day, series), between(sql, from, to));
    sql.push(&format!(
        "SELECT f.day, string_agg(f.place || '/' || CAST(f.total AS TEXT), ',') AS totals {rows} AND {days} \
         AND NOT f.follow_up GROUP BY 1"
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
    /// The totals of prefectures, where those are asked for.
    trends: Vec<Trend>,
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
        for Trend { place, totals } in read.trends {
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
        let CheckedSummary { level, series, from, to, .. } = *asked;
        let curves = (asked.trend_from(), to);
        Self {
            of: *asked,
            table: questions.ask_of(&[PLACE, FOLLOW_UP, SUMS], |sql| in_table(sql, level, series, (from, to))),
            days: questions.ask_of(&[DAY, FOLLOW_UP, SUMS], |sql| by_day(sql, series, curves)),
            trends: (level == Level::Prefecture)
                .then(|| questions.ask_of(&[DAY, Column::Plain("totals")], |sql| by_place(sql, series, curves))),
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
        let trends = self.trends.as_ref().map(|trends| Trends::of(curves, &answers.rows(trends)?)).transpose()?;
        Ok(Read {
            table: answers.rows(&self.table)?,
            days: answers.rows(&self.days)?,
            trends: trends.unwrap_or_default(),
            entered,
        })
    }
}

/// The totals of a place, a day each.
struct Trend {
    place: String,
    totals: Vec<i64>,
}

/// The totals of places, read day by day: thousands of them, so that none is looked up whose turn it is.
struct Trends {
    from: ReportingDay,
    days: usize,
    each: Vec<Trend>,
}

impl Trends {
    /// Those of some days, as [`by_place`] has them.
    fn of((from, to): (ReportingDay, ReportingDay), days: &[(ReportingDay, String)]) -> Result<Vec<Trend>, StoreError> {
        let mut trends = Self { from, days: place_of(from, to).map_or(0, |last| last + 1), each: Vec::new() };
        for (day, totals) in days {
            trends.add(*day, totals)?;
        }
        Ok(trends.each)
    }

    /// Adds a day's.
    fn add(&mut self, day: ReportingDay, totals: &str) -> Result<(), StoreError> {
        let day = place_of(self.from, day);
        for (turn, of_place) in totals.split(',').enumerate() {
            let read = of_place.split_once('/').and_then(|(place, total)| Some((place, total.parse::<i64>().ok()?)));
            let (place, total) = read.ok_or_else(|| StoreError::Damaged(format!("a total: {of_place}")))?;
            if let Some(of_day) = self.trend(turn, place).and_then(|trend| trend.totals.get_mut(day?)) {
                *of_day += total;
            }
        }
        Ok(())
    }

    /// The trend of a place. Most days have the same places in the same order.
    fn trend(&mut self, turn: usize, place: &str) -> Option<&mut Trend> {
        let is_of = |trend: &Trend| trend.place == place;
        let at = if self.each.get(turn).is_some_and(is_of) {
            turn
        } else if let Some(at) = self.each.iter().position(is_of) {
            at
        } else {
            self.each.push(Trend { place: place.to_owned(), totals: vec![0; self.days] });
            self.each.len() - 1
        };
        self.each.get_mut(at)
    }
}
