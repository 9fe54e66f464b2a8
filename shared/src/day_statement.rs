//! Day statements: a unit, or its health center, says that a day was closed or had no patients.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::day::ReportingDay;
use crate::report::{Channel, EnteredBy};

/// What is said of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// 休診: closed.
    Closed,
    /// Open, and nobody tested positive.
    NoPatients,
}

impl StatementKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Closed, Self::NoPatients];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NoPatients => "no_patients",
        }
    }
}

/// A statement to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StatementRequest {
    /// The unit; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// The day: today, a coming day (at most 366 ahead), or up to 60 days back.
    pub day: ReportingDay,
    /// What is said.
    pub kind: StatementKind,
    /// Through what a health center was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// A statement on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayStatement {
    /// Its id.
    pub id: Uuid,
    /// The unit.
    pub unit_id: Uuid,
    /// The day.
    pub day: ReportingDay,
    /// What is said.
    pub kind: StatementKind,
    /// Through what it arrived.
    pub channel: Channel,
    /// Who made it.
    pub stated_by: EnteredBy,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub stated_at: DateTime<Utc>,
}
