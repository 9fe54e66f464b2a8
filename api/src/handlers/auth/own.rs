//! What one sees of one's own security, and changes: factors, recovery codes, sessions, resets.

use actix_web::{HttpResponse, delete, get, post, web};
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep};
use shared::audit::OwnSignIn;
use shared::issuance::OwnReset;
use shared::organization::Page;
use shared::second_factor::{OwnSession, SecondFactor, SecondFactors};
use uuid::Uuid;

use super::super::refusals::{Absent, Conflicting};
use super::code::{is_telephone, number_of, numbers_of, tell};
use super::step;
use crate::app::AppState;
use crate::auth::device::Device;
use crate::auth::{CurrentCaller, HalfSignedIn, recovery};
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::gateway::message::NumberChange;
use crate::openapi::Refusals;
use crate::store::ceremony::Proof;
use crate::store::own_security::Removal;
use crate::store::second_factor::Factor;

/// How many sign-ins are listed.
const SIGN_INS: u32 = 20;
/// How many resets are listed.
const RESETS: u32 = 20;

/// Make recovery codes
///
/// Ten new ones, shown this once; all earlier ones are worthless from then on. Open at the step `keep_recovery_codes`,
/// which it ends, and later to whoever stepped up.
#[utoipa::path(
    operation_id = "make_recovery_codes",
    tag = "auth",
    responses((status = 200, description = "The codes, and what comes next.", body = CeremonyStep), Refusals),
    security(("session" = []))
)]
#[post("/auth/recovery-codes")]
pub async fn make_recovery_codes(
    holder: HalfSignedIn,
    device: Device,
    state: web::Data<AppState>,
    arrival: Arrival,
) -> ApiResult<HttpResponse> {
    step::open_at(&holder.0, NextStep::KeepRecoveryCodes, arrival.at)?;
    let set = recovery::new_set(&state.passwords).await?;
    let mut answer = CeremonyStep::new(NextStep::Done);
    answer.recovery_codes = set.codes.iter().map(ToString::to_string).collect();
    let proof = Proof::RecoveryCodes { phcs: set.phcs };
    let answer = step::rise(&state, &holder.0, (arrival, &device), proof, answer).await?;
    answer.ok_or_else(|| ProblemKind::SignInRequired.into())
}

/// One's own second factors
///
/// And how many recovery codes are left, and in which ways one can step up.
#[utoipa::path(
    operation_id = "list_second_factors",
    tag = "auth",
    responses((status = 200, description = "The factors.", body = SecondFactors), Refusals),
    security(("session" = []))
)]
#[get("/auth/second-factors")]
pub async fn list_second_factors(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
) -> ApiResult<web::Json<SecondFactors>> {
    let standing = step::standing(&state, caller.account_id, arrival).await?;
    let methods = step::options(&state, &standing)?;
    let own = |factor: Factor| -> ApiResult<SecondFactor> {
        let masked_number = if is_telephone(factor.kind) { Some(number_of(&state, &factor)?.masked()) } else { None };
        Ok(SecondFactor {
            id: factor.id,
            method: factor.kind,
            label: factor.label,
            masked_number,
            confirmed_at: factor.confirmed_at.unwrap_or(factor.created_at),
            last_used_at: factor.last_used_at,
        })
    };
    Ok(web::Json(SecondFactors {
        items: standing.factors.into_iter().map(own).collect::<ApiResult<_>>()?,
        next_cursor: None,
        recovery_codes_left: u32::try_from(standing.recovery_codes.len()).unwrap_or(u32::MAX),
        methods,
    }))
}

/// Remove a second factor of one's own
///
/// Only for whoever stepped up. The last one stays. Of a telephone that is removed all telephones of the account are told,
/// itself included.
#[utoipa::path(
    operation_id = "remove_second_factor",
    tag = "auth",
    params(("id" = Uuid, Path, description = "The factor.", example = "0199f3c0-0000-7000-8000-000000000000")),
    responses((status = 204, description = "It doesn't count any more."), Refusals, Absent, Conflicting),
    security(("session" = []))
)]
#[delete("/auth/second-factors/{id}")]
pub async fn remove_second_factor(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<Uuid>,
) -> ApiResult<HttpResponse> {
    step::open_at(&caller.0, NextStep::Done, arrival.at)?;
    let factors = state.store.factors(caller.account_id).await?;
    match state.store.remove_factor(&caller, arrival.address, *path).await? {
        Removal::Removed => {
            if factors.iter().any(|factor| factor.id == *path && is_telephone(factor.kind)) {
                tell(&state, numbers_of(&state, &factors)?, NumberChange::Removed);
            }
            Ok(HttpResponse::NoContent().finish())
        }
        Removal::Absent => Err(ApiError::not_found()),
        Removal::Last => Err(ProblemKind::LastSecondFactor.into()),
    }
}

/// One's own sessions
///
/// Those that go on, the newest first.
#[utoipa::path(
    operation_id = "list_sessions",
    tag = "auth",
    responses((status = 200, description = "The sessions.", body = Page<OwnSession>), Refusals),
    security(("session" = []))
)]
#[get("/auth/sessions")]
pub async fn list_sessions(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
) -> ApiResult<web::Json<Page<OwnSession>>> {
    let (hash, idle) = (&caller.0.hash, state.session_times.idle);
    let items = state.store.sessions_of(caller.account_id, hash, arrival.at, idle).await?;
    Ok(web::Json(Page { items, next_cursor: None }))
}

/// One's own recent sign-ins
///
/// The last twenty, the newest first: what succeeded, and each wrong password or code.
#[utoipa::path(
    operation_id = "list_sign_ins",
    tag = "auth",
    responses((status = 200, description = "The sign-ins.", body = Page<OwnSignIn>), Refusals),
    security(("session" = []))
)]
#[get("/auth/sign-ins")]
pub async fn list_sign_ins(caller: CurrentCaller, state: web::Data<AppState>) -> ApiResult<web::Json<Page<OwnSignIn>>> {
    let reading = state.store.reading().await?;
    let items = reading.sign_ins(caller.account_id, SIGN_INS).await?;
    reading.finish();
    Ok(web::Json(Page { items, next_cursor: None }))
}

/// Resets of one's own account
///
/// The last twenty, the newest first: when, by which organization, and why. Open to whoever is signed in, and from the step
/// `enroll_second_factor` on: whoever comes by the slip of a reset is told of it before anything else.
#[utoipa::path(
    operation_id = "list_resets",
    tag = "auth",
    responses((status = 200, description = "The resets.", body = Page<OwnReset>), Refusals),
    security(("session" = []))
)]
#[get("/auth/resets")]
pub async fn list_resets(holder: HalfSignedIn, state: web::Data<AppState>) -> ApiResult<web::Json<Page<OwnReset>>> {
    let session = &holder.0;
    // Who knows the password and has shown nothing else yet may be anybody.
    if session.next == NextStep::SecondFactor {
        return Err(ApiError::unfinished(session.next));
    }
    let reading = state.store.reading().await?;
    let items = reading.resets(session.caller.account_id, RESETS).await?;
    reading.finish();
    Ok(web::Json(Page { items, next_cursor: None }))
}

/// End a session of one's own
///
/// Its next request is refused. The session that asks can be ended too.
#[utoipa::path(
    operation_id = "end_session",
    tag = "auth",
    params(("id" = Uuid, Path, description = "The session.", example = "0199f3c0-0000-7000-8000-000000000000")),
    responses((status = 204, description = "It is over."), Refusals, Absent),
    security(("session" = []))
)]
#[delete("/auth/sessions/{id}")]
pub async fn end_session(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<Uuid>,
) -> ApiResult<HttpResponse> {
    if !state.store.end_session(&caller, arrival.address, *path).await? {
        return Err(ApiError::not_found());
    }
    Ok(HttpResponse::NoContent().finish())
}
