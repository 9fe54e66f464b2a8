//! What is set for a unit by day: its opening days, holidays, and the policies of the jurisdictions above it.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveEnum, QueryResult, Value};
use shared::ReportingDay;
use shared::calendar::{OpeningDays, OpeningFrom, is_scheduled};
use shared::correction::{CorrectionPolicy, PlacedPolicy, deadline, policy_on, proxy_until};
use shared::holidays::Holidays;
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::history::Days;
use super::organization::InSight;
use super::rows::{Answers, Column, Place, Questions};
use super::{Reading, StoreError};
use crate::entity::words::{AuthorityWord, CorrectionWord};

/// What is set for a unit over some days.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    kind: OrganizationKind,
    active: bool,
    opening: Vec<OpeningFrom>,
    holidays: Holidays,
    policies: Vec<PlacedPolicy>,
    /// The unit and those above it: of two policies the one that stands earlier here wins.
    nearest: Vec<Uuid>,
}

impl Reading {
    /// What is set for a unit over some days: one question.
    pub(super) async fn settings(&self, unit: &InSight, days: Days) -> Result<Settings, StoreError> {
        let mut settings = Settings {
            kind: unit.organization.kind,
            active: unit.organization.active,
            opening: Vec::new(),
            holidays: Holidays::default(),
            policies: Vec::new(),
            nearest: std::iter::once(unit.organization.id).chain(unit.ancestors()).collect(),
        };
        let mut values: Vec<Value> = vec![unit.organization.id.into(), days.from.0.into(), days.to.0.into()];
        values.extend(settings.nearest.iter().map(|id| Value::from(*id)));
        for row in self.rows(question(settings.nearest.len()), values).await? {
            settings.add(&row)?;
        }
        Ok(settings)
    }
}

impl Reading {
    /// Until when a health center may file a proxy report of a unit under a day.
    ///
    /// # Errors
    /// What the database says.
    pub async fn proxy_until(&self, unit: &InSight, day: ReportingDay) -> Result<DateTime<Utc>, StoreError> {
        let settings = self.settings(unit, Days::one(day)).await?;
        Ok(proxy_until(&policy_on(day, &settings.nearest, &settings.policies), day))
    }
}

/// All policies, for [`policy`].
pub(super) const POLICIES: &str = "SELECT valid_from AS day, deadline_minute AS number, organization_id, correction, \
    authority, authority_correction_days, proxy_until_minute FROM correction_policy";

/// A row of [`POLICIES`].
type PolicyRow = (ReportingDay, i32, Uuid, String, String, i32, Option<i32>);

/// Asks for all policies that have begun by a day.
pub(super) fn ask_policies(questions: &mut Questions, day: ReportingDay) -> Place {
    const COLUMNS: [Column; 7] = [
        Column::Plain("day"),
        Column::Plain("number"),
        Column::Id("organization_id"),
        Column::Plain("correction"),
        Column::Plain("authority"),
        Column::Plain("authority_correction_days"),
        Column::Plain("proxy_until_minute"),
    ];
    questions.ask_of(&COLUMNS, |sql| {
        let day = sql.bind(day.0);
        sql.push(&format!("{POLICIES} WHERE valid_from <= {day}"));
    })
}

/// Reads the answer.
pub(super) fn read_policies(answers: &Answers, asked: &Place) -> Result<Vec<PlacedPolicy>, StoreError> {
    answers.rows::<PolicyRow>(asked)?.into_iter().map(placed).collect()
}

/// What a row of opening days adds to its weekdays where the unit is open on holidays: the bit after Sunday's.
pub(super) const ON_HOLIDAYS: i32 = 128;

/// Policies come first, since the first part of a union gives the columns their types.
fn question(organizations: usize) -> String {
    let list: Vec<String> = (0..organizations).map(|index| format!("${}", index + 4)).collect();
    format!(
        "SELECT 'policy' AS what, valid_from AS day, deadline_minute AS number, organization_id, correction, authority,
            authority_correction_days, proxy_until_minute, CAST(NULL AS TEXT) AS name
        FROM correction_policy WHERE valid_from <= $3 AND organization_id IN ({})
        UNION ALL SELECT 'opening', valid_from, weekdays + CASE WHEN open_on_holidays THEN {ON_HOLIDAYS} ELSE 0 END,
            NULL, NULL, NULL, NULL, NULL, NULL
        FROM opening_days WHERE unit_id = $1 AND valid_from <= $3
        UNION ALL SELECT 'holiday', day, 0, NULL, NULL, NULL, NULL, NULL, name FROM holiday WHERE day BETWEEN $2 AND $3",
        list.join(", ")
    )
}

impl Settings {
    fn add(&mut self, row: &QueryResult) -> Result<(), StoreError> {
        let day = ReportingDay(row.try_get("", "day")?);
        match row.try_get::<String>("", "what")?.as_str() {
            "policy" => self.policies.push(policy(row, day)?),
            "opening" => {
                let number: i32 = row.try_get("", "number")?;
                let opening = small(number % ON_HOLIDAYS)
                    .and_then(|bits| OpeningDays::from_bits(bits, number >= ON_HOLIDAYS))
                    .ok_or_else(|| StoreError::Damaged(format!("opening days from {day}")))?;
                self.opening.push(OpeningFrom { valid_from: day, opening });
            }
            _ => self.holidays.say(day, row.try_get("", "name")?),
        }
        Ok(())
    }

    /// Whether the unit is expected to report on a day.
    pub(super) fn is_scheduled(&self, day: ReportingDay) -> bool {
        is_scheduled(day, self.kind, self.active, &self.opening, &self.holidays)
    }

    /// The policy that holds for the unit on a day.
    pub(super) fn policy(&self, day: ReportingDay) -> CorrectionPolicy {
        policy_on(day, &self.nearest, &self.policies)
    }

    /// Until when a report of a day is in time.
    pub(super) fn deadline(&self, day: ReportingDay) -> DateTime<Utc> {
        deadline(&self.policy(day), day)
    }
}

/// A policy of a row.
pub(super) fn policy(row: &QueryResult, valid_from: ReportingDay) -> Result<PlacedPolicy, StoreError> {
    placed((
        valid_from,
        row.try_get("", "number")?,
        row.try_get("", "organization_id")?,
        row.try_get("", "correction")?,
        row.try_get("", "authority")?,
        row.try_get("", "authority_correction_days")?,
        row.try_get("", "proxy_until_minute")?,
    ))
}

fn placed(row: PolicyRow) -> Result<PlacedPolicy, StoreError> {
    let (valid_from, deadline, organization_id, correction, authority, authority_correction_days, proxy_until) = row;
    let damaged = || StoreError::Damaged(format!("a policy from {valid_from}"));
    Ok(PlacedPolicy {
        organization_id,
        policy: CorrectionPolicy {
            correction: CorrectionWord::try_from_value(&correction)?.into(),
            authority: AuthorityWord::try_from_value(&authority)?.into(),
            authority_correction_days: small(authority_correction_days).ok_or_else(damaged)?,
            proxy_until_minute: proxy_until.map(|minute| small(minute).ok_or_else(damaged)).transpose()?,
            deadline_minute: small(deadline).ok_or_else(damaged)?,
            valid_from,
        },
    })
}

/// A number that the database's checks keep small.
fn small<T: TryFrom<i32>>(number: i32) -> Option<T> {
    T::try_from(number).ok()
}
