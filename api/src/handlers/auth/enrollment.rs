//! Enrolling a second factor: at the first sign-in, and later by choice.

use actix_web::{HttpResponse, post, web};
use chrono::TimeDelta;
use shared::account::{CeremonyStep, NextStep};
use shared::second_factor::{Enrollment, EnrollmentConfirmation, EnrollmentRequest, FactorKind, TelephoneEntry};
use shared::{Rule, Violation};
use uuid::Uuid;

use super::super::refusals::{Absent, Unacceptable};
use super::code::{self, Sending, is_telephone, numbers_of, tell};
use super::second_factor::{digits, typed};
use super::{passkey, step};
use crate::app::AppState;
use crate::auth::ceremony::{self, TRIES};
use crate::auth::device::Device;
use crate::auth::seal::about_factor;
use crate::auth::session::Session;
use crate::auth::{HalfSignedIn, totp};
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::gateway::message::NumberChange;
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::ceremony::{ConfirmedPasskey, Proof};
use crate::store::code_challenge::WhichChallenge;
use crate::store::second_factor::{Factor, NewFactor};

/// How long an enrollment can be confirmed.
const LIFE: TimeDelta = TimeDelta::minutes(30);
/// Most characters of what a factor is called.
const LABEL: usize = 60;

/// Begin to enroll a second factor
///
/// For an authenticator app: the answer has its seed, once, as text and as what a QR code holds. It counts only when a
/// code of it was confirmed, within half an hour. For a telephone: its number is typed twice, and a code is sent to it at
/// once, which is taken for five minutes; a landline is called. For a passkey: the answer has what a browser asks its
/// authenticators, and is confirmed by what that gave, once, within five minutes. Open at the step `enroll_second_factor`, and later to
/// whoever stepped up; what was begun before and not confirmed is given up.
#[utoipa::path(
    operation_id = "begin_enrollment",
    tag = "auth",
    request_body(content = EnrollmentRequest, example = json!({ "method": "totp", "label": "受付の電話機" })),
    responses(
        (status = 201, description = "Begun.", body = Enrollment,
            headers(("Location" = String, description = "The enrollment's address."))),
        Refusals, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/auth/second-factor/enrollments")]
pub async fn begin_enrollment(
    holder: HalfSignedIn,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<EnrollmentRequest>,
) -> ApiResult<HttpResponse> {
    step::open_at(&holder.0, NextStep::EnrollSecondFactor, arrival.at)?;
    let EnrollmentRequest { method, label, telephone } = body.value;
    let label = label.unwrap_or_default().trim().to_owned();
    if label.chars().count() > LABEL {
        return Err(Violation::new("/label", Rule::TooLong, "expected at most 60 characters").into());
    }
    if !ceremony::enrollable(state.means()).contains(&method) {
        return Err(Violation::new("/method", Rule::NotAllowed, "expected a method that this service offers").into());
    }
    if telephone.is_some() && !is_telephone(method) {
        return Err(Violation::new("/telephone", Rule::NotAllowed, "expected none with this method").into());
    }
    let begun = match method {
        FactorKind::Passkey => of_passkey(&state, &holder.0, arrival, label).await?,
        FactorKind::Totp => of_app(&state, &holder.0, arrival, label).await?,
        FactorKind::Sms | FactorKind::Voice => {
            of_telephone(&state, &holder.0, arrival, method, label, telephone).await?
        }
    };
    let location = format!("/api/v1/auth/second-factor/enrollments/{}", begun.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(begun))
}

async fn of_passkey(state: &AppState, session: &Session, arrival: Arrival, label: String) -> ApiResult<Enrollment> {
    let (id, method) = (Uuid::now_v7(), FactorKind::Passkey);
    let (asked, challenge) = passkey::ask_new(state, session, arrival, id).await?;
    let factor = new_factor(state, session, id, method, label, &[])?;
    state.store.begin_enrollment(factor, Some(asked), session.caller.clone(), arrival.address).await?;
    let expires_at = challenge.expires_at;
    Ok(Enrollment { id, method, secret: None, otpauth_uri: None, challenge: Some(challenge), expires_at })
}

async fn of_app(state: &AppState, session: &Session, arrival: Arrival, label: String) -> ApiResult<Enrollment> {
    let (seed, id, method) = (totp::new_seed()?, Uuid::now_v7(), FactorKind::Totp);
    let factor = new_factor(state, session, id, method, label, &seed)?;
    state.store.begin_enrollment(factor, None, session.caller.clone(), arrival.address).await?;
    Ok(Enrollment {
        id,
        method,
        secret: Some(totp::text_of(&seed)),
        otpauth_uri: Some(totp::uri_of(&seed, &state.config.site.name_en, &session.login_id)?),
        challenge: None,
        expires_at: arrival.at + LIFE,
    })
}

async fn of_telephone(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    method: FactorKind,
    label: String,
    telephone: Option<TelephoneEntry>,
) -> ApiResult<Enrollment> {
    let entry = telephone.ok_or_else(|| Violation::new("/telephone", Rule::Required, "expected a telephone number"))?;
    let (number, id) = (entry.read(&state.config.code_rules.countries)?, Uuid::now_v7());
    let factor = new_factor(state, session, id, method, label, number.e164().as_bytes())?;
    state.store.begin_enrollment(factor, None, session.caller.clone(), arrival.address).await?;
    let sending = Sending { factor_id: id, to: number, kind: method, language: entry.language };
    let challenge = code::send(state, session, arrival, sending).await?;
    let expires_at = challenge.expires_at;
    Ok(Enrollment { id, method, secret: None, otpauth_uri: None, challenge: Some(challenge), expires_at })
}

fn new_factor(
    state: &AppState,
    session: &Session,
    id: Uuid,
    kind: FactorKind,
    label: String,
    secret: &[u8],
) -> ApiResult<NewFactor> {
    let account_id = session.caller.account_id;
    let sealed = state.seals.seal(&about_factor(account_id, id), secret)?;
    Ok(NewFactor { id, account_id, kind, label, sealed })
}

/// Confirm an enrollment by a code or the new passkey
///
/// From then on the factor counts. By the slip of a reset it replaces every factor and recovery code from before. Five
/// wrong codes end the enrollment, and so does a passkey that is refused.
#[utoipa::path(
    operation_id = "confirm_enrollment",
    tag = "auth",
    params(("id" = Uuid, Path, description = "The enrollment.", example = "0199f3c0-0000-7000-8000-000000000000")),
    request_body(content = EnrollmentConfirmation, example = json!({ "code": "123456" })),
    responses(
        (status = 200, description = "What comes next.", body = CeremonyStep),
        Refusals, Absent, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/auth/second-factor/enrollments/{id}/confirm")]
pub async fn confirm_enrollment(
    holder: HalfSignedIn,
    device: Device,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<Uuid>,
    body: JsonBody<EnrollmentConfirmation>,
) -> ApiResult<HttpResponse> {
    let session = &holder.0;
    step::open_at(session, NextStep::EnrollSecondFactor, arrival.at)?;
    let account_id = session.caller.account_id;
    let found = state.store.enrollment(account_id, *path, arrival.at - LIFE).await?;
    let factor = found.ok_or_else(ApiError::not_found)?;
    let standing = step::standing(&state, account_id, arrival).await?;
    let Some(shown) = first(&state, session, arrival, &factor, &body.value).await? else {
        return Err(wrong(&state, &factor).await?);
    };
    let next = match session.next {
        NextStep::Done => CeremonyStep::new(NextStep::Done),
        _ => ceremony::after_factor(&standing, arrival.at, state.config.password_age),
    };
    // Those of a reset's slip too, which count no more.
    let before = state.store.factors(account_id).await?;
    let forget_before = standing.slip.map(|slip| slip.issued_at);
    let First { step, challenge_id, passkey } = shown;
    let proof = Proof::Enrollment { factor_id: factor.id, step, challenge_id, passkey, forget_before };
    let Some(answer) = step::rise(&state, session, (arrival, &device), proof, next).await? else {
        return Err(if factor.kind == FactorKind::Passkey {
            wrong(&state, &factor).await?
        } else {
            ApiError::not_found()
        });
    };
    let (old, new) = (numbers_of(&state, &before)?, numbers_of(&state, &[factor])?);
    // By the slip of a reset the old ones are given up.
    if forget_before.is_some() {
        tell(&state, old, NumberChange::Removed);
    } else if !new.is_empty() {
        tell(&state, old, NumberChange::Added);
    }
    tell(&state, new, NumberChange::Added);
    Ok(answer)
}

/// A factor, shown for the first time.
struct First {
    step: i64,
    challenge_id: Option<Uuid>,
    passkey: Option<ConfirmedPasskey>,
}

/// What was shown, where it is right: the code of an app, one that was sent, or a passkey.
async fn first(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    factor: &Factor,
    shown: &EnrollmentConfirmation,
) -> ApiResult<Option<First>> {
    if factor.kind == FactorKind::Passkey {
        let required = || Violation::new("/credential", Rule::Required, "expected the new passkey");
        let given = shown.credential.as_ref().ok_or_else(required)?;
        let right = passkey::confirmed(state, session, factor, given).await?;
        return Ok(right.map(|(step, one)| First { step, challenge_id: None, passkey: Some(one) }));
    }
    let code = typed(shown.code.as_ref())?;
    if is_telephone(factor.kind) {
        let right = code::check(state, session, WhichChallenge::LastOf(factor.id), code).await?;
        return Ok(right.map(|one| First { step: 0, challenge_id: Some(one.id), passkey: None }));
    }
    let seed = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
    let right = totp::accepted_step(&seed, &digits(code), arrival.at)?;
    Ok(right.map(|step| First { step, challenge_id: None, passkey: None }))
}

/// Counts what was wrong, and says so. What a passkey answers to is good once: its enrollment is over.
async fn wrong(state: &AppState, factor: &Factor) -> ApiResult<ApiError> {
    let (tries, pointer, rule, expected) = match factor.kind {
        FactorKind::Passkey => {
            (1, "/credential", Rule::PasskeyRefused, "expected a new passkey that answers to the challenge")
        }
        _ => (TRIES, "/code", Rule::CodeWrong, "expected the code that the app shows now, or that was sent"),
    };
    state.store.count_wrong_enrollment(factor.id, tries).await?;
    Ok(Violation::new(pointer, rule, expected).into())
}
