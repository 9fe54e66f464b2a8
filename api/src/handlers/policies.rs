//! Policies: how reports of a jurisdiction can be corrected.

use actix_web::{HttpResponse, get, post, web};
use shared::policy::{Policies, PolicyQuery, PolicyRequest, check_policy};
use shared::{Rule, Violation, reporting_day};

use super::refusals::{Absent, Unacceptable};
use super::unit;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{ReadPolicies, SetPolicy};
use crate::envelope::Arrival;
use crate::error::ApiResult;
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::policy::NewPolicy;

/// Read policies
///
/// The policy that holds for an organization today, and all that were set for it and for those above it, those to come
/// included. Of two in force that of the nearer organization wins.
#[utoipa::path(
    operation_id = "list_policies",
    tag = "policies",
    params(PolicyQuery),
    responses((status = 200, description = "The policies.", body = Policies), Refusals, Absent),
    security(("session" = []))
)]
#[get("/policies")]
pub async fn list_policies(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<PolicyQuery>,
) -> ApiResult<web::Json<Policies>> {
    let today = reporting_day(arrival.at);
    let reading = state.store.reading().await?;
    let of = unit::find(&reading, &caller, ReadPolicies, query.organization_id, today).await?;
    let policies = reading.policies(&of, today).await?;
    reading.finish();
    Ok(web::Json(policies))
}

/// Set a policy
///
/// For a jurisdiction, from tomorrow at the earliest: reports that have been sent keep the policy of their day. Setting
/// another for the same organization and day takes its place.
#[utoipa::path(
    operation_id = "set_policy",
    tag = "policies",
    request_body(content = PolicyRequest, example = json!({
        "correction": "same_day_replacement", "authority": "prefecture", "authority_correction_days": 7,
        "proxy_until_minute": 600, "deadline_minute": 0, "valid_from": "2026-11-23"
    })),
    responses((status = 201, description = "Set: the policies as they are now.", body = Policies),
        Refusals, Absent, Unacceptable),
    security(("session" = []))
)]
#[post("/policies")]
pub async fn set_policy(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<PolicyRequest>,
) -> ApiResult<HttpResponse> {
    let today = reporting_day(arrival.at);
    let id = body.value.organization_id.unwrap_or(caller.organization_id);
    let reading = state.store.reading().await?;
    let (allowed, of) = unit::allow_seen(&reading, &caller, SetPolicy, id, today).await?;
    reading.finish();
    let checked = check_policy(&body.value, today)?;
    let policy = NewPolicy { allowed, checked, is_history: false, ip: Some(arrival.address) };
    if !state.store.set_policy(policy).await? {
        return Err(Violation::new("/valid_from", Rule::DayOutOfRange, "The day has begun meanwhile.").into());
    }
    let reading = state.store.reading().await?;
    let policies = reading.policies(&of, today).await?;
    reading.finish();
    Ok(HttpResponse::Created().json(policies))
}
