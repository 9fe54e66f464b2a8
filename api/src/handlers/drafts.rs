//! Drafts: what was typed and not sent, kept for as long as it can be sent.

use actix_web::{HttpResponse, delete, get, put, web};
use shared::check::check_draft;
use shared::draft::{Draft, DraftQuery, DraftRequest, UnitDraft, is_taken};
use shared::organization::Page;
use shared::permission::Target;
use shared::{ProblemKind, ReportingDay, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Invalid, Unacceptable};
use super::{days, searching, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{Allowed, WriteDraft, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::LargeBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::{DeleteDraft, DraftOutcome, SaveDraft, visible_to};

/// List the drafts of a day
///
/// What was typed and not sent for the units that the caller reports for: a health center finds the rows of its grid again,
/// whoever of it typed them and wherever.
#[utoipa::path(
    operation_id = "list_drafts",
    tag = "drafts",
    params(
        ("day" = Option<ReportingDay>, Query, description = "Those of this day, today at the latest; today by default."),
        ("cursor" = Option<Uuid>, Query, description = "Where the page begins, from `next_cursor`."),
        ("limit" = Option<u32>, Query, description = "How many items at the most, 1 to 200; 50 by default."),
    ),
    responses((status = 200, description = "One page, by the units' ids.", body = Page<UnitDraft>), Refusals, Invalid),
    security(("session" = []))
)]
#[get("/drafts")]
pub async fn list_drafts(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<DraftQuery>,
) -> ApiResult<web::Json<Page<UnitDraft>>> {
    authorize(&caller, WriteDraft, &Target::own(&caller))?;
    let today = reporting_day(arrival.at);
    let day = days::not_to_come(query.day, today)?;
    let mut violations = Vec::new();
    let limit = searching::limit(query.limit, &mut violations);
    if !violations.is_empty() {
        return Err(violations.into());
    }
    let reading = state.store.reading().await?;
    let mut items = reading.drafts(visible_to(&caller, today), day, query.cursor, limit + 1).await?;
    reading.finish();
    let is_last = items.len() <= limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| !is_last).map(|last| last.unit_id.to_string());
    Ok(web::Json(Page { items, next_cursor }))
}

/// Save a draft
///
/// Keeps what was typed, as typed, until it is sent or the time for that is over: the draft of today, and by a health center
/// for another unit also that of yesterday. Each saving names the version it was made
/// from, 0 for the first: if another window saved in between, the answer is `draft-changed` and nothing is stored.
#[utoipa::path(
    operation_id = "put_draft",
    tag = "drafts",
    params(
        ("unit_id" = Uuid, Path, description = "The unit.", example = json!(examples::unit_id())),
        ("entry_day" = String, Path, format = Date, description = "Today in Japan, or by proxy yesterday, else \
            `day-changed`.", example = "2026-11-22"),
    ),
    request_body(content = DraftRequest, example = json!({
        "base_version": 0,
        "content": { "cells": ["", "1", "2", "3", "", "２", "", "", "", "", "1", "", "", ""] }
    })),
    responses(
        (status = 200, description = "Saved, with the version to name next time.", body = Draft),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[put("/drafts/{unit_id}/{entry_day}")]
pub async fn put_draft(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<(Uuid, ReportingDay)>,
    LargeBody(body): LargeBody<DraftRequest>,
) -> ApiResult<web::Json<Draft>> {
    let (unit_id, entry_day) = *path;
    let allowed = allow(&state, &caller, arrival, unit_id, entry_day).await?;
    check_draft(&body.value)?;
    let save = SaveDraft {
        allowed,
        entry_day,
        author: caller.0.display_name.clone(),
        base_version: body.value.base_version,
        content: body.value.content,
    };
    match state.store.save_draft(save).await? {
        DraftOutcome::Saved(draft) => Ok(web::Json(*draft)),
        DraftOutcome::Changed => Err(ProblemKind::DraftChanged.into()),
        DraftOutcome::AlreadyReported(existing) => Err(ApiError::already_reported(*existing)),
    }
}

/// Throw a draft away
///
/// Safe to repeat: where there is no draft, nothing happens.
#[utoipa::path(
    operation_id = "delete_draft",
    tag = "drafts",
    params(
        ("unit_id" = Uuid, Path, description = "The unit.", example = json!(examples::unit_id())),
        ("entry_day" = String, Path, format = Date, description = "Today in Japan, or by proxy yesterday, else \
            `day-changed`.", example = "2026-11-22"),
    ),
    responses((status = 204, description = "There is no draft any more."), Refusals, Absent, Conflicting),
    security(("session" = []))
)]
#[delete("/drafts/{unit_id}/{entry_day}")]
pub async fn delete_draft(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<(Uuid, ReportingDay)>,
) -> ApiResult<HttpResponse> {
    let (unit_id, entry_day) = *path;
    let allowed = allow(&state, &caller, arrival, unit_id, entry_day).await?;
    state.store.delete_draft(DeleteDraft { allowed, entry_day }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The proof that the caller may write the unit's draft of a day.
async fn allow(
    state: &AppState,
    caller: &CurrentCaller,
    arrival: Arrival,
    unit_id: Uuid,
    entry_day: ReportingDay,
) -> ApiResult<Allowed<WriteDraft>> {
    let today = reporting_day(arrival.at);
    let allowed = unit::allow(&state.store, caller, WriteDraft, unit_id, today).await?;
    if is_taken(entry_day, today, allowed.is_by_proxy()) { Ok(allowed) } else { Err(ApiError::day_changed(today)) }
}
