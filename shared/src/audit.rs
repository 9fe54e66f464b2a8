//! The audit chain as it is shown.

mod words;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::problem::{Rule, Violation};

pub use words::{AuditAction, AuditOutcome};

/// An event of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Its number: 1 is the first.
    pub seq: i64,
    /// When it was recorded.
    #[serde(deserialize_with = "crate::instant::read")]
    pub recorded_at: DateTime<Utc>,
    /// Who acted; none for what the service or its command line did.
    pub actor: Option<AuditActor>,
    /// What was done: `submit_report`, or another of the names that the list can be asked for; a later version may know more.
    pub action: String,
    /// To what: a report, an account, an API client.
    pub object_id: Option<Uuid>,
    /// How it ended: `ok`, or another of the names that the list can be asked for.
    pub outcome: String,
    /// From where.
    pub ip: Option<String>,
    /// What else was recorded, as JSON.
    pub detail: String,
    /// The event's hash in hex; a receipt shows its first twelve digits.
    pub hash: String,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditActor {
    /// The account or API client.
    pub id: Uuid,
    /// The person's name, or what the client is called.
    pub name: String,
    /// The organization.
    pub organization: OrganizationRef,
}

/// How the chain was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainState {
    /// When it was last verified.
    #[serde(deserialize_with = "crate::instant::read")]
    pub verified_at: DateTime<Utc>,
    /// Whether each event followed from the one before it.
    pub intact: bool,
    /// The last event that was verified; where it isn't intact, the first that doesn't hold.
    pub seq: i64,
    /// The hash of that event in hex; empty where the chain isn't intact.
    pub hash: String,
}

/// One page of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The events, the newest first.
    pub items: Vec<AuditEvent>,
    /// Where the next page begins: to be sent back as `cursor`. None on the last page.
    pub next_cursor: Option<String>,
    /// How the chain was found when this process last verified it; none in its first moments.
    pub chain: Option<ChainState>,
}

/// How many days are listed when no first day is named, and at the most.
pub const USUAL_DAYS: u32 = 7;
/// The most days of one question.
pub const MOST_DAYS: u32 = 92;

/// Which events to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The first day in Japan; a week's unless named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ReportingDay>,
    /// The last day in Japan; today unless named. 92 days at the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ReportingDay>,
    /// Only what this account or API client did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    /// Only this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub action: Option<AuditAction>,
    /// Only this outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub outcome: Option<AuditOutcome>,
    /// Only what people and API clients of this organization did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For spreadsheets: UTF-8 with a byte order mark, a line of names, then one line an event. A text that a spreadsheet
    /// would take for a formula begins with `'`.
    #[default]
    Csv,
    /// As the list has them.
    Json,
}

impl ExportFormat {
    /// The name on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Which events to export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AuditExportQuery {
    /// The form of the file; `csv` by default.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub format: ExportFormat,
    /// The first day in Japan; a week's unless named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ReportingDay>,
    /// The last day in Japan; today unless named. 92 days at the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ReportingDay>,
    /// Only what this account or API client did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    /// Only this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub action: Option<AuditAction>,
    /// Only this outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub outcome: Option<AuditOutcome>,
    /// Only what people and API clients of this organization did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
}

impl AuditExportQuery {
    /// The same question to the list.
    #[must_use]
    pub fn listed(&self) -> AuditQuery {
        let Self { format: _, from, to, actor_id, action, outcome, organization_id } = self.clone();
        AuditQuery { from, to, actor_id, action, outcome, organization_id, ..AuditQuery::default() }
    }
}

/// A sign-in of one's own account, or what may have been an attempt of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSignIn {
    /// When. Failures of a minute from one address are one entry, recorded at its end.
    #[serde(deserialize_with = "crate::instant::read")]
    pub at: DateTime<Utc>,
    /// Whether it succeeded; otherwise a password or a code was wrong.
    pub succeeded: bool,
    /// How many times; more than once for failures alone.
    pub count: u32,
    /// From where.
    pub address: Option<String>,
}

/// What events are asked for, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAudit {
    /// The first day.
    pub from: ReportingDay,
    /// The last day.
    pub to: ReportingDay,
    /// Only events before this number.
    pub before: Option<i64>,
    /// How many at the most.
    pub limit: u32,
}

/// Checks what is asked for, as of today.
///
/// # Errors
///
/// The rules that it breaks, each with its place.
pub fn check_audit(query: &AuditQuery, today: ReportingDay) -> Result<CheckedAudit, Vec<Violation>> {
    let mut violations = Vec::new();
    let to = query.to.unwrap_or(today);
    let from = query.from.unwrap_or_else(|| to.minus(USUAL_DAYS - 1));
    if !(0..i64::from(MOST_DAYS)).contains(&to.days_since(from)) {
        violations.push(Violation::new("?from", Rule::DayOutOfRange, format!("1 to {MOST_DAYS} days, up to `to`.")));
    }
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        violations.push(Violation::new("?limit", Rule::OutOfRange, "1 to 200 items."));
    }
    let before = query.cursor.as_deref().map(str::parse).transpose();
    if before.is_err() {
        violations.push(Violation::new("?cursor", Rule::Malformed, "A cursor comes from `next_cursor`."));
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(CheckedAudit { from, to, before: before.ok().flatten(), limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> ReportingDay {
        "2026-11-22".parse().expect("a day")
    }

    fn refused(query: &AuditQuery) -> (String, Rule) {
        let violation = check_audit(query, today()).expect_err("refused").remove(0);
        (violation.pointer, violation.rule)
    }

    #[test]
    fn a_week_until_today_is_asked_for_unless_days_are_named() {
        let checked = check_audit(&AuditQuery::default(), today()).expect("sound");
        assert_eq!((checked.from, checked.to, checked.limit), (today().minus(6), today(), 50));
        let named = AuditQuery { from: Some(today().minus(100)), to: Some(today().minus(9)), ..Default::default() };
        assert_eq!(check_audit(&named, today()).expect("sound").from, today().minus(100));
    }

    #[test]
    fn what_breaks_a_rule_is_named_with_its_place() {
        let days = |from, to| AuditQuery { from: Some(from), to: Some(to), ..Default::default() };
        for query in [days(today(), today().minus(1)), days(today().minus(92), today())] {
            assert_eq!(refused(&query), ("?from".into(), Rule::DayOutOfRange));
        }
        for limit in [0, 201] {
            let query = AuditQuery { limit: Some(limit), ..Default::default() };
            assert_eq!(refused(&query), ("?limit".into(), Rule::OutOfRange));
        }
        let query = AuditQuery { cursor: Some("x".into()), ..Default::default() };
        assert_eq!(refused(&query), ("?cursor".into(), Rule::Malformed));
    }
}
