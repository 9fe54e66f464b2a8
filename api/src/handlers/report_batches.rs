//! Many reports in one request.

use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::future::join_all;
use shared::ProblemKind;
use shared::report_batch::{ReportBatch, ReportBatchRequest, ReportResult, check_size};

use super::refusals::{Conflicting, Unacceptable};
use super::{idempotency, sending};
use crate::app::AppState;
use crate::auth::Requester;
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::store::NewReport;
use crate::store::idempotency::IdempotencyKey;

/// Send many reports
///
/// Up to 200 reports, each judged as by `POST /reports` and stored or refused alone: the answer has one result for each,
/// in their order, and one that is refused stops none of the others. An `Idempotency-Key` makes repeating the same batch
/// safe: what was accepted is answered with its report again, and what was refused is judged again.
#[utoipa::path(
    operation_id = "submit_reports",
    tag = "collection",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$", example = "fax-of-2026-11-22-1",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = ReportBatchRequest, example = json!({ "reports": [examples::proxy_report()] })),
    responses((status = 200, description = "What became of each.", body = ReportBatch), Refusals, Conflicting, Unacceptable),
    security(("session" = []), ("client" = []))
)]
#[post("/report-batches")]
pub async fn submit_reports(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    body: LargeBody<ReportBatchRequest>,
) -> ApiResult<HttpResponse> {
    let key = idempotency::of_request(&request, &caller, &body.0.bytes)?;
    check_size(&body.0.value)?;
    let reports = &body.0.value.reports;
    let keys: Vec<_> = (0..reports.len()).map(|place| key.as_ref().map(|key| of_place(key, place))).collect();
    if key.is_some() && state.store.is_any_key_of_another(keys.iter().flatten()).await? {
        return Err(ProblemKind::KeyReused.into());
    }
    let mut judged = Vec::with_capacity(reports.len());
    for (report, key) in reports.iter().zip(keys) {
        judged.push(sending::ready(&state, &caller, arrival, report, key).await);
    }
    // Queued in their order, so that the writer commits them together.
    let results = join_all(judged.into_iter().map(|judged| send(&state, judged))).await;
    Ok(HttpResponse::Ok().json(ReportBatch { results }))
}

async fn send(state: &AppState, judged: ApiResult<NewReport>) -> ReportResult {
    let outcome = match judged {
        Ok(report) => state.store.submit_report(report).await.map_err(Into::into).and_then(sending::accepted),
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok((report, _)) => ReportResult { report: Some(report), refusal: None },
        Err(error) => ReportResult { report: None, refusal: Some(error.problem().clone()) },
    }
}

/// The key of one report of a batch. Keys that are sent have no blank, so that none of them is one of these.
fn of_place(key: &IdempotencyKey, place: usize) -> IdempotencyKey {
    IdempotencyKey { key: format!("{} {place}", key.key), ..key.clone() }
}
