//! Receipts: the proof that a report was accepted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::day::ReportingDay;
use crate::organization::OrganizationRef;

/// The proof that a report was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// `YYMMDD-PP-NNNNN-C`: entry day, prefecture, counter of that day and prefecture, check character (ISO 7064 MOD 37,36).
    #[cfg_attr(feature = "openapi", schema(example = "261122-35-00217-K"))]
    pub number: String,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// The unit.
    pub unit: OrganizationRef,
    /// The day the report is filed under.
    pub entry_day: ReportingDay,
    /// The report's total.
    pub total: u64,
    /// The first twelve hex digits of the report's own event in the audit chain.
    #[cfg_attr(feature = "openapi", schema(example = "3f9a1c0277be"))]
    pub audit_hash: String,
}
