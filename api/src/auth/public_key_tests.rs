//! Which keys are taken, and what becomes of them.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use serde_json::json;

use super::*;

/// The example of RFC 7638 section 3.1, an RSA key of 2,048 bits.
const RFC_7638: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiF\
V4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ\
vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn request(public_key: impl Into<String>) -> KeyRequest {
    KeyRequest { public_key: public_key.into(), alg: None, kid: None }
}

fn refused(request: &KeyRequest) -> (String, Rule) {
    let violation = read(request, "/key").expect_err("refused");
    (violation.pointer, violation.rule)
}

fn ed25519() -> String {
    let pair = Ed25519KeyPair::generate().expect("a key");
    json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(pair.public_key().as_ref()) }).to_string()
}

fn rsa(size: KeySize) -> Value {
    let pair = RsaKeyPair::generate(size).expect("a key");
    let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
    let [n, e] = [n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero()];
    json!({ "kty": "RSA", "n": BASE64URL_NOPAD.encode(n), "e": BASE64URL_NOPAD.encode(e) })
}

/// A point of P-256, from RFC 7517 appendix A.1.
fn p256() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    })
}

fn with(mut jwk: Value, member: &str, value: impl Into<Value>) -> String {
    jwk[member] = value.into();
    jwk.to_string()
}

#[test]
fn each_kind_of_key_has_its_one_algorithm_and_is_written_with_its_public_members_alone() {
    let key = read(&request(with(p256(), "x5u", "https://evil.example")), "/key").expect("taken");
    assert_eq!((key.alg, &key.kid), (KeyAlgorithm::ES256, &key.thumbprint));
    let jwk: Value = serde_json::from_str(&key.jwk).expect("JSON");
    assert_eq!(jwk.as_object().expect("an object").keys().collect::<Vec<_>>(), ["crv", "kid", "kty", "x", "y"]);
    assert_eq!(read(&request(ed25519()), "/key").expect("taken").alg, KeyAlgorithm::EdDSA);
    let rsa = rsa(KeySize::Rsa3072);
    assert_eq!(read(&request(rsa.to_string()), "/key").expect("taken").alg, KeyAlgorithm::RS256);
    assert_eq!(read(&request(with(rsa.clone(), "alg", "PS256")), "/key").expect("taken").alg, KeyAlgorithm::PS256);
    let stated = KeyRequest { alg: Some(KeyAlgorithm::PS256), ..request(rsa.to_string()) };
    assert_eq!(read(&stated, "/key").expect("taken").alg, KeyAlgorithm::PS256);
}

#[test]
fn pem_and_jwk_of_a_key_have_the_same_thumbprint() {
    let pair = RsaKeyPair::generate(KeySize::Rsa3072).expect("a key");
    let der = pair.public_key().as_der().expect("DER");
    let body = data_encoding::BASE64.encode(der.as_ref());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    let [n, e] = [
        pair.public_key().modulus().big_endian_without_leading_zero(),
        pair.public_key().exponent().big_endian_without_leading_zero(),
    ];
    let padded = BASE64URL_NOPAD.encode(&[&[0, 0], n].concat());
    let jwk = json!({ "kty": "RSA", "n": padded, "e": BASE64URL_NOPAD.encode(e) }).to_string();
    let [of_pem, of_jwk] = [pem, jwk].map(|text| read(&request(text), "/key").expect("taken").thumbprint);
    assert_eq!(of_pem, of_jwk);
}

#[test]
fn a_thumbprint_is_the_one_of_the_standard() {
    let jwk: Jwk =
        serde_json::from_value(json!({ "kty": "RSA", "n": RFC_7638, "e": "AQAB", "alg": "RS256" })).expect("a JWK");
    assert_eq!(
        jwk.thumbprint(ThumbprintHash::SHA256).expect("a thumbprint"),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn the_name_is_the_stated_one_or_that_of_the_jwk_if_it_can_stand_in_a_path() {
    let named = with(p256(), "kid", "2026-11");
    assert_eq!(read(&request(named.clone()), "/key").expect("taken").kid, "2026-11");
    let stated = KeyRequest { kid: Some("mine".to_owned()), ..request(named) };
    assert_eq!(read(&stated, "/key").expect("taken").kid, "mine");
    assert_eq!(refused(&request(with(p256(), "kid", "a/b"))), ("/key/kid".to_owned(), Rule::Malformed));
}

#[test]
fn private_keys_are_refused_however_they_are_written() {
    for text in [
        with(p256(), "d", "AQ"),
        p256().to_string().replace("\"kty\"", r#""\u0064":"AQ","kty""#),
        json!({ "kty": "oct", "k": "c2VjcmV0" }).to_string(),
        crate::demo::keys::CLIENT_KEY.to_owned(),
    ] {
        assert_eq!(refused(&request(text)), ("/key/public_key".to_owned(), Rule::PrivateKey));
    }
}

#[test]
fn what_is_no_key_of_a_kind_that_is_taken_is_refused() {
    let small = json!({ "kty": "RSA", "n": RFC_7638, "e": "AQAB" });
    let large = rsa(KeySize::Rsa3072);
    for text in [
        "key".to_owned(),
        "{".to_owned(),
        "{}".to_owned(),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".to_owned(),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----".to_owned(),
        small.to_string(),
        with(large.clone(), "e", "Aw"),
        with(large.clone(), "e", "AQAA"),
        with(large.clone(), "alg", "RS512"),
        with(large, "alg", "ES256"),
        with(p256(), "alg", "ES384"),
        with(p256(), "alg", "none"),
        with(p256(), "use", "enc"),
        with(p256(), "y", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyQ"),
        with(p256(), "crv", "secp256k1"),
        with(p256(), "crv", "P-521"),
    ] {
        assert_eq!(refused(&request(text.clone())), ("/key/public_key".to_owned(), Rule::UnsupportedKey), "{text}");
    }
    let contradicting = KeyRequest { alg: Some(KeyAlgorithm::EdDSA), ..request(p256().to_string()) };
    assert_eq!(refused(&contradicting).1, Rule::UnsupportedKey);
}
