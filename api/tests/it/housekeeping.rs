//! What has served its time is forgotten, and nothing before.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::store::Tidied;
use chrono::TimeDelta;
use shared::draft::DraftRequest;
use shared::second_factor::{EnrollmentRequest, FactorKind};

use crate::database::{number, today};
use crate::harness::TestApp;
use crate::reports::report;

const REST: &str = "SELECT (SELECT COUNT(*) FROM idempotency_key) * 100 + (SELECT COUNT(*) FROM draft) * 10 \
    + (SELECT COUNT(*) FROM session)";

#[tokio::test]
async fn answers_and_drafts_are_kept_for_48_hours_and_sessions_until_they_end() {
    let app = TestApp::new().await;
    let (clinic, typing) = (app.institution().await, app.institution().await);
    clinic.client.submit_report("key", &report(today(), [1; 14])).await.expect("accepted");
    let draft = DraftRequest { base_version: 0, content: shared::draft::DraftContent::default() };
    typing.client.put_draft(typing.organization.id, today(), &draft).await.expect("saved");
    let enrollment = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
    typing.client.enroll(&enrollment).await.expect("begun");
    let tidy = async || app.state.store.tidy().await.expect("tidied");
    for (hours, forgotten, rest) in [
        (11, Tidied { guesses: 2, ..Tidied::default() }, 112),
        (1, Tidied { sessions: 2, ..Tidied::default() }, 110),
        (36, Tidied::default(), 110),
        (24, Tidied { answers: 1, drafts: 1, enrollments: 1, ..Tidied::default() }, 0),
        (26 * 24, Tidied::default(), 0),
        (25, Tidied { guesses: 2, ..Tidied::default() }, 0),
    ] {
        app.clock.advance(TimeDelta::hours(hours));
        assert_eq!(tidy().await, forgotten, "after {hours} more hours");
        assert_eq!(number(app.db(), REST).await, rest, "after {hours} more hours");
    }
}

#[tokio::test]
async fn a_server_tidies_when_it_starts() {
    let app = TestApp::new().await;
    app.institution().await;
    app.clock.advance(TimeDelta::hours(12));
    assert_eq!(number(app.db(), REST).await, 1);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = tokio::spawn(api::serve::serve_on(Arc::clone(&app.state), listener));
    let started = Instant::now();
    while number(app.db(), REST).await > 0 {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing was forgotten");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.abort();
}
