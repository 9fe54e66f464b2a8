//! The audit chain as people see it: plain staff their own acts, managers those of their jurisdiction.

use actix_web::{get, web};
use shared::audit::{AuditPage, AuditQuery, check_audit};
use shared::permission::Target;
use shared::reporting_day;

use super::refusals::{Absent, Invalid};
use super::unit;
use crate::app::AppState;
use crate::auth::CurrentCaller;
use crate::authorize::{ReadAuditEvents, authorize};
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::openapi::Refusals;
use crate::parameters::Parameters;
use crate::store::audit::AuditFilter;
use crate::store::visible_to;

/// List audit events
///
/// Of a week unless days are named, the newest first. Plain staff see what they did themselves; a manager, what was done by
/// those of the jurisdiction. With how the chain was found when it was last verified: its head can be compared with printed
/// receipts.
#[utoipa::path(
    operation_id = "list_audit_events",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "One page.", body = AuditPage), Refusals, Absent, Invalid),
    security(("session" = []))
)]
#[get("/audit-events")]
pub async fn list_audit_events(
    caller: CurrentCaller,
    state: web::Data<AppState>,
    arrival: Arrival,
    Parameters(query): Parameters<AuditQuery>,
) -> ApiResult<web::Json<AuditPage>> {
    let today = reporting_day(arrival.at);
    let sight = visible_to(&caller, today);
    let reading = state.store.reading().await?;
    let target = match query.organization_id {
        None => Target::own(&caller),
        Some(id) => unit::target(&reading.organization(sight, id).await?.ok_or_else(ApiError::not_found)?),
    };
    let mut actor_id = query.actor_id;
    if !unit::may(&caller, ReadAuditEvents, &target) {
        let own = *actor_id.get_or_insert(caller.account_id);
        authorize(&caller, ReadAuditEvents, &target.of_account(own))?;
    }
    let asked = check_audit(&query, today)?;
    let filter = AuditFilter {
        actor_id,
        organization_id: query.organization_id,
        action: query.action.clone(),
        outcome: query.outcome.clone(),
    };
    let mut items = reading.audit_events(sight, &asked, &filter).await?;
    reading.finish().await?;
    let more = items.len() > asked.limit as usize;
    items.truncate(asked.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| last.seq.to_string());
    Ok(web::Json(AuditPage { items, next_cursor, chain: state.checkpoints.state() }))
}
