//! Sums by area, prefecture or for the nation: the rollup as it is now, less what was recorded after the instant.

use sea_orm::QueryResult;
use shared::ReportingDay;
use shared::age_band::BandSums;
use shared::summary::{CheckedSummary, Level, Series};

use super::places::{Keys, Place, keys};
use super::sql::{columns_of, day_and_sums, sums_of, total_of};
use super::{Key, Moment, Scope, Slot, Sums};
use crate::entity::Micros;
use crate::store::organization::Sight;
use crate::store::sql::Sql;
use crate::store::{Reading, StoreError, connection};

/// How many days after a day its reports may still be recorded: until 24:00 of the next day by proxy (a policy's
/// `proxy_until` at the latest), and one more for what waits.
const REPORTS_ARRIVE_WITHIN: u32 = 3;

/// By what sums are grouped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grouping {
    pub(super) level: Level,
    pub(super) sight: Sight,
}

impl Grouping {
    /// The column that names the place, and the table that it needs beside the area's column.
    fn place(self, area: &str) -> (String, String) {
        match self.level {
            // Its kind is named for PostgreSQL, which else reads through the institutions of the nation.
            Level::Prefecture => (
                "a.prefecture_code".to_owned(),
                format!(" JOIN organization a ON a.id = {area} AND a.kind IN ('prefecture', 'health_center')"),
            ),
            Level::Nation => ("''".to_owned(), String::new()),
            Level::Unit | Level::HealthCenter => (area.to_owned(), String::new()),
        }
    }

    /// In whose row a row of an answer belongs, and in which stratum.
    fn slot(self, row: &QueryResult, keys: &Keys) -> Result<Slot, StoreError> {
        let key = match self.level {
            Level::Prefecture => keys.of_code(&row.try_get::<String>("", "place")?),
            Level::Nation => Key::Nobody,
            Level::Unit | Level::HealthCenter => keys.of(row.try_get("", "place")?),
        };
        Ok((key, row.try_get::<i32>("", "follow_up")? == 1))
    }
}

const FOLLOW_UP: &str = "CASE WHEN f.unit_kind = 'follow_up_center' THEN 1 ELSE 0 END AS follow_up";

/// Which days of which series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) series: Series,
    /// None from the first on.
    pub(super) from: Option<ReportingDay>,
    pub(super) to: ReportingDay,
}

/// The days that a table and its curves show, and those that cumulative numbers count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    pub(super) shown: Span,
    pub(super) all: Span,
}

impl Spans {
    pub(super) fn of(asked: &CheckedSummary) -> Self {
        let from = Some(asked.from.min(asked.trend_from()));
        Self {
            shown: Span { series: asked.series, from, to: asked.to },
            all: Span { series: Series::AsEntered, from: None, to: asked.to },
        }
    }
}

impl Span {
    fn condition(self, sql: &mut Sql, column: &str) -> String {
        let to = sql.bind(self.to.0);
        match self.from {
            Some(from) => format!("{column} BETWEEN {} AND {to}", sql.bind(from.0)),
            None => format!("{column} <= {to}"),
        }
    }
}

/// The rollup, by place, stratum and day.
pub(super) fn rollup_by_day(grouping: Grouping, span: Span) -> Sql {
    let (place, join) = grouping.place("f.area_id");
    let mut sql = Sql::below(grouping.sight);
    sql.push(&format!(
        "SELECT {place} AS place, {FOLLOW_UP}, f.day AS day, {} FROM daily_rollup f{join} WHERE ",
        sums_of("f")
    ));
    of_rollup(&mut sql, grouping, span);
    sql.push(" GROUP BY 1, 2, 3");
    sql
}

/// The rollup, by place and stratum.
pub(super) fn rollup_in_all(grouping: Grouping, span: Span) -> Sql {
    let (place, join) = grouping.place("f.area_id");
    let mut sql = Sql::below(grouping.sight);
    sql.push(&format!("SELECT {place} AS place, {FOLLOW_UP}, {} FROM daily_rollup f{join} WHERE ", total_of("f")));
    of_rollup(&mut sql, grouping, span);
    sql.push(" GROUP BY 1, 2");
    sql
}

fn of_rollup(sql: &mut Sql, grouping: Grouping, span: Span) {
    let days = span.condition(sql, "f.day");
    let series = sql.bind(span.series.key());
    sql.push(&format!("{days} AND f.series = {series}"));
    sql.and_below(grouping.sight, "f.area_id");
}

/// What was recorded after an instant, by place, stratum and day.
pub(super) fn later_by_day(grouping: Grouping, span: Span, as_of: Micros) -> Sql {
    let (day, area) = columns_of(span.series);
    let (place, join) = grouping.place(&format!("f.{area}"));
    let mut sql = Sql::below(grouping.sight);
    sql.push(&format!("SELECT {place} AS place, {FOLLOW_UP}, f.{day} AS day, {} FROM ", sums_of("f")));
    later(&mut sql, grouping, span, as_of);
    sql.push(&format!(" f{join} GROUP BY 1, 2, 3"));
    sql
}

/// What was recorded after an instant, by place and stratum.
pub(super) fn later_in_all(grouping: Grouping, span: Span, as_of: Micros) -> Sql {
    let (place, join) = grouping.place(&format!("f.{}", columns_of(span.series).1));
    let mut sql = Sql::below(grouping.sight);
    sql.push(&format!("SELECT {place} AS place, {FOLLOW_UP}, {} FROM ", total_of("f")));
    later(&mut sql, grouping, span, as_of);
    sql.push(&format!(" f{join} GROUP BY 1, 2"));
    sql
}

/// The entries recorded after an instant: reports come soon after their day, and lie together in the ledger's key;
/// changes may come a year later, and have an index of their own.
fn later(sql: &mut Sql, grouping: Grouping, span: Span, as_of: Micros) {
    let (day, area) = columns_of(span.series);
    let after = sql.bind(as_of);
    let until = sql.bind(Micros::from(span.to.plus(REPORTS_ARRIVE_WITHIN).start()));
    let days = span.condition(sql, day);
    sql.push(&format!(
        "(SELECT * FROM ledger_entry WHERE kind = 'report' AND recorded_at > {after} AND recorded_at < {until} AND {days}"
    ));
    sql.and_below(grouping.sight, area);
    sql.push(&format!(
        " UNION ALL SELECT * FROM ledger_entry WHERE kind <> 'report' AND recorded_at > {after} AND {days}"
    ));
    sql.and_below(grouping.sight, area);
    sql.push(")");
}

impl Reading {
    /// Counts what the areas' units reported.
    pub(super) async fn count_areas(
        &self,
        scope: &Scope,
        moment: Moment,
        places: &[Place],
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        let grouping = Grouping { level: sums.asked.level, sight: scope.sight };
        let (keys, spans) = (keys(grouping.level, places), Spans::of(&sums.asked));
        for row in self.asked(rollup_by_day(grouping, spans.shown)).await? {
            let (day, of_day) = day_and_sums(&row)?;
            sums.add(grouping.slot(&row, &keys)?, day, &of_day);
        }
        for row in self.asked(rollup_in_all(grouping, spans.all)).await? {
            sums.part(grouping.slot(&row, &keys)?).cumulative += row.try_get::<i64>("", "total")?;
        }
        self.take_back(grouping, moment, &keys, sums).await
    }

    /// Takes back what was recorded after the instant.
    pub(super) async fn take_back(
        &self,
        grouping: Grouping,
        moment: Moment,
        keys: &Keys,
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        if !moment.is_past {
            return Ok(());
        }
        connection::plan_anew(self.transaction()).await?;
        let spans = Spans::of(&sums.asked);
        for row in self.asked(later_by_day(grouping, spans.shown, moment.as_of)).await? {
            let (day, of_day) = day_and_sums(&row)?;
            sums.add(grouping.slot(&row, keys)?, day, &BandSums::ZERO.minus(&of_day));
        }
        for row in self.asked(later_in_all(grouping, spans.all, moment.as_of)).await? {
            sums.part(grouping.slot(&row, keys)?).cumulative -= row.try_get::<i64>("", "total")?;
        }
        Ok(())
    }

    pub(super) async fn asked(&self, sql: Sql) -> Result<Vec<QueryResult>, StoreError> {
        self.rows(sql.text, sql.values).await
    }
}
