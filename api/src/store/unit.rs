//! What the writer needs to know of reporting units: name, place in the tree by day, profile.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use sea_orm::Value;
use serde::Deserialize;
use shared::ReportingDay;
use shared::calendar::{OpeningDays, OpeningFrom, is_scheduled};
use shared::day_statement::StatementKind;
use shared::history::DayFacts;
use shared::holidays::Holidays;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::reporting_day::Profile;
use uuid::Uuid;

use super::error::StoreError;
use super::profile;
use super::rows::{Answers, Column, Place, Question, Questions};
use super::settings::ON_HOLIDAYS;
use crate::entity::Micros;

/// With what the day has already: the unit's newest report, the counter of its prefecture, and how many of its patients
/// were notified one by one. Each is a question of its
/// own, so that it is looked up by its key whatever a planner believes of the tables: joined, PostgreSQL reads whole tables
/// for a batch while it doesn't know yet that they have grown.
const UNITS: Question = Question {
    columns: &[
        Column::Id("o.id"),
        Column::Plain("o.kind"),
        Column::Plain("o.name"),
        Column::Plain("o.prefecture_code"),
        Column::Plain("t.valid_from"),
        Column::Id("t.parent_id"),
        Column::Plain("(SELECT prefecture_code FROM organization WHERE id = t.parent_id)"),
        Column::Plain("(SELECT content FROM unit_profile WHERE unit_id = o.id)"),
        Column::Id(
            "(SELECT id FROM submission WHERE unit_id = o.id AND entry_day = {day} AND revision IS NOT NULL \
             ORDER BY revision DESC LIMIT 1)",
        ),
        Column::Plain(
            "(SELECT last FROM receipt_counter WHERE entry_day = {day} AND prefecture_code = o.prefecture_code)",
        ),
        Column::Plain(
            "(SELECT notified FROM notification_count WHERE unit_id = o.id AND day = {day} \
             ORDER BY entered_at DESC LIMIT 1)",
        ),
        Column::Flag("o.active"),
        Column::Plain(
            "(SELECT weekdays + CASE WHEN open_on_holidays THEN 128 ELSE 0 END FROM opening_days \
             WHERE unit_id = o.id AND valid_from <= {day} ORDER BY valid_from DESC LIMIT 1)",
        ),
        Column::Plain(
            "(SELECT kind || ' ' || CAST(stated_at AS TEXT) FROM day_statement \
             WHERE unit_id = o.id AND day = {day} AND withdrawn_at IS NULL)",
        ),
        Column::Flag(
            "EXISTS (SELECT 1 FROM ledger_entry l JOIN submission s ON s.id = l.submission_id AND s.revision IS NULL \
             WHERE l.unit_id = o.id AND l.target_day = {day} AND l.kind <> 'report')",
        ),
        // Empty where an import said that the day is no holiday.
        Column::Plain("(SELECT COALESCE(name, '') FROM holiday WHERE day = {day})"),
    ],
    rest: "FROM organization o LEFT JOIN organization_parent t ON t.child_id = o.id WHERE o.id",
};

/// A unit with one of its parents.
#[derive(Deserialize)]
struct Row(
    Uuid,
    OrganizationKind,
    String,
    Option<String>,
    Option<NaiveDate>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<Uuid>,
    Option<i32>,
    Option<u32>,
    bool,
    Option<i32>,
    Option<String>,
    bool,
    Option<String>,
);

/// The organization in whose row of a table a unit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) id: Uuid,
    /// Its prefecture; empty where it has none.
    pub(crate) prefecture_code: String,
}

/// A reporting unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) organization: OrganizationRef,
    pub(crate) prefecture_code: String,
    pub(crate) profile: Profile,
    /// Itself, as the area of what stands in its own row.
    own: Area,
    parents: Vec<(NaiveDate, Area)>,
}

/// A unit on a day.
#[derive(Debug, Clone)]
pub(crate) struct OnDay {
    pub(crate) unit: Unit,
    /// Its report of the day, in the newest revision.
    pub(crate) report: Option<Uuid>,
    /// The last number that its prefecture has given to a receipt of the day.
    pub(crate) counter: Option<i32>,
    /// What else is known of its day; its report isn't said here.
    pub(crate) facts: DayFacts,
}

impl Unit {
    /// Where its day is counted among those of its area's units: nowhere before it was registered, nor for health centers,
    /// of which none is expected.
    pub(crate) fn counted_in(&self, day: ReportingDay) -> Option<(Uuid, OrganizationKind)> {
        let is_registered = self.parents.iter().any(|(from, _)| *from <= day.0);
        let kind = self.organization.kind;
        (is_registered && kind != OrganizationKind::HealthCenter).then(|| (self.area(day).id, kind))
    }

    /// The organization in whose row of a table the unit stands on a day: a health center in its own, any other in its
    /// parent's. Days before the unit was registered belong to its first parent.
    pub(crate) fn area(&self, day: ReportingDay) -> &Area {
        if self.organization.kind == OrganizationKind::HealthCenter {
            return &self.own;
        }
        let of_day = self.parents.iter().filter(|(from, _)| *from <= day.0).max_by_key(|(from, _)| *from);
        let parent = of_day.or_else(|| self.parents.iter().min_by_key(|(from, _)| *from));
        parent.map_or(&self.own, |(_, parent)| parent)
    }
}

/// What is known of a unit's day beside its report.
fn facts(row: &Row, day: ReportingDay) -> Result<DayFacts, StoreError> {
    let Row(id, kind, .., active, opening, statement, supplemented, holiday) = row;
    let damaged = || StoreError::Damaged(format!("the day {day} of the unit {id}"));
    let opening = opening.map(|number| {
        let bits = u8::try_from(number % ON_HOLIDAYS).ok();
        let opening = bits.and_then(|bits| OpeningDays::from_bits(bits, number >= ON_HOLIDAYS)).ok_or_else(damaged)?;
        Ok::<_, StoreError>(OpeningFrom { valid_from: day, opening })
    });
    let opening: Vec<OpeningFrom> = opening.transpose()?.into_iter().collect();
    let statement = statement.as_deref().map(|text| {
        let (kind, at) = text.split_once(' ').ok_or_else(damaged)?;
        let kind = StatementKind::ALL.into_iter().find(|known| known.key() == kind).ok_or_else(damaged)?;
        Ok::<_, StoreError>((kind, Micros(at.parse().map_err(|_| damaged())?).utc()))
    });
    let mut holidays = Holidays::default();
    if let Some(name) = holiday {
        holidays.say(day, Some(name.clone()).filter(|name| !name.is_empty()));
    }
    Ok(DayFacts {
        scheduled: is_scheduled(day, *kind, *active, &opening, &holidays),
        report: None,
        statement: statement.transpose()?,
        supplemented: *supplemented,
    })
}

/// Asks for the units of these ids, with their profiles, as they stand on a day.
pub(crate) fn ask(questions: &mut Questions, day: ReportingDay, ids: &[Uuid]) -> Place {
    let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    questions.ask_in(&UNITS, Some(day), &keys)
}

/// Reads the answer.
pub(crate) fn read(answers: &Answers, day: ReportingDay, place: &Place) -> Result<HashMap<Uuid, OnDay>, StoreError> {
    let mut units = HashMap::new();
    for row in answers.rows(place)? {
        let facts = facts(&row, day)?;
        let Row(id, kind, name, prefecture_code, from, parent, parent_code, profile, report, counter, notified, ..) =
            row;
        let prefecture_code = prefecture_code.unwrap_or_default();
        let on_day = match units.entry(id) {
            Entry::Occupied(unit) => unit.into_mut(),
            Entry::Vacant(place) => place.insert(OnDay {
                unit: Unit {
                    organization: OrganizationRef { id, kind, name },
                    own: Area { id, prefecture_code: prefecture_code.clone() },
                    prefecture_code,
                    profile: Profile {
                        notified_65_plus: notified,
                        ..profile.map_or_else(|| Ok(Profile::default()), |content| profile::parse(&content))?
                    },
                    parents: Vec::new(),
                },
                report,
                counter,
                facts,
            }),
        };
        let area = parent.map(|id| Area { id, prefecture_code: parent_code.unwrap_or_default() });
        on_day.unit.parents.extend(from.zip(area));
    }
    Ok(units)
}
