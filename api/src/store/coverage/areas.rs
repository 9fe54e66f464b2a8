//! Coverage of areas and prefectures by what is counted, where that holds.

use std::collections::BTreeMap;

use shared::ReportingDay;
use shared::calendar::KindOfDay;
use shared::coverage::Coverage;
use shared::holidays::Holidays;
use uuid::Uuid;

use super::counted::{Counts, coverage};
use crate::store::organization::Sight;
use crate::store::rows::Column;
use crate::store::sql::Sql;
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
pub(in crate::store) fn doubts(sql: &mut Sql, sight: Sight) {
    sql.begin_below(sight);
    // None but areas are counted, so that as many are counted as there are. Looking each up costs either engine more.
    sql.push(
        "SELECT 1 AS doubt WHERE (SELECT COUNT(*) FROM organization o WHERE o.kind IN ('prefecture', 'health_center')",
    );
    sql.and_below(sight, "o.id");
    sql.push(") <> (SELECT COUNT(*) FROM area_counted c WHERE 1 = 1");
    sql.and_below(sight, "c.area_id");
    sql.push(")");
}

/// How many of the units in sight are scheduled on a day.
pub(in crate::store) fn scheduled(sql: &mut Sql, sight: Sight, day: ReportingDay, holidays: &Holidays, by: By) {
    sql.begin_below(sight);
    let units = format!("CAST(SUM(s.{}) AS BIGINT) AS units", KindOfDay::of(day, holidays).key());
    sql.push(&by.select("s.unit_kind", &units, "area_schedule s"));
    let on = sql.bind(day.0);
    sql.push(&format!("s.area_id = a.area_id AND s.valid_from <= {on}"));
    sql.and_below(sight, "a.area_id");
    sql.push(" GROUP BY 1, 2");
}

/// How the units in sight stand of which something is known of a day.
pub(in crate::store) fn known(sql: &mut Sql, sight: Sight, day: ReportingDay, by: By) {
    sql.begin_below(sight);
    let sums = STATES.map(|column| format!("CAST(SUM(c.{column}) AS BIGINT) AS {column}")).join(", ");
    sql.push(&by.select("c.unit_kind", &sums, "coverage_rollup c"));
    let on = sql.bind(day.0);
    sql.push(&format!("c.day = {on} AND c.area_id = a.area_id"));
    sql.and_below(sight, "a.area_id");
    sql.push(" GROUP BY 1, 2");
}

/// The columns of [`Counts`].
const STATES: [&str; 5] = ["reported", "zero", "late", "closed", "extra"];
const FOLLOW_UP: Column = Column::Flag("follow_up");

impl By {
    /// Of the areas that are counted, so that neither engine looks any up among all organizations; and in that order, for
    /// SQLite would rather read through what is counted of them. To go on with a condition.
    fn select(self, unit_kind: &str, sums: &str, table: &str) -> String {
        let place = match self {
            Self::Area => "a.area_id",
            Self::Prefecture => "a.prefecture_code",
        };
        format!(
            "SELECT {place} AS place, {unit_kind} = 'follow_up_center' AS follow_up, {sums} \
             FROM area_counted a CROSS JOIN {table} WHERE "
        )
    }

    fn column(self) -> Column {
        match self {
            Self::Area => Column::Id("place"),
            Self::Prefecture => Column::Plain("place"),
        }
    }

    fn whose(self, place: String) -> Result<Whose, StoreError> {
        match self {
            Self::Area => {
                Uuid::parse_str(&place).map(Whose::Area).map_err(|error| StoreError::Damaged(error.to_string()))
            }
            Self::Prefecture => Ok(Whose::Prefecture(place)),
        }
    }
}

impl Reading {
    /// How the units of areas in sight stand on a day, now; none where it isn't counted, or what is counted is in doubt.
    pub(in crate::store) async fn counted(
        &self,
        sight: Sight,
        day: ReportingDay,
        by: By,
    ) -> Result<Option<Vec<OfUnits>>, StoreError> {
        let holidays = self.holidays(Days::one(day)).await?;
        let mut questions = self.questions();
        let doubts = questions.ask_of(&[Column::Plain("doubt")], |sql| doubts(sql, sight));
        let columns = [by.column(), FOLLOW_UP, Column::Plain("units")];
        let scheduled = questions.ask_of(&columns, |sql| scheduled(sql, sight, day, &holidays, by));
        let columns = [by.column(), FOLLOW_UP, Column::Numbers(&STATES)];
        let known = questions.ask_of(&columns, |sql| known(sql, sight, day, by));
        let answers = self.answers(questions).await?;
        if !answers.rows::<(i64,)>(&doubts)?.is_empty() {
            return Ok(None);
        }
        let mut places = BTreeMap::<(String, bool), (i64, Counts)>::new();
        for (place, follow_up, units) in answers.rows(&scheduled)? {
            places.entry((place, follow_up)).or_default().0 = units;
        }
        for (place, follow_up, counts) in answers.rows(&known)? {
            places.entry((place, follow_up)).or_default().1 = counts;
        }
        let of_units = |((place, follow_up), (units, counts))| {
            Ok(OfUnits { whose: by.whose(place)?, follow_up, coverage: coverage(units, counts)? })
        };
        places.into_iter().map(of_units).collect::<Result<_, _>>().map(Some)
    }
}
