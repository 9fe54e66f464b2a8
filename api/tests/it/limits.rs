//! Limits of size and number.

use api::config::Rates;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::ProblemKind;

use crate::harness::{PASSWORD, TestApp, problem};
use crate::wire::{Wire, head_of_sign_in};

const SIGN_IN: &str = "/api/v1/auth/sign-in";

#[tokio::test]
async fn a_body_over_16_kib_is_refused_stated_or_not() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let body = json!({ "login_id": "a".repeat(17_000), "password": "b" });
    let stated = browser.post(SIGN_IN, &body).await;
    assert_eq!(problem(stated).await.0, ProblemKind::BodyTooLarge);
    let chunk = format!("4269\r\n{}\r\n0\r\n\r\n", "x".repeat(0x4269));
    let mut wire = Wire::open(&app).await;
    wire.send(&format!("{}Transfer-Encoding: chunked\r\n\r\n{chunk}", head_of_sign_in(&app))).await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn the_limit_of_bodies_can_be_set() {
    let app = TestApp::with(|config| config.limits.body_bytes = 60).await;
    let sign_in = async |password: usize| {
        let body = json!({ "login_id": "P13-0001-A", "password": "x".repeat(password) });
        app.browser().post(SIGN_IN, &body).await.status()
    };
    assert_eq!((sign_in(15).await, sign_in(40).await), (StatusCode::UNAUTHORIZED, StatusCode::PAYLOAD_TOO_LARGE));
}

#[tokio::test]
async fn a_compressed_body_is_not_inflated() {
    let app = TestApp::new().await;
    let request = app.browser().request(Method::POST, SIGN_IN).header("Content-Type", "application/json");
    let answer = request.header("Content-Encoding", "gzip").body("x").send().await.expect("an answer");
    assert_eq!(problem(answer).await.0, ProblemKind::UnsupportedMediaType);
}

fn with_rates(rates: Rates) -> impl FnOnce(&mut api::config::Config) {
    move |config| config.rates = Some(rates)
}

#[tokio::test]
async fn sign_ins_are_limited_by_address() {
    let app = TestApp::with(with_rates(Rates { sign_ins: 1, ..Rates::default() })).await;
    let browser = app.browser();
    let body = json!({ "login_id": "P13-0001-A", "password": "wrong" });
    for _ in 0..2 {
        assert_eq!(browser.post(SIGN_IN, &body).await.status(), StatusCode::UNAUTHORIZED);
    }
    let (kind, problem) = problem(browser.post(SIGN_IN, &body).await).await;
    assert_eq!(kind, ProblemKind::TooManyRequests);
    assert!(problem.retry_after.is_some_and(|seconds| (1..=60).contains(&seconds)));
}

#[tokio::test]
async fn reads_and_writes_are_limited_by_account_and_apart() {
    let app = TestApp::with(with_rates(Rates { reads: 2, writes: 1, ..Rates::default() })).await;
    let (clinic, other) = (app.institution().await, app.institution().await);
    let read = || clinic.raw.get("/api/v1/auth/session");
    assert_eq!((read().await.status(), read().await.status()), (StatusCode::OK, StatusCode::OK));
    assert_eq!(problem(read().await).await.0, ProblemKind::TooManyRequests);
    let body = json!({ "current_password": PASSWORD, "new_password": "short" });
    let write = || clinic.raw.post("/api/v1/auth/password", &body);
    assert_eq!(write().await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem(write().await).await.0, ProblemKind::TooManyRequests);
    other.client.session().await.expect("another account has its own");
}

#[tokio::test]
async fn a_forwarded_address_counts_only_from_a_configured_proxy() {
    for (proxies, expected) in [("", StatusCode::TOO_MANY_REQUESTS), ("127.0.0.0/8", StatusCode::UNAUTHORIZED)] {
        let app = TestApp::with(|config| {
            config.rates = Some(Rates { sign_ins: 1, ..Rates::default() });
            config.trusted_proxies = proxies.parse().into_iter().collect();
        })
        .await;
        let browser = app.browser();
        let body = json!({ "login_id": "P13-0001-A", "password": "wrong" });
        let mut last = StatusCode::OK;
        for place in 1..=4 {
            let request = browser.request(Method::POST, SIGN_IN).json(&body);
            let request = request.header("X-Forwarded-For", format!("198.51.100.{place}"));
            last = request.send().await.expect("an answer").status();
        }
        assert_eq!(last, expected, "{proxies}");
    }
}

#[tokio::test]
async fn more_requests_at_once_than_the_limit_are_answered_busy_but_health_is_not() {
    let app = TestApp::with(|config| config.limits.in_flight = 0).await;
    let browser = app.browser();
    let (kind, problem) = problem(browser.get("/api/v1/site").await).await;
    assert_eq!((kind, problem.retry_after), (ProblemKind::Busy, Some(1)));
    assert_eq!(browser.get("/health/live").await.status(), StatusCode::OK);
}
