//! The secrets of a clinic's own system: its private key, its assertions and its tokens, used and misused.

use api::auth::token::signing::new_key;
use api::clock::Clock;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value, json};
use shared::report::WarningCode;

use super::{Person, text};
use crate::ehr::Ehr;
use crate::planted::Planted;
use crate::program::ORIGIN;

/// The number that a private key on P-256 is, as PKCS #8 has it.
fn scalar_of(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64.decode(base64.as_bytes()).expect("base 64");
    let start = der.windows(2).position(|two| two == [4, 32]).expect("thirty-two octets") + 2;
    der[start..start + 32].to_vec()
}

pub(super) fn plant_key(planted: &Planted, what: &str, pem: &str) {
    planted.random(what, scalar_of(pem));
    pem.lines().filter(|line| !line.starts_with('-')).for_each(|line| planted.random(what, line));
}

/// The clinic's system gets a token and reports; its private key was pasted first where the public one belongs.
pub(super) async fn integrate(person: &Person<'_>) {
    let (planted, pem) = (person.planted, new_key().expect("a key"));
    plant_key(planted, "a system's private key", &pem);
    let key = EncodingKey::from_ec_pem(pem.as_bytes()).expect("a key");
    let jwk = serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::ES256).expect("a JWK")).expect("JSON");
    let mut private = jwk.clone();
    private["d"] = json!(BASE64URL_NOPAD.encode(&scalar_of(&pem)));
    let client = |key: &str| {
        let scopes = ["reports:read", "reports:write"];
        json!({ "name": "レセコン", "vendor": "青葉システム", "scopes": scopes, "key": { "public_key": key } })
    };
    for pasted in [&pem, &private.to_string()] {
        person.post(422, "/api-clients", client(pasted)).await;
        person.post(422, "/reports", json!({ "comment": pasted })).await;
    }
    let registered = person.post(201, "/api-clients", client(&jwk.to_string())).await;
    let ehr = Ehr {
        id: text(&registered["id"]).parse().expect("an id"),
        kid: text(&registered["keys"][0]["kid"]).to_owned(),
        key,
        alg: Algorithm::ES256,
        jwk,
        origin: person.program.address.clone(),
        http: reqwest::Client::builder().build().expect("a client"),
        now: Clock::system().now().timestamp(),
    };
    let mut claims = ehr.claims();
    claims["aud"] = json!(ORIGIN);
    let assertion = ehr.sign(&ehr.header(), &claims);
    planted.random("an assertion", &assertion);
    planted.random("an assertion's signature", assertion.rsplit('.').next().expect("a part"));
    let answer = ehr.ask(&assertion).await;
    assert_eq!(answer.status(), 200);
    let token: Value = answer.json().await.expect("JSON");
    let token = text(&token["access_token"]);
    planted.random("an access token", token);
    planted.random("an access token's signature", token.rsplit('.').next().expect("a part"));
    assert_eq!(ehr.ask(&assertion).await.status(), 401, "it was used");
    let day: Value = ehr.get("/reporting-day", token).await.json().await.expect("JSON");
    let counts: serde_json::Map<_, _> =
        shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(0))).collect();
    let report = json!({ "entry_day": day["day"], "counts": counts, "acknowledged_warnings": WarningCode::ALL });
    let sent = ehr.request(Method::POST, "/reports", token).json(&report).send().await.expect("an answer");
    assert_eq!(sent.status(), 201);
    // A token altered, in an address, and in a cookie.
    assert_eq!(ehr.get("/reporting-day", &format!("{token}a")).await.status(), 401);
    let in_address = ehr.http.get(format!("{}/api/v1/reporting-day?access_token={token}", ehr.origin));
    assert_eq!(in_address.send().await.expect("an answer").status(), 401);
    let in_cookie = ehr.http.get(format!("{}/api/v1/reporting-day", ehr.origin));
    let in_cookie = in_cookie.header("Cookie", format!("__Host-sid={token}")).send().await.expect("an answer");
    assert_eq!(in_cookie.status(), 401);
}
