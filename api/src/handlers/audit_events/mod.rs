//! The audit chain as people see it: plain staff their own acts, managers those of their jurisdiction.

mod export;

pub use export::*;

use actix_web::{get, web};
use shared::audit::{AuditPage, AuditQuery, check_audit};
use shared::permission::Target;
use shared::{Caller, ReportingDay, reporting_day};

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
use crate::store::{Reading, visible_to};

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
    let asked = check_audit(&query, today);
    let reading = state.store.reading().await?;
    let filter = permitted(&reading, &caller, &query, today).await?;
    let asked = asked?;
    let span = reading.audit_span(visible_to(&caller, today), &asked, filter).await?;
    let mut items = reading.audit_events(&span, asked.limit + 1).await?;
    reading.finish();
    let more = items.len() > asked.limit as usize;
    items.truncate(asked.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| last.seq.to_string());
    Ok(web::Json(AuditPage { items, next_cursor, chain: state.checkpoints.state() }))
}

/// Whose events the caller may have of those asked for: plain staff their own alone.
async fn permitted(
    reading: &Reading,
    caller: &Caller,
    query: &AuditQuery,
    today: ReportingDay,
) -> ApiResult<AuditFilter> {
    let target = match query.organization_id {
        None => Target::own(caller),
        Some(id) => {
            let found = reading.organization(visible_to(caller, today), id).await?;
            unit::target(&found.ok_or_else(ApiError::not_found)?)
        }
    };
    let mut actor_id = query.actor_id;
    if !unit::may(caller, ReadAuditEvents, &target) {
        let own = *actor_id.get_or_insert(caller.account_id);
        authorize(caller, ReadAuditEvents, &target.of_account(own))?;
    }
    let AuditQuery { organization_id, action, outcome, .. } = *query;
    Ok(AuditFilter { actor_id, organization_id, action, outcome })
}
