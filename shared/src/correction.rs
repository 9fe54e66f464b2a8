//! How a sent report can be corrected: policy as data, and pure functions that read it.
//!
//! Under every policy the earlier version stays. Who may correct at all is a matter of `permission`; here it is only
//! decided whether the policy allows it now.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::Role;
use crate::day::{ReportingDay, reporting_day};
use crate::problem::{Rule, Violation};
use crate::reporting_day::CorrectionRule;

/// Who may correct the counts of earlier days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The prefecture.
    Prefecture,
    /// The health center, as in cities that have their own.
    HealthCenter,
}

impl Authority {
    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Prefecture => "prefecture",
            Self::HealthCenter => "health_center",
        }
    }
}

/// A policy of a jurisdiction, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrectionPolicy {
    /// Whether whoever sent a report may replace it on the same day.
    pub correction: CorrectionRule,
    /// Who may correct earlier days.
    pub authority: Authority,
    /// How many days back the authority may correct; 0 = not at all.
    pub authority_correction_days: u16,
    /// Until how many minutes after the entry day has ended a proxy report may be filed under it; none = not at all.
    pub proxy_until_minute: Option<u16>,
    /// Until how many minutes after the entry day has ended its reports count as in time.
    pub deadline_minute: u16,
    /// The first day on which it holds.
    pub valid_from: ReportingDay,
}

/// The latest deadline, 10:00 of the next day, in minutes after midnight.
pub const MAX_DEADLINE_MINUTE: u16 = 600;
/// The latest end of the window for proxy reports, 24:00 of the next day, in minutes after midnight.
pub const MAX_PROXY_UNTIL_MINUTE: u16 = 1_440;
/// How many days back an authority may be allowed to correct at the most.
pub const MAX_CORRECTION_DAYS: u16 = 366;

impl CorrectionPolicy {
    /// What holds where no jurisdiction has set anything: final when sent, in time until 24:00, proxy reports until
    /// 10:00 of the next day.
    #[must_use]
    pub const fn default_from(valid_from: ReportingDay) -> Self {
        Self {
            correction: CorrectionRule::Final,
            authority: Authority::Prefecture,
            authority_correction_days: 0,
            proxy_until_minute: Some(600),
            deadline_minute: 0,
            valid_from,
        }
    }

    /// What is wrong with it as a policy to be set today: it begins tomorrow at the earliest and keeps its bounds.
    #[must_use]
    pub fn violations(&self, today: ReportingDay) -> Vec<Violation> {
        let mut violations = Vec::new();
        if self.valid_from <= today {
            let message = "A policy holds from tomorrow at the earliest.";
            violations.push(Violation::new("/valid_from", Rule::DayOutOfRange, message));
        }
        let mut bound = |pointer: &str, number: u16, max: u16| {
            if number > max {
                violations.push(Violation::new(pointer, Rule::OutOfRange, format!("At most {max}.")));
            }
        };
        bound("/authority_correction_days", self.authority_correction_days, MAX_CORRECTION_DAYS);
        bound("/proxy_until_minute", self.proxy_until_minute.unwrap_or(0), MAX_PROXY_UNTIL_MINUTE);
        bound("/deadline_minute", self.deadline_minute, MAX_DEADLINE_MINUTE);
        violations
    }
}

/// A policy with the organization whose jurisdiction it holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedPolicy {
    /// The organization.
    pub organization_id: Uuid,
    /// Its policy.
    pub policy: CorrectionPolicy,
}

/// The policy that was set for a unit and is in force on a day. `nearest_first` is the unit and what stands above it: the
/// nearest organization that has any policy in force wins, with the latest of them.
#[must_use]
pub fn policy_set_for(day: ReportingDay, nearest_first: &[Uuid], policies: &[PlacedPolicy]) -> Option<PlacedPolicy> {
    let in_force = |organization_id: &Uuid| {
        let begun = policies.iter().filter(|placed| placed.policy.valid_from <= day);
        begun.filter(|placed| placed.organization_id == *organization_id).max_by_key(|placed| placed.policy.valid_from)
    };
    nearest_first.iter().find_map(in_force).copied()
}

/// The policy that holds for a unit on a day: the one that was [set](policy_set_for), or the default.
#[must_use]
pub fn policy_on(day: ReportingDay, nearest_first: &[Uuid], policies: &[PlacedPolicy]) -> CorrectionPolicy {
    let set = policy_set_for(day, nearest_first, policies);
    set.map_or(CorrectionPolicy::default_from(day), |placed| placed.policy)
}

/// Until when a report of the day counts as in time: 24:00, or a time of the next morning.
#[must_use]
pub fn deadline(policy: &CorrectionPolicy, day: ReportingDay) -> DateTime<Utc> {
    day.end() + TimeDelta::minutes(policy.deadline_minute.into())
}

/// Until when a health center may file a proxy report under this entry day: its end, or the policy's time of the next
/// day.
#[must_use]
pub fn proxy_until(policy: &CorrectionPolicy, entry_day: ReportingDay) -> DateTime<Utc> {
    entry_day.end() + TimeDelta::minutes(policy.proxy_until_minute.unwrap_or(0).into())
}

/// Who wants to correct a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Corrector {
    /// Whoever sent it: the unit, or the health center that entered it by proxy.
    Sender,
    /// An authority above the unit.
    Authority(Authority),
}

/// Whether the policy that holds on the report's entry day allows this correction now.
#[must_use]
pub fn may_correct(
    policy: &CorrectionPolicy,
    corrector: Corrector,
    entry_day: ReportingDay,
    now: DateTime<Utc>,
) -> bool {
    let days_back = reporting_day(now).days_since(entry_day);
    match corrector {
        Corrector::Sender => policy.correction == CorrectionRule::SameDayReplacement && days_back == 0,
        Corrector::Authority(authority) => {
            let days = i64::from(policy.authority_correction_days);
            policy.authority == authority && days > 0 && (0..=days).contains(&days_back)
        }
    }
}

/// In which capacity a caller may correct a report now, if at all. `sent_it` says whether the caller's organization
/// entered the newest revision. The ministry corrects nothing.
#[must_use]
pub fn corrector(
    policy: &CorrectionPolicy,
    role: Role,
    sent_it: bool,
    entry_day: ReportingDay,
    now: DateTime<Utc>,
) -> Option<Corrector> {
    let authority = match role {
        Role::HealthCenter => Some(Corrector::Authority(Authority::HealthCenter)),
        Role::Prefecture => Some(Corrector::Authority(Authority::Prefecture)),
        Role::Institution | Role::Ministry => None,
    };
    let sender = sent_it.then_some(Corrector::Sender);
    sender.into_iter().chain(authority).find(|corrector| may_correct(policy, *corrector, entry_day, now))
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod tests;
