//! What was shown once is nowhere to be found afterwards: not in the database, its log, or what the program says.

use api::clock::Clock;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use shared::client::Client;
use shared::report::WarningCode;
use uuid::Uuid;

use crate::database::{Place, number, stored};
use crate::ehr::{Clinic, Ehr};
use crate::harness::TestApp;
use crate::program::{self, Program, browser, demo_accounts, run, said};

#[tokio::test]
async fn assertions_are_forgotten_after_their_end() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    clinic.ehr.token().await;
    let kept = "SELECT COUNT(*) FROM assertion_jti";
    app.clock.advance(chrono::TimeDelta::minutes(5));
    app.state.store.tidy().await.expect("tidied");
    assert_eq!(number(app.db(), kept).await, 1, "it may still be within the leeway");
    app.clock.advance(chrono::TimeDelta::minutes(2));
    assert_eq!(app.state.store.tidy().await.expect("tidied").assertions, 1);
    assert_eq!(number(app.db(), kept).await, 0);
}

/// The demo's own system, as `nippo demo client` shows it.
fn demo_ehr(origin: &str) -> Ehr {
    let shown: Value = serde_json::from_str(&said(run("", &["demo", "client", "--json"]))).expect("JSON");
    let text = |name: &str| shown[name].as_str().expect("text").to_owned();
    Ehr {
        id: text("client_id").parse().expect("an id"),
        kid: text("kid"),
        key: EncodingKey::from_ec_pem(text("private_key").as_bytes()).expect("a key"),
        alg: Algorithm::ES256,
        jwk: Value::Null,
        origin: origin.to_owned(),
        http: reqwest::Client::builder().build().expect("a client"),
        now: Clock::system().now().timestamp(),
    }
}

#[tokio::test]
async fn neither_tokens_nor_assertions_nor_pasted_private_keys_are_found_in_database_or_log() {
    let place = Place::new().await;
    let mut command = Program::demo(&place.url());
    command.env("NIPPO_LOG", "trace");
    let program = Program::start(command);
    // The demo's issuer is the first of its names.
    let issuer = program.address.replace("127.0.0.1", "localhost");
    let ehr = demo_ehr(&program.address);
    let mut claims = ehr.claims();
    claims["aud"] = json!(issuer);
    let assertion = ehr.sign(&ehr.header(), &claims);
    let answer = ehr.ask(&assertion).await;
    assert_eq!(answer.status(), 200);
    let token: Value = answer.json().await.expect("a token");
    let token = token["access_token"].as_str().expect("text").to_owned();
    let day: Value = ehr.get("/reporting-day", &token).await.json().await.expect("a day");
    let counts: serde_json::Map<_, _> =
        shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(0))).collect();
    let body = json!({ "entry_day": day["day"], "counts": counts, "acknowledged_warnings": WarningCode::ALL });
    let sent =
        ehr.request(reqwest::Method::POST, "/reports", &token).header("Idempotency-Key", Uuid::now_v7().to_string());
    assert_eq!(sent.json(&body).send().await.expect("an answer").status(), 201);
    assert_eq!(ehr.ask(&assertion).await.status(), 401);
    let private = paste_private_key(&program).await;

    let mut secrets = vec![private];
    for whole in [&assertion, &token] {
        secrets.extend(whole.split('.').skip(1).map(str::to_owned));
    }
    let log = program.said();
    assert!(log.contains("/oauth2/token"), "it is the log");
    let stored = String::from_utf8_lossy(&stored(&place).await).into_owned();
    assert!(stored.contains(&claims["jti"].as_str().expect("text").to_owned()), "it is the database");
    for secret in &secrets {
        assert!(!log.contains(secret), "in the log: {secret}");
        assert!(!stored.contains(secret), "in the database: {secret}");
    }
    program::assert_sound(&place.url());
}

/// Pastes a private key where a public one belongs; what must not be kept of it.
async fn paste_private_key(program: &Program) -> String {
    let clinic = &demo_accounts()[0];
    let manager =
        demo_accounts().into_iter().find(|one| one.is_manager && one.organization_id == clinic.organization_id);
    let manager = manager.expect("a manager");
    let http = browser();
    let client = Client::new(http.clone(), &program.address);
    program::enter_demo(&client, &manager).await;
    let pem = api::auth::token::signing::new_key().expect("a key");
    let body = json!({ "name": "a", "vendor": "b", "scopes": ["reports:read"], "key": { "public_key": pem } });
    let request = http.post(format!("{}/api/v1/api-clients", program.address)).json(&body);
    let request = request.header("Origin", &program.address).header("X-Requested-By", "web");
    assert_eq!(request.send().await.expect("an answer").status(), 422);
    pem.lines().nth(1).expect("base64").to_owned()
}
