//! The gate of `/api/v1`: who calls, whether the request comes from our own pages, and whether there were too many.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use shared::ProblemKind;
use shared::api_client::ApiClientResult;

use crate::app::AppState;
use crate::auth::Identity;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::fallback;
use crate::json_body::is_json;
use crate::representation;

const REQUESTED_BY: HeaderName = HeaderName::from_static("x-requested-by");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The middleware. It always answers: an `Err` would skip the layers around it.
///
/// # Errors
///
/// Those of the layers below.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let mut answer = match admit(&request).await {
        Ok(()) => next.call(request).await?.map_into_left_body(),
        Err(refusal) => request.error_response(refusal).map_into_right_body(),
    };
    note_result(&answer);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(representation::compressed(answer))
}

async fn admit(request: &ServiceRequest) -> ApiResult<()> {
    // Routes are found by the decoded path, and what is decided here by the path as sent. No path of ours needs an
    // escape, so that what has one is nobody's: `/auth/sign-i%6e` would pass by the rules of `/auth/sign-in`.
    if request.path().contains('%') {
        return Err(ApiError::not_found());
    }
    let state = request.app_data::<web::Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let arrival =
        request.extensions().get::<Arrival>().copied().ok_or_else(|| ApiError::internal("no arrival was noted"))?;
    let identity = crate::auth::identify(request.request(), state, arrival).await?;
    let changes = !matches!(*request.method(), Method::GET | Method::OPTIONS | Method::TRACE);
    // A browser adds no token by itself, so that what carries one was sent by whoever holds it.
    let by_client = matches!(identity, Identity::Client(_));
    request.extensions_mut().insert(identity.clone());
    if changes && !by_client && !comes_from_our_pages(request.headers(), state) {
        refuse_foreign(request, &identity)?;
    }
    if let Some(limits) = &state.limits {
        limits.check(request.path(), changes, &identity, arrival.address)?;
    }
    Ok(())
}

/// Notes what a request of an API client came to, for whoever looks after it.
fn note_result<B>(answer: &ServiceResponse<B>) {
    let request = answer.request();
    let extensions = request.extensions();
    let (Some(Identity::Client(client)), Some(arrival), Some(state)) =
        (extensions.get::<Identity>(), extensions.get::<Arrival>(), request.app_data::<web::Data<AppState>>())
    else {
        return;
    };
    let refusal = answer.response().error().and_then(|error| error.as_error::<ApiError>());
    let path = request.match_pattern().unwrap_or_else(|| "elsewhere".to_owned());
    let result = ApiClientResult {
        at: arrival.at,
        request_id: arrival.request_id,
        operation: format!("{} {path}", request.method()),
        status: answer.status().as_u16(),
        problem: refusal.map(|refusal| refusal.kind().slug().to_owned()),
    };
    state.client_results.note(client.caller.account_id, result);
}

/// A request that changes something must name our origin, carry our header, and bring JSON or nothing. A header that
/// stands there twice says nothing.
fn comes_from_our_pages(headers: &HeaderMap, state: &AppState) -> bool {
    let text = |name: &HeaderName| {
        let mut values = headers.get_all(name);
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    text(&header::ORIGIN).is_some_and(|origin| state.config.is_own_origin(origin))
        && (!headers.contains_key(&FETCH_SITE) || text(&FETCH_SITE) == Some("same-origin"))
        && text(&REQUESTED_BY) == Some("web")
        && headers.get_all(header::CONTENT_TYPE).all(|media| is_json(media.as_bytes()))
}

/// Refuses a request from elsewhere. What doesn't exist stays 404 or 405, who isn't signed in is told so first, and
/// what is wrong with the media type alone is said as that.
fn refuse_foreign(request: &ServiceRequest, identity: &Identity) -> ApiResult<()> {
    let Some(operation) = fallback::operation(request.path(), request.method()) else { return Ok(()) };
    match identity {
        Identity::Anonymous if operation.needs_session => return Err(ProblemKind::SignInRequired.into()),
        Identity::BadToken if operation.needs_session => return Err(ProblemKind::InvalidToken.into()),
        _ => {}
    }
    if request.headers().get_all(header::CONTENT_TYPE).any(|media| !is_json(media.as_bytes())) {
        return Err(ProblemKind::UnsupportedMediaType.into());
    }
    Err(ApiError::new(ProblemKind::CrossOrigin).detail(
        "A request that changes something carries the service's own Origin and the header X-Requested-By: web.",
    ))
}
