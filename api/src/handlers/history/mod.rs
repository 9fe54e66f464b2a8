//! A unit's history, as JSON or as a file.

mod csv;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use shared::history::{History, HistoryQuery};
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Invalid};
use super::spreadsheet::{Charset, Format};
use super::{days, polling, spreadsheet, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::ReadHistory;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::representation;

/// Which days, and in which form: `days` back from today, or `from` and `to`.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HistoryFileQuery {
    /// The unit; by default the caller's own organization.
    unit_id: Option<Uuid>,
    /// How many days back from today, 1 to 92; 7 by default.
    #[param(minimum = 1, maximum = 92, example = 7)]
    days: Option<u32>,
    /// The first day; with `to`, instead of `days`.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<ReportingDay>,
    /// The last day, today at the latest; with `from`, at most 92 days in all.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<ReportingDay>,
    /// JSON by default.
    #[param(inline)]
    format: Option<Format>,
    /// How the characters of a CSV file are written; UTF-8 with a byte order mark by default.
    #[param(inline)]
    charset: Option<Charset>,
}

/// Read a unit's history
///
/// One row a day, newest first: what was reported for the day, what its report changed on earlier days, and all that
/// later changed the day. With `format=csv`, or to who rather accepts `text/csv`, the same
/// as a file; characters that CP932 lacks become 〓, and the header
/// `X-Replaced-Characters` counts them.
#[utoipa::path(
    operation_id = "get_history",
    tag = "reports",
    params(HistoryFileQuery, polling::Known),
    responses(
        (status = 200, description = "The history.", content(
            (History = "application/json"),
            (String = "text/csv"),
        ), headers(
            ("ETag" = String, description = "For JSON: what to send as `If-None-Match` next time."),
            ("X-Replaced-Characters" = u32, description = "For a file: how many characters its charset lacks."),
        )),
        polling::Unchanged, Refusals, Absent, Invalid
    ),
    security(("session" = []), ("client" = []))
)]
#[get("/history")]
pub async fn get_history(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<HistoryFileQuery>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let HistoryFileQuery { unit_id, days, from, to, format, charset } = query;
    let charset = spreadsheet::asked(&request, format, charset)?;
    let asked = days::asked(&HistoryQuery { unit_id, days, from, to }, today, today)?;
    let reading = state.store.reading().await?;
    let found = unit::find(&reading, &caller, ReadHistory, unit_id, today).await?;
    let history = reading.history(&found, asked, arrival.at).await?;
    reading.finish();
    let Some(charset) = charset else {
        return representation::polled(&request, &polling::lasting_history(&history), &history);
    };
    let file = csv::write(&found.organization.name, &history, charset).map_err(ApiError::internal)?;
    Ok(spreadsheet::answer(file, charset, "history.csv"))
}
