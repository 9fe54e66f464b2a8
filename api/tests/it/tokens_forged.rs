//! Tokens that somebody else made, or made for something else.

use data_encoding::BASE64URL_NOPAD;
use futures_util::future::join_all;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::ProblemKind;
use shared::api_client::Scope;
use uuid::Uuid;

use crate::database::Place;
use crate::ehr::{Clinic, Ehr, form, p256};
use crate::harness::{TestApp, problem};

/// Parts of a token, signed by hand where a library would refuse to.
fn unsigned(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.{signature}", part(header), part(claims))
}

fn hs256(secret: &[u8], kid: &str, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).expect("signed")
}

/// The point of a JWK in bytes: what a careless verifier would take for a secret.
fn point(jwk: &Value) -> Vec<u8> {
    let coordinate = |name: &str| BASE64URL_NOPAD.decode(jwk[name].as_str().expect("text").as_bytes()).expect("base64");
    [vec![4], coordinate("x"), coordinate("y")].concat()
}

fn header_with(ehr: &Ehr, change: impl FnOnce(&mut Header)) -> Header {
    let mut header = ehr.header();
    change(&mut header);
    header
}

fn claims_with(ehr: &Ehr, member: &str, value: impl Into<Value>) -> Value {
    let mut claims = ehr.claims();
    claims[member] = value.into();
    claims
}

fn claims_without(ehr: &Ehr, member: &str) -> Value {
    let mut claims = ehr.claims();
    claims.as_object_mut().expect("an object").remove(member);
    claims
}

/// Assertions whose header isn't taken.
fn forged_headers(ehr: &Ehr, other: &Ehr) -> Vec<(&'static str, String)> {
    let claims = || ehr.claims();
    let signed = |change: &dyn Fn(&mut Header)| ehr.sign(&header_with(ehr, |header| change(header)), &claims());
    let (own, own_jwk) = p256();
    let own_jwk: Jwk = serde_json::from_value(own_jwk).expect("a JWK");
    let by_own = |header: Header| jsonwebtoken::encode(&header, &claims(), &own).expect("signed");
    let none = |alg: &str| unsigned(&json!({ "alg": alg, "kid": ehr.kid }), &claims(), "");
    vec![
        ("none", none("none")),
        ("None", none("None")),
        ("no alg", unsigned(&json!({ "kid": ehr.kid }), &claims(), "")),
        ("HS256 with the point", hs256(&point(&ehr.jwk), &ehr.kid, &claims())),
        ("HS256 with the JWK", hs256(ehr.jwk.to_string().as_bytes(), &ehr.kid, &claims())),
        ("HS256 with nothing", hs256(b"", &ehr.kid, &claims())),
        ("own jwk", by_own(header_with(ehr, |header| header.jwk = Some(own_jwk.clone())))),
        ("jku", by_own(header_with(ehr, |header| header.jku = Some("https://evil.example/jwks".into())))),
        ("x5u", by_own(header_with(ehr, |header| header.x5u = Some("https://evil.example/x".into())))),
        ("x5c", by_own(header_with(ehr, |header| header.x5c = Some(vec!["MAA=".into()])))),
        ("own key", by_own(ehr.header())),
        ("jku beside a good signature", signed(&|header| header.jku = Some("https://evil.example".into()))),
        ("jwk beside a good signature", signed(&|header| header.jwk = Some(own_jwk.clone()))),
        ("unknown crit", signed(&|header| header.crit = Some(vec!["exp".into()]))),
        ("empty crit", signed(&|header| header.crit = Some(Vec::new()))),
        ("b64", signed(&|header| header.extras.insert("b64", true))),
        ("kid of another client", signed(&|header| header.kid = Some(other.kid.clone()))),
        ("kid of a file", signed(&|header| header.kid = Some("../../../../dev/null".into()))),
        ("kid of a question", signed(&|header| header.kid = Some("' OR '1'='1".into()))),
        ("no kid", signed(&|header| header.kid = None)),
        ("typ of an access token", signed(&|header| header.typ = Some("at+jwt".into()))),
        ("another typ", signed(&|header| header.typ = Some("secevent+jwt".into()))),
    ]
}

/// Assertions whose claims don't hold, each with a good signature.
fn wrong_claims(ehr: &Ehr, other: &Ehr) -> Vec<(&'static str, String)> {
    let signed = |claims: Value| ehr.sign(&ehr.header(), &claims);
    let with = |member: &str, value: Value| signed(claims_with(ehr, member, value));
    vec![
        ("another aud", with("aud", json!("https://elsewhere.example"))),
        ("the endpoint as aud", with("aud", json!(format!("{}/oauth2/token", ehr.origin)))),
        ("aud with a slash", with("aud", json!(format!("{}/", ehr.origin)))),
        ("an array of the right aud", with("aud", json!([ehr.origin]))),
        ("an array with the right aud", with("aud", json!([ehr.origin, "https://elsewhere.example"]))),
        ("no aud", signed(claims_without(ehr, "aud"))),
        ("no exp", signed(claims_without(ehr, "exp"))),
        ("run out", with("exp", json!(ehr.now - 5))),
        ("long ago", with("exp", json!(1))),
        ("before the beginning", with("exp", json!(i64::MIN))),
        ("good for too long", with("exp", json!(ehr.now + 306))),
        ("good for ever", with("exp", json!(i64::MAX))),
        ("exp as text", with("exp", json!((ehr.now + 60).to_string()))),
        ("nbf ahead", with("nbf", json!(ehr.now + 6))),
        ("iat ahead", with("iat", json!(ehr.now + 6))),
        ("issued long ago", with("iat", json!(ehr.now - 306))),
        ("no jti", signed(claims_without(ehr, "jti"))),
        ("a short jti", with("jti", json!("1234567"))),
        ("a long jti", with("jti", json!("j".repeat(129)))),
        ("a jti with a control character", with("jti", json!("12345678\u{0}"))),
        ("no iss", signed(claims_without(ehr, "iss"))),
        ("no sub", signed(claims_without(ehr, "sub"))),
        ("another iss", with("iss", json!(other.id))),
        ("another sub", with("sub", json!(other.id))),
        ("iss written otherwise", with("iss", json!(ehr.id.simple().to_string()))),
        (
            "another client's",
            other.sign(&header_with(other, |header| header.kid = Some(ehr.kid.clone())), &ehr.claims()),
        ),
        (
            "nobody's",
            signed(
                json!({ "iss": Uuid::nil(), "sub": Uuid::nil(), "aud": ehr.origin, "exp": ehr.now + 60, "jti": "12345678" }),
            ),
        ),
    ]
}

/// A sound assertion, spoilt.
fn spoilt(ehr: &Ehr) -> Vec<(&'static str, String)> {
    let good = ehr.assertion();
    let parts: Vec<&str> = good.split('.').collect();
    let claims = BASE64URL_NOPAD.encode(ehr.claims().to_string().as_bytes());
    let mut signature = BASE64URL_NOPAD.decode(parts[2].as_bytes()).expect("base64");
    signature[40] ^= 1;
    vec![
        ("other claims", format!("{}.{claims}.{}", parts[0], parts[2])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("half a signature", format!("{}.{}.{}", parts[0], parts[1], &parts[2][..40])),
        ("one bit", format!("{}.{}.{}", parts[0], parts[1], BASE64URL_NOPAD.encode(&signature))),
        ("a zero signature", format!("{}.{}.{}", parts[0], parts[1], BASE64URL_NOPAD.encode(&[0; 64]))),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("nonsense", "a.b.c".to_owned()),
        ("a word", "assertion".to_owned()),
    ]
}

#[tokio::test]
async fn forged_assertions_get_the_one_answer_that_an_unknown_client_gets() {
    let app = TestApp::new().await;
    let (clinic, other) = (Clinic::new(&app).await, Clinic::new(&app).await);
    let (ehr, other) = (&clinic.ehr, &other.ehr);
    let unknown = Ehr { id: Uuid::now_v7(), ..ehr.clone() };
    let answer = ehr.ask(&unknown.assertion()).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let expected = answer.bytes().await.expect("a body");
    let error: Value = serde_json::from_slice(&expected).expect("JSON");
    assert_eq!(error["error"], "invalid_client");
    for (what, assertion) in [forged_headers(ehr, other), wrong_claims(ehr, other), spoilt(ehr)].concat() {
        let answer = ehr.ask(&assertion).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(answer.bytes().await.expect("a body"), expected, "{what}");
    }
    let wrong_id = other.id.to_string();
    let assertion = ehr.assertion();
    let answer = ehr.ask_with(&[&form(&assertion)[..], &[("client_id", &wrong_id)]].concat()).await;
    assert_eq!(answer.bytes().await.expect("a body"), expected, "another client_id");
    // And these are sound.
    let id = ehr.id.to_string();
    let assertion = ehr.assertion();
    let answer = ehr.ask_with(&[&form(&assertion)[..], &[("client_id", &id)]].concat()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for typ in [None, Some("JWT")] {
        let header = header_with(ehr, |header| header.typ = typ.map(str::to_owned));
        assert_eq!(ehr.ask(&ehr.sign(&header, &ehr.claims())).await.status(), StatusCode::OK, "{typ:?}");
    }
    let without_iat = ehr.sign(&ehr.header(), &claims_without(ehr, "iat"));
    assert_eq!(ehr.ask(&without_iat).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_algorithm_is_the_keys_own_and_no_other_of_its_family() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let (pem, jwk) = rsa();
    for (pinned, other) in [(Algorithm::RS256, Algorithm::PS256), (Algorithm::PS256, Algorithm::RS256)] {
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key");
        let mut jwk = jwk.clone();
        jwk["alg"] = json!(format!("{pinned:?}"));
        let ehr = Ehr::register_key(&app, &clinic.manager, &Scope::ALL, (key, jwk, pinned)).await;
        assert_eq!(ehr.ask(&ehr.assertion()).await.status(), StatusCode::OK, "{pinned:?}");
        for alg in [other, Algorithm::RS384, Algorithm::PS512] {
            let swapped = ehr.sign(&header_with(&ehr, |header| header.alg = alg), &ehr.claims());
            assert_eq!(ehr.ask(&swapped).await.status(), StatusCode::UNAUTHORIZED, "{alg:?} for {pinned:?}");
        }
        let with_modulus = BASE64URL_NOPAD.decode(ehr.jwk["n"].as_str().expect("text").as_bytes()).expect("base64");
        let assertion = hs256(&with_modulus, &ehr.kid, &ehr.claims());
        assert_eq!(ehr.ask(&assertion).await.status(), StatusCode::UNAUTHORIZED);
    }
}

/// A key of 3,072 bits: PEM of the private half, JWK of the public one.
fn rsa() -> (String, Value) {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::signature::KeyPair as _;
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa3072).expect("a key");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("DER");
    let base64 = data_encoding::BASE64.encode(der.as_ref());
    let n = BASE64URL_NOPAD.encode(pair.public_key().modulus().big_endian_without_leading_zero());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    (pem, json!({ "kty": "RSA", "n": n, "e": "AQAB" }))
}

#[tokio::test]
async fn an_assertion_is_good_once_also_for_64_at_a_time_in_two_processes() {
    let app = TestApp::new().await;
    let origins = vec![app.origin.clone()];
    // On SQLite a second store on the same file stands for the second process.
    let beside = TestApp::at(Place::at(&app.place.url()), |config| config.origins = origins).await;
    let clinic = Clinic::new(&app).await;
    let ehr = &clinic.ehr;
    let assertion = ehr.assertion();
    assert_eq!(ehr.ask(&assertion).await.status(), StatusCode::OK);
    for _ in 0..2 {
        assert_eq!(ehr.ask(&assertion).await.status(), StatusCode::UNAUTHORIZED);
    }
    let at = |place: usize| if place.is_multiple_of(2) { app.origin.clone() } else { beside.address() };
    let claims = ehr.claims();
    let assertion = ehr.sign(&ehr.header(), &claims);
    let asked = (0..64).map(|place| {
        let (ehr, assertion) = (Ehr { origin: at(place), ..ehr.clone() }, assertion.clone());
        async move { ehr.ask(&assertion).await.status() }
    });
    let statuses = join_all(asked).await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{statuses:?}");
    let refused = statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(refused, 63, "{statuses:?}");
    // Another client may have the same id.
    let other = Clinic::new(&app).await.ehr;
    let claims = claims_with(&other, "jti", claims["jti"].clone());
    assert_eq!(other.ask(&other.sign(&other.header(), &claims)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_access_token_that_is_not_ours_or_not_for_us_is_refused() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let ehr = &clinic.ehr;
    let good = ehr.token().await;
    assert_eq!(ehr.get("/history", &good).await.status(), StatusCode::OK);
    let ours = EncodingKey::from_ec_pem(api::demo::keys::SIGNING_KEY.as_bytes()).expect("a key");
    let header = jsonwebtoken::decode_header(&good).expect("a header");
    let claims: Value = serde_json::from_slice(
        &BASE64URL_NOPAD.decode(good.split('.').nth(1).expect("claims").as_bytes()).expect("base64"),
    )
    .expect("JSON");
    assert_eq!(claims["exp"].as_i64(), Some(ehr.now + 300));
    assert!(!claims.to_string().contains(&clinic.unit.id.to_string()), "what it may reach is looked up");
    let sign = |header: &Header, claims: &Value| jsonwebtoken::encode(header, claims, &ours).expect("signed");
    let changed = |member: &str, value: Value| {
        let mut claims = claims.clone();
        claims[member] = value;
        sign(&header, &claims)
    };
    let of_header = |change: &dyn Fn(&mut Header)| {
        let mut header = header.clone();
        change(&mut header);
        sign(&header, &claims)
    };
    assert_eq!(ehr.get("/history", &sign(&header, &claims)).await.status(), StatusCode::OK, "the forger's tools work");
    let published = app.state.signing_keys.published()["keys"][0].clone();
    let kid = header.kid.clone().expect("a name");
    let (own, own_jwk) = p256();
    let own_jwk: Jwk = serde_json::from_value(own_jwk).expect("a JWK");
    let by_own = Header { jwk: Some(own_jwk), ..header.clone() };
    for (what, token) in [
        ("an assertion", ehr.assertion()),
        (
            "an assertion called an access token",
            ehr.sign(&header_with(ehr, |header| header.typ = Some("at+jwt".into())), &claims),
        ),
        ("none", unsigned(&json!({ "alg": "none", "typ": "at+jwt", "kid": kid }), &claims, "")),
        ("HS256 with our public key", hs256(&point(&published), &kid, &claims)),
        ("own jwk", jsonwebtoken::encode(&by_own, &claims, &own).expect("signed")),
        ("own key", jsonwebtoken::encode(&header, &claims, &own).expect("signed")),
        ("typ JWT", of_header(&|header| header.typ = Some("JWT".into()))),
        ("no typ", of_header(&|header| header.typ = None)),
        ("unknown crit", of_header(&|header| header.crit = Some(vec!["exp".into()]))),
        ("another kid", of_header(&|header| header.kid = Some(ehr.kid.clone()))),
        ("no kid", of_header(&|header| header.kid = None)),
        ("jku", of_header(&|header| header.jku = Some("https://evil.example".into()))),
        ("another aud", changed("aud", json!(app.origin))),
        ("an array of aud", changed("aud", json!([claims["aud"]]))),
        ("another iss", changed("iss", json!("https://elsewhere.example"))),
        ("run out", changed("exp", json!(ehr.now - 5))),
        ("nbf ahead", changed("nbf", json!(ehr.now + 6))),
        ("iat ahead", changed("iat", json!(ehr.now + 6))),
        ("another sub", changed("sub", json!(Uuid::now_v7()))),
        ("a client that isn't there", {
            let mut claims = claims.clone();
            claims["sub"] = json!(Uuid::now_v7());
            claims["client_id"] = claims["sub"].clone();
            sign(&header, &claims)
        }),
        ("another key of the client", changed("client_kid", json!("another"))),
        ("a key that was called so before", changed("client_key", json!("another"))),
        ("unknown scope", changed("scope", json!("admin"))),
        ("nothing", String::new()),
    ] {
        let answer = ehr.get("/history", &token).await;
        let asks = answer.headers().get("www-authenticate").map(|header| header.to_str().expect("text").to_owned());
        assert_eq!(problem(answer).await.0, ProblemKind::InvalidToken, "{what}");
        assert_eq!(asks.as_deref(), Some("Bearer error=\"invalid_token\""), "{what}");
        let write = ehr.request(Method::POST, "/reports", &token).json(&json!({})).send().await.expect("an answer");
        assert_eq!(problem(write).await.0, ProblemKind::InvalidToken, "{what}");
    }
    let basic = ehr.http.get(format!("{}/api/v1/history", app.origin)).basic_auth("a", Some("b")).send().await;
    assert_eq!(problem(basic.expect("an answer")).await.0, ProblemKind::InvalidToken);
    // And the reverse: our own token shows nobody who its client is.
    assert_eq!(ehr.ask(&good).await.status(), StatusCode::UNAUTHORIZED);
    app.clock.advance(chrono::TimeDelta::seconds(304));
    assert_eq!(ehr.get("/history", &good).await.status(), StatusCode::OK, "within the leeway");
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(problem(ehr.get("/history", &good).await).await.0, ProblemKind::InvalidToken);
}

#[tokio::test]
async fn a_client_that_registers_our_public_key_gains_nothing() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let good = clinic.ehr.token().await;
    let published = app.state.signing_keys.published()["keys"][0].clone();
    let key = clinic.ehr.key.clone();
    let mimic = Ehr::register_key(&app, &clinic.manager, &Scope::ALL, (key, published, Algorithm::ES256)).await;
    assert_eq!(mimic.ask(&good).await.status(), StatusCode::UNAUTHORIZED);
}
