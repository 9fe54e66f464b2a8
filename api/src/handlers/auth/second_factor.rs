//! The second factor: at sign-in, and again before what is sensitive.

use actix_web::{HttpResponse, post, web};
use shared::account::{CeremonyStep, NextStep};
use shared::activation_code::ActivationCode;
use shared::second_factor::{FactorKind, SecondFactorMethod, SecondFactorRequest};
use shared::unicode::nfkc;
use shared::{ProblemKind, Rule, Violation};

use super::super::refusals::Unacceptable;
use super::{code, passkey, step};
use crate::app::AppState;
use crate::auth::ceremony::{self, TRIES};
use crate::auth::device::Device;
use crate::auth::seal::about_factor;
use crate::auth::session::Session;
use crate::auth::{CurrentCaller, HalfSignedIn, totp};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::ceremony::Proof;
use crate::store::code_challenge::{Open, WhichChallenge};
use crate::store::second_factor::Standing;

/// Sign in: the second factor
///
/// Takes a passkey that answers to a challenge, the code of an authenticator app, one that was sent to a telephone for a
/// challenge, or a recovery code. Each works once, and an app's code for as long as the app shows it and half a minute
/// before and after. A wrong one is answered like a wrong password, and with how many tries the attempt has left; the fifth
/// ends it, and it begins again with the password. (In the demo `GET /demo/codes` tells the code.)
#[utoipa::path(
    operation_id = "show_second_factor",
    tag = "auth",
    request_body(content = SecondFactorRequest, example = json!(examples::second_factor())),
    responses((status = 200, description = "What comes next.", body = CeremonyStep), Refusals, Unacceptable),
    security(("session" = []))
)]
#[post("/auth/second-factor")]
pub async fn show_second_factor(
    holder: HalfSignedIn,
    device: Device,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<SecondFactorRequest>,
) -> ApiResult<HttpResponse> {
    match holder.0.next {
        NextStep::SecondFactor => {}
        NextStep::Done => {
            return Err(ApiError::new(ProblemKind::Forbidden).detail("This session is signed in already."));
        }
        next => return Err(ApiError::unfinished(next)),
    }
    let standing = step::standing(&state, holder.0.caller.account_id, arrival).await?;
    let next = ceremony::after_factor(&standing, arrival.at, state.config.password_age);
    show(&state, &holder.0, (arrival, &device), &standing, &body.value, next).await
}

/// Show the second factor again
///
/// Before what is sensitive (changing factors, new recovery codes): for ten minutes it is open then. The session gets a
/// new id. Wrong codes are answered as at sign-in; the fifth ends the session.
#[utoipa::path(
    operation_id = "step_up",
    tag = "auth",
    request_body(content = SecondFactorRequest, example = json!(examples::second_factor())),
    responses((status = 200, description = "Stepped up.", body = CeremonyStep), Refusals, Unacceptable),
    security(("session" = []))
)]
#[post("/auth/step-up")]
pub async fn step_up(
    caller: CurrentCaller,
    device: Device,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<SecondFactorRequest>,
) -> ApiResult<HttpResponse> {
    let standing = step::standing(&state, caller.account_id, arrival).await?;
    show(&state, &caller.0, (arrival, &device), &standing, &body.value, CeremonyStep::new(NextStep::Done)).await
}

/// Checks what is shown and lets the session rise by it; counts it where it is wrong.
async fn show(
    state: &AppState,
    session: &Session,
    (arrival, device): (Arrival, &Device),
    standing: &Standing,
    shown: &SecondFactorRequest,
    mut answer: CeremonyStep,
) -> ApiResult<HttpResponse> {
    if shown.method == SecondFactorMethod::RecoveryCode {
        let left = standing.recovery_codes.len().saturating_sub(1);
        answer.recovery_codes_left = Some(u32::try_from(left).unwrap_or(u32::MAX));
    }
    if let Some(proof) = proof(state, session, arrival, standing, shown).await?
        && let Some(answer) = step::rise(state, session, (arrival, device), proof, answer).await?
    {
        return Ok(answer);
    }
    state.failures.note(Some(session.caller.account_id), arrival.address, arrival.at);
    Err(ApiError::wrong_factor(state.store.count_wrong_try(session.hash, TRIES).await?))
}

/// What is shown, where it is right. Whether it was used before is decided when it is used up.
async fn proof(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    standing: &Standing,
    shown: &SecondFactorRequest,
) -> ApiResult<Option<Proof>> {
    match shown.method {
        SecondFactorMethod::Passkey => {
            let required = || Violation::new("/credential", Rule::Required, "expected a passkey");
            let given = shown.credential.as_ref().ok_or_else(required)?;
            passkey::proof(state, session, standing, shown.challenge_id, given).await
        }
        SecondFactorMethod::Totp => {
            let code = digits(typed(shown.code.as_ref())?);
            for factor in standing.factors.iter().filter(|factor| factor.kind == FactorKind::Totp) {
                let seed = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
                if let Some(step) = totp::accepted_step(&seed, &code, arrival.at)? {
                    return Ok(Some(Proof::Totp { factor_id: factor.id, step }));
                }
            }
            Ok(None)
        }
        SecondFactorMethod::Sms | SecondFactorMethod::Voice => {
            let Some(id) = shown.challenge_id else { return Ok(None) };
            let right = code::check(state, session, WhichChallenge::Named(id), typed(shown.code.as_ref())?).await?;
            let counts = |one: &Open| standing.factors.iter().any(|factor| factor.id == one.factor_id);
            let right = right.filter(counts);
            Ok(right.map(|one| Proof::Code { challenge_id: one.id, factor_id: one.factor_id }))
        }
        SecondFactorMethod::RecoveryCode => {
            let Some(code) = ActivationCode::read(typed(shown.code.as_ref())?) else { return Ok(None) };
            let phcs = standing.recovery_codes.iter().map(|code| code.phc.clone()).collect();
            let found = state.passwords.find_in_set(code.as_str(), phcs).await?;
            step::tell_of_damage(found.damage, Some(session.caller.account_id), arrival);
            Ok(found.phc.map(|phc| Proof::RecoveryCode { phc }))
        }
    }
}

/// The code, which all ways but passkeys need.
pub(super) fn typed(code: Option<&String>) -> ApiResult<&str> {
    let required = || Violation::new("/code", Rule::Required, "expected a code");
    code.map(String::as_str).ok_or_else(|| required().into())
}

/// A code as it is typed: in any width, in groups or not.
pub(super) fn digits(typed: &str) -> String {
    nfkc(typed).chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}
