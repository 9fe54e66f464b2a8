//! Enrolling a second factor: at the first sign-in, and later by choice.

use actix_web::{HttpResponse, post, web};
use chrono::TimeDelta;
use shared::account::{CeremonyStep, NextStep};
use shared::second_factor::{Enrollment, EnrollmentConfirmation, EnrollmentRequest, FactorKind, TelephoneEntry};
use shared::{Rule, Violation};
use uuid::Uuid;

use super::super::refusals::{Absent, Unacceptable};
use super::code::{self, Sending, is_telephone, numbers_of, tell};
use super::second_factor::digits;
use super::step;
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
use crate::store::ceremony::Proof;
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
/// once, which is taken for five minutes; a landline is called. Open at the step `enroll_second_factor`, and later to
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
    if !ceremony::enrollable(state.gateway.is_some()).contains(&method) {
        return Err(Violation::new("/method", Rule::NotAllowed, "expected a method that this service offers").into());
    }
    let begun = if is_telephone(method) {
        of_telephone(&state, &holder.0, arrival, method, label, telephone).await?
    } else if telephone.is_some() {
        return Err(Violation::new("/telephone", Rule::NotAllowed, "expected none with this method").into());
    } else {
        of_app(&state, &holder.0, arrival, label).await?
    };
    let location = format!("/api/v1/auth/second-factor/enrollments/{}", begun.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(begun))
}

async fn of_app(state: &AppState, session: &Session, arrival: Arrival, label: String) -> ApiResult<Enrollment> {
    let (seed, id, method) = (totp::new_seed()?, Uuid::now_v7(), FactorKind::Totp);
    begin(state, session, arrival, id, method, label, &seed).await?;
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
    begin(state, session, arrival, id, method, label, number.e164().as_bytes()).await?;
    let sending = Sending { factor_id: id, to: number, kind: method, language: entry.language };
    let challenge = code::send(state, session, arrival, sending).await?;
    let expires_at = challenge.expires_at;
    Ok(Enrollment { id, method, secret: None, otpauth_uri: None, challenge: Some(challenge), expires_at })
}

async fn begin(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    id: Uuid,
    kind: FactorKind,
    label: String,
    secret: &[u8],
) -> ApiResult<()> {
    let account_id = session.caller.account_id;
    let sealed = state.seals.seal(&about_factor(account_id, id), secret)?;
    let factor = NewFactor { id, account_id, kind, label, sealed };
    Ok(state.store.begin_enrollment(factor, session.caller.clone(), arrival.address).await?)
}

/// Confirm an enrollment by a code
///
/// From then on the factor counts. By the slip of a reset it replaces every factor and recovery code from before. Five
/// wrong codes end the enrollment.
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
    if let Some((step, challenge_id)) = first_code(&state, session, arrival, &factor, &body.value.code).await? {
        let next = match session.next {
            NextStep::Done => NextStep::Done,
            _ => ceremony::after_factor(&standing, arrival.at, state.config.password_age),
        };
        // Those of a reset's slip too, which count no more.
        let before = state.store.factors(account_id).await?;
        let forget_before = standing.slip.map(|slip| slip.issued_at);
        let proof = Proof::Enrollment { factor_id: factor.id, step, challenge_id, forget_before };
        let answer = step::rise(&state, session, (arrival, &device), proof, next).await?;
        let answer = answer.ok_or_else(ApiError::not_found)?;
        let (old, new) = (numbers_of(&state, &before)?, numbers_of(&state, &[factor])?);
        // By the slip of a reset the old ones are given up.
        if forget_before.is_some() {
            tell(&state, old, NumberChange::Removed);
        } else if !new.is_empty() {
            tell(&state, old, NumberChange::Added);
        }
        tell(&state, new, NumberChange::Added);
        return Ok(answer);
    }
    state.store.count_wrong_enrollment(factor.id, TRIES).await?;
    Err(Violation::new("/code", Rule::CodeWrong, "expected the code that the app shows now, or that was sent").into())
}

/// The step of an app's code, or the challenge of a sent one, where it is right.
async fn first_code(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    factor: &Factor,
    typed: &str,
) -> ApiResult<Option<(i64, Option<Uuid>)>> {
    if is_telephone(factor.kind) {
        let right = code::check(state, session, WhichChallenge::LastOf(factor.id), typed).await?;
        return Ok(right.map(|one| (0, Some(one.id))));
    }
    let seed = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
    Ok(totp::accepted_step(&seed, &digits(typed), arrival.at)?.map(|step| (step, None)))
}
