//! Coverage of areas and prefectures by what is counted, where that holds.

use std::collections::{BTreeMap, HashMap};

use shared::ReportingDay;
use shared::calendar::KindOfDay;
use shared::coverage::Coverage;
use shared::holidays::Holidays;
use uuid::Uuid;

use super::counted::{Counts, coverage};
use crate::store::organization::Sight;
use crate::store::rows::{Answers, Column, Place, Questions};
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

/// How many of the units in sight are scheduled: from the first of some days on, and how many more or fewer from each later
/// one on, on each of these kinds of days.
pub(in crate::store) fn scheduled(sql: &mut Sql, sight: Sight, days: Days, kinds: &[&str], by: By) {
    sql.begin_below(sight);
    let units =
        kinds.iter().map(|kind| format!("CAST(SUM(s.{kind}) AS BIGINT) AS {kind}")).collect::<Vec<_>>().join(", ");
    let to = sql.bind(days.to.0);
    let since = if days.from == days.to {
        to.clone()
    } else {
        let from = sql.bind(days.from.0);
        format!("CASE WHEN s.valid_from <= {from} THEN {from} ELSE s.valid_from END")
    };
    sql.push(&by.select("s.unit_kind", &format!("{since} AS since, {units}"), "area_schedule s"));
    sql.push(&format!("s.area_id = a.area_id AND s.valid_from <= {to}"));
    sql.and_below(sight, "a.area_id");
    sql.push(" GROUP BY 1, 2, 3");
}

/// How the units in sight stand of which something is known, day by day.
pub(in crate::store) fn known(sql: &mut Sql, sight: Sight, days: Days, by: By) {
    sql.begin_below(sight);
    let sums = STATES.map(|column| format!("CAST(SUM(c.{column}) AS BIGINT) AS {column}")).join(", ");
    sql.push(&by.select("c.unit_kind", &format!("c.day, {sums}"), "coverage_rollup c"));
    // Each day by itself, so that SQLite looks areas up within it: in a range it would read all areas' rows for each.
    let on: Vec<String> = days.oldest_first().map(|day| sql.bind(day.0)).collect();
    sql.push(&format!("c.day IN ({}) AND c.area_id = a.area_id", on.join(", ")));
    sql.and_below(sight, "a.area_id");
    sql.push(" GROUP BY 1, 2, 3");
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

/// What is asked of how the units in sight stand on some days.
#[derive(Debug)]
pub(in crate::store) struct Asked {
    by: By,
    /// Each with the place of its kind among the numbers of a step.
    days: Vec<(ReportingDay, usize)>,
    doubts: Place,
    scheduled: Place,
    known: Place,
}

/// The steps by which the number of scheduled units changes, oldest first, and what is counted of days.
#[derive(Debug, Default)]
struct OfPlace {
    steps: BTreeMap<ReportingDay, Vec<i64>>,
    known: HashMap<ReportingDay, Counts>,
}

impl Asked {
    /// Asks how the units in sight stand on some days.
    pub(in crate::store) fn ask(
        questions: &mut Questions,
        sight: Sight,
        days: Days,
        by: By,
        holidays: &Holidays,
    ) -> Self {
        let kind_of = |day| KindOfDay::of(day, holidays) as usize;
        // A day alone asks for its own kind, several for all.
        let first = if days.from == days.to { kind_of(days.to) } else { 0 };
        let units =
            if days.from == days.to { std::slice::from_ref(&KindOfDay::KEYS[first]) } else { &KindOfDay::KEYS[..] };
        let each = days.oldest_first().map(|day| (day, kind_of(day) - first)).collect();
        let doubts = questions.ask_of(&[Column::Plain("doubt")], |sql| doubts(sql, sight));
        let columns = [by.column(), FOLLOW_UP, Column::Plain("since"), Column::Numbers(units)];
        let scheduled = questions.ask_of(&columns, |sql| scheduled(sql, sight, days, units, by));
        let columns = [by.column(), FOLLOW_UP, Column::Plain("day"), Column::Numbers(&STATES)];
        let known = questions.ask_of(&columns, |sql| known(sql, sight, days, by));
        Self { by, days: each, doubts, scheduled, known }
    }

    /// Reads the answer: the coverage of every place and day; none where it isn't counted, or what is counted is in doubt.
    pub(in crate::store) fn read(&self, answers: &Answers) -> Result<Option<Vec<OfUnits>>, StoreError> {
        if !answers.rows::<(i64,)>(&self.doubts)?.is_empty() {
            return Ok(None);
        }
        let mut places = BTreeMap::<(String, bool), OfPlace>::new();
        for (place, follow_up, since, units) in answers.rows(&self.scheduled)? {
            places.entry((place, follow_up)).or_default().steps.insert(since, units);
        }
        for (place, follow_up, day, counts) in answers.rows(&self.known)? {
            places.entry((place, follow_up)).or_default().known.insert(day, counts);
        }
        let mut found = Vec::with_capacity(places.len() * self.days.len());
        for ((place, follow_up), of_place) in places {
            let whose = self.by.whose(place)?;
            for (day, kind) in &self.days {
                let by_then = of_place.steps.range(..=day);
                let units = by_then.filter_map(|(_, units)| units.get(*kind)).sum();
                let counts = of_place.known.get(day).copied().unwrap_or_default();
                found.push(OfUnits { whose: whose.clone(), follow_up, coverage: coverage(units, counts)? });
            }
        }
        Ok(Some(found))
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
        let asked = Asked::ask(&mut questions, sight, Days::one(day), by, &holidays);
        asked.read(&self.answers(questions).await?)
    }
}
