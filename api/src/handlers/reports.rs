//! Reports: sending one, and reading it back with its receipt.

use actix_web::http::header::{ETag, LOCATION};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use shared::qr_code::QrCode;
use shared::receipt::Receipt;
use shared::report::{DryRun, ReportRequest, ReportView};
use shared::{plausibility, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Unacceptable};
use super::{corrections, idempotency, sending, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::{ReadReport, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::{InSight, NewReport, Reading, visible_to};

/// How a report is sent.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SubmitQuery {
    /// Only say what the report would lead to: its total and warnings. Nothing is stored.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// Draw the receipt's QR code into the answer, for a receipt that is printed.
    #[serde(default)]
    #[param(required = false)]
    qr_code: bool,
}

/// How a report is read.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Draw the receipt's QR code into the answer, for a receipt that is printed.
    #[serde(default)]
    #[param(required = false)]
    qr_code: bool,
}

/// Send the report of the day
///
/// Files fourteen counts under today (Asia/Tokyo, when the request arrives), with any adjustments to the 60 days
/// before. A unit has one report a day, whoever enters it: the second is refused with the first as `existing`. A
/// health center reports for a unit of its jurisdiction by naming it and saying through which `channel` it was told;
/// under yesterday, too, until the time of the next day that the policy says (10:00 by default).
/// Unusual numbers are refused until their codes stand in `acknowledged_warnings`. An `Idempotency-Key` makes
/// repeating safe: the repetition gets the first answer, with `Idempotency-Replayed: true`, even after midnight.
#[utoipa::path(
    operation_id = "submit_report",
    tag = "reports",
    params(
        SubmitQuery,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$", example = "report-of-2026-11-22",
            description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."),
    ),
    request_body(content = ReportRequest, example = json!({
        "entry_day": "2026-11-22",
        "counts": {
            "age_0": 0, "age_1_4": 1, "age_5_9": 2, "age_10_19": 3, "age_20_29": 1, "age_30_39": 2, "age_40_49": 3,
            "age_50_59": 1, "age_60_64": 0, "age_65_69": 0, "age_70_79": 1, "age_80_89": 0, "age_90_plus": 0,
            "unknown": 0
        },
        "total": 14
    })),
    responses(
        (status = 201, description = "Accepted and durable; the receipt proves it.", body = ReportView,
            headers(
                ("Location" = String, description = "Where the report is: `/api/v1/reports/{id}`."),
                ("Idempotency-Replayed" = String, description = "`true` when this answer was given before."),
            )),
        (status = 200, description = "What the report would lead to, for `dry_run`.", body = DryRun),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []), ("client" = []))
)]
#[post("/reports")]
pub async fn submit_report(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    Parameters(query): Parameters<SubmitQuery>,
    LargeBody(body): LargeBody<ReportRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let report = sending::ready(&state, &caller, arrival, &body.value, idempotency).await?;
    if query.dry_run {
        return Ok(HttpResponse::Ok().json(dry_run(&state, &report).await?));
    }
    let (mut report, replayed) = sending::accepted(state.store.submit_report(report).await?)?;
    if query.qr_code {
        draw_qr_code(&mut report.receipt);
    }
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/api/v1/reports/{}", report.id)));
    if replayed {
        answer.insert_header((idempotency::REPLAYED, "true"));
    }
    Ok(answer.json(report))
}

/// What sending the report would lead to.
async fn dry_run(state: &AppState, report: &NewReport) -> ApiResult<DryRun> {
    let (unit_id, entry_day) = (report.allowed.organization_id(), report.checked.entry_day());
    if !report.is_in_time() {
        return Err(ApiError::day_changed(reporting_day(report.arrived_at)));
    }
    let reading = state.store.reading().await?;
    if let Some(existing) = reading.report_of_day(unit_id, entry_day).await? {
        return Err(ApiError::already_reported(existing));
    }
    let profile = reading.profile(unit_id, entry_day).await?;
    reading.finish();
    let warnings = plausibility::warnings(report.checked.counts(), &profile, entry_day);
    Ok(DryRun { warnings, total: report.checked.counts().total(), entry_day })
}

/// Read a report
///
/// The report as accepted, with its receipt. One that lies outside the caller's jurisdiction is not found, exactly
/// like one that does not exist. Each revision of a report has its own id and can be read as it stood; `revisions` lists
/// all of them where there are several.
#[utoipa::path(
    operation_id = "get_report",
    tag = "reports",
    params(
        ("id" = Uuid, Path, description = "The report's id, as in `Location` and in the history's `receipt_id`.",
            example = json!(examples::report_id())),
        ReportQuery,
    ),
    responses(
        (status = 200, description = "The report.", body = ReportView, headers(
            ("ETag" = String, description = "What a correction sends as `If-Match`."),
        )),
        Refusals, Absent
    ),
    security(("session" = []), ("client" = []))
)]
#[get("/reports/{id}")]
pub async fn get_report(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    Parameters(query): Parameters<ReportQuery>,
) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let (of, report) = find(&reading, &caller, arrival, *id).await?;
    let revised = reading.revised(&of, report.entry_day).await?;
    reading.finish();
    let (tag, mut report) = corrections::describe(&caller, &of, revised, report, arrival)?;
    if query.qr_code {
        draw_qr_code(&mut report.receipt);
    }
    Ok(HttpResponse::Ok().insert_header(ETag(tag)).json(report))
}

/// Read a receipt
///
/// The proof that a report was accepted: its number, instant, unit, day, total, and the beginning of the hash of its
/// own event in the audit chain.
#[utoipa::path(
    operation_id = "get_receipt",
    tag = "reports",
    params(("id" = Uuid, Path, description = "The report's id.", example = json!(examples::report_id()))),
    responses((status = 200, description = "The receipt.", body = Receipt), Refusals, Absent),
    security(("session" = []), ("client" = []))
)]
#[get("/reports/{id}/receipt")]
pub async fn get_receipt(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<Receipt>> {
    Ok(web::Json(receipt(&state, &caller, arrival, *id).await?))
}

/// Draws the QR code into a receipt: with the answer, so that a receipt to be printed costs no request of its own. A report
/// that was accepted is never refused for want of a drawing.
fn draw_qr_code(receipt: &mut Receipt) {
    receipt.qr_code = QrCode::of(&receipt.in_code()).map(|code| code.svg());
}

async fn receipt(state: &AppState, caller: &Requester, arrival: Arrival, id: Uuid) -> ApiResult<Receipt> {
    let reading = state.store.reading().await?;
    let (_, report) = find(&reading, caller, arrival, id).await?;
    reading.finish();
    Ok(report.receipt)
}

async fn find(reading: &Reading, caller: &Requester, arrival: Arrival, id: Uuid) -> ApiResult<(InSight, ReportView)> {
    let sight = visible_to(caller, reporting_day(arrival.at));
    let (of, report) = reading.report(sight, id).await?.ok_or_else(ApiError::not_found)?;
    authorize(caller, ReadReport, &unit::target(&of))?;
    Ok((of, report))
}
