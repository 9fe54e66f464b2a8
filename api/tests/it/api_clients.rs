//! API clients as their managers handle them.

use api::store::audit::{Verification, verify};
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api_client::{ApiClientQuery, ApiClientRequest, CLIENT_LIFE, EXPIRY_NOTICE, KeyRequest, Scope};
use shared::client::ClientError;
use shared::reporting_day::UnitQuery;
use shared::{ProblemKind, Rule};
use uuid::Uuid;

use crate::database::rows;
use crate::ehr::{Clinic, Ehr, p256};
use crate::harness::{TestApp, problem};
use crate::permissions::browser;
use crate::traces::OF_CLIENTS;

fn another_key() -> KeyRequest {
    KeyRequest { public_key: p256().1.to_string(), alg: None, kid: None }
}

fn refused<T: std::fmt::Debug>(result: Result<T, ClientError>) -> shared::Problem {
    match result.expect_err("refused") {
        ClientError::Problem(problem) => *problem,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_registered_client_is_shown_with_its_key_and_its_end() {
    let app = TestApp::new().await;
    let clinic = Clinic::with(&app, &[Scope::ReportsWrite]).await;
    let client = clinic.manager.client().api_client(clinic.ehr.id).await.expect("a client");
    assert_eq!((client.name.as_str(), client.vendor.as_str()), ("レセコン", "青葉システム"));
    assert_eq!((&client.organization, &client.units[..]), (&clinic.unit, std::slice::from_ref(&clinic.unit)));
    assert_eq!(client.scopes, [Scope::ReportsWrite]);
    assert_eq!(client.keys[0].kid, client.keys[0].thumbprint);
    assert_eq!(client.expires_at - client.created_at, CLIENT_LIFE);
    assert_eq!((client.disabled_at, client.last_used_at), (None, None));
}

#[tokio::test]
async fn a_private_key_is_refused_with_an_explanation_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let pem = api::auth::token::signing::new_key().expect("a key");
    let mut jwk = p256().1;
    jwk["d"] = json!("c2VjcmV0");
    let path = format!("/api/v1/api-clients/{}/keys", clinic.ehr.id);
    let escaped = jwk.to_string().replace("\"d\"", "\"\\u0064\"");
    for private in [pem, jwk.to_string(), escaped] {
        let of_key = clinic.manager.post(&path, &json!({ "public_key": private })).await;
        let client = json!({ "name": "a", "vendor": "", "scopes": ["reports:read"], "key": { "public_key": private } });
        let of_client = clinic.manager.post("/api/v1/api-clients", &client).await;
        for (answer, pointer) in [(of_key, "/public_key"), (of_client, "/key/public_key")] {
            let (kind, problem) = problem(answer).await;
            let violation = &problem.violations[0];
            assert_eq!((kind, violation.rule), (ProblemKind::InvalidRequest, Rule::PrivateKey));
            assert_eq!(violation.pointer, pointer);
            assert!(!serde_json::to_string(&problem).expect("JSON").contains("c2VjcmV0"));
        }
    }
    let clients = clinic.manager.client().api_clients(&ApiClientQuery::default()).await.expect("a page");
    assert_eq!((clients.items.len(), clients.items[0].keys.len()), (1, 1));
}

#[tokio::test]
async fn a_client_has_two_keys_at_the_most_and_each_once() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let (client, id) = (clinic.manager.client(), clinic.ehr.id);
    let conflict = async |request: &KeyRequest| {
        let problem = refused(client.add_api_client_key(id, request).await);
        assert_eq!(problem.kind(), Some(ProblemKind::ApiClientConflict));
        problem.detail.expect("a detail")
    };
    let same = KeyRequest { public_key: clinic.ehr.jwk.to_string(), kid: Some("another".into()), alg: None };
    assert!(conflict(&same).await.contains("has this key"));
    let same_name = KeyRequest { kid: Some(clinic.ehr.kid.clone()), ..another_key() };
    assert!(conflict(&same_name).await.contains("has this key"));
    app.clock.advance(chrono::TimeDelta::days(300));
    let renewed = client.add_api_client_key(id, &another_key()).await;
    // The manager's session has ended meanwhile.
    assert_eq!(refused(renewed).kind(), Some(ProblemKind::SignInRequired));
    let manager = browser(&app, &clinic.unit, true).await;
    let client = manager.client();
    let renewed = client.add_api_client_key(id, &another_key()).await.expect("added");
    assert_eq!((renewed.keys.len(), renewed.expires_at), (2, renewed.keys[1].added_at + CLIENT_LIFE));
    let problem = refused(client.add_api_client_key(id, &another_key()).await);
    assert!(problem.detail.expect("a detail").contains("two keys"));
    client.remove_api_client_key(id, &clinic.ehr.kid).await.expect("removed");
    let problem = refused(client.remove_api_client_key(id, &clinic.ehr.kid).await);
    assert_eq!(problem.kind(), Some(ProblemKind::NotFound));
    assert_eq!(client.add_api_client_key(id, &another_key()).await.expect("added").keys.len(), 2);
    client.disable_api_client(id).await.expect("disabled");
    assert_eq!(refused(client.disable_api_client(id).await).kind(), Some(ProblemKind::ApiClientConflict));
    client.remove_api_client_key(id, &renewed.keys[1].kid).await.expect("removed");
    let problem = refused(client.add_api_client_key(id, &another_key()).await);
    assert!(problem.detail.expect("a detail").contains("disabled"));
}

#[tokio::test]
async fn managers_are_told_sixty_days_before_a_client_expires_and_nobody_else_is() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let until = clinic.manager.client().api_client(clinic.ehr.id).await.expect("the client").expires_at;
    let told = async |is_manager: bool| {
        let client = browser(&app, &clinic.unit, is_manager).await.client();
        client.reporting_day(&UnitQuery::default()).await.expect("the day").client_expires_at
    };
    assert_eq!(told(true).await, None);
    app.clock.advance(CLIENT_LIFE - EXPIRY_NOTICE - TimeDelta::hours(1));
    assert_eq!(told(true).await, None);
    // What is recorded together is told apart by microseconds.
    app.clock.advance(TimeDelta::hours(1) + TimeDelta::milliseconds(1));
    assert_eq!((told(true).await, told(false).await), (Some(until), None));
    // Nor is there silence when it has expired and its reports stop.
    app.clock.advance(EXPIRY_NOTICE);
    assert_eq!((told(true).await, told(false).await), (Some(until), None));
    let manager = browser(&app, &clinic.unit, true).await.client();
    manager.add_api_client_key(clinic.ehr.id, &another_key()).await.expect("renewed");
    assert_eq!(told(true).await, None);
}

#[tokio::test]
async fn clients_are_listed_by_jurisdiction_the_newest_first_page_by_page() {
    let app = TestApp::new().await;
    let (one, other) = (Clinic::new(&app).await, Clinic::new(&app).await);
    Ehr::register(&app, &one.manager, &Scope::ALL).await;
    let center = browser(&app, &app.centers[0], true).await.client();
    let all = center.api_clients(&ApiClientQuery::default()).await.expect("a page");
    let ids: Vec<Uuid> = all.items.iter().map(|client| client.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.is_sorted_by(|one, next| one > next));
    let mut query = ApiClientQuery { limit: Some(2), ..Default::default() };
    let first = center.api_clients(&query).await.expect("a page");
    query.cursor = first.next_cursor.clone();
    let second = center.api_clients(&query).await.expect("a page");
    assert_eq!(([first.items, second.items].concat(), second.next_cursor), (all.items, None));
    let of_other = ApiClientQuery { organization_id: Some(other.unit.id), ..Default::default() };
    assert_eq!(center.api_clients(&of_other).await.expect("a page").items.len(), 1);
    let beside = browser(&app, &app.centers[1], true).await.client();
    assert_eq!(beside.api_clients(&ApiClientQuery::default()).await.expect("a page").items, []);
    assert_eq!(refused(beside.api_clients(&of_other).await).kind(), Some(ProblemKind::NotFound));
    let ministry = app.organization(shared::organization::OrganizationKind::Ministry, None).await;
    let ministry = browser(&app, &ministry, true).await.client();
    assert_eq!(ministry.api_clients(&ApiClientQuery::default()).await.expect("a page").items.len(), 3);
    for query in ["limit=0", "limit=201", "cursor=x"] {
        let answer = one.manager.get(&format!("/api/v1/api-clients?{query}")).await;
        assert_eq!(problem(answer).await.0, ProblemKind::InvalidRequest, "{query}");
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_answered_with_its_place() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let request = ApiClientRequest {
        name: String::new(),
        vendor: "v".repeat(101),
        scopes: Vec::new(),
        key: KeyRequest { public_key: "key".into(), alg: None, kid: Some("a b".into()) },
    };
    let problem = refused(clinic.manager.client().register_api_client(&request).await);
    let pointers: Vec<&str> = problem.violations.iter().map(|violation| violation.pointer.as_str()).collect();
    assert_eq!(pointers, ["/name", "/vendor", "/scopes", "/key/kid"]);
    let sound =
        ApiClientRequest { name: "a".into(), vendor: String::new(), scopes: vec![Scope::ReportsRead], ..request };
    let sound = ApiClientRequest { key: KeyRequest { kid: None, ..sound.key.clone() }, ..sound };
    let problem = refused(clinic.manager.client().register_api_client(&sound).await);
    assert_eq!(problem.violations[0].rule, Rule::UnsupportedKey);
}

#[tokio::test]
async fn the_manager_sees_what_requests_came_to_and_why_assertions_were_refused() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let (ehr, client) = (&clinic.ehr, clinic.manager.client());
    let assertion = ehr.assertion();
    let token: Value = ehr.ask(&assertion).await.json().await.expect("a token");
    let token = token["access_token"].as_str().expect("text");
    assert_eq!(ehr.ask(&assertion).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ehr.get("/history", token).await.status(), StatusCode::OK);
    assert_eq!(
        ehr.request(Method::POST, "/reports", token).json(&json!({})).send().await.expect("an answer").status(),
        422
    );
    assert_eq!(ehr.get("/auth/session", token).await.status(), StatusCode::FORBIDDEN);
    app.state.client_results.write_down(&app.state.store).await;
    let results = client.api_client_results(ehr.id).await.expect("results").items;
    let told: Vec<(&str, u16, Option<&str>)> =
        results.iter().rev().map(|one| (one.operation.as_str(), one.status, one.problem.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("POST /oauth2/token", 200, None),
            ("POST /oauth2/token", 401, Some("assertion-replayed")),
            ("GET /api/v1/history", 200, None),
            ("POST /api/v1/reports", 422, Some("invalid-request")),
            ("GET /api/v1/auth/session", 403, Some("forbidden")),
        ]
    );
    for _ in 0..52 {
        ehr.get("/history", token).await;
    }
    app.state.client_results.write_down(&app.state.store).await;
    let results = client.api_client_results(ehr.id).await.expect("results").items;
    assert_eq!(results.len(), 50);
    assert!(results.iter().all(|result| result.operation == "GET /api/v1/history"));
    let stored = crate::database::number(app.db(), "SELECT COUNT(*) FROM api_client_result").await;
    assert_eq!(stored, 50, "older ones are forgotten");
    let used = client.api_client(ehr.id).await.expect("a client").last_used_at;
    assert_eq!(used, Some(app.clock.now()));
}

#[tokio::test]
async fn every_act_about_a_client_leaves_one_event_and_every_refusal_none() {
    let app = TestApp::new().await;
    let unit = app.organization(shared::organization::OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let manager = browser(&app, &unit, true).await;
    let account = manager.client().session().await.expect("a session").account_id;
    let mut seq = 0_i64;
    let mut since = async || {
        let rows = rows(app.db(), &format!("SELECT * FROM audit_event WHERE seq > {seq} ORDER BY seq")).await;
        let mut found = Vec::new();
        for row in rows {
            seq = row.try_get("", "seq").expect("a number");
            let action: String = row.try_get("", "action").expect("text");
            let id = |column: &str| row.try_get::<Option<Uuid>>("", column).expect("an id or none");
            let by_hand = matches!(action.as_str(), "create_account" | "enroll_second_factor");
            assert_eq!(id("actor_organization_id").is_none(), by_hand);
            found.push((action, id("actor_account_id"), id("object_id")));
        }
        found
    };
    since().await;
    let ehr = Ehr::register(&app, &manager, &Scope::ALL).await;
    let (by_manager, by_client) = (Some(account), Some(ehr.id));
    for (operation, action) in OF_CLIENTS {
        let actor = match operation {
            "register_api_client" => by_manager,
            "add_api_client_key" => {
                let key = KeyRequest { kid: Some("next".into()), ..another_key() };
                manager.client().add_api_client_key(ehr.id, &key).await.expect("added");
                by_manager
            }
            "remove_api_client_key" => {
                manager.client().remove_api_client_key(ehr.id, "next").await.expect("removed");
                by_manager
            }
            "issue_token" => {
                ehr.token().await;
                by_client
            }
            _ => {
                manager.client().disable_api_client(ehr.id).await.expect("disabled");
                by_manager
            }
        };
        assert_eq!(since().await, [(action.to_owned(), actor, Some(ehr.id))]);
    }
    manager.client().disable_api_client(ehr.id).await.expect_err("disabled already");
    manager.client().remove_api_client_key(ehr.id, "next").await.expect_err("removed already");
    manager.client().add_api_client_key(ehr.id, &another_key()).await.expect_err("disabled");
    assert_eq!(ehr.ask(&ehr.assertion()).await.status(), StatusCode::UNAUTHORIZED);
    app.state.client_results.write_down(&app.state.store).await;
    assert_eq!(since().await, []);
    assert!(matches!(verify(&app.state.store).await, Ok(Verification::Intact { .. })));
}
