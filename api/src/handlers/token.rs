//! The token endpoint (RFC 6749, RFC 7523), and what clients must know of it (RFC 8414, RFC 7517).
//!
//! Errors have OAuth's shape. Whoever isn't a client that we know, with a good assertion, gets one and the same answer;
//! why is among the results that the client's manager sees.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::json;
use shared::ProblemKind;
use shared::api_client::{ApiClientResult, KeyAlgorithm, Scope, Scopes};
use shared::token::{ASSERTION_TYPE, GRANT_TYPE, TOKEN_SECONDS, TokenError, TokenRequest, TokenResponse};

use crate::app::AppState;
use crate::auth::token::access::{self, AccessToken};
use crate::auth::token::assertion::{self, Flaw};
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::read_body;
use crate::store::token::{Grant, Granted};

/// Where tokens are given.
pub const TOKEN_PATH: &str = "/oauth2/token";
const KEYS_PATH: &str = "/oauth2/jwks";
const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";
const FORM: &str = "application/x-www-form-urlencoded";

/// Why there is no token.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    retry_after: Option<u32>,
}

impl Refusal {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, retry_after: None }
    }

    const fn request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// The one answer to whoever isn't a client with a good assertion.
    const fn client() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "The client assertion is not accepted.")
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let retry_after = error.problem().retry_after;
        let (status, name, description) = match error.kind() {
            ProblemKind::BodyTooLarge => (413, "invalid_request", "The body is too large."),
            ProblemKind::RequestTimeout => (408, "invalid_request", "The body did not arrive in time."),
            ProblemKind::MalformedRequest => (400, "invalid_request", "The body can't be read."),
            ProblemKind::TooManyRequests => (429, "temporarily_unavailable", "Too many requests."),
            ProblemKind::Busy | ProblemKind::ClockSuspect => (503, "temporarily_unavailable", "The service is busy."),
            _ => (500, "server_error", "Something went wrong on our side."),
        };
        if status == 500 {
            tracing::error!(chain = error.chain(), "a token could not be given");
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { retry_after, ..Self::new(status, name, description) }
    }
}

/// Get an access token
///
/// For an API client that shows who it is by an assertion that it signed (`private_key_jwt`). The token is good for 300
/// seconds; when it has run out, ask again with a new assertion. Errors have the shape of RFC 6749.
#[utoipa::path(
    operation_id = "issue_token",
    tag = "tokens",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded", example = json!({
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": "a JWT that the client signs for this one request",
        "scope": "reports:write",
    })),
    responses(
        (status = 200, description = "The token.", body = TokenResponse),
        (status = 400, description = "Not such a request, or a scope that isn't known.", body = TokenError),
        (status = 401, description = "Not a client with a good assertion.", body = TokenError),
        (status = 408, description = "The body did not arrive in time.", body = TokenError),
        (status = 413, description = "The body is too large.", body = TokenError),
        (status = 415, description = "The body is no form.", body = TokenError),
        (status = 429, description = "Too many; `Retry-After` says when to come again.", body = TokenError),
        (status = 500, description = "Our fault.", body = TokenError),
        (status = 503, description = "Busy; `Retry-After` says when to come again.", body = TokenError),
    ),
    security(())
)]
#[post("/oauth2/token")]
pub async fn issue_token(
    request: HttpRequest,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: web::Payload,
) -> HttpResponse {
    match token(&request, &state, arrival, body).await {
        Ok(token) => answer(StatusCode::OK, None).json(token),
        Err(refusal) => answer(refusal.status, refusal.retry_after)
            .json(TokenError { error: refusal.error.to_owned(), error_description: refusal.description.to_owned() }),
    }
}

fn answer(status: StatusCode, retry_after: Option<u32>) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CACHE_CONTROL, "no-store")).insert_header((HeaderName::from_static("pragma"), "no-cache"));
    if let Some(seconds) = retry_after {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    answer
}

async fn token(
    request: &HttpRequest,
    state: &AppState,
    arrival: Arrival,
    body: web::Payload,
) -> Result<TokenResponse, Refusal> {
    if let Some(limits) = &state.limits {
        limits.check_token_request(arrival.address)?;
    }
    check_headers(request)?;
    let form = read_body(body, &state.config.limits).await?;
    let asked = Asked::read(&form)?;
    let claimed = assertion::claimed(&asked.assertion).ok_or(Refusal::client())?;
    let client = state.store.client_with_key(claimed.client_id, &claimed.kid).await.map_err(ApiError::from)?;
    let client = client.ok_or(Refusal::client())?;
    let refused = |flaw: Flaw| {
        note(state, arrival, claimed.client_id, StatusCode::UNAUTHORIZED, Some(flaw.key()));
        Refusal::client()
    };
    let issuer = state.config.issuer();
    let proved = assertion::verify(&asked.assertion, &claimed, client.key.as_ref(), issuer, arrival.at);
    let proved = proved.map_err(refused)?;
    if !client.is_good(arrival.at) || asked.client_id.is_some_and(|id| id != claimed.client_id.to_string()) {
        return Err(refused(Flaw::ClientNotGood));
    }
    if let Some(limits) = &state.limits {
        limits.check_client(client.id)?;
    }
    let scopes = asked.scope.map_or(Some(client.scopes), |scope| Scopes::parse(&scope));
    let scopes = scopes.map(|scopes| scopes.and(client.scopes)).filter(|scopes| !scopes.is_empty());
    let Some(scopes) = scopes else {
        note(state, arrival, client.id, StatusCode::BAD_REQUEST, Some("invalid-scope"));
        let description = "The client has none of these scopes.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "invalid_scope", description));
    };
    let grant = Grant {
        client_id: client.id,
        organization_id: client.organization.id,
        kid: claimed.kid.clone(),
        thumbprint: proved.thumbprint.clone(),
        jti: proved.jti,
        assertion_ends_at: proved.ends_at,
        scopes,
        ip: arrival.address,
    };
    match state.store.grant_token(grant).await.map_err(ApiError::from)? {
        Granted::Yes => {}
        Granted::Replayed => return Err(refused(Flaw::Replayed)),
        Granted::Withdrawn => return Err(refused(Flaw::ClientNotGood)),
    }
    let (client_kid, client_key) = (claimed.kid, proved.thumbprint);
    let token = AccessToken { client_id: client.id, client_kid, client_key, scopes };
    let token = access::issue(&state.signing_keys, issuer, &token, arrival.at);
    let access_token = token.ok_or_else(|| ApiError::internal("the key does not sign"))?;
    note(state, arrival, client.id, StatusCode::OK, None);
    Ok(TokenResponse {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: TOKEN_SECONDS,
        scope: scopes.to_string(),
    })
}

/// A form, and no other way of showing who asks.
fn check_headers(request: &HttpRequest) -> Result<(), Refusal> {
    let headers = request.headers();
    if headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::request("Show who you are by the assertion alone, without Authorization."));
    }
    let media = headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case(FORM) || headers.contains_key("content-encoding") {
        let description = "Send the parameters as application/x-www-form-urlencoded.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description));
    }
    Ok(())
}

/// What is asked for.
struct Asked {
    assertion: String,
    scope: Option<String>,
    client_id: Option<String>,
}

impl Asked {
    fn read(form: &[u8]) -> Result<Self, Refusal> {
        let mut known =
            ["grant_type", "client_assertion_type", "client_assertion", "scope", "client_id"].map(|name| (name, None));
        for (name, value) in form_urlencoded::parse(form) {
            // What isn't known is ignored (RFC 6749 section 3.2), what stands twice is refused.
            let Some((_, place)) = known.iter_mut().find(|(known, _)| *known == name) else { continue };
            if place.replace(value.into_owned()).is_some() {
                return Err(Refusal::request("A parameter stands twice."));
            }
        }
        let [grant_type, assertion_type, assertion, scope, client_id] =
            known.map(|(_, value)| value.filter(|value| !value.is_empty()));
        match grant_type.as_deref() {
            Some(GRANT_TYPE) => {}
            Some(_) => {
                let description = "The grant type is client_credentials.";
                return Err(Refusal::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
            }
            None => return Err(Refusal::request("grant_type is missing.")),
        }
        if assertion_type.as_deref() != Some(ASSERTION_TYPE) {
            return Err(Refusal::request("client_assertion_type says that the assertion is a JWT bearer assertion."));
        }
        let assertion = assertion.ok_or(Refusal::request("client_assertion is missing."))?;
        Ok(Self { assertion, scope, client_id })
    }
}

fn note(state: &AppState, arrival: Arrival, client_id: uuid::Uuid, status: StatusCode, problem: Option<&str>) {
    let result = ApiClientResult {
        at: arrival.at,
        request_id: arrival.request_id,
        operation: format!("POST {TOKEN_PATH}"),
        status: status.as_u16(),
        problem: problem.map(str::to_owned),
    };
    state.client_results.note(client_id, result);
}

/// The routes of what is published; they are OAuth's, and no part of the contract.
pub fn published(config: &mut web::ServiceConfig) -> &mut web::ServiceConfig {
    config.route(METADATA_PATH, web::get().to(metadata)).route(KEYS_PATH, web::get().to(keys))
}

/// Authorization server metadata (RFC 8414).
async fn metadata(state: web::Data<AppState>) -> HttpResponse {
    let issuer = state.config.issuer();
    let algorithms = KeyAlgorithm::ALL.map(KeyAlgorithm::key);
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "jwks_uri": format!("{issuer}{KEYS_PATH}"),
        "scopes_supported": Scope::ALL.map(Scope::key),
        "response_types_supported": [],
        "grant_types_supported": [GRANT_TYPE],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "service_documentation": format!("{issuer}/api/docs/"),
    }))
}

async fn keys(state: web::Data<AppState>) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(state.signing_keys.published()))
}
