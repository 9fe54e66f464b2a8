//! Access tokens (RFC 9068): given by `/oauth2/token`, shown as `Authorization: Bearer`.
//!
//! A token says which client it is and what was asked for; what the client may reach is looked up for every request.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, decode_header};
use serde::{Deserialize, Serialize};
use shared::api_client::Scopes;
use shared::token::TOKEN_SECONDS;
use uuid::Uuid;

use super::signing::SigningKeys;
use super::{LEEWAY, leads_astray, verified};

const TYPE: &str = "at+jwt";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    client_id: Uuid,
    scope: String,
    /// The client's key that it was given for: without it the token is worth nothing.
    client_kid: String,
    /// That key's thumbprint (RFC 7638): another may be called so after it.
    client_key: String,
    jti: Uuid,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The client.
    pub client_id: Uuid,
    /// The client's key that it was given for.
    pub client_kid: String,
    /// That key's thumbprint.
    pub client_key: String,
    /// What was asked for.
    pub scopes: Scopes,
}

/// Whom access tokens of an issuer are for: its API.
fn audience(issuer: &str) -> String {
    format!("{issuer}/api/v1")
}

/// A new token.
#[must_use]
pub fn issue(keys: &SigningKeys, issuer: &str, token: &AccessToken, now: DateTime<Utc>) -> Option<String> {
    let claims = Claims {
        iss: issuer.to_owned(),
        aud: audience(issuer),
        sub: token.client_id,
        client_id: token.client_id,
        scope: token.scopes.to_string(),
        client_kid: token.client_kid.clone(),
        client_key: token.client_key.clone(),
        jti: Uuid::now_v7(),
        iat: now.timestamp(),
        nbf: None,
        exp: now.timestamp() + i64::from(TOKEN_SECONDS),
    };
    keys.sign(TYPE, &claims)
}

/// What a token says, if it is one of ours and good at an instant.
#[must_use]
pub fn read(keys: &SigningKeys, issuer: &str, token: &str, now: DateTime<Utc>) -> Option<AccessToken> {
    let header = decode_header(token).ok()?;
    if leads_astray(&header) || header.typ.as_deref() != Some(TYPE) {
        return None;
    }
    let key = keys.find(header.kid.as_deref()?)?;
    let claims: Claims = verified(token, key, Algorithm::ES256, issuer, &audience(issuer))?;
    let now = now.timestamp();
    let in_time = now < claims.exp + LEEWAY && claims.nbf.is_none_or(|from| from <= now + LEEWAY);
    if !in_time || claims.iat > now + LEEWAY || claims.sub != claims.client_id {
        return None;
    }
    let scopes = Scopes::parse(&claims.scope)?;
    let Claims { client_id, client_kid, client_key, .. } = claims;
    Some(AccessToken { client_id, client_kid, client_key, scopes })
}
