//! Day statements: a day was closed, or had no patients.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use shared::check::{MAX_DAYS_AHEAD, Sender, check_statement};
use shared::day_statement::{DayStatement, StatementRequest};
use shared::history::HistoryQuery;
use shared::organization::Page;
use shared::{ProblemKind, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Invalid, Unacceptable};
use super::{days, idempotency, unit};
use crate::app::AppState;
use crate::auth::Requester;
use crate::authorize::{MakeStatement, ReadStatements, WithdrawStatement, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::{Days, NewStatement, StatementOutcome, Withdrawal, visible_to};

/// List a unit's day statements
///
/// Those in force, newest day first. With `days`, or without anything, also those of all coming days.
#[utoipa::path(
    operation_id = "list_day_statements",
    tag = "day statements",
    params(HistoryQuery),
    responses((status = 200, description = "The statements.", body = Page<DayStatement>), Refusals, Absent, Invalid),
    security(("session" = []), ("client" = []))
)]
#[get("/day-statements")]
pub async fn list_day_statements(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<HistoryQuery>,
) -> ApiResult<web::Json<Page<DayStatement>>> {
    let today = reporting_day(arrival.at);
    let last = today.plus(MAX_DAYS_AHEAD);
    let asked = days::asked(&query, today, last)?;
    let asked = if query.to.is_some() { asked } else { Days { from: asked.from, to: last } };
    let reading = state.store.reading().await?;
    let found = unit::find(&reading, &caller, ReadStatements, query.unit_id, today).await?;
    let items = reading.day_statements(found.organization.id, asked).await?;
    reading.finish();
    Ok(web::Json(Page { items, next_cursor: None }))
}

/// State that a day was closed or had no patients
///
/// About today, a coming day, or one of the 60 days before. A health center states it for a unit of its jurisdiction
/// by naming it and saying through which `channel` it was told. A day that has a report or another statement keeps it.
#[utoipa::path(
    operation_id = "make_day_statement",
    tag = "day statements",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "^[!-~]+$",
        description = "1 to 255 visible ASCII characters of your own; the same for each repetition of a request."
    )),
    request_body(content = StatementRequest, example = json!({ "day": "2026-11-23", "kind": "closed" })),
    responses(
        (status = 201, description = "On record.", body = DayStatement,
            headers(
                ("Location" = String, description = "What to delete to withdraw it."),
                ("Idempotency-Replayed" = String, description = "`true` when this answer was given before."),
            )),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []), ("client" = []))
)]
#[post("/day-statements")]
pub async fn make_day_statement(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    request: HttpRequest,
    body: JsonBody<StatementRequest>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let idempotency = idempotency::of_request(&request, &caller, &body.bytes)?;
    let unit_id = body.value.unit_id.unwrap_or(caller.organization_id);
    let allowed = unit::allow(&state.store, &caller, MakeStatement, unit_id, today).await?;
    let checked = check_statement(&body.value, today, Sender::of(&caller, unit_id))?;
    let statement = NewStatement {
        id: None,
        allowed,
        checked,
        stated_by: caller.entered_by(),
        arrived_at: arrival.at,
        ip: Some(arrival.address),
        idempotency,
    };
    match state.store.make_statement(statement).await? {
        StatementOutcome::Made { statement, replayed } => {
            let mut answer = HttpResponse::Created();
            answer.insert_header((LOCATION, format!("/api/v1/day-statements/{}", statement.id)));
            if replayed {
                answer.insert_header((idempotency::REPLAYED, "true"));
            }
            Ok(answer.json(statement))
        }
        StatementOutcome::Conflict => Err(ProblemKind::StatementConflict.into()),
        StatementOutcome::KeyReused => Err(ProblemKind::KeyReused.into()),
    }
}

/// Withdraw a day statement
///
/// Until its day ends; afterwards it stays.
#[utoipa::path(
    operation_id = "withdraw_day_statement",
    tag = "day statements",
    params((
        "id" = Uuid, Path, description = "The statement's id, from the answer that made it or from the list.",
        example = json!(examples::statement_id())
    )),
    responses((status = 204, description = "Withdrawn."), Refusals, Absent, Conflicting),
    security(("session" = []), ("client" = []))
)]
#[delete("/day-statements/{id}")]
pub async fn withdraw_day_statement(
    caller: Requester,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    let found = reading.day_statement(visible_to(&caller, today), *id).await?;
    let (of, statement) = found.ok_or_else(ApiError::not_found)?;
    reading.finish();
    let allowed = authorize(&caller, WithdrawStatement, &unit::target(&of))?;
    if statement.day < today {
        let detail = format!("{} has ended; its statement stays.", statement.day);
        return Err(ApiError::new(ProblemKind::StatementConflict).detail(detail));
    }
    let withdrawal = Withdrawal { allowed, id: statement.id, ip: Some(arrival.address) };
    if state.store.withdraw_statement(withdrawal).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::not_found())
    }
}
