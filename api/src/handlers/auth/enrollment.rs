//! Enrolling a second factor: at the first sign-in, and later by choice.

use actix_web::{HttpResponse, post, web};
use chrono::TimeDelta;
use shared::account::{CeremonyStep, NextStep};
use shared::second_factor::{Enrollment, EnrollmentConfirmation, EnrollmentRequest};
use shared::{Rule, Violation};
use uuid::Uuid;

use super::super::refusals::{Absent, Unacceptable};
use super::second_factor::digits;
use super::step;
use crate::app::AppState;
use crate::auth::ceremony::{self, TRIES};
use crate::auth::device::Device;
use crate::auth::seal::about_factor;
use crate::auth::{HalfSignedIn, totp};
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::ceremony::Proof;
use crate::store::second_factor::NewFactor;

/// How long an enrollment can be confirmed.
const LIFE: TimeDelta = TimeDelta::minutes(30);
/// Most characters of what a factor is called.
const LABEL: usize = 60;

/// Begin to enroll a second factor
///
/// For an authenticator app: the answer has its seed, once, as text and as what a QR code holds. It counts only when a
/// code of it was confirmed, within half an hour. Open at the step `enroll_second_factor`, and later to whoever stepped
/// up; what was begun before and not confirmed is given up.
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
    let EnrollmentRequest { method, label } = body.value;
    let label = label.unwrap_or_default().trim().to_owned();
    if label.chars().count() > LABEL {
        return Err(Violation::new("/label", Rule::TooLong, "expected at most 60 characters").into());
    }
    if !ceremony::ENROLLABLE.contains(&method) {
        return Err(Violation::new("/method", Rule::NotAllowed, "expected a method that this service offers").into());
    }
    let (seed, id, account_id) = (totp::new_seed()?, Uuid::now_v7(), holder.0.caller.account_id);
    let sealed = state.seals.seal(&about_factor(account_id, id), &seed)?;
    let factor = NewFactor { id, account_id, kind: method, label, sealed };
    state.store.begin_enrollment(factor, holder.0.caller.clone(), arrival.address).await?;
    let enrollment = Enrollment {
        id,
        method,
        secret: Some(totp::text_of(&seed)),
        otpauth_uri: Some(totp::uri_of(&seed, &state.config.site.name_en, &holder.0.login_id)?),
        expires_at: arrival.at + LIFE,
    };
    let location = format!("/api/v1/auth/second-factor/enrollments/{id}");
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(enrollment))
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
    let seed = state.seals.open(&about_factor(account_id, factor.id), &factor.sealed)?;
    let standing = step::standing(&state, account_id, arrival).await?;
    if let Some(step) = totp::accepted_step(&seed, &digits(&body.value.code), arrival.at)? {
        let next = match session.next {
            NextStep::Done => NextStep::Done,
            _ => ceremony::after_factor(&standing, arrival.at, state.config.password_age),
        };
        let forget_before = standing.slip.map(|slip| slip.issued_at);
        let proof = Proof::Enrollment { factor_id: factor.id, step, forget_before };
        let answer = step::rise(&state, session, (arrival, &device), proof, next).await?;
        return answer.ok_or_else(ApiError::not_found);
    }
    state.store.count_wrong_enrollment(factor.id, TRIES).await?;
    Err(Violation::new("/code", Rule::CodeWrong, "expected the code that the app shows now").into())
}
