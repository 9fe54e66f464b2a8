//! Drafts: what was typed and not sent, kept on the server so that nothing typed is ever lost.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::AgeBand;
use crate::day::ReportingDay;

/// The fourteen cells as typed, in the official order.
pub type DraftCells = [String; AgeBand::COUNT];

/// What was typed, as typed: unparsed, possibly wrong, possibly blank.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftContent {
    /// The fourteen cells as typed, in the official order; each at most 40 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, min_items = 14, max_items = 14))]
    pub cells: DraftCells,
    /// The adjustments as typed; at most 60.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub adjustments: Vec<DraftAdjustment>,
}

/// An adjustment as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftAdjustment {
    /// The target day as chosen.
    pub target_day: String,
    /// The reason as chosen.
    pub reason: String,
    /// The note as typed, at most 500 characters.
    pub note: String,
    /// The fourteen cells as typed; each at most 40 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, min_items = 14, max_items = 14))]
    pub cells: DraftCells,
}

/// A draft to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftRequest {
    /// The version this one was made from: 0 where there was none. Another on the server: `draft-changed`.
    pub base_version: u32,
    /// What was typed.
    pub content: DraftContent,
}

/// A saved draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// 1 for the first saving, one more with each.
    pub version: u32,
    /// When it was saved.
    #[serde(deserialize_with = "crate::instant::read")]
    pub saved_at: DateTime<Utc>,
    /// Who saved it.
    pub saved_by: String,
    /// What was typed.
    pub content: DraftContent,
}

/// Whether a draft of a day is taken: of today, and by a health center that types for another unit also of yesterday, for
/// which it may still report or file what was found late (rule R8).
#[must_use]
pub fn is_taken(day: ReportingDay, today: ReportingDay, by_proxy: bool) -> bool {
    match today.days_since(day) {
        0 => true,
        1 => by_proxy,
        _ => false,
    }
}

/// Which drafts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftQuery {
    /// Those of this day, today at the latest; today by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Uuid>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The draft of one of several units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitDraft {
    /// The unit that it is of.
    pub unit_id: Uuid,
    /// Whether another organization typed it: its health center.
    pub by_proxy: bool,
    /// The draft.
    pub draft: Draft,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_of_today_and_by_proxy_of_yesterday() {
        let today: ReportingDay = "2026-11-22".parse().expect("a day");
        for (day, own, by_proxy) in [
            (today, true, true),
            (today.minus(1), false, true),
            (today.minus(2), false, false),
            (today.plus(1), false, false),
        ] {
            assert_eq!((is_taken(day, today, false), is_taken(day, today, true)), (own, by_proxy), "{day}");
        }
    }
}
