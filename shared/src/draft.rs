//! Drafts: what was typed and not sent, kept on the server so that nothing typed is ever lost.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::age_band::AgeBand;

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
