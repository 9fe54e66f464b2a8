//! Corrections of a day.

use actix_web::{get, web};
use shared::reporting_day;
use shared::summary::{CorrectionList, CorrectionQuery, check_corrections};

use super::super::refusals::{Absent, Invalid};
use super::scope;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::openapi::Refusals;
use crate::parameters::Parameters;

/// List corrections of a day
///
/// What changed the figures of the day after they were reported, what was entered under it for earlier days, and what was
/// corrected on it: adjustments and supplements, replaced reports, and those that an authority corrected, each with its reason
/// and the difference. By unit with notes; by health center or prefecture added up, without them. Who may read the
/// figures of a level may read their corrections.
#[utoipa::path(
    operation_id = "list_corrections",
    tag = "summaries",
    params(CorrectionQuery),
    responses((status = 200, description = "All corrections of the day.", body = CorrectionList), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/summaries/corrections")]
pub async fn list_corrections(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<CorrectionQuery>,
) -> ApiResult<web::Json<CorrectionList>> {
    let reading = state.store.reading().await?;
    let scope = scope(&reading, &caller, query.level, reporting_day(arrival.at)).await?;
    let asked = check_corrections(&query, caller.role, arrival.at)?;
    let list = reading.corrections(&scope, &asked, arrival.at).await?;
    reading.finish();
    Ok(web::Json(list))
}
