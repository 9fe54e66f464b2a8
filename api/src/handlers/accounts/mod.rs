//! Accounts: listed, and handed out by managers.

pub mod issue;
pub mod standing;

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use shared::issuance::{AccountQuery, AccountView};
use shared::organization::Page;
use shared::permission::{Target, account_reach};
use shared::{Caller, ProblemKind, Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Invalid};
use super::{searching, unit};
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{Act, Allowed, ReadAccounts, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::account_list::{AccountCursor, AccountSearch, AccountsOf};
use crate::store::{Store, visible_to};

/// List accounts
///
/// For managers: the accounts of their own organization and of those directly below; for a prefecture's also those of its
/// institutions. By reading of the organization's name, then by login ID. Every word of `q` must occur in the login ID,
/// the person's name, or what the register says of the organization.
#[utoipa::path(
    operation_id = "list_accounts",
    tag = "accounts",
    params(AccountQuery),
    responses((status = 200, description = "One page.", body = Page<AccountView>), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/accounts")]
pub async fn list_accounts(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<AccountQuery>,
) -> ApiResult<web::Json<Page<AccountView>>> {
    let today = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    let of = if let Some(id) = query.organization_id {
        unit::find(&reading, &caller, ReadAccounts, Some(id), today).await?;
        AccountsOf::Organization(id)
    } else {
        authorize(&caller, ReadAccounts, &Target::own(&caller))?;
        AccountsOf::Reach(account_reach(&caller).ok_or(ProblemKind::Forbidden)?)
    };
    let page = reading.accounts(visible_to(&caller, today), &search(of, &query)?, arrival.at).await?;
    reading.finish();
    Ok(web::Json(page))
}

fn search(of: AccountsOf, query: &AccountQuery) -> Result<AccountSearch, Vec<Violation>> {
    let mut violations = Vec::new();
    let words = searching::words(query.q.as_deref(), &mut violations);
    let limit = searching::limit(query.limit, &mut violations);
    let after = searching::cursor(query.cursor.as_deref(), AccountCursor::decode, &mut violations);
    if violations.is_empty() {
        Ok(AccountSearch { of, state: query.state, words, after, limit })
    } else {
        Err(violations)
    }
}

/// Read an account
///
/// For managers, one of those that they list; any other is not found, exactly like one that does not exist.
#[utoipa::path(
    operation_id = "get_account",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The account's id.", example = json!(examples::account_id()))),
    responses((status = 200, description = "The account.", body = AccountView), Refusals, Absent),
    security(("session" = []))
)]
#[get("/accounts/{id}")]
pub async fn get_account(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<AccountView>> {
    let (_, account) = allow(&state.store, &caller, ReadAccounts, *id, arrival.at).await?;
    Ok(web::Json(account))
}

/// The proof that the caller may do something to an account, with the account as it was found.
///
/// # Errors
///
/// `not-found`; `forbidden`; `busy` when the database doesn't answer.
async fn allow<A: Act>(
    store: &Store,
    caller: &Caller,
    act: A,
    id: Uuid,
    now: DateTime<Utc>,
) -> ApiResult<(Allowed<A>, AccountView)> {
    let reading = store.reading().await?;
    let found = reading.account(visible_to(caller, reporting_day(now)), id, now).await?;
    reading.finish();
    let (organization, account) = found.ok_or_else(ApiError::not_found)?;
    Ok((authorize(caller, act, &unit::target(&organization).of_account(id))?, account))
}
