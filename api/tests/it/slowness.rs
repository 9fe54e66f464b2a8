//! Limits of time and of connections: what is slow is given up, and what is idle makes room.

use std::time::{Duration, Instant};

use api::config::RequestLimits;
use reqwest::{Method, StatusCode};
use shared::ProblemKind;
use shared::client::ClientError;

use crate::database::WriteLock;
use crate::harness::{Raw, TestApp, problem};
use crate::reports::report;
use crate::wire::{Wire, head_of_sign_in};

/// The limit under test, where we keep the time.
const SHORT: Duration = Duration::from_millis(300);
/// The limit under test, where the HTTP library keeps the time: its clock moves each half second.
const COARSE: Duration = Duration::from_secs(1);
/// Every other limit: far from what is tested.
const LONG: Duration = Duration::from_secs(60);

const GET_LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A server on which one limit is short, and all others are out of the way.
async fn server(change: impl FnOnce(&mut RequestLimits)) -> TestApp {
    TestApp::with(|config| {
        let limits =
            RequestLimits { head_wait: LONG, body_wait: LONG, handler_wait: LONG, keep_alive: LONG, ..config.limits };
        config.limits = limits;
        change(&mut config.limits);
    })
    .await
}

/// Asserts that the limit under test was waited for, and no other.
fn assert_waited(limit: Duration, since: Instant) {
    let elapsed = since.elapsed();
    let least = if limit == COARSE { COARSE.mul_f32(0.4) } else { limit };
    assert!((least..LONG / 4).contains(&elapsed), "{elapsed:?}");
}

#[tokio::test]
async fn a_head_that_does_not_come_is_given_up() {
    let app = server(|limits| limits.head_wait = COARSE).await;
    for beginning in ["", "GET /health/live HTTP/1.1\r\nHost: loc"] {
        let begun = Instant::now();
        let mut wire = Wire::open(&app).await;
        wire.send(beginning).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{beginning:?}: {answer:?}");
        assert_waited(COARSE, begun);
    }
}

#[tokio::test]
async fn a_head_that_stops_on_a_connection_that_was_good_before_is_given_up_too() {
    let app = server(|limits| (limits.head_wait, limits.keep_alive) = (COARSE, COARSE)).await;
    let mut wire = Wire::open(&app).await;
    wire.send(GET_LIVE).await;
    assert!(wire.answer().await.starts_with("HTTP/1.1 200 "));
    let begun = Instant::now();
    wire.send("GET /health/live HTTP/1.1\r\nHost: loc").await;
    assert_eq!(wire.rest().await, "");
    // Had it been idle, it would have been closed in half the time.
    assert_waited((COARSE + COARSE).mul_f32(0.9), begun);
}

#[tokio::test]
async fn a_head_may_come_in_pieces_on_a_connection_that_was_good_before() {
    let app = server(|_| {}).await;
    let mut wire = Wire::open(&app).await;
    for _ in 0..3 {
        let (first, second) = GET_LIVE.split_at(30);
        wire.send(first).await;
        // The server has read the first piece by the time it answers somebody else.
        assert_eq!(app.browser().get("/health/live").await.status(), StatusCode::OK);
        wire.send(second).await;
        assert!(wire.answer().await.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up_with_a_problem() {
    let app = server(|limits| limits.body_wait = SHORT).await;
    let begun = Instant::now();
    let mut wire = Wire::open(&app).await;
    wire.send(&format!("{}Content-Length: 10\r\n\r\n{{", head_of_sign_in(&app))).await;
    let answer = wire.answer().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/request-timeout"), "{answer}");
    assert_waited(SHORT, begun);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let app = server(|limits| limits.keep_alive = COARSE).await;
    let mut wire = Wire::open(&app).await;
    wire.send(GET_LIVE).await;
    assert!(wire.answer().await.starts_with("HTTP/1.1 200 "));
    let idle = Instant::now();
    assert_eq!(wire.rest().await, "");
    assert_waited(COARSE, idle);
}

#[tokio::test]
async fn one_connection_too_many_waits_until_another_ends() {
    let app = server(|limits| (limits.connections, limits.keep_alive) = (1, COARSE)).await;
    let mut first = Wire::open(&app).await;
    first.send(GET_LIVE).await;
    assert!(first.answer().await.starts_with("HTTP/1.1 200 "));
    let idle = Instant::now();
    let mut second = Wire::open(&app).await;
    second.send(GET_LIVE).await;
    assert!(second.answer().await.starts_with("HTTP/1.1 200 "));
    assert_waited(COARSE, idle);
    assert_eq!(first.rest().await, "", "it was idle for too long");
}

#[tokio::test]
async fn a_head_that_is_too_large_or_has_too_many_fields_is_refused() {
    let app = TestApp::new().await;
    let many = |fields: usize| (0..fields).map(|number| format!("X-{number}: 1\r\n")).collect::<String>();
    // `Host` is one of the 96.
    let of_many = [(many(95), "200"), (many(96), "431")];
    let large = |bytes: usize| format!("X-Large: {}\r\n", "x".repeat(bytes));
    let of_large = [(large(100 * 1024), "200"), (large(128 * 1024), "431")];
    for (fields, status) in of_many.into_iter().chain(of_large) {
        let mut wire = Wire::open(&app).await;
        wire.send(&format!("GET /health/live HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")).await;
        let answer = wire.answer().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{} bytes: {answer}", fields.len());
    }
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_answered_busy_and_its_request_can_be_repeated() {
    // Signed in at a server that takes its time: on a busy machine that may take longer than the other one allows.
    let patient = TestApp::new().await;
    let clinic = patient.institution().await;
    let app = TestApp::at(patient.place.again(), |config| {
        config.limits.handler_wait = SHORT / 2;
        config.limits.body_wait = SHORT / 2;
        config.limits.database_wait = LONG;
    })
    .await;
    let raw = Raw { http: clinic.raw.http.clone(), origin: app.origin.clone() };
    let today = report(app.today(), [1; 14]);
    let lock = WriteLock::take(&app.place).await;
    let begun = Instant::now();
    let request = raw.request(Method::POST, "/api/v1/reports").header("Idempotency-Key", "a").json(&today);
    let (kind, problem) = problem(request.send().await.expect("an answer")).await;
    assert_eq!((kind, problem.retry_after), (ProblemKind::Busy, Some(1)));
    assert_waited(SHORT, begun);
    lock.release().await;
    // The first sending was in the writer's queue already: it is found, not repeated, as soon as there is an answer in time.
    let client = raw.client();
    let answer = loop {
        assert!(begun.elapsed() < LONG, "no answer in time");
        match client.submit_report("a", &today).await {
            Err(ClientError::Problem(problem)) if problem.kind() == Some(ProblemKind::Busy) => {}
            answer => break answer.expect("accepted"),
        }
    };
    assert!(answer.replayed);
}
