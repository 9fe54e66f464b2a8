//! How many patients were notified one by one: entered by a center, and compared with what units report.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use shared::notification_count::{
    NotificationCount, NotificationCountQuery, NotificationCountResult, NotificationCountResults, NotificationCountRow,
    NotificationCountsRequest, check_row, check_rows,
};
use shared::organization::Page;
use shared::permission::Target;
use shared::{Caller, ProblemKind, ReportingDay, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Invalid, Unacceptable};
use super::{days, idempotency, searching, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{EnterNotificationCounts, ReadNotificationCounts, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::notification_count::{CountsOutcome, NewCount, NewCounts};
use crate::store::{InSight, Reading, visible_to};

/// List how many patients were notified one by one
///
/// The newest count of a day of each unit of the jurisdiction that has one, beside how many patients of 65 and more the unit
/// has said for that day, with all that was corrected or adjusted since. Those first that have said fewer.
#[utoipa::path(
    operation_id = "list_notification_counts",
    tag = "collection",
    params(
        ("day" = Option<ReportingDay>, Query, description = "Those of this day, today at the latest; today by default."),
        ("unit_id" = Option<Uuid>, Query, description = "Only that of this unit.", example = json!(examples::unit_id())),
        ("below" = Option<bool>, Query, description = "Only those of units that have said fewer, or only the others."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from `next_cursor`."),
        ("limit" = Option<u32>, Query, description = "How many items at the most, 1 to 200; 50 by default."),
    ),
    responses((status = 200, description = "One page.", body = Page<NotificationCount>), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/notification-counts")]
pub async fn list_notification_counts(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<NotificationCountQuery>,
) -> ApiResult<web::Json<Page<NotificationCount>>> {
    let today = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    unit::find(&reading, &caller, ReadNotificationCounts, query.unit_id, today).await?;
    let day = days::not_to_come(query.day, today)?;
    let mut violations = Vec::new();
    let limit = searching::limit(query.limit, &mut violations) as usize;
    let from = searching::cursor(query.cursor.as_deref(), |cursor| cursor.parse::<usize>().ok(), &mut violations);
    if !violations.is_empty() {
        return Err(violations.into());
    }
    let counts = reading.notification_counts(visible_to(&caller, today), day).await?;
    reading.finish();
    let asked = |count: &NotificationCount| {
        query.unit_id.is_none_or(|unit| count.unit_id == unit)
            && query.below.is_none_or(|below| count.is_below == below)
    };
    // A page begins at a place of the list as it is now: what is corrected meanwhile changes its place.
    let from = from.unwrap_or(0);
    let mut items: Vec<_> = counts.into_iter().filter(asked).skip(from).take(limit + 1).collect();
    let next_cursor = (items.len() > limit).then(|| (from + limit).to_string());
    items.truncate(limit);
    Ok(web::Json(Page { items, next_cursor }))
}

/// Enter how many patients were notified one by one
///
/// For a health center, about the units of its jurisdiction: one count or up to 500, each stored or refused alone, so that
/// the answer has one result for each, in their order. A later count of the same unit and day takes the place of the
/// earlier, which stays on record. A report that says fewer patients of 65 and more is asked about before it is sent; one
/// that was sent before is listed by `GET /notification-counts` with `is_below`.
#[utoipa::path(
    operation_id = "enter_notification_counts",
    tag = "collection",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = NotificationCountsRequest, example = json!({
        "counts": [{ "unit_id": examples::unit_id(), "day": "2026-11-22", "count": 1 }]
    })),
    responses(
        (status = 200, description = "What became of each.", body = NotificationCountResults,
            headers(("Idempotency-Replayed" = String, description = "`true` when this answer was given before."))),
        Refusals, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/notification-counts")]
pub async fn enter_notification_counts(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    body: LargeBody<NotificationCountsRequest>,
) -> ApiResult<HttpResponse> {
    let idempotency = idempotency::of_request(&request, &caller, &body.0.bytes)?;
    authorize(&caller, EnterNotificationCounts, &Target::own(&caller))?;
    let asked = body.0.value;
    check_rows(&asked)?;
    let reading = state.store.reading().await?;
    let (results, counts) = judged(&reading, &caller, &asked.counts, reporting_day(arrival.at)).await?;
    reading.finish();
    let new = NewCounts { results, counts, source: asked.source, ip: Some(arrival.address), idempotency };
    match state.store.enter_notification_counts(new).await? {
        CountsOutcome::Entered { results, replayed } => {
            let mut answer = HttpResponse::Ok();
            if replayed {
                answer.insert_header((idempotency::REPLAYED, "true"));
            }
            Ok(answer.json(NotificationCountResults { results }))
        }
        CountsOutcome::KeyReused => Err(ProblemKind::KeyReused.into()),
    }
}

/// What becomes of each count, and those that are entered.
async fn judged(
    reading: &Reading,
    caller: &Caller,
    asked: &[NotificationCountRow],
    today: ReportingDay,
) -> ApiResult<(Vec<NotificationCountResult>, Vec<NewCount>)> {
    let units: Vec<Uuid> = asked.iter().map(|row| row.unit_id).collect();
    let seen = reading.organizations_in_sight(visible_to(caller, today), &units).await?;
    let (mut results, mut counts) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
    for (place, row) in asked.iter().enumerate() {
        let refusal = match judge(caller, seen.get(&row.unit_id), asked, place, today) {
            Ok(new) => {
                counts.push(new);
                None
            }
            Err(error) => Some(error.problem().clone()),
        };
        results.push(NotificationCountResult { unit_id: row.unit_id, day: row.day, count: row.count, refusal });
    }
    Ok((results, counts))
}

fn judge(
    caller: &Caller,
    unit: Option<&InSight>,
    asked: &[NotificationCountRow],
    place: usize,
    today: ReportingDay,
) -> ApiResult<NewCount> {
    let unit = unit.ok_or_else(ApiError::not_found)?;
    let allowed = authorize(caller, EnterNotificationCounts, &unit::target(unit))?;
    Ok(NewCount { allowed, checked: check_row(asked, place, today)? })
}
