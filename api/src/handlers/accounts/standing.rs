//! What becomes of an account after it was issued.

use actix_web::{HttpResponse, patch, post, web};
use shared::issuance::{
    AccountChange, AccountView, DisableRequest, IssuedAccount, SlipReason, SlipRequest, check_change,
};
use shared::{ProblemKind, Rule, Violation};
use uuid::Uuid;

use super::super::refusals::{Absent, Conflicting, Unacceptable};
use super::allow;
use super::issue::{coded, drawn};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{DisableAccount, EditAccount, EnableAccount, ResetAccount};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::standing::{AccountEdit, Disabling, Enabling, Reset, ResetOutcome};

/// Change an account
///
/// The person's name, and whether it is a manager; what is absent stays. A change of the latter ends the account's
/// sessions, and nobody makes it for themselves.
#[utoipa::path(
    operation_id = "change_account",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The account's id.", example = json!(examples::account_id()))),
    request_body(content = AccountChange, example = json!({ "display_name": "見本 花子" })),
    responses((status = 200, description = "As it is now.", body = AccountView), Refusals, Absent, Unacceptable),
    security(("session" = []))
)]
#[patch("/accounts/{id}")]
pub async fn change_account(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<AccountChange>,
) -> ApiResult<web::Json<AccountView>> {
    let (allowed, _) = allow(&state.store, &caller, EditAccount, *id, arrival.at).await?;
    let change = check_change(&body.value)?;
    // By the caller's flag as it was when the request came: whose flag was taken since isn't signed in any more.
    if *id == caller.account_id && change.is_manager.is_some_and(|is_manager| is_manager != caller.is_manager) {
        return Err(Violation::new("/is_manager", Rule::NotAllowed, "Somebody else does this.").into());
    }
    let edit = AccountEdit { allowed, account_id: *id, change, ip: Some(arrival.address) };
    let edited = state.store.edit_account(edit, caller.holder()).await?;
    Ok(web::Json(edited.ok_or(ProblemKind::SignInRequired)?))
}

/// Make a new activation slip
///
/// For a slip that was lost or has expired, and as a reset: the older slip, the password, the second factors and all
/// sessions of the account end, and the new code is the only way in. The answer carries it once. Nobody resets their own
/// account.
#[utoipa::path(
    operation_id = "renew_activation_slip",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The account's id.", example = json!(examples::account_id()))),
    request_body(content = SlipRequest, example = json!({ "reason": "reprint" })),
    responses(
        (status = 201, description = "Made; its code can be used for 14 days.", body = IssuedAccount),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/accounts/{id}/activation-slip")]
pub async fn renew_slip(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<SlipRequest>,
) -> ApiResult<HttpResponse> {
    let (allowed, _) = allow(&state.store, &caller, ResetAccount, *id, arrival.at).await?;
    let reason = body.value.reason;
    if reason == SlipReason::NewAccount {
        return Err(Violation::new("/reason", Rule::NotAllowed, "The account isn't new.").into());
    }
    let (code, code_phc) = coded(&state).await?;
    let reset = Reset { allowed, account_id: *id, reason, code_phc, ip: Some(arrival.address) };
    match state.store.reset_account(reset, caller.holder()).await?.ok_or(ProblemKind::SignInRequired)? {
        ResetOutcome::Made(account) => {
            let qr_code = drawn(&state, &account.login_id, &code);
            Ok(HttpResponse::Created().json(IssuedAccount { account: *account, code: Some(code), qr_code }))
        }
        ResetOutcome::Disabled => Err(ProblemKind::AccountDisabled.into()),
    }
}

/// Disable an account
///
/// At once: its sessions end, its slip can't be used, and nobody can sign in until it is enabled. Nobody disables their
/// own account.
#[utoipa::path(
    operation_id = "disable_account",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The account's id.", example = json!(examples::account_id()))),
    request_body(content = DisableRequest, example = json!({ "reason": "person_left" })),
    responses((status = 200, description = "Disabled.", body = AccountView), Refusals, Absent, Unacceptable),
    security(("session" = []))
)]
#[post("/accounts/{id}/disable")]
pub async fn disable_account(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<DisableRequest>,
) -> ApiResult<web::Json<AccountView>> {
    let (allowed, _) = allow(&state.store, &caller, DisableAccount, *id, arrival.at).await?;
    let disabling = Disabling { allowed, account_id: *id, reason: body.value.reason, ip: Some(arrival.address) };
    let disabled = state.store.disable_account(disabling, caller.holder()).await?;
    Ok(web::Json(disabled.ok_or(ProblemKind::SignInRequired)?))
}

/// Enable an account
///
/// Who had a password and second factors signs in with them again; who had a slip needs a new one.
#[utoipa::path(
    operation_id = "enable_account",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The account's id.", example = json!(examples::account_id()))),
    responses((status = 200, description = "Enabled.", body = AccountView), Refusals, Absent),
    security(("session" = []))
)]
#[post("/accounts/{id}/enable")]
pub async fn enable_account(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<AccountView>> {
    let (allowed, _) = allow(&state.store, &caller, EnableAccount, *id, arrival.at).await?;
    let enabling = Enabling { allowed, account_id: *id, ip: Some(arrival.address) };
    let enabled = state.store.enable_account(enabling, caller.holder()).await?;
    Ok(web::Json(enabled.ok_or(ProblemKind::SignInRequired)?))
}
