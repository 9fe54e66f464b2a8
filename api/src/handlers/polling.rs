//! Reads that are asked for again and again: they carry an `ETag`, and who has the answer already is told just that.

use serde::Serialize;
use shared::ReportingDay;
use shared::coverage::AreaCoverage;
use shared::history::{History, HistoryItem};
use shared::reporting_day::ReportingDayView;
use shared::summary::SummaryView;
use uuid::Uuid;

/// What a caller has already.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "its field is read by the macro alone")]
pub struct Known {
    /// The `ETag` of the answer that the caller has: if nothing but the time has changed since, the answer is 304.
    #[param(rename = "If-None-Match", required = false)]
    if_none_match: Option<String>,
}

/// The answer to who has it already.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variant is read by the macro alone")]
pub enum Unchanged {
    /// The answer that the caller has, by its `If-None-Match`, still holds.
    #[response(status = 304)]
    NotModified,
}

/// What lasts of a reporting day: all but the time of the answer.
#[must_use]
pub fn lasting_day(view: &ReportingDayView) -> impl Serialize {
    ReportingDayView { now: view.day.start(), ..view.clone() }
}

/// What lasts of coverage: all but the instant for which it holds.
#[must_use]
pub fn lasting_coverage(day: ReportingDay, areas: &[AreaCoverage]) -> impl Serialize {
    (day, areas)
}

/// What lasts of a table of figures: all but the instant for which it holds.
#[must_use]
pub fn lasting_summary(view: &SummaryView) -> impl Serialize {
    SummaryView { as_of: String::new(), ..view.clone() }
}

/// What lasts of a history: all but the instant for which it holds, which moves on whenever anybody reports.
#[must_use]
pub fn lasting_history(history: &History) -> impl Serialize {
    let lasting: (Uuid, &[HistoryItem]) = (history.unit_id, &history.items);
    lasting
}
