//! Coverage of areas and prefectures by what is counted, where that holds.

use sea_orm::QueryResult;
use shared::ReportingDay;
use shared::coverage::Coverage;
use shared::holidays::Holidays;
use uuid::Uuid;

use super::counted::coverage;
use super::schedule::is_open;
use crate::store::organization::Sight;
use crate::store::summary::sql::Sql;
use crate::store::{Days, Reading, StoreError};

/// By what units are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum By {
    /// By area.
    Area,
    /// By the prefecture's code.
    Prefecture,
}

/// Whose coverage it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Whose {
    /// An area's.
    Area(Uuid),
    /// That of the areas of a prefecture's code.
    Prefecture(String),
}

/// Coverage, of follow-up centers or of others.
#[derive(Debug)]
pub(in crate::store) struct OfUnits {
    pub(in crate::store) whose: Whose,
    pub(in crate::store) follow_up: bool,
    pub(in crate::store) coverage: Coverage,
}

/// Whether there is an area in sight whose counts don't hold.
pub(in crate::store) fn doubts(sight: Sight) -> Sql {
    let mut sql = Sql::below(sight);
    sql.push(
        "SELECT 1 AS doubt WHERE EXISTS (SELECT 1 FROM organization o \
         WHERE o.kind IN ('prefecture', 'health_center') \
         AND NOT EXISTS (SELECT 1 FROM area_counted c WHERE c.area_id = o.id)",
    );
    sql.and_below(sight, "o.id");
    sql.push(")");
    sql
}

/// The area of a row. Its kind is named for PostgreSQL, which else reads through the institutions of the nation.
const OF_AREA: &str = " LEFT JOIN organization a ON a.id = f.area_id AND a.kind IN ('prefecture', 'health_center')";

/// How the units in sight stand on a day.
pub(in crate::store) fn standing(sight: Sight, day: ReportingDay, holidays: &Holidays, by: By) -> Sql {
    let mut sql = Sql::below(sight);
    let on = sql.bind(day.0);
    let (place, join) = match by {
        By::Area => ("f.area_id", ""),
        By::Prefecture => ("COALESCE(a.prefecture_code, '')", OF_AREA),
    };
    let sums = ["scheduled", "reported", "zero", "late", "closed", "extra"];
    let sums = sums.map(|column| format!("CAST(SUM(f.{column}) AS BIGINT) AS {column}")).join(", ");
    sql.push(&format!(
        "SELECT {place} AS place, f.follow_up, {sums} FROM (\
         SELECT s.area_id, s.unit_kind = 'follow_up_center' AS follow_up, SUM(s.units) AS scheduled, \
         0 AS reported, 0 AS zero, 0 AS late, 0 AS closed, 0 AS extra \
         FROM area_schedule s WHERE s.valid_from <= {on} AND {} GROUP BY 1, 2 \
         UNION ALL SELECT c.area_id, c.unit_kind = 'follow_up_center', 0, \
         c.reported, c.zero, c.late, c.closed, c.extra FROM coverage_rollup c WHERE c.day = {on}) f{join}",
        is_open(day, holidays)
    ));
    if !sight.everything {
        sql.push(" WHERE f.area_id IN (SELECT id FROM below)");
    }
    sql.push(" GROUP BY 1, 2");
    sql
}

impl Reading {
    /// How the units of areas in sight stand on a day, now; none where it isn't counted, or what is counted is in doubt.
    pub(in crate::store) async fn counted(
        &self,
        sight: Sight,
        day: ReportingDay,
        by: By,
    ) -> Result<Option<Vec<OfUnits>>, StoreError> {
        let doubts = doubts(sight);
        if !self.rows(doubts.text, doubts.values).await?.is_empty() {
            return Ok(None);
        }
        let holidays = self.holidays(Days::one(day)).await?;
        let standing = standing(sight, day, &holidays, by);
        let rows = self.rows(standing.text, standing.values).await?;
        rows.iter().map(|row| of_units(row, by)).collect::<Result<_, _>>().map(Some)
    }
}

fn of_units(row: &QueryResult, by: By) -> Result<OfUnits, StoreError> {
    let number = |column: &str| row.try_get::<i64>("", column);
    let counts = [number("reported")?, number("zero")?, number("late")?, number("closed")?, number("extra")?];
    Ok(OfUnits {
        whose: match by {
            By::Area => Whose::Area(row.try_get("", "place")?),
            By::Prefecture => Whose::Prefecture(row.try_get("", "place")?),
        },
        follow_up: row.try_get("", "follow_up")?,
        coverage: coverage(number("scheduled")?, counts)?,
    })
}
