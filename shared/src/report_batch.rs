//! Many reports in one request: each is stored or refused alone.

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Rule, Violation};
use crate::report::{ReportRequest, ReportView};

/// How many reports a batch has at the most.
pub const MAX_REPORTS: usize = 200;

/// Reports to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportBatchRequest {
    /// The reports, 1 to 200.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub reports: Vec<ReportRequest>,
}

/// What became of one report of a batch: one of the two is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportResult {
    /// The report as accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<ReportView>>,
    /// Why it was refused; pointers begin at the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Problem>,
}

/// What became of the reports of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportBatch {
    /// One result a report, in the order of the request.
    pub results: Vec<ReportResult>,
}

/// Checks how many reports a batch has.
///
/// # Errors
/// [`Rule::OutOfRange`].
pub fn check_size(request: &ReportBatchRequest) -> Result<(), Violation> {
    if (1..=MAX_REPORTS).contains(&request.reports.len()) {
        return Ok(());
    }
    Err(Violation::new("/reports", Rule::OutOfRange, format!("1 to {MAX_REPORTS} reports.")))
}
