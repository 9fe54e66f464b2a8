//! Signing in and out. The steps between password and session have files of their own.

pub mod challenge;
mod code;
pub mod enrollment;
mod guess;
pub mod own;
mod passkey;
pub mod password;
pub mod second_factor;
mod step;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep, SessionView, SignInRequest};

use super::refusals::Unacceptable;
use crate::app::AppState;
use crate::auth::ceremony::{self, Credential};
use crate::auth::device::Device;
use crate::auth::session::hash_of;
use crate::auth::{CurrentCaller, HalfSignedIn, cookie};
use crate::config::Network;
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::guesses::Guesser;
use crate::json_body::JsonBody;
use crate::login_id::canonical;
use crate::openapi::Refusals;
use crate::store::ceremony::{Shown, SignIn};
use crate::store::guesses::Guess;
use crate::store::signing_in::Presented;

/// Sign in: the first step
///
/// Takes the login ID and the password, or, of a new account, the code of its activation slip in the password's place.
/// The answer says what comes next: `second_factor`, or `enroll_second_factor` where the account has none yet. Until the
/// last step answers `done`, nothing but the next step is open, for five minutes and five tries. Every failure has the
/// same answer; so has a password that was tried too often, be it right.
#[utoipa::path(
    operation_id = "sign_in",
    tag = "auth",
    request_body(content = SignInRequest, example = json!(examples::sign_in())),
    responses((status = 200, description = "What comes next.", body = CeremonyStep), Refusals, Unacceptable),
    security(())
)]
#[post("/auth/sign-in")]
pub async fn sign_in(
    request: HttpRequest,
    device: Device,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<SignInRequest>,
) -> ApiResult<HttpResponse> {
    let SignInRequest { login_id, password } = body.value;
    let login_id = canonical(&login_id);
    let network = Network::around(arrival.address).to_string();
    let Presented { standing, is_known_network } = state.store.presented(&login_id, &network, arrival.at).await?;
    let account_id = standing.as_ref().map(|standing| standing.account.caller.account_id);
    let about = account_id.unwrap_or_else(|| guess::stand_in(&state.seals, &login_id));
    let guesser = guess::guesser(&state, &device, about, is_known_network)?;
    let Credential { shown, text, phc } = ceremony::credential(standing.as_ref(), password);
    let place = match guesser {
        Guesser::Stranger => state.passwords.line_up_as_stranger()?,
        Guesser::Device | Guesser::Network => state.passwords.line_up()?,
    };
    let may_try = guess::is_within_budget(&state, Guess { about, guesser, at: arrival.at }, shown).await?;
    let checked = place.check(&text, phc.filter(|_| may_try)).await?;
    step::tell_of_damage(checked.damage, account_id, arrival);
    let failed = || {
        state.failures.note(account_id, arrival.address, arrival.at);
        Err(ProblemKind::SignInFailed.into())
    };
    let Some(standing) = standing.filter(|standing| checked.is_right && standing.account.is_enabled) else {
        return failed();
    };
    let next = ceremony::after_password(&standing);
    let (id, session) = step::new_session(&state, arrival.at, next, step::place(&request, arrival))?;
    let sign_in = SignIn {
        caller: standing.account.caller.clone(),
        ip: arrival.address,
        shown,
        session,
        replaces: request.cookie(cookie::SESSION).and_then(|cookie| hash_of(cookie.value())),
        rehashed: checked.rehashed.filter(|_| matches!(shown, Shown::Password(_))),
    };
    if !state.store.sign_in(sign_in).await? {
        return failed();
    }
    let mut step = CeremonyStep::new(next);
    if next == NextStep::SecondFactor {
        step.methods = step::options(&state, &standing)?;
    }
    Ok(step::answer(id, step))
}

/// Sign out
///
/// Ends the session, or the unfinished sign-in; its cookie is worthless from then on.
#[utoipa::path(
    operation_id = "sign_out",
    tag = "auth",
    responses((status = 204, description = "Signed out."), Refusals),
    security(("session" = []))
)]
#[post("/auth/sign-out")]
pub async fn sign_out(holder: HalfSignedIn, state: web::Data<AppState>, arrival: Arrival) -> ApiResult<HttpResponse> {
    state.store.sign_out(&holder.0.caller, arrival.address, holder.0.id).await?;
    Ok(HttpResponse::NoContent()
        .insert_header(("Clear-Site-Data", "\"cache\", \"storage\""))
        .cookie(cookie::clear(cookie::SESSION))
        .cookie(cookie::clear(cookie::PRE_SESSION))
        .finish())
}

/// Who is signed in
///
/// The account, its organization, and when the session ends. Extends the session like any other request.
#[utoipa::path(
    operation_id = "get_session",
    tag = "auth",
    responses((status = 200, description = "Who is signed in.", body = SessionView), Refusals),
    security(("session" = []))
)]
#[get("/auth/session")]
pub async fn get_session(caller: CurrentCaller, arrival: Arrival) -> web::Json<SessionView> {
    web::Json(caller.0.view(arrival.at))
}

/// Writes the events of failed sign-ins whose minute is over, or of all at the end.
///
/// # Errors
///
/// When the database doesn't take writes at the moment.
pub async fn record_failures(state: &AppState, now: Option<DateTime<Utc>>) -> ApiResult<()> {
    for failed in state.failures.take_due(now) {
        state.store.record_failed_sign_ins(failed).await?;
    }
    Ok(())
}
