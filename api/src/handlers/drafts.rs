//! Drafts: what was typed and not sent, kept for as long as today lasts.

use actix_web::{HttpResponse, delete, put, web};
use shared::check::check_draft;
use shared::draft::{Draft, DraftRequest};
use shared::{ProblemKind, ReportingDay, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Unacceptable};
use super::unit;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{Allowed, WriteDraft};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::{DeleteDraft, DraftOutcome, SaveDraft};

/// Save the draft of today
///
/// Keeps what was typed, as typed, until the report is sent or the day ends. Each saving names the version it was made
/// from, 0 for the first: if another window saved in between, the answer is `draft-changed` and nothing is stored.
#[utoipa::path(
    operation_id = "put_draft",
    tag = "drafts",
    params(
        ("unit_id" = Uuid, Path, description = "The unit.", example = json!(examples::unit_id())),
        ("entry_day" = String, Path, format = Date, description = "Today in Japan, else `day-changed`.",
            example = "2026-11-22"),
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
    body: JsonBody<DraftRequest>,
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

/// Throw the draft of today away
///
/// Safe to repeat: where there is no draft, nothing happens.
#[utoipa::path(
    operation_id = "delete_draft",
    tag = "drafts",
    params(
        ("unit_id" = Uuid, Path, description = "The unit.", example = json!(examples::unit_id())),
        ("entry_day" = String, Path, format = Date, description = "Today in Japan, else `day-changed`.",
            example = "2026-11-22"),
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

/// The proof that the caller may write the unit's draft of today.
async fn allow(
    state: &AppState,
    caller: &CurrentCaller,
    arrival: Arrival,
    unit_id: Uuid,
    entry_day: ReportingDay,
) -> ApiResult<Allowed<WriteDraft>> {
    let today = reporting_day(arrival.at);
    let allowed = unit::allow(&state.store, caller, WriteDraft, unit_id, today).await?;
    if entry_day == today { Ok(allowed) } else { Err(ApiError::day_changed(today)) }
}
