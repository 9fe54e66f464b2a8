//! Requests that change something come from our own pages, or are refused.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use shared::ProblemKind;

use crate::harness::{TestApp, problem};

const PATH: &str = "/api/v1/auth/sign-out";

async fn refused(request: RequestBuilder) -> ProblemKind {
    problem(request.send().await.expect("an answer")).await.0
}

#[tokio::test]
async fn a_request_without_our_origin_or_our_header_changes_nothing() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let post = || clinic.raw.bare(Method::POST, PATH);
    let ours = || clinic.raw.request(Method::POST, PATH);
    for request in [
        post(),
        post().header("Origin", &app.origin),
        post().header("X-Requested-By", "web"),
        post().header("X-Requested-By", "web").header("Origin", "null"),
        post().header("X-Requested-By", "web").header("Origin", "https://evil.example"),
        post().header("X-Requested-By", "web").header("Origin", format!("{}.evil.example", app.origin)),
        ours().header("Sec-Fetch-Site", "cross-site"),
        ours().header("Sec-Fetch-Site", "same-site"),
        ours().header("Sec-Fetch-Site", "none"),
    ] {
        assert_eq!(refused(request).await, ProblemKind::CrossOrigin);
    }
    clinic.client.session().await.expect("still signed in");
    let answer = ours().header("Sec-Fetch-Site", "same-origin").send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
}

#[tokio::test]
async fn a_path_that_is_written_in_another_way_leads_nowhere() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let body = json!({ "login_id": clinic.login_id, "password": crate::harness::PASSWORD });
    for path in ["/api/v1/auth/sign-i%6e", "/api/v1/auth/sign%2Din", "/api/v1/auth%2fsign-in", "/%61pi/v1/auth/sign-in"]
    {
        let foreign = clinic.raw.bare(Method::POST, path).json(&body);
        assert_eq!(refused(foreign).await, ProblemKind::NotFound, "{path}");
        assert_eq!(refused(clinic.raw.request(Method::POST, path).json(&body)).await, ProblemKind::NotFound, "{path}");
    }
    assert_eq!(refused(clinic.raw.bare(Method::GET, "/api/v1/auth/sessio%6e")).await, ProblemKind::NotFound);
}

#[tokio::test]
async fn headers_that_stand_there_twice_say_nothing() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let sign_out = || clinic.raw.request(Method::POST, "/api/v1/auth/sign-out");
    for (name, value) in
        [("Origin", "https://elsewhere.example"), ("X-Requested-By", "web"), ("Sec-Fetch-Site", "none")]
    {
        let request = sign_out().header("Sec-Fetch-Site", "same-origin").header(name, value);
        assert_eq!(refused(request).await, ProblemKind::CrossOrigin, "{name}");
    }
    clinic.client.session().await.expect("still signed in");
}

#[tokio::test]
async fn with_an_authorization_the_cookie_does_not_count() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let request = clinic.raw.bare(Method::GET, "/api/v1/auth/session").header("Authorization", "Bearer abc");
    assert_eq!(refused(request).await, ProblemKind::InvalidToken);
    clinic.client.session().await.expect("still signed in");
}

#[tokio::test]
async fn a_form_cannot_sign_anybody_in() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let body = json!({ "login_id": "a", "password": "b" });
    let without = browser.bare(Method::POST, "/api/v1/auth/sign-in").json(&body);
    assert_eq!(refused(without).await, ProblemKind::CrossOrigin);
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let form = browser.request(Method::POST, "/api/v1/auth/sign-in").body(body.to_string());
        assert_eq!(refused(form.header("Content-Type", media)).await, ProblemKind::UnsupportedMediaType);
    }
}

#[tokio::test]
async fn who_is_not_signed_in_learns_nothing_about_the_body() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let is_open = operation["security"].as_array().is_none_or(|security| security[0] == json!({}));
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            if is_open || !operation.is_object() {
                continue;
            }
            let id = "0199f3c0-0000-7000-8000-000000000000";
            let path = path.replace("{entry_day}", "2026-11-22");
            let path = path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>();
            let path = path.join("/");
            let request = browser.request(method.clone(), &path).header("Content-Type", "application/json").body("{");
            assert_eq!(refused(request).await, ProblemKind::SignInRequired, "{method} {path}");
        }
    }
}
