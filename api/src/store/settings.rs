//! What is set for a unit by day: its opening days, holidays, and the policy of the nearest jurisdiction.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{QueryResult, Value};
use shared::ReportingDay;
use shared::reporting_day::CorrectionRule;
use uuid::Uuid;

use super::history::Days;
use super::organization::InSight;
use super::{Reading, StoreError};
use crate::entity::words::CorrectionWord;

/// What is set for a unit over some days.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    active: bool,
    opening: Vec<OpeningRow>,
    holidays: Vec<ReportingDay>,
    policies: Vec<PolicyRow>,
    /// The unit and those above it: of two policies the one that stands earlier here wins.
    nearest: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy)]
struct OpeningRow {
    valid_from: ReportingDay,
    weekdays: u8,
    open_on_holidays: bool,
}

impl OpeningRow {
    fn is_open(&self, day: ReportingDay, is_holiday: bool) -> bool {
        let weekday = 1 << day.weekday().num_days_from_monday();
        self.weekdays & weekday != 0 && (self.open_on_holidays || !is_holiday)
    }
}

#[derive(Debug, Clone, Copy)]
struct PolicyRow {
    organization_id: Uuid,
    valid_from: ReportingDay,
    correction: CorrectionRule,
    deadline_minute: i32,
}

impl Reading {
    /// What is set for a unit over some days: one question.
    pub(super) async fn settings(&self, unit: &InSight, days: Days) -> Result<Settings, StoreError> {
        let mut settings = Settings { active: unit.organization.active, ..Settings::default() };
        settings.nearest.push(unit.organization.id);
        settings.nearest.extend(unit.ancestors());
        let mut values: Vec<Value> = vec![unit.organization.id.into(), days.from.0.into(), days.to.0.into()];
        values.extend(settings.nearest.iter().map(|id| Value::from(*id)));
        for row in self.rows(question(settings.nearest.len()), values).await? {
            settings.add(&row)?;
        }
        Ok(settings)
    }
}

/// Policies come first, since the first part of a union gives the columns their types.
fn question(organizations: usize) -> String {
    let list: Vec<String> = (0..organizations).map(|index| format!("${}", index + 4)).collect();
    format!(
        "SELECT valid_from AS day, organization_id, correction, deadline_minute AS number
        FROM correction_policy WHERE valid_from <= $3 AND organization_id IN ({})
        UNION ALL SELECT valid_from, NULL, 'opening', weekdays + CASE WHEN open_on_holidays THEN 128 ELSE 0 END
        FROM opening_days WHERE unit_id = $1 AND valid_from <= $3
        UNION ALL SELECT day, NULL, 'holiday', 0 FROM holiday WHERE day BETWEEN $2 AND $3",
        list.join(", ")
    )
}

impl Settings {
    fn add(&mut self, row: &QueryResult) -> Result<(), StoreError> {
        const HOLIDAYS_BIT: i32 = 128;
        let day = ReportingDay(row.try_get("", "day")?);
        let number: i32 = row.try_get("", "number")?;
        match row.try_get::<String>("", "correction")?.as_str() {
            "opening" => self.opening.push(OpeningRow {
                valid_from: day,
                weekdays: u8::try_from(number % HOLIDAYS_BIT).unwrap_or(0),
                open_on_holidays: number >= HOLIDAYS_BIT,
            }),
            "holiday" => self.holidays.push(day),
            _ => self.policies.push(PolicyRow {
                organization_id: row.try_get("", "organization_id")?,
                valid_from: day,
                correction: row.try_get::<CorrectionWord>("", "correction")?.into(),
                deadline_minute: number,
            }),
        }
        Ok(())
    }

    /// Whether the unit is expected to report on a day.
    pub(super) fn is_scheduled(&self, day: ReportingDay) -> bool {
        let opening = self.opening.iter().filter(|row| row.valid_from <= day).max_by_key(|row| row.valid_from);
        // A unit for which nothing is set is open every day.
        self.active && opening.is_none_or(|opening| opening.is_open(day, self.holidays.contains(&day)))
    }

    /// How a report of a day can be corrected.
    pub(super) fn correction(&self, day: ReportingDay) -> CorrectionRule {
        self.policy(day).map_or(CorrectionRule::Final, |policy| policy.correction)
    }

    /// Until when a report of a day is in time: 24:00, unless the policy says some time of the next morning.
    pub(super) fn deadline(&self, day: ReportingDay) -> DateTime<Utc> {
        day.end() + TimeDelta::minutes(self.policy(day).map_or(0, |policy| policy.deadline_minute.into()))
    }

    fn policy(&self, day: ReportingDay) -> Option<&PolicyRow> {
        self.nearest.iter().find_map(|id| {
            let of_one = self.policies.iter().filter(|row| row.organization_id == *id && row.valid_from <= day);
            of_one.max_by_key(|row| row.valid_from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    #[test]
    fn the_policy_of_the_nearest_jurisdiction_wins_from_its_day_on() {
        let (unit, center, prefecture) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let policy = |organization_id, valid_from, correction, deadline_minute| PolicyRow {
            organization_id,
            valid_from: day(valid_from),
            correction,
            deadline_minute,
        };
        let settings = Settings {
            policies: vec![
                policy(prefecture, "2026-10-01", CorrectionRule::Final, 600),
                policy(center, "2026-11-10", CorrectionRule::SameDayReplacement, 0),
                policy(center, "2026-11-20", CorrectionRule::Final, 540),
            ],
            nearest: vec![unit, center, prefecture],
            ..Settings::default()
        };
        assert_eq!(settings.correction(day("2026-11-09")), CorrectionRule::Final);
        assert_eq!(settings.deadline(day("2026-11-09")).to_rfc3339(), "2026-11-10T01:00:00+00:00");
        assert_eq!(settings.correction(day("2026-11-19")), CorrectionRule::SameDayReplacement);
        assert_eq!(settings.deadline(day("2026-11-20")).to_rfc3339(), "2026-11-21T00:00:00+00:00");
        assert_eq!(settings.deadline(day("2026-09-30")), day("2026-09-30").end());
    }
}
