//! A unit's history: one row a day.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::{BandCounts, BandDeltas, BandSums};
use crate::day::ReportingDay;
use crate::report::{AdjustmentReason, Channel};

/// What is known of a unit's day. Nothing, zero and closed are three things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// A report with patients.
    Reported,
    /// A report whose counts are all 0, or the statement of the day itself that there were no patients.
    Zero,
    /// Stated to be closed.
    Closed,
    /// No report, but a later statement or a supplement covers the day.
    Late,
    /// Scheduled, and nothing is known (yet).
    Missing,
    /// Not scheduled, and nothing was said.
    NotScheduled,
}

impl DayState {
    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Zero => "zero",
            Self::Closed => "closed",
            Self::Late => "late",
            Self::Missing => "missing",
            Self::NotScheduled => "not_scheduled",
        }
    }
}

/// An adjustment that a day's report carried for an earlier day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdjustmentSent {
    /// The day that it changed.
    pub target_day: ReportingDay,
    /// Why.
    pub reason: AdjustmentReason,
    /// The change.
    pub deltas: BandDeltas,
}

/// One day of a unit's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryItem {
    /// The day.
    pub day: ReportingDay,
    /// What is known of it.
    pub state: DayState,
    /// As reported for that day; none without a report.
    pub counts: Option<BandCounts>,
    /// The sum of `counts`.
    pub total: Option<u64>,
    /// Through what the report or the statement arrived.
    pub channel: Option<Channel>,
    /// Whether somebody else entered the report.
    pub by_proxy: bool,
    /// The report's id: its receipt is `/reports/{receipt_id}`.
    pub receipt_id: Option<Uuid>,
    /// What that day's report changed on earlier days.
    pub adjustments_sent: Vec<AdjustmentSent>,
    /// All later changes aimed at this day.
    pub deltas_received: BandSums,
    /// `total` and `deltas_received` together; none where nothing is known.
    pub adjusted_total: Option<i64>,
}

/// A unit's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// The unit.
    pub unit_id: Uuid,
    /// One row a day, newest first.
    pub items: Vec<HistoryItem>,
    /// Always none: a history is bounded by its days.
    pub next_cursor: Option<String>,
    /// The instant for which the figures hold.
    pub as_of: DateTime<Utc>,
}

/// Which days: `days` back from today, or `from` and `to`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// The unit; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// How many days back from today, 1 to 92; 7 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The first day; with `to`, instead of `days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ReportingDay>,
    /// The last day; with `from`, at most 92 days in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ReportingDay>,
}
