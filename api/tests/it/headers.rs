//! Headers that every answer has, whatever it is.

use reqwest::{Method, Response};

use crate::harness::TestApp;

const PATHS: [&str; 9] = [
    "/",
    "/report",
    "/health/live",
    "/api/v1/site",
    "/api/v1/auth/session",
    "/api/v1/nowhere",
    "/api/openapi.json",
    "/api/docs/",
    "/nowhere.js",
];

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_a_request_id() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in PATHS {
        let answer = browser.get(path).await;
        for (name, part) in [
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=()"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("content-security-policy", "default-src 'none'"),
        ] {
            assert!(header(&answer, name).contains(part), "{path}: {name}: {}", header(&answer, name));
        }
        assert_eq!(header(&answer, "x-request-id").len(), 36, "{path}");
        assert!(answer.headers().get("access-control-allow-origin").is_none(), "{path}");
        assert!(answer.headers().get("server").is_none(), "{path}");
    }
}

#[tokio::test]
async fn two_requests_have_two_ids() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let (one, other) = (browser.get("/health/live").await, browser.get("/health/live").await);
    assert_ne!(header(&one, "x-request-id"), header(&other, "x-request-id"));
}

#[tokio::test]
async fn answers_of_the_api_are_kept_nowhere() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for path in ["/api/v1/site", "/api/v1/auth/session", "/api/v1/nowhere"] {
        assert_eq!(header(&clinic.raw.get(path).await, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_holds() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let answer = clinic.raw.request(Method::POST, "/api/v1/auth/sign-out").send().await.expect("an answer");
    assert_eq!(header(&answer, "clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(answer.status(), 204);
}

#[tokio::test]
async fn only_the_documentation_may_have_style_attributes() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let policy = |answer: &Response| header(answer, "content-security-policy").to_owned();
    let (page, docs) = (policy(&browser.get("/").await), policy(&browser.get("/api/docs/").await));
    assert!(!page.contains("unsafe-inline") && page.contains("script-src 'self' 'wasm-unsafe-eval'"));
    assert!(docs.contains("style-src 'self' 'unsafe-inline'") && !docs.contains("script-src 'self' 'unsafe"));
}
