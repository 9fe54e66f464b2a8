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
use crate::store::rows::Column;
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
    let (rows, days) = (rows(sql, level, Span::Day, series), between(sql, from, to));
    sql.push(&format!("SELECT f.place, f.follow_up, {} {rows} AND {days} GROUP BY 1, 2", sums_of("f")));
}

/// The sums of all places together, day by day.
pub(super) fn by_day(sql: &mut Sql, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let (rows, days) = (rows(sql, Level::Nation, Span::Day, series), between(sql, from, to));
    sql.push(&format!("SELECT f.day, f.follow_up, {} {rows} AND {days}", bands::BANDS.join(", ")));
}

/// The totals of places, day by day, each day's as one text in the order of the key: a row for each would cost more than
/// their sums.
pub(super) fn by_place(sql: &mut Sql, level: Level, series: Series, (from, to): (ReportingDay, ReportingDay)) {
    let (rows, days) = (rows(sql, level, Span::Day, series), between(sql, from, to));
    sql.push(&format!(
        "SELECT f.day, string_agg(f.place || CASE WHEN f.follow_up THEN '/1/' ELSE '/0/' END || CAST(f.total AS TEXT), ',') \
         AS totals {rows} AND {days} GROUP BY 1"
    ));
}

/// Everything as entered in the months before a day's own, by place.
pub(super) fn in_months(sql: &mut Sql, level: Level, to: ReportingDay) {
    let months = rows(sql, level, Span::Month, Series::AsEntered);
    let before = sql.bind(month_of(to).0);
    sql.push(&format!(
        "SELECT f.place, f.follow_up, CAST(SUM(f.total) AS BIGINT) AS total {months} AND f.day < {before} GROUP BY 1, 2"
    ));
}

const PLACE: Column = Column::Plain("place");
const DAY: Column = Column::Plain("day");
const FOLLOW_UP: Column = Column::Flag("follow_up");
const SUMS: Column = Column::Numbers(&bands::BANDS);
const TOTAL: Column = Column::Plain("total");
const TOTALS: Column = Column::Plain("totals");

/// What is read for a table, in one trip.
struct Read {
    table: Vec<(String, bool, [i64; AgeBand::COUNT])>,
    days: Vec<(ReportingDay, bool, [i64; AgeBand::COUNT])>,
    trends: Trends,
    /// The totals as entered of the last day's month, where the trends are of the other series.
    entered: Option<Trends>,
    months: Vec<(String, bool, i64)>,
}

impl Read {
    /// What was entered in a month up to the last day, by place. The trends reach back farther than any month.
    fn entered_since(&self, month: ReportingDay) -> impl Iterator<Item = (&Trend, i64)> {
        self.entered.as_ref().unwrap_or(&self.trends).since(month)
    }
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
        let keys = keys(asked.level, places);
        let read = self.read_wide(&asked).await?;
        let key = |place: &str| if asked.level == Level::Nation { Key::Nobody } else { keys.of_code(place) };
        for (trend, total) in read.entered_since(month_of(asked.to)) {
            sums.part((key(&trend.place), trend.follow_up)).cumulative += total;
        }
        for (place, follow_up, of_table) in read.table {
            sums.add_to_table((key(&place), follow_up), asked.to, &band_sums(of_table)?);
        }
        for (day, follow_up, of_day) in read.days {
            sums.add_to_days(follow_up, day, &band_sums(of_day)?);
        }
        for trend in read.trends.each {
            sums.merge_trend((key(&trend.place), trend.follow_up), trend.totals);
        }
        for (place, follow_up, total) in read.months {
            sums.part((key(&place), follow_up)).cumulative += total;
        }
        self.take_back(Grouping { level: asked.level, sight: scope.sight }, moment, &keys, sums).await
    }

    async fn read_wide(&self, asked: &CheckedSummary) -> Result<Read, StoreError> {
        let CheckedSummary { level, series, from, to, .. } = *asked;
        let (curves, month) = ((asked.trend_from(), to), (month_of(to), to));
        let mut questions = self.questions();
        let table = questions.ask_of(&[PLACE, FOLLOW_UP, SUMS], |sql| in_table(sql, level, series, (from, to)));
        let days = questions.ask_of(&[DAY, FOLLOW_UP, SUMS], |sql| by_day(sql, series, curves));
        let trends = questions.ask_of(&[DAY, TOTALS], |sql| by_place(sql, level, series, curves));
        let entered = (series != Series::AsEntered)
            .then(|| questions.ask_of(&[DAY, TOTALS], |sql| by_place(sql, level, Series::AsEntered, month)));
        let months = questions.ask_of(&[PLACE, FOLLOW_UP, TOTAL], |sql| in_months(sql, level, to));
        let answers = self.answers(questions).await?;
        Ok(Read {
            table: answers.rows(&table)?,
            days: answers.rows(&days)?,
            trends: Trends::of(curves, &answers.rows(&trends)?)?,
            entered: entered.map(|entered| Trends::of(month, &answers.rows(&entered)?)).transpose()?,
            months: answers.rows(&months)?,
        })
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
    from: ReportingDay,
    days: usize,
    each: Vec<Trend>,
}

impl Trends {
    /// Those of some days, as [`by_place`] has them.
    fn of((from, to): (ReportingDay, ReportingDay), days: &[(ReportingDay, String)]) -> Result<Self, StoreError> {
        let mut trends = Self { from, days: place_of(from, to).map_or(0, |last| last + 1), each: Vec::new() };
        for (day, totals) in days {
            trends.add(*day, totals)?;
        }
        Ok(trends)
    }

    /// Each, with what its totals from a day on come to.
    fn since(&self, day: ReportingDay) -> impl Iterator<Item = (&Trend, i64)> {
        let before = place_of(self.from, day).unwrap_or(0);
        self.each.iter().map(move |trend| (trend, trend.totals.iter().skip(before).sum()))
    }

    /// Adds a day's.
    fn add(&mut self, day: ReportingDay, totals: &str) -> Result<(), StoreError> {
        let day = place_of(self.from, day);
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
