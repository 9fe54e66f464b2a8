//! The reporting day: everything the form needs, in one answer.

use actix_web::{HttpRequest, HttpResponse, get, web};
use shared::reporting_day;
use shared::reporting_day::{AllowedToday, ReportingDayView, UnitQuery};

use super::refusals::Absent;
use super::{polling, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::{MakeStatement, ReadApiClients, ReadReportingDay, SendReport};
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::representation;

/// Open the form
///
/// One answer with everything the form of today needs: the day and its deadline, what is known of it, the report or
/// statement that was made, the draft, the last seven days, what is usual for the unit, and what the caller may do.
/// Without `unit_id` it is about the caller's own organization.
#[utoipa::path(
    operation_id = "get_reporting_day",
    tag = "reports",
    params(UnitQuery, polling::Known),
    responses(
        (status = 200, description = "Today, for the unit.", body = ReportingDayView, headers(
            ("ETag" = String, description = "What to send as `If-None-Match` next time."),
        )),
        polling::Unchanged, Refusals, Absent
    ),
    security(("session" = []), ("client" = []))
)]
#[get("/reporting-day")]
pub async fn get_reporting_day(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<UnitQuery>,
) -> ApiResult<HttpResponse> {
    let day = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    let found = unit::find(&reading, &caller, ReadReportingDay, query.unit_id, day).await?;
    let target = unit::target(&found);
    let allowed = AllowedToday {
        report: unit::may(&caller, SendReport, &target),
        statement: unit::may(&caller, MakeStatement, &target),
    };
    let mut view = reading.reporting_day(&found, day, arrival.at, allowed).await?;
    if caller.is_manager && unit::may(&caller, ReadApiClients, &target) {
        view.client_expires_at = reading.first_client_expiry(view.unit.id, arrival.at).await?;
    }
    reading.finish();
    representation::polled(&request, &polling::lasting_day(&view), &view)
}
