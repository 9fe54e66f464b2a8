//! Limits of size and number.

use std::time::Instant;

use api::config::Rates;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use shared::check::{MAX_ADJUSTMENTS, MAX_NOTE_CHARS};
use shared::draft::{DraftAdjustment, DraftContent, DraftRequest};
use shared::report::Adjustment;
use shared::{AgeBand, ProblemKind, Rule};

use crate::harness::{PASSWORD, Raw, TestApp, problem};
use crate::reports::{adjustment, report};
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
async fn a_body_of_as_many_bytes_as_are_allowed_is_read_and_one_more_is_too_large() {
    let app = TestApp::new().await;
    let center = app.manager(&app.centers[0].clone()).await;
    // Without a row each of them breaks a rule, which is found once the body is read.
    for (path, content, most) in [
        ("/api/v1/report-batches", "{\"reports\":[]}", 256 * 1024),
        ("/api/v1/accounts/batches", "{\"rows\":[]}", 256 * 1024),
        ("/api/v1/reports", "{}", 256 * 1024),
        ("/api/v1/supplements", "{}", 256 * 1024),
        ("/api/v1/day-statements", "{}", 16 * 1024),
    ] {
        let send = async |length: usize| {
            let request = center.raw.request(Method::POST, path).header("Content-Type", "application/json");
            request.body(content.to_owned() + &" ".repeat(length - content.len())).send().await.expect("an answer")
        };
        let (kind, read) = problem(send(most).await).await;
        assert_eq!(kind, ProblemKind::InvalidRequest, "{path}");
        assert!(!read.violations.is_empty(), "{path}");
        assert_eq!(problem(send(most + 1).await).await.0, ProblemKind::BodyTooLarge, "{path}");
    }
}

/// Found by fuzzing: what the rules allow was over the limit of bodies.
#[tokio::test]
async fn a_report_and_its_draft_may_carry_all_the_adjustments_and_notes_that_the_rules_allow() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (today, note) = (app.today(), "\u{60a3}".repeat(MAX_NOTE_CHARS));
    let mut request = report(today, [1; 14]);
    request.adjustments = (1..=u32::try_from(MAX_ADJUSTMENTS).expect("small"))
        .map(|back| Adjustment { note: Some(note.clone()), ..adjustment(today.minus(back), AgeBand::Age0, 1) })
        .collect();
    let noted = DraftAdjustment { note, ..DraftAdjustment::default() };
    let content = DraftContent { adjustments: vec![noted; MAX_ADJUSTMENTS], ..DraftContent::default() };
    let draft = DraftRequest { base_version: 0, content };
    let kept = clinic.client.put_draft(clinic.organization.id, today, &draft).await.expect("kept");
    assert_eq!(kept.content.adjustments.len(), MAX_ADJUSTMENTS);
    let accepted = clinic.client.submit_report("all-of-them", &request).await.expect("accepted").value;
    assert_eq!(accepted.adjustments, request.adjustments);
    let correction = json!({
        "counts": report(today, [2; 14]).counts,
        "adjustments": request.adjustments,
        "reason": "found_late",
    });
    let path = format!("/api/v1/reports/{}", accepted.id);
    let put = clinic.raw.request(Method::PUT, &path).header("If-Match", "\"revision-1\"").json(&correction);
    // It is read: what refuses it is the policy.
    assert_eq!(problem(put.send().await.expect("an answer")).await.0, ProblemKind::ReportFinal);
}

#[tokio::test]
async fn a_batch_has_200_reports_at_the_most() {
    let app = TestApp::new().await;
    let center = app.center().await;
    let unit = app.institution().await.organization.id;
    let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
    let counts: serde_json::Map<_, _> = counts.collect();
    let report = json!({ "unit_id": unit, "entry_day": app.today(), "channel": "fax", "counts": counts });
    let send = async |count: usize| {
        center.raw.post("/api/v1/report-batches", &json!({ "reports": vec![report.clone(); count] })).await
    };
    let (kind, refused) = problem(send(201).await).await;
    assert_eq!((kind, refused.violations[0].rule), (ProblemKind::InvalidRequest, Rule::OutOfRange));
    assert_eq!(refused.violations[0].pointer, "/reports");
    let judged: serde_json::Value = send(200).await.json().await.expect("results");
    let results = judged["results"].as_array().expect("one for each");
    assert_eq!(results.len(), 200);
    assert_eq!(results.iter().filter(|result| result.get("report").is_some_and(|one| one.is_object())).count(), 1);
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

/// Sends requests until one is refused: as many as the burst were answered, and what a minute's rate gave back meanwhile.
async fn spend(what: &str, (burst, per_minute): (u32, u32), request: impl Fn() -> RequestBuilder) {
    let began = Instant::now();
    let mut answered = 0;
    let refused = loop {
        let answer = request().send().await.expect("an answer");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            break problem(answer).await.1;
        }
        answered += 1;
    };
    let given_back = began.elapsed().as_secs_f64() * f64::from(per_minute) / 60.0;
    let most = f64::from(burst) + given_back + 1.0;
    assert!(answered >= burst && f64::from(answered) <= most, "{what}: {answered} of {burst} to {most}");
    let until_one = 60_u32.div_ceil(per_minute);
    assert!((1..=until_one).contains(&refused.retry_after.unwrap_or(0)), "{what}: {:?}", refused.retry_after);
}

#[tokio::test]
async fn a_clinic_writes_120_times_a_minute_and_a_health_center_1_200_times_of_which_400_at_once() {
    let app = TestApp::with(with_rates(Rates::default())).await;
    let (clinic, center) = (app.institution().await, app.center().await);
    let write = |of: &Raw| of.request(Method::POST, "/api/v1/reports").json(&json!({}));
    spend("a clinic", (120, 120), || write(&clinic.raw)).await;
    spend("a health center", (400, 1_200), || write(&center.raw)).await;
}

#[tokio::test]
async fn drafts_are_saved_once_a_second_and_are_no_writes() {
    let rates = Rates { writes: 2, center_writes: 2, center_burst: 2, ..Rates::default() };
    let app = TestApp::with(with_rates(rates)).await;
    for caller in [app.institution().await, app.center().await] {
        let raw = &caller.raw;
        let draft = format!("/api/v1/drafts/{}/{}", caller.organization.id, app.today());
        let write = || raw.request(Method::POST, "/api/v1/reports").json(&json!({}));
        let typed = json!({ "base_version": 0, "content": { "cells": vec![""; 14] } });
        let saved = raw.request(Method::PUT, &draft).json(&typed).send().await.expect("an answer");
        assert_eq!(saved.status(), StatusCode::OK);
        let saves = || raw.request(Method::DELETE, &draft);
        // One of the burst was the first draft itself; a second may have given it back.
        spend("drafts", (59, 60), saves).await;
        for expected in [StatusCode::UNPROCESSABLE_ENTITY; 2] {
            assert_eq!(write().send().await.expect("an answer").status(), expected, "drafts took no write");
        }
        assert_eq!(problem(write().send().await.expect("an answer")).await.0, ProblemKind::TooManyRequests);
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let after_a_second = saves().send().await.expect("an answer").status();
        assert_eq!(after_a_second, StatusCode::NO_CONTENT, "writes took no draft");
    }
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
