//! Whether the service is alive, and whether it can work.

use actix_web::{get, web};
use serde::Serialize;

use crate::app::AppState;
use crate::error::{ApiError, ApiResult};
use crate::openapi::Refusals;

/// How often the clock is compared, in seconds.
const MINUTE: u32 = 60;

/// How the service is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    pub status: &'static str,
}

/// Whether the process answers
///
/// Says nothing of the database: a process that answers needs no restart.
#[utoipa::path(
    operation_id = "get_live",
    tag = "health",
    responses((status = 200, description = "The process answers.", body = Health), Refusals),
    security(())
)]
#[get("/health/live")]
pub async fn live() -> web::Json<Health> {
    web::Json(Health { status: "live" })
}

/// Whether requests can be served
///
/// Asks the database; `busy` while it doesn't answer, and while the server's clock differs from its own by more than a second.
#[utoipa::path(
    operation_id = "get_ready",
    tag = "health",
    responses((status = 200, description = "Requests can be served.", body = Health), Refusals),
    security(())
)]
#[get("/health/ready")]
pub async fn ready(state: web::Data<AppState>) -> ApiResult<web::Json<Health>> {
    if state.clock_offset.is_off() {
        return Err(
            ApiError::busy(MINUTE).detail("the server's clock differs from the database's by more than a second")
        );
    }
    state.store.answers().await.map_err(|error| ApiError::busy(5).because(error))?;
    Ok(web::Json(Health { status: "ready" }))
}
