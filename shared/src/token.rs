//! What the token endpoint takes and gives (RFC 6749, RFC 7521, RFC 7523, RFC 9068): not JSON in, so nothing is read here.

use serde::{Deserialize, Serialize};

/// The one grant: a client asks for itself.
pub const GRANT_TYPE: &str = "client_credentials";
/// The one way in which a client shows who it is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a client got no token, as the results of that client name it.
pub const TOKEN_PROBLEMS: [&str; 9] = [
    "assertion-header",
    "assertion-type",
    "assertion-key-unknown",
    "assertion-algorithm",
    "assertion-signature-or-claims",
    "assertion-time",
    "assertion-replayed",
    "client-not-good",
    "invalid-scope",
];
/// How long an access token is good, in seconds. There is no refresh token: a client asks again.
pub const TOKEN_SECONDS: u32 = 300;

/// What a client sends, as `application/x-www-form-urlencoded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// `client_credentials`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^client_credentials$"))]
    pub grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$"))]
    pub client_assertion_type: String,
    /// A JWT signed by the client's key: header `alg`, `kid`; claims `iss` = `sub` = the client's id, `aud` = the issuer
    /// and nothing else, `exp` at most 300 seconds ahead, `jti` of 8 to 128 characters that is used once.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub client_assertion: String,
    /// What is asked for, of what the client may; all of it unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// An access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenResponse {
    /// To be sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// For how many seconds it is good.
    pub expires_in: u32,
    /// What it allows.
    pub scope: String,
}

/// Why there is no token (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type`, `invalid_scope`, `temporarily_unavailable` or
    /// `server_error`.
    pub error: String,
    /// A sentence.
    pub error_description: String,
}
