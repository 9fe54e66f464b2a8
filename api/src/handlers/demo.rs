//! What only the demo tells.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use shared::second_factor::{DemoCode, DemoCodeQuery, DemoCodes, DemoMessage, DemoMessages, FactorKind};

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
use crate::store::second_factor::Factor;

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
    Ok(web::Json(next_code(&state, login_id, &factor, arrival.at)?))
}

/// The next codes of the demo's accounts
///
/// Those of `GET /demo/codes`, of every account that the sign-in page lists. Only the demo has this.
#[utoipa::path(
    operation_id = "list_demo_codes",
    tag = "demo",
    responses((status = 200, description = "The codes, or how long to wait for each.", body = DemoCodes), Refusals, Absent),
    security(())
)]
#[get("/demo/listed-codes")]
pub async fn list_demo_codes(state: web::Data<AppState>, arrival: Arrival) -> ApiResult<web::Json<DemoCodes>> {
    if state.demo_accounts.is_empty() {
        return Err(ApiError::not_found());
    }
    let login_ids: Vec<String> = state.demo_accounts.iter().map(|account| account.login_id.clone()).collect();
    let mut apps = state.store.apps_of(&login_ids).await?;
    let listed = login_ids.into_iter().filter_map(|login_id| {
        let app = apps.remove(&login_id)?;
        Some(next_code(&state, login_id, &app, arrival.at))
    });
    Ok(web::Json(DemoCodes { items: listed.collect::<ApiResult<_>>()? }))
}

/// What an account's authenticator app shows next.
fn next_code(state: &AppState, login_id: String, app: &Factor, now: DateTime<Utc>) -> ApiResult<DemoCode> {
    let seed = state.seals.open(&about_factor(app.account_id, app.id), &app.sealed)?;
    let (code, seconds) = totp::next_code(&seed, app.last_step, now)?;
    Ok(DemoCode { login_id, code, seconds: u32::try_from(seconds).unwrap_or(0) })
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
