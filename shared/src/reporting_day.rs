//! Everything the form needs, in one answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::BandCounts;
use crate::day::ReportingDay;
use crate::day_statement::DayStatement;
use crate::draft::Draft;
use crate::history::{DayState, HistoryItem};
use crate::organization::OrganizationRef;
use crate::report::ReportView;

/// How a sent report can be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CorrectionRule {
    /// A report is final when sent; changes go into a later report.
    Final,
    /// The unit may replace its report until 24:00 of the same day.
    SameDayReplacement,
}

impl CorrectionRule {
    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::SameDayReplacement => "same_day_replacement",
        }
    }
}

/// A report of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileReport {
    /// Its entry day.
    pub day: ReportingDay,
    /// Its counts.
    pub counts: BandCounts,
}

/// What is usual for a unit: its last reports, from which warnings are computed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The last 14 reports, newest first.
    pub reports: Vec<ProfileReport>,
    /// How many patients of 65 and more were notified individually today, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_65_plus: Option<u32>,
}

impl Profile {
    /// How many reports a profile holds at the most.
    pub const LENGTH: usize = 14;
}

/// What the caller may do for the unit today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllowedToday {
    /// Send the report, unless one is there.
    pub report: bool,
    /// State that the day is closed or had no patients, unless a report is there.
    pub statement: bool,
}

/// Everything the form needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportingDayView {
    /// Today in Japan.
    pub day: ReportingDay,
    /// The server's time of this answer.
    #[serde(deserialize_with = "crate::instant::read")]
    pub now: DateTime<Utc>,
    /// The unit.
    pub unit: OrganizationRef,
    /// What is known of today.
    pub state: DayState,
    /// Until when today's report counts as in time.
    #[serde(deserialize_with = "crate::instant::read")]
    pub deadline: DateTime<Utc>,
    /// When this day ends and the form with it: 24:00 in Japan.
    #[serde(deserialize_with = "crate::instant::read")]
    pub day_ends_at: DateTime<Utc>,
    /// Today's report, if it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<ReportView>>,
    /// Today's statement, if one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<DayStatement>,
    /// Today's draft, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// The last seven days, today first.
    pub recent: Vec<HistoryItem>,
    /// What is usual for the unit.
    pub profile: Profile,
    /// How a sent report can be corrected.
    pub correction: CorrectionRule,
    /// What the caller may do.
    pub allowed: AllowedToday,
    /// Telephone number of the unit's health center.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center_telephone: Option<String>,
    /// Name of the unit's health center.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center_name: Option<String>,
    /// For its managers: when the first of the unit's own systems will be refused, if that is within 60 days, or since when one
    /// is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::instant::read_option")]
    pub client_expires_at: Option<DateTime<Utc>>,
}

/// Whose day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UnitQuery {
    /// The unit; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
}
