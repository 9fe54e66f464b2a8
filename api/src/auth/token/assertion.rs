//! Client assertions (RFC 7523, RFC 8725): a client shows who it is by a JWT that it signed a moment ago.

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Header, decode_header};
use serde::Deserialize;
use uuid::Uuid;

use super::{LEEWAY, algorithm, leads_astray, verified};
use crate::store::token::StoredKey;

/// How long an assertion may be good, and how old it may be, in seconds.
const LONGEST: i64 = 300;
/// How long the id of an assertion is, in characters.
const ID_LENGTHS: std::ops::RangeInclusive<usize> = 8..=128;

/// Why an assertion isn't taken. Who sent it isn't told; the client's manager sees it among the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is no JWT, or its header has a member that is never taken.
    Header,
    /// It is of another type, such as an access token.
    Type,
    /// Its key isn't one of the client's.
    UnknownKey,
    /// Its algorithm isn't the key's.
    Algorithm,
    /// Its signature, issuer, audience or another claim doesn't hold.
    SignatureOrClaims,
    /// It has run out, isn't good yet, or is good for too long.
    Time,
    /// It was used before.
    Replayed,
    /// The client or its key isn't good any more.
    ClientNotGood,
}

impl Flaw {
    /// As the results name it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Header => "assertion-header",
            Self::Type => "assertion-type",
            Self::UnknownKey => "assertion-key-unknown",
            Self::Algorithm => "assertion-algorithm",
            Self::SignatureOrClaims => "assertion-signature-or-claims",
            Self::Time => "assertion-time",
            Self::Replayed => "assertion-replayed",
            Self::ClientNotGood => "client-not-good",
        }
    }
}

/// Who an assertion says to be from, before anything is proved.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The client.
    pub client_id: Uuid,
    /// Its key.
    pub kid: String,
    header: Header,
}

/// An assertion that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// Its id.
    pub jti: String,
    /// When it runs out.
    pub ends_at: DateTime<Utc>,
    /// The thumbprint of the key that signed it.
    pub thumbprint: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    sub: Uuid,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: Uuid,
    sub: Uuid,
    // One text: a list of audiences is never taken, whatever is in it.
    #[serde(rename = "aud")]
    _aud: String,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

/// Reads whose key to look for. None of it is proved by that.
#[must_use]
pub fn claimed(assertion: &str) -> Option<Claimed> {
    let header = decode_header(assertion).ok()?;
    #[expect(clippy::disallowed_methods, reason = "the key to verify it with is found by the id that it claims")]
    let named: Named = jsonwebtoken::dangerous::insecure_decode_claims(assertion).ok()?;
    Some(Claimed { client_id: named.sub, kid: header.kid.clone()?, header })
}

/// Verifies an assertion by a key of the client that it claims to be from.
///
/// # Errors
///
/// What doesn't hold.
pub fn verify(
    assertion: &str,
    claimed: &Claimed,
    key: Option<&StoredKey>,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<Proved, Flaw> {
    let header = &claimed.header;
    if leads_astray(header) {
        return Err(Flaw::Header);
    }
    let known = ["client-authentication+jwt", "JWT"];
    if header.typ.as_deref().is_some_and(|typ| !known.contains(&typ)) {
        return Err(Flaw::Type);
    }
    let key = key.ok_or(Flaw::UnknownKey)?;
    let pinned = algorithm(key.alg);
    if header.alg != pinned {
        return Err(Flaw::Algorithm);
    }
    let public = serde_json::from_str::<Jwk>(&key.jwk).ok().and_then(|jwk| DecodingKey::from_jwk(&jwk).ok());
    let public = public.ok_or(Flaw::UnknownKey)?;
    let id = claimed.client_id.to_string();
    let claims: Claims = verified(assertion, &public, pinned, &id, issuer).ok_or(Flaw::SignatureOrClaims)?;
    if claims.iss != claimed.client_id || claims.sub != claimed.client_id {
        return Err(Flaw::SignatureOrClaims);
    }
    if !ID_LENGTHS.contains(&claims.jti.chars().count()) || claims.jti.chars().any(char::is_control) {
        return Err(Flaw::SignatureOrClaims);
    }
    if !is_in_time(&claims, now.timestamp()) {
        return Err(Flaw::Time);
    }
    let ends_at = DateTime::from_timestamp(claims.exp, 0).ok_or(Flaw::Time)?;
    Ok(Proved { jti: claims.jti, ends_at, thumbprint: key.thumbprint.clone() })
}

fn is_in_time(claims: &Claims, now: i64) -> bool {
    let Some(left) = claims.exp.checked_sub(now) else { return false };
    let young = |issued: i64| issued <= now + LEEWAY && issued >= now - LONGEST - LEEWAY;
    left > -LEEWAY
        && left <= LONGEST + LEEWAY
        && claims.iat.is_none_or(young)
        && claims.nbf.is_none_or(|from| from <= now + LEEWAY)
}

#[cfg(test)]
mod tests {
    use shared::token::TOKEN_PROBLEMS;

    use super::Flaw;

    #[test]
    fn every_flaw_is_among_the_problems_that_screens_have_words_for() {
        use Flaw::{Algorithm, ClientNotGood, Header, Replayed, SignatureOrClaims, Time, Type, UnknownKey};
        for flaw in [Header, Type, UnknownKey, Algorithm, SignatureOrClaims, Time, Replayed, ClientNotGood] {
            assert!(TOKEN_PROBLEMS.contains(&flaw.key()), "{}", flaw.key());
        }
    }
}
