//! What only the demo tells.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use shared::second_factor::{DemoCode, DemoCodeQuery, DemoMessage, DemoMessages, FactorKind};

use super::refusals::Absent;
use crate::app::AppState;
use crate::auth::seal::about_factor;
use crate::auth::totp;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::gateway::{Channel, Gateway, Message};
use crate::login_id::canonical;
use crate::openapi::Refusals;
use crate::parameters::Parameters;

/// The next code of a demo account
///
/// What the authenticator app of one of the demo's own accounts shows, as far as it isn't used up: codes work once. Where
/// every code that would be taken is used up, it says after how many seconds there is a new one. Only the demo has this.
#[utoipa::path(
    operation_id = "get_demo_code",
    tag = "demo",
    params(DemoCodeQuery),
    responses((status = 200, description = "The code, or how long to wait.", body = DemoCode), Refusals, Absent),
    security(())
)]
#[get("/demo/codes")]
pub async fn get_demo_code(
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<DemoCodeQuery>,
) -> ApiResult<web::Json<DemoCode>> {
    let login_id = canonical(&query.login_id);
    if !state.demo_accounts.iter().any(|account| account.login_id == login_id) {
        return Err(ApiError::not_found());
    }
    let account = state.store.account_by_login_id(&login_id).await?.ok_or_else(ApiError::not_found)?;
    let factors = state.store.factors(account.caller.account_id).await?;
    let factor = factors.into_iter().find(|factor| factor.kind == FactorKind::Totp).ok_or_else(ApiError::not_found)?;
    let seed = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
    let (code, seconds) = totp::next_code(&seed, factor.last_step, arrival.at)?;
    Ok(web::Json(DemoCode { code, seconds: u32::try_from(seconds).unwrap_or(0) }))
}

/// What the demo would have sent
///
/// The last messages to telephones: the demo sends none. Only the demo has this.
#[utoipa::path(
    operation_id = "list_demo_messages",
    tag = "demo",
    responses((status = 200, description = "The messages, the newest first.", body = DemoMessages), Refusals, Absent),
    security(())
)]
#[get("/demo/messages")]
pub async fn list_demo_messages(state: web::Data<AppState>) -> ApiResult<web::Json<DemoMessages>> {
    let Some(Gateway::Outbox(outbox)) = &state.gateway else { return Err(ApiError::not_found()) };
    let shown = |(sent_at, message): (DateTime<Utc>, Message)| DemoMessage {
        request_id: message.request_id,
        sent_at,
        method: if message.channel == Channel::Sms { FactorKind::Sms } else { FactorKind::Voice },
        to: message.to.e164(),
        language: message.locale,
        text: message.text,
    };
    Ok(web::Json(DemoMessages { items: outbox.messages().into_iter().map(shown).collect() }))
}
