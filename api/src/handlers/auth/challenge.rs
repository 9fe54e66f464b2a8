//! What is needed before a second factor can be shown: for a telephone, a code that is sent to it; for a passkey, what it
//! answers to.

use actix_web::{HttpResponse, get, post, web};
use shared::account::NextStep;
use shared::second_factor::{
    Challenge, ChallengeRequest, CodeDelivery, DeliveryStatus, FactorKind, SecondFactorMethod,
};
use shared::{Rule, Violation};
use uuid::Uuid;

use super::super::refusals::{Absent, Unacceptable};
use super::code::{self, Sending};
use super::{passkey, step};
use crate::app::AppState;
use crate::auth::HalfSignedIn;
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;

/// Begin to show the second factor
///
/// For the ways that answer to something. Open at the step `second_factor`, which the right password leads to, and to step
/// up; the answer is taken from this session alone.
///
/// A code is sent to a telephone of the account, as text or read out. It is taken for five minutes and five tries, and the
/// step stays open for as long. A number gets three codes in ten minutes and ten a day, and so does an account; the same way
/// is open again after half a minute. (In the demo `GET /demo/messages` tells what was sent.)
///
/// For a passkey `options` are what a browser asks its authenticators. One answer is taken, for five minutes at the most;
/// who asks again gives up what was asked before.
#[utoipa::path(
    operation_id = "begin_challenge",
    tag = "auth",
    request_body(content = ChallengeRequest, example = json!(examples::challenge())),
    responses(
        (status = 201, description = "Begun: the code was handed over to be sent, or the passkey can be shown.", body = Challenge,
            headers(("Location" = String, description = "Where to ask what became of the code."))),
        Refusals, Absent, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/auth/second-factor/challenges")]
pub async fn begin_challenge(
    holder: HalfSignedIn,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<ChallengeRequest>,
) -> ApiResult<HttpResponse> {
    let ChallengeRequest { method, factor_id, language } = body.value;
    match holder.0.next {
        NextStep::SecondFactor | NextStep::Done => {}
        next => return Err(ApiError::unfinished(next)),
    }
    let standing = step::standing(&state, holder.0.caller.account_id, arrival).await?;
    let kind = match method {
        SecondFactorMethod::Passkey => {
            return Ok(HttpResponse::Created().json(passkey::ask(&state, &holder.0, arrival, &standing).await?));
        }
        SecondFactorMethod::Sms => FactorKind::Sms,
        SecondFactorMethod::Voice => FactorKind::Voice,
        SecondFactorMethod::Totp | SecondFactorMethod::RecoveryCode => {
            return Err(Violation::new("/method", Rule::NotAllowed, "expected a way that answers to something").into());
        }
    };
    let id =
        factor_id.ok_or_else(|| Violation::new("/factor_id", Rule::Required, "expected one of your telephones"))?;
    let factor = standing.factors.iter().find(|factor| factor.id == id && code::is_telephone(factor.kind));
    let factor = factor.ok_or_else(ApiError::not_found)?;
    let sending = Sending { factor_id: id, to: code::number_of(&state, factor)?, kind, language };
    let challenge = code::send(&state, &holder.0, arrival, sending).await?;
    let location = format!("/api/v1/auth/second-factor/challenges/{}", challenge.challenge_id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(challenge))
}

/// What became of a code
///
/// For whoever had it sent. What the gateway doesn't say counts as on its way.
#[utoipa::path(
    operation_id = "get_challenge",
    tag = "auth",
    params(("id" = Uuid, Path, description = "The challenge.", example = "0199f3c0-0000-7000-8000-000000000000")),
    responses((status = 200, description = "What became of it.", body = CodeDelivery), Refusals, Absent),
    security(("session" = []))
)]
#[get("/auth/second-factor/challenges/{id}")]
pub async fn get_challenge(
    holder: HalfSignedIn,
    state: web::Data<AppState>,
    path: web::Path<Uuid>,
) -> ApiResult<web::Json<CodeDelivery>> {
    let gateway = state.gateway.as_ref().ok_or_else(ApiError::not_found)?;
    if !state.store.has_challenge(holder.0.id, *path).await? {
        return Err(ApiError::not_found());
    }
    let status = gateway.status(*path).await.unwrap_or(DeliveryStatus::Queued);
    Ok(web::Json(CodeDelivery { status }))
}
