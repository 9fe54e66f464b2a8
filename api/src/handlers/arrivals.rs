//! A health center's inbox: batches of what reached it, and what has become of each arrival.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, post, web};
use serde::Serialize;
use shared::arrival::{
    Arrival, ArrivalBatch, ArrivalBatchQuery, ArrivalBatchRequest, ArrivalQuery, ArrivalRequest, EnteredRequest,
    RejectRequest, check_arrival, check_batch, check_rejection,
};
use shared::organization::Page;
use shared::permission::Target;
use shared::{Caller, ProblemKind, ReportingDay, Rule, Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Invalid, Unacceptable};
use super::{idempotency, searching, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{Act, Allowed, ReadArrivals, WriteArrivals, authorize};
use crate::demo::examples;
use crate::envelope;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::arrival::{Arrived, BatchToClose, NewArrival, NewBatch, Part, Settlement, Settling};
use crate::store::{Reading, visible_to};

/// List the batches of the own inbox
///
/// Newest first, each with how many arrivals were received, entered and rejected.
#[utoipa::path(
    operation_id = "list_arrival_batches",
    tag = "collection",
    params(ArrivalBatchQuery),
    responses((status = 200, description = "One page.", body = Page<ArrivalBatch>), Refusals, Invalid),
    security(("session" = []))
)]
#[get("/arrival-batches")]
pub async fn list_arrival_batches(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    Parameters(query): Parameters<ArrivalBatchQuery>,
) -> ApiResult<web::Json<Page<ArrivalBatch>>> {
    authorize(&caller, ReadArrivals, &Target::own(&caller))?;
    let part = part(query.limit, query.cursor.as_deref())?;
    let reading = state.store.reading().await?;
    let one_more = Part { limit: part.limit + 1, ..part };
    let found = reading.arrival_batches(caller.organization_id, query.day, query.open, one_more).await?;
    reading.finish();
    Ok(web::Json(page(found, part)))
}

/// Open a batch
///
/// For what reaches the health center about a day. One batch of a day is open at a time.
#[utoipa::path(
    operation_id = "open_arrival_batch",
    tag = "collection",
    request_body(content = ArrivalBatchRequest, example = json!({ "day": "2026-11-20" })),
    responses((status = 201, description = "Open.", body = ArrivalBatch), Refusals, Conflicting, Unacceptable),
    security(("session" = []))
)]
#[post("/arrival-batches")]
pub async fn open_arrival_batch(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    body: JsonBody<ArrivalBatchRequest>,
) -> ApiResult<HttpResponse> {
    let allowed = authorize(&caller, WriteArrivals, &Target::own(&caller))?;
    let day = check_batch(&body.value, reporting_day(arrival.at))?;
    let new = NewBatch { id: None, allowed, day, ip: Some(arrival.address) };
    answer(HttpResponse::Created(), state.store.open_arrival_batch(new).await?)
}

/// Close a batch
///
/// Refused with `arrivals-open`, which names them, while it holds arrivals that are neither entered nor rejected. What is
/// closed stays as it is; what comes later goes into another batch.
#[utoipa::path(
    operation_id = "close_arrival_batch",
    tag = "collection",
    params(("id" = Uuid, Path, description = "The batch's id.", example = json!(examples::balanced_batch_id()))),
    responses((status = 200, description = "Closed.", body = ArrivalBatch), Refusals, Absent, Conflicting),
    security(("session" = []))
)]
#[post("/arrival-batches/{id}/close")]
pub async fn close_arrival_batch(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let allowed = of_batch(&reading, &caller, WriteArrivals, *id, reporting_day(arrival.at)).await?;
    reading.finish();
    let closing = BatchToClose { allowed, id: *id, ip: Some(arrival.address) };
    answer(HttpResponse::Ok(), state.store.close_arrival_batch(closing).await?)
}

/// List the arrivals of a batch
///
/// In the order in which they were logged, each with what has become of it.
#[utoipa::path(
    operation_id = "list_arrivals",
    tag = "collection",
    params(
        ("batch_id" = Uuid, Query, description = "Those of this batch.", example = json!(examples::batch_id())),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from `next_cursor`."),
        ("limit" = Option<u32>, Query, description = "How many items at the most, 1 to 200; 50 by default."),
    ),
    responses((status = 200, description = "One page.", body = Page<Arrival>), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/arrivals")]
pub async fn list_arrivals(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    Parameters(query): Parameters<ArrivalQuery>,
) -> ApiResult<web::Json<Page<Arrival>>> {
    let reading = state.store.reading().await?;
    of_batch(&reading, &caller, ReadArrivals, query.batch_id, reporting_day(arrival.at)).await?;
    let part = part(query.limit, query.cursor.as_deref())?;
    let found = reading.arrivals(query.batch_id, Part { limit: part.limit + 1, ..part }).await?;
    reading.finish();
    Ok(web::Json(page(found, part)))
}

/// Log an arrival
///
/// A FAX, a call, a mail, a letter, a visit: when it came, from whom, and how many pages it has. Either a registered unit
/// sent it, or somebody else who is named.
#[utoipa::path(
    operation_id = "log_arrival",
    tag = "collection",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = ArrivalRequest, example = json!({
        "batch_id": examples::batch_id(), "channel": "fax", "unit_id": examples::unit_id(), "pages": 1
    })),
    responses(
        (status = 201, description = "Logged.", body = Arrival,
            headers(("Idempotency-Replayed" = String, description = "`true` when this answer was given before."))),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/arrivals")]
pub async fn log_arrival(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    request: HttpRequest,
    body: JsonBody<ArrivalRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let (asked, today) = (body.value, reporting_day(arrival.at));
    let reading = state.store.reading().await?;
    let allowed = of_batch(&reading, &caller, WriteArrivals, asked.batch_id, today).await?;
    if let Some(unit_id) = asked.unit_id {
        let unit = reading.organization(visible_to(&caller, today), unit_id).await?.ok_or_else(ApiError::not_found)?;
        if !unit.organization.kind.reports() {
            return Err(Violation::new("/unit_id", Rule::NotAllowed, "It doesn't report.").into());
        }
    }
    reading.finish();
    let checked = check_arrival(&asked, arrival.at)?;
    let (batch_id, unit_id, ip) = (asked.batch_id, asked.unit_id, Some(arrival.address));
    let new = NewArrival { id: None, allowed, batch_id, unit_id, checked, ip, idempotency };
    answer(HttpResponse::Created(), state.store.log_arrival(new).await?)
}

/// Reject an arrival
///
/// It isn't entered, for a reason: it can't be read, came twice, belongs to another center. As long as its batch is open,
/// it may be entered after all.
#[utoipa::path(
    operation_id = "reject_arrival",
    tag = "collection",
    params(("id" = Uuid, Path, description = "The arrival's id.", example = json!(examples::arrival_id()))),
    request_body(content = RejectRequest, example = json!({ "reason": "unreadable", "note": "下半分が欠けている" })),
    responses((status = 200, description = "Rejected.", body = Arrival), Refusals, Absent, Conflicting, Unacceptable),
    security(("session" = []))
)]
#[post("/arrivals/{id}/rejection")]
pub async fn reject_arrival(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<RejectRequest>,
) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let (allowed, _) = of_arrival(&reading, &caller, *id, reporting_day(arrival.at)).await?;
    reading.finish();
    let settlement = Settlement::Rejected(check_rejection(&body.value)?);
    let settling = Settling { allowed, id: *id, settlement, ip: Some(arrival.address) };
    answer(HttpResponse::Ok(), state.store.settle_arrival(settling).await?)
}

/// Say that an arrival is entered
///
/// By the report or the supplement that holds its numbers: of the unit that sent it; where that isn't registered, of the
/// health center itself or of any unit of its jurisdiction.
#[utoipa::path(
    operation_id = "enter_arrival",
    tag = "collection",
    params(("id" = Uuid, Path, description = "The arrival's id.", example = json!(examples::arrival_id()))),
    request_body(content = EnteredRequest, example = json!({ "submission_id": examples::report_id() })),
    responses((status = 200, description = "Entered.", body = Arrival), Refusals, Absent, Conflicting, Unacceptable),
    security(("session" = []))
)]
#[post("/arrivals/{id}/submission")]
pub async fn enter_arrival(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: envelope::Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<EnteredRequest>,
) -> ApiResult<HttpResponse> {
    let (submission_id, today) = (body.value.submission_id, reporting_day(arrival.at));
    let reading = state.store.reading().await?;
    let (allowed, of) = of_arrival(&reading, &caller, *id, today).await?;
    let unit = reading.unit_of_submission(visible_to(&caller, today), submission_id).await?;
    reading.finish();
    let unit = unit.ok_or_else(ApiError::not_found)?;
    if of.unit.is_some_and(|sender| sender.id != unit.organization.id) {
        return Err(Violation::new("/submission_id", Rule::NotAllowed, "It is another unit's.").into());
    }
    let settlement = Settlement::Entered(submission_id);
    let settling = Settling { allowed, id: *id, settlement, ip: Some(arrival.address) };
    answer(HttpResponse::Ok(), state.store.settle_arrival(settling).await?)
}

/// The proof that the caller may do something with a batch, that is, with its center's inbox.
async fn of_batch<A: Act>(
    reading: &Reading,
    caller: &Caller,
    act: A,
    id: Uuid,
    today: ReportingDay,
) -> ApiResult<Allowed<A>> {
    let batch = reading.arrival_batch(id).await?.ok_or_else(ApiError::not_found)?;
    Ok(unit::allow_seen(reading, caller, act, batch.center_id, today).await?.0)
}

/// The proof that the caller may settle an arrival, with the arrival.
async fn of_arrival(
    reading: &Reading,
    caller: &Caller,
    id: Uuid,
    today: ReportingDay,
) -> ApiResult<(Allowed<WriteArrivals>, Arrival)> {
    let (center_id, arrival) = reading.arrival(id).await?.ok_or_else(ApiError::not_found)?;
    Ok((unit::allow_seen(reading, caller, WriteArrivals, center_id, today).await?.0, arrival))
}

/// Which part of a list is asked for.
fn part(limit: Option<u32>, cursor: Option<&str>) -> ApiResult<Part> {
    let mut violations = Vec::new();
    let limit = searching::limit(limit, &mut violations);
    let from = searching::cursor(cursor, |cursor| cursor.parse().ok(), &mut violations).unwrap_or(0);
    if violations.is_empty() { Ok(Part { from, limit }) } else { Err(violations.into()) }
}

/// A page of what was found from its place on, one more than it has.
fn page<T>(mut items: Vec<T>, part: Part) -> Page<T> {
    let limit = part.limit as usize;
    let next_cursor = (items.len() > limit).then(|| part.from.saturating_add(part.limit).to_string());
    items.truncate(limit);
    Page { items, next_cursor }
}

fn answer<T: Serialize>(mut done: HttpResponseBuilder, outcome: Arrived<T>) -> ApiResult<HttpResponse> {
    match outcome {
        Arrived::Done { value, replayed } => {
            if replayed {
                done.insert_header((idempotency::REPLAYED, "true"));
            }
            Ok(done.json(value))
        }
        Arrived::Conflict => Err(ProblemKind::ArrivalConflict.into()),
        Arrived::Open(arrivals) => Err(ApiError::arrivals_open(arrivals)),
        Arrived::KeyReused => Err(ProblemKind::KeyReused.into()),
    }
}
