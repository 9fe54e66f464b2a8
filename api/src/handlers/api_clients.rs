//! API clients: registered by a manager of the institution that they report for, disabled also by those above it.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, post, web};
use shared::api_client::{
    ApiClient, ApiClientQuery, ApiClientRequest, ApiClientResult, KeyRequest, check_client, check_key,
};
use shared::organization::Page;
use shared::permission::Target;
use shared::{ProblemKind, Rule, Violation, reporting_day};
use uuid::Uuid;

use super::refusals::{Absent, Conflicting, Invalid, Unacceptable};
use super::unit;
use crate::app::AppState;
use crate::auth::{CurrentCaller, public_key};
use crate::authorize::{Act, Allowed, DisableApiClient, ReadApiClients, RegisterApiClient, authorize};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::api_client::{Disabling, KeyOutcome, NewApiClient, NewKey};
use crate::store::{Reading, visible_to};

/// How many items a page has when nothing is said, and at the most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// List API clients
///
/// Those of the caller's jurisdiction, the newest first, disabled ones included.
#[utoipa::path(
    operation_id = "list_api_clients",
    tag = "API clients",
    params(ApiClientQuery),
    responses((status = 200, description = "One page.", body = Page<ApiClient>), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/api-clients")]
pub async fn list_api_clients(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<ApiClientQuery>,
) -> ApiResult<web::Json<Page<ApiClient>>> {
    let today = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    match query.organization_id {
        Some(id) => drop(unit::find(&reading, &caller, ReadApiClients, Some(id), today).await?),
        None => drop(authorize(&caller, ReadApiClients, &Target::own(&caller))?),
    }
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Violation::new("?limit", Rule::OutOfRange, format!("1 to {MOST} items.")).into());
    }
    let before = query.cursor.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| Violation::new("?cursor", Rule::Malformed, "It comes from `next_cursor`."))?;
    let page = reading.api_clients(visible_to(&caller, today), query.organization_id, before, limit).await?;
    reading.finish();
    Ok(web::Json(page))
}

/// Register an API client
///
/// For the caller's own institution, with its first public key. The vendor keeps the private key; one that is pasted here
/// is refused and not kept. The client is good for 400 days, and for as long again with each new key.
#[utoipa::path(
    operation_id = "register_api_client",
    tag = "API clients",
    request_body(content = ApiClientRequest, example = json!(examples::api_client())),
    responses(
        (status = 201, description = "Registered.", body = ApiClient,
            headers(("Location" = String, description = "Where the client is."))),
        Refusals, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/api-clients")]
pub async fn register_api_client(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<ApiClientRequest>,
) -> ApiResult<HttpResponse> {
    let allowed = authorize(&caller, RegisterApiClient, &Target::own(&caller))?;
    let checked = check_client(&body.value)?;
    let key = public_key::read(&body.value.key, "/key")?;
    let id = Uuid::now_v7();
    let new = NewApiClient { id, allowed, checked, key, ip: Some(arrival.address) };
    state.store.register_api_client(new, caller.holder()).await?.ok_or(ProblemKind::SignInRequired)?;
    created(&state, id).await
}

/// Read an API client
///
/// With its keys, each with its thumbprint, to be compared with what the other side shows.
#[utoipa::path(
    operation_id = "get_api_client",
    tag = "API clients",
    params(("id" = Uuid, Path, description = "The client's id.", example = json!(examples::api_client_id()))),
    responses((status = 200, description = "The client.", body = ApiClient), Refusals, Absent),
    security(("session" = []))
)]
#[get("/api-clients/{id}")]
pub async fn get_api_client(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<ApiClient>> {
    let reading = state.store.reading().await?;
    let (_, client) = find(&reading, &caller, ReadApiClients, arrival, *id).await?;
    reading.finish();
    Ok(web::Json(client))
}

/// Disable an API client
///
/// At once and for good: its next request is refused, whatever token it has.
#[utoipa::path(
    operation_id = "disable_api_client",
    tag = "API clients",
    params(("id" = Uuid, Path, description = "The client's id.", example = json!(examples::other_api_client_id()))),
    responses((status = 204, description = "Disabled."), Refusals, Absent, Conflicting),
    security(("session" = []))
)]
#[delete("/api-clients/{id}")]
pub async fn disable_api_client(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let (allowed, _) = find(&reading, &caller, DisableApiClient, arrival, *id).await?;
    reading.finish();
    let disabling = Disabling { allowed, client_id: *id, kid: None, ip: Some(arrival.address) };
    if state.store.disable_api_client(disabling).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(conflict("The client is disabled already."))
    }
}

/// Read what an API client's requests came to
///
/// The last 50, the newest first, with the kinds of problems; of requests for tokens also why an assertion was refused,
/// which the client itself isn't told.
#[utoipa::path(
    operation_id = "list_api_client_results",
    tag = "API clients",
    params(("id" = Uuid, Path, description = "The client's id.", example = json!(examples::api_client_id()))),
    responses((status = 200, description = "The results.", body = Page<ApiClientResult>), Refusals, Absent),
    security(("session" = []))
)]
#[get("/api-clients/{id}/results")]
pub async fn list_api_client_results(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<Page<ApiClientResult>>> {
    let reading = state.store.reading().await?;
    find(&reading, &caller, ReadApiClients, arrival, *id).await?;
    let items = reading.api_client_results(*id).await?;
    reading.finish();
    Ok(web::Json(Page { items, next_cursor: None }))
}

/// Add a key to an API client
///
/// A client has at most two, so that the next one can be added before the last one is removed. It renews the client for
/// 400 days.
#[utoipa::path(
    operation_id = "add_api_client_key",
    tag = "API clients",
    params(("id" = Uuid, Path, description = "The client's id.", example = json!(examples::api_client_id()))),
    request_body(content = KeyRequest, example = json!(examples::next_key())),
    responses(
        (status = 201, description = "Added.", body = ApiClient,
            headers(("Location" = String, description = "Where the client is."))),
        Refusals, Absent, Conflicting, Unacceptable
    ),
    security(("session" = []))
)]
#[post("/api-clients/{id}/keys")]
pub async fn add_api_client_key(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    id: web::Path<Uuid>,
    body: JsonBody<KeyRequest>,
) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let (allowed, _) = find(&reading, &caller, RegisterApiClient, arrival, *id).await?;
    reading.finish();
    let violations = check_key(&body.value, "");
    if !violations.is_empty() {
        return Err(violations.into());
    }
    let key = public_key::read(&body.value, "")?;
    let new = NewKey { allowed, client_id: *id, key, ip: Some(arrival.address) };
    match state.store.add_api_client_key(new, caller.holder()).await?.ok_or(ProblemKind::SignInRequired)? {
        KeyOutcome::Added => created(&state, *id).await,
        KeyOutcome::TooMany => Err(conflict("The client has two keys: remove one first.")),
        KeyOutcome::Known => Err(conflict("The client has this key, or another of its kid.")),
        KeyOutcome::Disabled => Err(conflict("The client is disabled.")),
    }
}

/// Remove a key from an API client
///
/// At once: assertions signed by it, and tokens given for them, are refused from the next request on.
#[utoipa::path(
    operation_id = "remove_api_client_key",
    tag = "API clients",
    params(
        ("id" = Uuid, Path, description = "The client's id.", example = json!(examples::other_api_client_id())),
        ("kid" = String, Path, description = "The key's name.", example = json!(examples::other_key_name())),
    ),
    responses((status = 204, description = "Removed."), Refusals, Absent),
    security(("session" = []))
)]
#[delete("/api-clients/{id}/keys/{kid}")]
pub async fn remove_api_client_key(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    path: web::Path<(Uuid, String)>,
) -> ApiResult<HttpResponse> {
    let (client_id, kid) = path.into_inner();
    let reading = state.store.reading().await?;
    let (allowed, _) = find(&reading, &caller, DisableApiClient, arrival, client_id).await?;
    reading.finish();
    let disabling = Disabling { allowed, client_id, kid: Some(kid), ip: Some(arrival.address) };
    if state.store.disable_api_client(disabling).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::not_found())
    }
}

/// A client, and the proof that the caller may do this to it.
async fn find<A: Act>(
    reading: &Reading,
    caller: &CurrentCaller,
    act: A,
    arrival: Arrival,
    id: Uuid,
) -> ApiResult<(Allowed<A>, ApiClient)> {
    let client = reading.api_client(id).await?.ok_or_else(ApiError::not_found)?;
    let sight = visible_to(caller, reporting_day(arrival.at));
    let of = reading.organization(sight, client.organization.id).await?.ok_or_else(ApiError::not_found)?;
    Ok((authorize(caller, act, &unit::target(&of))?, client))
}

async fn created(state: &AppState, id: Uuid) -> ApiResult<HttpResponse> {
    let reading = state.store.reading().await?;
    let client = reading.api_client(id).await?.ok_or_else(ApiError::not_found)?;
    reading.finish();
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/api-clients/{id}"))).json(client))
}

fn conflict(detail: &str) -> ApiError {
    ApiError::new(ProblemKind::ApiClientConflict).detail(detail)
}
