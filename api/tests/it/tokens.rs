//! A clinic's own system at work: it gets a token, reports, reads, and does no more than it may.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::ProblemKind;
use shared::api_client::{CLIENT_LIFE, KeyRequest, Scope};
use shared::history::History;
use shared::report::{Channel, ReportView};
use shared::token::{TokenError, TokenResponse};

use crate::ehr::{Clinic, Ehr, form, p256};
use crate::harness::{TestApp, problem};
use crate::permissions::browser;

fn counts() -> Value {
    shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1))).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_clinics_system_reports_once_and_reads_what_it_reported() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let ehr = &clinic.ehr;
    let token = ehr.token().await;
    let day: Value = ehr.get("/reporting-day", &token).await.json().await.expect("a day");
    assert_eq!(day["state"], "missing");
    let body = json!({ "entry_day": day["day"], "counts": counts() });
    let send = || ehr.request(Method::POST, "/reports", &token).header("Idempotency-Key", "a").json(&body).send();
    let first = send().await.expect("an answer");
    assert_eq!(first.status(), StatusCode::CREATED);
    let report: ReportView = first.json().await.expect("a report");
    assert_eq!((report.channel, report.by_proxy, report.entered_by.name.as_str()), (Channel::Api, false, "レセコン"));
    assert_eq!(report.entered_by.organization, clinic.unit);
    let second = send().await.expect("an answer");
    assert_eq!(second.headers()["Idempotency-Replayed"], "true");
    assert_eq!(second.json::<ReportView>().await.expect("a report"), report);
    let read: ReportView = ehr.get(&format!("/reports/{}", report.id), &token).await.json().await.expect("a report");
    assert_eq!(read, report);
    let history: History = ehr.get("/history", &token).await.json().await.expect("a history");
    assert_eq!((history.items[0].receipt_id, history.items[0].channel), (Some(report.id), Some(Channel::Api)));
    // People see who entered it, too.
    assert_eq!(clinic.manager.client().report(report.id).await.expect("a report"), report);
    let center = browser(&app, &app.centers[0], false).await;
    assert_eq!(center.client().report(report.id).await.expect("a report").entered_by, report.entered_by);
}

#[tokio::test]
async fn a_clinics_system_says_that_a_day_was_closed() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let token = clinic.ehr.token().await;
    let body = json!({ "day": app.today().minus(1), "kind": "closed" });
    let answer = clinic.ehr.request(Method::POST, "/day-statements", &token).json(&body).send().await;
    let made: Value = answer.expect("an answer").json().await.expect("a statement");
    assert_eq!((&made["channel"], &made["stated_by"]["name"]), (&json!("api"), &json!("レセコン")));
    let list: Value = clinic.ehr.get("/day-statements", &token).await.json().await.expect("a list");
    assert_eq!(list["items"][0], made);
    let path = format!("/day-statements/{}", made["id"].as_str().expect("an id"));
    let withdrawn = clinic.ehr.request(Method::DELETE, &path, &token).send().await.expect("an answer");
    // It was about yesterday, and stays: as for people.
    assert_eq!(problem(withdrawn).await.0, ProblemKind::StatementConflict);
}

#[tokio::test]
async fn a_clinics_system_reaches_no_more_than_its_unit_and_its_scopes() {
    let app = TestApp::new().await;
    let (clinic, other) = (Clinic::new(&app).await, Clinic::new(&app).await);
    let token = clinic.ehr.token().await;
    for path in ["/auth/session", "/api-clients", &format!("/api-clients/{}", clinic.ehr.id)] {
        assert_eq!(problem(clinic.ehr.get(path, &token).await).await.0, ProblemKind::Forbidden, "{path}");
    }
    let draft = format!("/drafts/{}/{}", clinic.unit.id, app.today());
    let put = clinic.ehr.request(Method::DELETE, &draft, &token).send().await.expect("an answer");
    assert_eq!(problem(put).await.0, ProblemKind::Forbidden);
    for path in [
        format!("/history?unit_id={}", other.unit.id),
        format!("/organizations/{}", other.unit.id),
        format!("/organizations/{}", app.centers[0].id),
    ] {
        assert_eq!(problem(clinic.ehr.get(&path, &token).await).await.0, ProblemKind::NotFound, "{path}");
    }
    let organizations: Value = clinic.ehr.get("/organizations", &token).await.json().await.expect("a page");
    assert_eq!(organizations["items"].as_array().map(Vec::len), Some(1));
    let body = json!({ "unit_id": other.unit.id, "entry_day": app.today(), "counts": counts() });
    let sent = clinic.ehr.request(Method::POST, "/reports", &token).json(&body).send().await.expect("an answer");
    assert_eq!(problem(sent).await.0, ProblemKind::NotFound);
}

#[tokio::test]
async fn a_token_allows_what_was_asked_for_and_the_client_has() {
    let app = TestApp::new().await;
    let (both, reader) = (Clinic::new(&app).await, Clinic::with(&app, &[Scope::ReportsRead]).await);
    let report = json!({ "entry_day": app.today(), "counts": counts() });
    let post = async |ehr: &Ehr, token: &str| {
        ehr.request(Method::POST, "/reports", token).json(&report).send().await.expect("an answer")
    };
    let with_scope = async |ehr: &Ehr, scope: &str| {
        let assertion = ehr.assertion();
        ehr.ask_with(&[&form(&assertion)[..], &[("scope", scope)]].concat()).await
    };
    let narrow: TokenResponse = with_scope(&both.ehr, "reports:read").await.json().await.expect("a token");
    assert_eq!((narrow.scope.as_str(), narrow.expires_in, narrow.token_type.as_str()), ("reports:read", 300, "Bearer"));
    assert_eq!(problem(post(&both.ehr, &narrow.access_token).await).await.0, ProblemKind::Forbidden);
    assert_eq!(both.ehr.get("/history", &narrow.access_token).await.status(), StatusCode::OK);
    let writing: TokenResponse = with_scope(&both.ehr, "reports:write").await.json().await.expect("a token");
    let history = both.ehr.get("/history", &writing.access_token).await;
    assert_eq!(problem(history).await.0, ProblemKind::Forbidden);
    assert_eq!(post(&both.ehr, &writing.access_token).await.status(), StatusCode::CREATED);
    let more: TokenResponse =
        with_scope(&reader.ehr, "reports:write reports:read").await.json().await.expect("a token");
    assert_eq!(more.scope, "reports:read");
    for (ehr, scope) in [(&reader.ehr, "reports:write"), (&both.ehr, "admin"), (&both.ehr, "reports:read admin")] {
        let refused = with_scope(ehr, scope).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{scope}");
        assert_eq!(refused.json::<TokenError>().await.expect("an error").error, "invalid_scope");
    }
}

#[tokio::test]
async fn whatever_ends_a_client_ends_its_tokens_at_the_next_request() {
    let app = TestApp::new().await;
    let refused = async |clinic: &Clinic, token: &str| {
        assert_eq!(problem(clinic.ehr.get("/history", token).await).await.0, ProblemKind::InvalidToken);
        assert_eq!(clinic.ehr.ask(&clinic.ehr.assertion()).await.status(), StatusCode::UNAUTHORIZED);
    };
    // Disabled by the health center.
    let clinic = Clinic::new(&app).await;
    let token = clinic.ehr.token().await;
    assert_eq!(clinic.ehr.get("/history", &token).await.status(), StatusCode::OK);
    let center = browser(&app, &app.centers[0], true).await;
    center.client().disable_api_client(clinic.ehr.id).await.expect("disabled");
    refused(&clinic, &token).await;
    // Its key removed.
    let clinic = Clinic::new(&app).await;
    let token = clinic.ehr.token().await;
    clinic.manager.client().remove_api_client_key(clinic.ehr.id, &clinic.ehr.kid).await.expect("removed");
    refused(&clinic, &token).await;
    // Its institution no longer takes part.
    let clinic = Clinic::new(&app).await;
    let token = clinic.ehr.token().await;
    let values = vec![false.into(), clinic.unit.id.into()];
    crate::database::execute(app.db(), "UPDATE organization SET active = ? WHERE id = ?", values)
        .await
        .expect("closed");
    refused(&clinic, &token).await;
    // Run out.
    let mut clinic = Clinic::new(&app).await;
    app.clock.advance(CLIENT_LIFE - TimeDelta::seconds(1));
    clinic.ehr.now = app.clock.now().timestamp();
    let token = clinic.ehr.token().await;
    app.clock.advance(TimeDelta::seconds(2));
    refused(&clinic, &token).await;
}

#[tokio::test]
async fn a_new_key_of_an_old_name_revives_no_token() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let (ehr, manager) = (&clinic.ehr, clinic.manager.client());
    let token = ehr.token().await;
    assert_eq!(ehr.get("/reporting-day", &token).await.status(), StatusCode::OK);
    manager.remove_api_client_key(ehr.id, &ehr.kid).await.expect("removed");
    let (key, jwk) = p256();
    let again = KeyRequest { public_key: jwk.to_string(), alg: None, kid: Some(ehr.kid.clone()) };
    manager.add_api_client_key(ehr.id, &again).await.expect("added");
    assert_eq!(problem(ehr.get("/reporting-day", &token).await).await.0, ProblemKind::InvalidToken);
    let renewed = Ehr { key, ..ehr.clone() };
    let token = renewed.token().await;
    assert_eq!(ehr.get("/reporting-day", &token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn requests_of_a_client_are_counted_by_client() {
    let rates = api::config::Rates { clients: 3, ..Default::default() };
    let app = TestApp::with(|config| config.rates = Some(rates)).await;
    let (one, other) = (Clinic::new(&app).await, Clinic::new(&app).await);
    let token = one.ehr.token().await;
    for _ in 0..2 {
        assert_eq!(one.ehr.get("/history", &token).await.status(), StatusCode::OK);
    }
    assert_eq!(problem(one.ehr.get("/history", &token).await).await.0, ProblemKind::TooManyRequests);
    let refused = one.ehr.ask(&one.ehr.assertion()).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<TokenError>().await.expect("an error").error, "temporarily_unavailable");
    assert_eq!(other.ehr.ask(&other.ehr.assertion()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_clients_must_know_of_the_service_is_published() {
    let app = TestApp::new().await;
    let metadata: Value =
        app.browser().get("/.well-known/oauth-authorization-server").await.json().await.expect("metadata");
    assert_eq!(metadata["issuer"], app.origin);
    assert_eq!(metadata["token_endpoint"], format!("{}/oauth2/token", app.origin));
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
    let keys = metadata["jwks_uri"].as_str().expect("an address").strip_prefix(&app.origin).expect("ours");
    let keys: Value = app.browser().get(keys).await.json().await.expect("keys");
    let header = jsonwebtoken::decode_header(Clinic::new(&app).await.ehr.token().await).expect("a header");
    assert_eq!((header.typ.as_deref(), header.kid.as_deref()), (Some("at+jwt"), keys["keys"][0]["kid"].as_str()));
}

#[tokio::test]
async fn what_is_no_request_for_a_token_is_refused_as_oauth_says() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let assertion = clinic.ehr.assertion();
    let [grant, kind, shown] = form(&assertion);
    for (form, error) in [
        (vec![kind, shown], "invalid_request"),
        (vec![("grant_type", "password"), kind, shown], "unsupported_grant_type"),
        (vec![("grant_type", "refresh_token"), kind, shown], "unsupported_grant_type"),
        (vec![grant, shown], "invalid_request"),
        (
            vec![grant, ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), shown],
            "invalid_request",
        ),
        (vec![grant, kind], "invalid_request"),
        (vec![grant, grant, kind, shown], "invalid_request"),
        (vec![grant, kind, shown, shown], "invalid_request"),
    ] {
        let answer = clinic.ehr.ask_with(&form).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{form:?}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.json::<TokenError>().await.expect("an error").error, error, "{form:?}");
    }
    let url = format!("{}/oauth2/token", app.origin);
    let post = || clinic.ehr.http.post(&url);
    let as_json = post().json(&json!({ "grant_type": "client_credentials" })).send().await.expect("an answer");
    assert_eq!(as_json.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let twice = post().basic_auth("a", Some("b")).header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(twice.body("").send().await.expect("an answer").status(), StatusCode::BAD_REQUEST);
    let long = post().header("Content-Type", "application/x-www-form-urlencoded").body("a".repeat(20_000));
    assert_eq!(long.send().await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
    // None of that used the assertion up; what isn't known is ignored.
    let answer = clinic.ehr.ask_with(&[grant, kind, shown, ("resource", "x")]).await;
    assert_eq!(answer.status(), StatusCode::OK);
}
