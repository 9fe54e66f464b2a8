//! API clients as callers: found by the access token of a request.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use shared::Caller;
use shared::organization::OrganizationRef;

use super::token::access;
use crate::app::AppState;
use crate::envelope::Arrival;
use crate::error::ApiResult;

/// A client that is good at the moment it was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCaller {
    /// The client as a caller.
    pub caller: Caller,
    /// What it is called.
    pub name: String,
    /// Its organization.
    pub organization: OrganizationRef,
}

/// The client whose access token a request carries; none when it isn't good, or its client isn't any more.
///
/// # Errors
///
/// `busy` when the database doesn't answer.
pub async fn find(request: &HttpRequest, state: &AppState, arrival: Arrival) -> ApiResult<Option<ClientCaller>> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let only = headers.next().filter(|_| headers.next().is_none()).and_then(|header| header.to_str().ok());
    let Some(token) = only.and_then(bearer) else { return Ok(None) };
    let issuer = state.config.issuer();
    let Some(token) = access::read(&state.signing_keys, issuer, token, arrival.at) else { return Ok(None) };
    let found = state.store.client_with_key(token.client_id, &token.client_kid).await?;
    let found = found.filter(|client| {
        let has_key = client.key.as_ref().is_some_and(|key| key.thumbprint == token.client_key);
        has_key && client.is_good(arrival.at)
    });
    Ok(found.map(|client| ClientCaller {
        caller: client.caller(token.scopes),
        name: client.name,
        organization: client.organization,
    }))
}

/// The token of a header; the scheme is written in any case (RFC 9110 section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}
