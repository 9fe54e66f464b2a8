//! Tokens of API clients: the assertions by which they show who they are, and the access tokens that they get for them.
//!
//! Signatures are the library's; what it leaves to its caller is here: which header members are refused, which types of
//! token are taken where, and the times, by our own clock. A key is always one that we know of, with the one algorithm
//! that it was registered with; nothing that a token carries chooses either.

pub mod access;
pub mod assertion;
pub mod results;
pub mod signing;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use shared::api_client::KeyAlgorithm;

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 5;

/// The algorithm in the words of the library.
fn algorithm(of_key: KeyAlgorithm) -> Algorithm {
    match of_key {
        KeyAlgorithm::ES256 => Algorithm::ES256,
        KeyAlgorithm::ES384 => Algorithm::ES384,
        KeyAlgorithm::RS256 => Algorithm::RS256,
        KeyAlgorithm::PS256 => Algorithm::PS256,
        KeyAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}

/// Whether a header has a member that would have us look for a key elsewhere, or read the token in another way.
fn leads_astray(header: &Header) -> bool {
    header.crit.is_some()
        || header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.zip.is_some()
        || header.enc.is_some()
        || header.extras.inner().contains_key("b64")
}

/// The claims of a token with a good signature by a key, whose issuer and audience are these. Times are left to the
/// caller, since the library asks the system's clock.
fn verified<C: DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    issuer: &str,
    audience: &str,
) -> Option<C> {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    jsonwebtoken::decode(token, key, &validation).ok().map(|verified| verified.claims)
}
