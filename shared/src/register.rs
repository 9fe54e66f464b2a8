//! The register as it is kept: organizations added and changed, opening days and moves from tomorrow on.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::KindOfDay;
use crate::day::ReportingDay;
use crate::organization::{Organization, OrganizationKind, OrganizationRef};

/// What is doubtful about an organization, and accepted if a person says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegisterWarning {
    /// The ten-digit code doesn't fit its check digit, or its prefecture doesn't exist.
    DoubtfulCode,
}

/// An organization to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationRequest {
    /// Its kind; any but the ministry.
    pub kind: OrganizationKind,
    /// The organization above it: of a prefecture the ministry, of a health center its prefecture, of an institution
    /// its health center, of a follow-up center its prefecture or health center.
    pub parent_id: Uuid,
    /// Its official name: 1 to 100 characters.
    pub name: String,
    /// The name's reading: 1 to 200 characters of kana, Latin letters and digits; stored in katakana.
    pub kana: String,
    /// Of an institution, its ten-digit medical-institution code (医療機関コード) as people type it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution_code: Option<String>,
    /// Of a prefecture, its two-digit code (JIS X 0401), `01` to `47`; any other has its prefecture's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefecture_code: Option<String>,
    /// Postal address: at most 200 characters.
    #[serde(default)]
    pub address: String,
    /// Telephone number: at least ten digits, or none.
    #[serde(default)]
    pub telephone: String,
    /// Of an institution or follow-up center, the days on which it is open; by default every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_on: Option<Vec<KindOfDay>>,
    /// What is doubtful and right all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged_warnings: Vec<RegisterWarning>,
}

/// What changes about an organization; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrganizationChange {
    /// Its official name: 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name's reading: 1 to 200 characters of kana, Latin letters and digits; stored in katakana.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    /// Of an institution, its ten-digit code as people type it; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution_code: Option<String>,
    /// Postal address: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Telephone number: at least ten digits, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Whether it takes part at present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// What is doubtful and right all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged_warnings: Vec<RegisterWarning>,
}

/// Opening days from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpeningDaysRequest {
    /// The first day on which they hold: tomorrow at the earliest, at most 366 days ahead. What was planned from that
    /// day on is replaced.
    pub valid_from: ReportingDay,
    /// The days on which the unit is open. A public holiday counts as `holiday`, whatever its weekday.
    pub open_on: Vec<KindOfDay>,
}

/// Opening days as they are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpeningDaysView {
    /// The first day on which they hold.
    pub valid_from: ReportingDay,
    /// The days on which the unit is open.
    pub open_on: Vec<KindOfDay>,
}

/// A move of a unit to another center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    /// Where it goes: an institution to a health center, a follow-up center to a health center or the prefecture, both
    /// within their prefecture.
    pub parent_id: Uuid,
    /// From which day: tomorrow at the earliest, at most 366 days ahead. What was planned from that day on is replaced.
    pub valid_from: ReportingDay,
}

/// A move as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoveView {
    /// The unit.
    pub unit_id: Uuid,
    /// Where it goes.
    pub parent: OrganizationRef,
    /// From 00:00 of which day the new center sees it, with its history, and the old one doesn't.
    pub valid_from: ReportingDay,
}

/// An organization with what is set for it by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "Detailed")]
pub struct OrganizationDetail {
    /// What the register says of it.
    #[serde(flatten)]
    pub organization: Organization,
    /// All opening days that were set, in the order of their days: the last whose day has come hold today. Before the
    /// first, and where nothing was set, it is asked about every day.
    pub opening_days: Vec<OpeningDaysView>,
    /// Moves to come, in the order of their days.
    pub planned_moves: Vec<MoveView>,
}

/// The same, field by field: reading a flattened one asks each value what it is, which the browser's reader leaves out.
#[derive(Deserialize)]
struct Detailed {
    id: Uuid,
    kind: OrganizationKind,
    name: String,
    kana: String,
    institution_code: Option<String>,
    prefecture_code: Option<String>,
    address: String,
    telephone: String,
    parent: Option<OrganizationRef>,
    active: bool,
    opening_days: Vec<OpeningDaysView>,
    planned_moves: Vec<MoveView>,
}

impl From<Detailed> for OrganizationDetail {
    fn from(read: Detailed) -> Self {
        Self {
            organization: Organization {
                id: read.id,
                kind: read.kind,
                name: read.name,
                kana: read.kana,
                institution_code: read.institution_code,
                prefecture_code: read.prefecture_code,
                address: read.address,
                telephone: read.telephone,
                parent: read.parent,
                active: read.active,
            },
            opening_days: read.opening_days,
            planned_moves: read.planned_moves,
        }
    }
}
