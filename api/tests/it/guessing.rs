//! Guessing passwords: how often it is tried, and that the owner gets in meanwhile.

use std::collections::BTreeSet;

use api::config::{Config, Rates};
use api::store::account::NewAccount;
use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::header::SET_COOKIE;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use shared::ProblemKind;
use shared::issuance::NewAccountRequest;
use shared::organization::OrganizationKind;
use uuid::Uuid;

use crate::database::{execute, number};
use crate::harness::{PASSWORD, Raw, SignedIn, TestApp, problem};

const SIGN_IN: &str = "/api/v1/auth/sign-in";
const SECOND_FACTOR: &str = "/api/v1/auth/second-factor";

/// With limits, and a proxy on this machine that tells addresses.
fn guarded(config: &mut Config) {
    let much = 1_000_000;
    config.rates = Some(Rates { sign_ins: much, strangers: much, reads: much, ..Rates::default() });
    config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
}

/// An address in a network of its own, for each number below 65,536.
fn address(number: usize) -> String {
    format!("10.{}.{}.9", number / 256, number % 256)
}

async fn try_password(browser: &Raw, from: &str, login_id: &str, password: &str) -> Response {
    let request = browser.request(Method::POST, SIGN_IN).header("X-Forwarded-For", from);
    request.json(&json!({ "login_id": login_id, "password": password })).send().await.expect("an answer")
}

async fn status(browser: &Raw, from: &str, login_id: &str, password: &str) -> StatusCode {
    try_password(browser, from, login_id, password).await.status()
}

/// Shows the app's code; the answer of the last step.
async fn show_code(app: &TestApp, browser: &Raw, from: &str, clinic: &SignedIn) -> Response {
    let code = app.code(clinic.account_id).await;
    let request = browser.request(Method::POST, SECOND_FACTOR).header("X-Forwarded-For", from);
    request.json(&json!({ "method": "totp", "code": code })).send().await.expect("an answer")
}

async fn counted(app: &TestApp, column: &str) -> i64 {
    number(app.db(), &format!("SELECT SUM({column}) FROM guess_budget")).await
}

/// What a client can tell one answer from another by, but for what differs in every answer.
async fn looks(answer: Response) -> (StatusCode, BTreeSet<String>, String) {
    let differ = ["date", "x-request-id"];
    let headers = answer.headers().iter().filter(|(name, _)| !differ.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect();
    let status = answer.status();
    let mut body: serde_json::Value = answer.json().await.expect("JSON");
    body.as_object_mut().expect("an object").remove("instance").expect("an instance");
    (status, headers, body.to_string())
}

#[tokio::test]
async fn of_a_thousand_guesses_a_hundred_are_tried_and_the_owner_gets_in_meanwhile() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    let (stranger, elsewhere) = (app.browser(), address(60_000));
    let guess = async |number: usize| status(&stranger, &address(number), &clinic.login_id, "a wrong password").await;
    for round in 0..20 {
        let guesses = (0..50).map(|place| guess(round * 50 + place));
        assert!(join_all(guesses).await.iter().all(|status| *status == StatusCode::UNAUTHORIZED));
        // From where nobody knows him, with the browser in which he signed in before.
        app.clock.advance(TimeDelta::seconds(30));
        assert_eq!(status(&clinic.raw, &address(61_000 + round), &clinic.login_id, PASSWORD).await, StatusCode::OK);
        let answer = show_code(&app, &clinic.raw, &address(61_000 + round), &clinic).await;
        assert_eq!(answer.status(), StatusCode::OK, "round {round}");
    }
    assert_eq!(counted(&app, "by_strangers").await, 100);
    assert_eq!(counted(&app, "refused").await, 900);
    // What is over the budget isn't compared with anything: not even the right password is right.
    let over = looks(try_password(&stranger, &elsewhere, &clinic.login_id, PASSWORD).await).await;
    let unknown = looks(try_password(&stranger, &elsewhere, "P13-9999-X", PASSWORD).await).await;
    assert_eq!((over.0, over), (StatusCode::UNAUTHORIZED, unknown));
    // From a network in which he signed in before, with a browser that nobody knows.
    let known = "127.0.0.77";
    app.clock.advance(TimeDelta::seconds(30));
    let other_browser = app.browser();
    assert_eq!(status(&other_browser, known, &clinic.login_id, PASSWORD).await, StatusCode::OK);
    assert_eq!(show_code(&app, &other_browser, known, &clinic).await.status(), StatusCode::OK);
    // The next day, strangers have their hundred again.
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(status(&stranger, &elsewhere, &clinic.login_id, PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn the_hundred_are_shared_by_two_processes() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    let other = TestApp::at(app.place.again(), guarded).await;
    for number in 0..100 {
        let server = if number % 2 == 0 { &app } else { &other };
        let browser = server.browser();
        assert_eq!(status(&browser, &address(number), &clinic.login_id, "wrong").await, StatusCode::UNAUTHORIZED);
    }
    for server in [&app, &other] {
        let browser = server.browser();
        assert_eq!(status(&browser, &address(200), &clinic.login_id, PASSWORD).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_known_device_has_ten_tries_and_then_one_a_minute() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    let from = address(7);
    for _ in 0..10 {
        assert_eq!(status(&clinic.raw, &from, &clinic.login_id, "wrong").await, StatusCode::UNAUTHORIZED);
    }
    let right = async || status(&clinic.raw, &from, &clinic.login_id, PASSWORD).await;
    assert_eq!(right().await, StatusCode::UNAUTHORIZED);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(right().await, StatusCode::OK);
}

#[tokio::test]
async fn who_knows_the_password_cant_try_codes_without_end() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    let right = async |number: usize| status(&app.browser(), &address(number), &clinic.login_id, PASSWORD).await;
    for number in 0..100 {
        assert_eq!(right(number).await, StatusCode::OK);
    }
    assert_eq!(right(100).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_sign_in_that_passes_costs_nothing() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    for number in 0..105 {
        app.clock.advance(TimeDelta::seconds(30));
        let (browser, from) = (app.browser(), address(number));
        assert_eq!(status(&browser, &from, &clinic.login_id, PASSWORD).await, StatusCode::OK, "{number}");
        assert_eq!(show_code(&app, &browser, &from, &clinic).await.status(), StatusCode::OK, "{number}");
    }
    assert_eq!(counted(&app, "by_strangers").await, 0);
}

#[tokio::test]
async fn nobody_keeps_a_new_clinic_from_using_its_slip() {
    let app = TestApp::with(guarded).await;
    let center = app.manager(&app.centers[0].clone()).await;
    let unit = app.organization(OrganizationKind::Institution, Some(center.organization.id)).await;
    let person = NewAccountRequest {
        organization_id: Some(unit.id),
        display_name: "医事課".to_owned(),
        ..NewAccountRequest::default()
    };
    let issued = center.client.issue_account("a", &person).await.expect("issued");
    let (login_id, code) = (issued.account.login_id.as_str(), issued.code.expect("a code").to_string());
    let stranger = app.browser();
    for number in 0..101 {
        assert_eq!(status(&stranger, &address(number), login_id, "wrong").await, StatusCode::UNAUTHORIZED);
        let like_a_code = "7K2M-9QXA-10Z1-BHCJ";
        assert_eq!(status(&stranger, &address(number), login_id, like_a_code).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(status(&app.browser(), &address(5_000), login_id, &code).await, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_is_known_by_a_cookie_that_it_gets_with_the_second_factor() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    app.clock.advance(TimeDelta::seconds(30));
    let device = |answer: &Response| -> Vec<String> {
        let set = answer.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().expect("text").to_owned());
        set.filter(|cookie| cookie.starts_with("__Host-device=")).collect()
    };
    let browser = app.browser();
    let first = try_password(&browser, &address(1), &clinic.login_id, PASSWORD).await;
    assert_eq!((first.status(), device(&first)), (StatusCode::OK, Vec::new()));
    let cookies = device(&show_code(&app, &browser, &address(1), &clinic).await);
    let [cookie] = cookies.as_slice() else { panic!("one cookie, not {cookies:?}") };
    let flags: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(flags, ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=15552000"]);
    // Signing out doesn't make it a stranger's; it lets nobody in either.
    browser.post("/api/v1/auth/sign-out", &json!({})).await;
    assert_eq!(browser.get("/api/v1/auth/session").await.status(), StatusCode::UNAUTHORIZED);
    for number in 0..100 {
        status(&app.browser(), &address(100 + number), &clinic.login_id, "wrong").await;
    }
    assert_eq!(status(&app.browser(), &address(2), &clinic.login_id, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&browser, &address(2), &clinic.login_id, PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn strangers_have_a_rate_together_and_the_known_dont_feel_it() {
    let app = TestApp::with(|config| {
        guarded(config);
        config.rates = config.rates.map(|rates| Rates { strangers: 2, ..rates });
    })
    .await;
    let clinic = app.institution().await;
    let stranger = app.browser();
    // The harness signed the clinic in as a stranger.
    assert_eq!(status(&stranger, &address(1), "P13-0001-A", "wrong").await, StatusCode::UNAUTHORIZED);
    for login_id in [clinic.login_id.as_str(), "P13-0001-A"] {
        let (kind, problem) = problem(try_password(&stranger, &address(2), login_id, "wrong").await).await;
        assert_eq!(kind, ProblemKind::Busy);
        assert!(problem.retry_after.is_some_and(|seconds| (1..=60).contains(&seconds)));
    }
    assert_eq!(status(&clinic.raw, &address(3), &clinic.login_id, PASSWORD).await, StatusCode::OK);
    assert_eq!(status(&stranger, "127.0.0.1", &clinic.login_id, PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn with_a_full_queue_a_sign_in_is_told_to_come_again_and_costs_nothing() {
    let app = TestApp::with(guarded).await;
    let clinic = app.institution().await;
    let places: Vec<_> = std::iter::from_fn(|| app.state.passwords.line_up().ok()).collect();
    assert_eq!(places.len(), 128);
    let before = counted(&app, "by_strangers").await;
    let (kind, problem) = problem(try_password(&app.browser(), &address(1), &clinic.login_id, PASSWORD).await).await;
    assert_eq!((kind, problem.retry_after), (ProblemKind::Busy, Some(2)));
    assert_eq!(counted(&app, "by_strangers").await, before);
    // With half of it free, who is known finds a place, and a stranger none.
    let half: Vec<_> = places.into_iter().take(64).collect();
    assert_eq!(status(&app.browser(), &address(1), "P13-0001-A", "wrong").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&clinic.raw, &address(1), &clinic.login_id, PASSWORD).await, StatusCode::OK);
    drop(half);
    assert_eq!(status(&app.browser(), &address(1), &clinic.login_id, PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn known_unknown_disabled_and_new_login_ids_are_answered_alike() {
    let app = TestApp::with(guarded).await;
    let (clinic, gone) = (app.institution().await, app.institution().await);
    app.disable(gone.account_id).await;
    let never = Uuid::now_v7();
    let new = NewAccount {
        id: never,
        login_id: "P13-0042-K".to_owned(),
        organization_id: clinic.organization.id,
        is_manager: false,
        display_name: "医事課".to_owned(),
        password_phc: String::new(),
        must_change_password: true,
    };
    app.state.store.create_account(new).await.expect("written");
    let sql = "UPDATE account SET password_phc = NULL WHERE id = ?";
    execute(app.db(), sql, vec![never.into()]).await.expect("as before activation");
    let mut seen = Vec::new();
    for (login_id, password) in [
        (clinic.login_id.as_str(), "wrong"),
        ("P13-9999-X", "wrong"),
        (gone.login_id.as_str(), "wrong"),
        (gone.login_id.as_str(), PASSWORD),
        ("P13-0042-K", "wrong"),
        ("", ""),
    ] {
        seen.push(looks(try_password(&app.browser(), &address(1), login_id, password).await).await);
    }
    assert_eq!(seen[0].0, StatusCode::UNAUTHORIZED);
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
}
