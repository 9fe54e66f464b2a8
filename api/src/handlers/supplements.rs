//! Supplements: what a health center finds for a unit's earlier days.

use actix_web::{HttpRequest, HttpResponse, post, web};
use shared::check::Sender;
use shared::supplement::{Supplement, SupplementRequest, check_supplement};
use shared::{ProblemKind, reporting_day};

use super::refusals::{Absent, Conflicting, Unacceptable};
use super::{idempotency, unit};
use crate::app::AppState;
use crate::auth::{CurrentCaller, Requester};
use crate::authorize::SendSupplement;
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::store::supplement::{NewSupplement, SupplementOutcome};

/// Send a supplement
///
/// Adjustments to a unit's earlier days that belong to none of its reports: a FAX found in the tray, patients that a
/// clinic tells of by telephone. Any number a day, beside the one report; a day without a report is then known to be
/// reported late. No band of any day may fall below 0.
#[utoipa::path(
    operation_id = "send_supplement",
    tag = "collection",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = SupplementRequest, example = json!(examples::supplement())),
    responses(
        (status = 201, description = "Accepted and durable.", body = Supplement,
            headers(("Idempotency-Replayed" = String, description = "`true` when this answer was given before."))),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/supplements")]
pub async fn send_supplement(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    LargeBody(body): LargeBody<SupplementRequest>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let unit_id = body.value.unit_id.unwrap_or(caller.organization_id);
    let allowed = unit::allow(&state.store, &caller, SendSupplement, unit_id, today).await?;
    let checked = check_supplement(&body.value, Sender::of(&caller, unit_id)).map_err(|violations| {
        if body.value.entry_day == today { ApiError::invalid(violations) } else { ApiError::day_changed(today) }
    })?;
    let supplement = NewSupplement {
        allowed,
        checked,
        channel: caller.channel(),
        entered_by: Requester::Person(caller.0).entered_by(),
        ip: Some(arrival.address),
        arrived_at: arrival.at,
        idempotency,
    };
    match state.store.send_supplement(supplement).await? {
        SupplementOutcome::Accepted { supplement, replayed } => {
            let mut answer = HttpResponse::Created();
            if replayed {
                answer.insert_header((idempotency::REPLAYED, "true"));
            }
            Ok(answer.json(supplement))
        }
        SupplementOutcome::KeyReused => Err(ProblemKind::KeyReused.into()),
        SupplementOutcome::DayChanged(today) => Err(ApiError::day_changed(today)),
        SupplementOutcome::BelowZero(violations) => Err(ApiError::invalid(violations)),
    }
}
