//! `/problems/{slug}`: in a browser a page of the application, for other callers a small JSON text.

use actix_web::HttpResponse;
use serde::Serialize;
use shared::ProblemKind;

use crate::error::{ApiError, ApiResult};

#[derive(Serialize)]
struct Explanation {
    #[serde(rename = "type")]
    type_uri: String,
    title: &'static str,
    status: u16,
}

/// What a kind of problem means, for a caller that doesn't read HTML.
///
/// # Errors
///
/// `not-found` for a kind that doesn't exist.
pub fn explain(slug: &str) -> ApiResult<HttpResponse> {
    let kind = ProblemKind::from_slug(slug).ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(Explanation { type_uri: kind.type_uri(), title: kind.title(), status: kind.status() }))
}
