//! The outermost layer: every request gets its instant, id and address here, every answer its headers, and every error
//! its problem document. What failed inside is logged here, once.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError, web};
use chrono::{DateTime, Utc};
use shared::ProblemKind;
use uuid::Uuid;

use crate::app::AppState;
use crate::config::RequestLimits;
use crate::error::{self, ApiError};
use crate::stalled::UnderWay;

/// What is known of a request before anything of it is read.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// When it arrived: the instant that decides its reporting day.
    pub at: DateTime<Utc>,
    /// Its id, in the header `X-Request-Id`, in problems, and in the log.
    pub request_id: Uuid,
    /// Where it came from.
    pub address: IpAddr,
}

impl FromRequest for Arrival {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().copied().ok_or_else(|| ApiError::internal("no arrival was noted")))
    }
}

/// The middleware.
///
/// # Errors
///
/// Only when a handler took too long; that error is a whole answer.
pub async fn envelope(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let started = Instant::now();
    let Some(state) = request.app_data::<web::Data<AppState>>().cloned() else {
        return Err(ApiError::internal("the application has no state").into());
    };
    let arrival = Arrival {
        at: state.clock.now(),
        request_id: Uuid::now_v7(),
        address: crate::limits::address::of(&request, &state.config),
    };
    request.extensions_mut().insert(arrival);
    // What answers GET answers HEAD (RFC 9110 section 9.3.2). The server remembers what was asked, and sends no body.
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let under_way = UnderWay::begin(request.request(), state.config.limits);
    let in_flight = InFlight::enter(&state.in_flight);
    if in_flight.others >= state.config.limits.in_flight && !request.path().starts_with("/health/") {
        let refusal = render(&ApiError::busy(1), arrival.request_id);
        return Ok(finish(request.into_response(refusal).map_into_right_body(), arrival, started, under_way));
    }
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let Ok(answer) = tokio::time::timeout(allowance(&method, &state.config.limits), next.call(request)).await else {
        tracing::error!(request_id = %arrival.request_id, %method, path, "the handler took too long");
        return Err(TimedOut(arrival.request_id).into());
    };
    let answer = answer?;
    let answer = match problem_of(&answer) {
        Some(refusal) => {
            log_cause(&refusal, arrival, &answer);
            let problem = render(&refusal, arrival.request_id);
            replace(answer, problem)
        }
        None => answer.map_into_left_body(),
    };
    Ok(finish(answer, arrival, started, under_way))
}

/// A method with a body may first wait for it.
fn allowance(method: &Method, limits: &RequestLimits) -> Duration {
    if *method == Method::GET { limits.handler_wait } else { limits.handler_wait + limits.body_wait }
}

/// The refusal that an answer stands for, if it is one.
fn problem_of<B>(answer: &ServiceResponse<B>) -> Option<Refusal<'_>> {
    let cause = answer.response().error()?;
    if let Some(refusal) = cause.as_error::<ApiError>() {
        return Some(Refusal::Ours(refusal));
    }
    let refusal = error::of_status(answer.status());
    let told = refusal.kind() == ProblemKind::MalformedRequest;
    Some(Refusal::OfLibrary(if told { refusal.detail(cause.to_string()) } else { refusal.because(cause.to_string()) }))
}

/// Puts a problem in an answer's place; cookies that the answer set stay.
fn replace<A: MessageBody, B: MessageBody>(
    answer: ServiceResponse<A>,
    mut problem: HttpResponse<B>,
) -> ServiceResponse<EitherBody<A, B>> {
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        problem.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    answer.into_response(problem).map_into_right_body()
}

/// Writes the problem document.
fn render(refusal: &ApiError, request_id: Uuid) -> HttpResponse {
    let mut problem = refusal.problem().clone();
    problem.instance = Some(request_id.to_string());
    let mut answer = HttpResponse::build(refusal.status_code());
    if let Some(seconds) = problem.retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if let Some(allow) = refusal.allow() {
        answer.insert_header((header::ALLOW, allow));
    }
    if refusal.kind() == ProblemKind::InvalidToken {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
    }
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    match serde_json::to_vec(&problem) {
        Ok(body) => answer.content_type("application/problem+json").body(body),
        Err(_) => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn log_cause<B>(refusal: &ApiError, arrival: Arrival, answer: &ServiceResponse<B>) {
    let chain = refusal.chain();
    if chain.is_empty() {
        return;
    }
    let (method, path) = (answer.request().method(), answer.request().path());
    if refusal.status_code().is_server_error() {
        tracing::error!(request_id = %arrival.request_id, %method, path, kind = refusal.kind().slug(), chain, "failed");
    } else {
        tracing::debug!(request_id = %arrival.request_id, %method, path, kind = refusal.kind().slug(), chain, "refused");
    }
}

/// Adds the headers, counts and logs.
fn finish<B: MessageBody>(
    mut answer: ServiceResponse<B>,
    arrival: Arrival,
    started: Instant,
    under_way: UnderWay,
) -> ServiceResponse<B> {
    let elapsed = started.elapsed();
    let status = answer.status().as_u16();
    metrics::histogram!("http_request_seconds", "status" => status_class(status)).record(elapsed.as_secs_f64());
    tracing::info!(
        target: "nippo::request",
        request_id = %arrival.request_id,
        method = %answer.request().method(),
        path = answer.request().path(),
        status,
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    add_headers(answer.headers_mut(), arrival.request_id);
    under_way.end(answer.response().body().size());
    answer
}

fn status_class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// The policy of the application's own pages, and of everything else but the API's documentation.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; \
frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), \
             fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), \
             midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), usb=(), \
             xr-spatial-tracking=(), publickey-credentials-get=(self), publickey-credentials-create=(self), \
             clipboard-write=(self)",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Security headers and the request id. What the answer already says stays: the policy of the API's documentation, and how
/// long a file may be kept. What says nothing of that is kept nowhere.
fn add_headers(headers: &mut HeaderMap, request_id: Uuid) {
    for (name, value) in &HEADERS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    let mut buffer = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(request_id.hyphenated().encode_lower(&mut buffer)) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// The answer to a request whose handler took too long. The request itself is lost with the handler, so this error is
/// rendered whole, outside all layers.
#[derive(Debug)]
struct TimedOut(Uuid);

impl std::fmt::Display for TimedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the handler took too long")
    }
}

impl ResponseError for TimedOut {
    fn status_code(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = render(&ApiError::busy(1), self.0);
        add_headers(answer.headers_mut(), self.0);
        answer
    }
}

/// Counts a request as under way for as long as it lives.
struct InFlight<'a> {
    count: &'a AtomicUsize,
    others: usize,
}

impl<'a> InFlight<'a> {
    fn enter(count: &'a AtomicUsize) -> Self {
        Self { count, others: count.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A refusal of ours, or one made for an error of the HTTP library.
enum Refusal<'a> {
    Ours(&'a ApiError),
    OfLibrary(ApiError),
}

impl std::ops::Deref for Refusal<'_> {
    type Target = ApiError;

    fn deref(&self) -> &ApiError {
        match self {
            Self::Ours(refusal) => refusal,
            Self::OfLibrary(refusal) => refusal,
        }
    }
}
