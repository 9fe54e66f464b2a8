//! Reading a public key that somebody pasted, as JWK or PEM.
//!
//! What is kept is written anew from what was read: nothing beside the public members of the key gets through.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm,
};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, RSAKeyParameters, ThumbprintHash};
use serde_json::{Map, Value};
use shared::api_client::{KeyAlgorithm, KeyRequest, PRIVATE_MEMBERS, is_kid, looks_private};
use shared::{Rule, Violation};

use crate::store::api_client::PublicKey;

/// The sizes of RSA keys that are taken, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 3072..=8192;
/// The least public exponent (FIPS 186-5).
const RSA_EXPONENT: u64 = 65_537;

/// What was pasted, and what it says of itself.
struct Pasted {
    key: DecodingKey,
    alg: Option<String>,
    kid: Option<String>,
}

/// Reads a key. `place` is the pointer of its object in the request.
///
/// # Errors
///
/// The rule that it breaks, with its place.
pub fn read(request: &KeyRequest, place: &str) -> Result<PublicKey, Violation> {
    let violation = |field: &str, rule, message: &str| Violation::new(format!("{place}/{field}"), rule, message);
    let unsupported = |message: &str| violation("public_key", Rule::UnsupportedKey, message);
    let text = request.public_key.trim();
    if looks_private(text) {
        return Err(violation("public_key", Rule::PrivateKey, "This is a private key."));
    }
    let pasted = if text.starts_with('{') { from_jwk(text) } else { from_pem(text) };
    let pasted = pasted.map_err(|(rule, message)| violation("public_key", rule, message))?;
    let stated = [request.alg.map(|alg| alg.key().to_owned()), pasted.alg];
    let jwk = Jwk::from_decoding_key(&pasted.key, None).map_err(|_| unsupported("This is no usable public key."))?;
    let (mut jwk, alg) = judged(jwk, &pasted.key, &stated).map_err(unsupported)?;
    let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| unsupported("This key has no thumbprint."))?;
    let kid = request.kid.clone().or(pasted.kid).unwrap_or_else(|| thumbprint.clone());
    if !is_kid(&kid) {
        let message = "The key's own kid can't stand in a path: state another of 1 to 64 of A-Z a-z 0-9 . _ ~ -";
        return Err(violation("kid", Rule::Malformed, message));
    }
    jwk.common.key_id = Some(kid.clone());
    let jwk = serde_json::to_string(&jwk).map_err(|_| unsupported("This key can't be written."))?;
    Ok(PublicKey { kid, alg, jwk, thumbprint })
}

fn from_jwk(text: &str) -> Result<Pasted, (Rule, &'static str)> {
    let unreadable = (Rule::UnsupportedKey, "This is no JWK: an object with kty and the members of a public key.");
    let members: Map<String, Value> = serde_json::from_str(text).map_err(|_| unreadable)?;
    // Names may be written with escapes, so the search through the text isn't all.
    if PRIVATE_MEMBERS.iter().any(|member| members.contains_key(*member)) || members.get("kty") == Some(&"oct".into()) {
        return Err((Rule::PrivateKey, "This is a private or secret key."));
    }
    if members.get("use").is_some_and(|purpose| purpose != "sig") {
        return Err((Rule::UnsupportedKey, "This key isn't for signatures: its use isn't sig."));
    }
    let text_of = |member: &str| members.get(member).and_then(Value::as_str).map(str::to_owned);
    let (alg, kid) = (text_of("alg"), text_of("kid"));
    let public = members.into_iter().filter(|(name, _)| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
    let jwk: Jwk = serde_json::from_value(Value::Object(public.collect())).map_err(|_| unreadable)?;
    let key = match &jwk.algorithm {
        AlgorithmParameters::RSA(RSAKeyParameters { n, e, .. }) => {
            let (n, e) = (decoded(n).ok_or(unreadable)?, decoded(e).ok_or(unreadable)?);
            DecodingKey::from_rsa_raw_components(without_zeros(&n), without_zeros(&e))
        }
        point => {
            let key = DecodingKey::from_jwk(&jwk).map_err(|_| unreadable)?;
            // The library tells the curve by the length of the point: the named one must be that.
            let named = Jwk::from_decoding_key(&key, None).is_ok_and(|read| read.algorithm == *point);
            if named { key } else { return Err(unreadable) }
        }
    };
    Ok(Pasted { key, alg, kid })
}

fn from_pem(text: &str) -> Result<Pasted, (Rule, &'static str)> {
    if !text.starts_with("-----BEGIN PUBLIC KEY-----") {
        return Err((Rule::UnsupportedKey, "Paste a JWK, or a PEM file that begins with -----BEGIN PUBLIC KEY-----."));
    }
    let pem = text.as_bytes();
    DecodingKey::from_ec_pem(pem)
        .or_else(|_| DecodingKey::from_ed_pem(pem))
        .or_else(|_| DecodingKey::from_rsa_pem(pem))
        .map(|key| Pasted { key, alg: None, kid: None })
        .map_err(|_| (Rule::UnsupportedKey, "This PEM file holds no public key on P-256, P-384, Ed25519, or of RSA."))
}

/// The key with its one algorithm, if both are taken: what is stated must fit the kind of key.
fn judged(jwk: Jwk, key: &DecodingKey, stated: &[Option<String>; 2]) -> Result<(Jwk, KeyAlgorithm), &'static str> {
    let (possible, jwk): (&[KeyAlgorithm], Jwk) = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(point) => match point.curve {
            EllipticCurve::P256 => (on_curve(key, &ECDSA_P256_SHA256_FIXED, &[KeyAlgorithm::ES256])?, jwk),
            EllipticCurve::P384 => (on_curve(key, &ECDSA_P384_SHA384_FIXED, &[KeyAlgorithm::ES384])?, jwk),
            _ => return Err("Of elliptic curves P-256, P-384 and Ed25519 are taken."),
        },
        AlgorithmParameters::OctetKeyPair(_) => (on_curve(key, &ED25519, &[KeyAlgorithm::EdDSA])?, jwk),
        AlgorithmParameters::RSA(rsa) => {
            let (n, e) = decoded(&rsa.n).zip(decoded(&rsa.e)).ok_or("This is no usable RSA key.")?;
            let (n, e) = (without_zeros(&n), without_zeros(&e));
            check_rsa(n, e)?;
            let written = Jwk::from_decoding_key(&DecodingKey::from_rsa_raw_components(n, e), None);
            (&[KeyAlgorithm::RS256, KeyAlgorithm::PS256], written.map_err(|_| "This is no usable RSA key.")?)
        }
        _ => return Err("This kind of key isn't taken."),
    };
    let mut named = stated.iter().flatten();
    let alg = match named.next() {
        None => possible.first().copied(),
        Some(name) => possible.iter().copied().find(|alg| alg.key() == name),
    };
    let alg = alg.ok_or("The stated alg isn't one that is taken for this kind of key.")?;
    if named.any(|name| name != alg.key()) {
        return Err("The stated alg isn't the one that the JWK names.");
    }
    Ok((jwk, alg))
}

/// Whether a key is a point of its curve.
fn on_curve<'a>(
    key: &DecodingKey,
    curve: &'static dyn VerificationAlgorithm,
    possible: &'a [KeyAlgorithm],
) -> Result<&'a [KeyAlgorithm], &'static str> {
    let bytes = key.try_get_as_bytes().map_err(|_| "This is no usable public key.")?;
    ParsedPublicKey::new(curve, bytes).map_err(|_| "This is no point of its curve.")?;
    Ok(possible)
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), &'static str> {
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        return Err("An RSA key has 3,072 to 8,192 bits.");
    }
    let exponent = (e.len() <= 4).then(|| e.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)));
    let sound = exponent.is_some_and(|exponent| exponent >= RSA_EXPONENT && exponent % 2 == 1);
    if sound { Ok(()) } else { Err("The exponent of an RSA key is odd and 65,537 at least.") }
}

fn decoded(base64url: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(base64url.as_bytes()).ok()
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    &number[first..]
}

#[cfg(test)]
#[path = "public_key_tests.rs"]
mod tests;
