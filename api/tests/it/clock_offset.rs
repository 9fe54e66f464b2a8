//! A process whose clock isn't the database's says that it isn't ready, until the two agree again.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::clock::Clock;
use api::clock_offset::measure;
use chrono::TimeDelta;
use reqwest::StatusCode;
use shared::ProblemKind;

use crate::database::{Place, evening};
use crate::harness::{TestApp, problem};

async fn ready(app: &TestApp) -> StatusCode {
    app.browser().get("/health/ready").await.status()
}

#[tokio::test]
async fn who_differs_from_postgresql_by_seconds_is_not_ready_until_both_agree() {
    let app = TestApp::by(Clock::system(), Place::new().await, |_| {}).await;
    measure(&app.state).await;
    assert_eq!(ready(&app).await, StatusCode::OK, "of one machine");
    for seconds in [5, -5] {
        app.clock.advance(TimeDelta::seconds(seconds));
        assert_eq!(ready(&app).await, StatusCode::OK, "not measured yet");
        measure(&app.state).await;
        if app.place.is_postgres() {
            let (kind, problem) = problem(app.browser().get("/health/ready").await).await;
            assert_eq!((kind, problem.retry_after), (ProblemKind::Busy, Some(60)), "{seconds}");
        } else {
            assert_eq!(ready(&app).await, StatusCode::OK, "SQLite has no other clock");
        }
        assert_eq!(app.browser().get("/health/live").await.status(), StatusCode::OK);
        app.clock.advance(TimeDelta::seconds(-seconds));
        measure(&app.state).await;
        assert_eq!(ready(&app).await, StatusCode::OK, "{seconds}");
    }
}

#[tokio::test]
async fn a_clock_that_was_set_on_purpose_is_not_measured() {
    for clock in [Clock::fixed(evening()), Clock::starting_at(evening())] {
        let app = TestApp::by(clock, Place::new().await, |_| {}).await;
        measure(&app.state).await;
        assert_eq!(ready(&app).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_server_measures_when_it_starts() {
    let app = TestApp::by(Clock::system(), Place::new().await, |_| {}).await;
    app.clock.advance(TimeDelta::seconds(5));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = tokio::spawn(api::serve::serve_on(Arc::clone(&app.state), listener));
    let started = Instant::now();
    while app.place.is_postgres() && ready(&app).await == StatusCode::OK {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing was measured");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.abort();
}
