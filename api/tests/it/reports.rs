//! Reports over HTTP: once a day, today only, asked about what is unusual, safe to repeat.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::age_band::{AgeBand, BandCounts, BandDeltas};
use shared::client::ClientError;
use shared::qr_code::QrCode;
use shared::report::{Adjustment, AdjustmentReason, Channel, ReportRequest, ReportView, WarningCode};
use shared::{Problem, ProblemKind, ReportingDay, Rule};

use crate::harness::{SignedIn, TestApp, problem};

/// The row of the source system's own example: a mistyped 10,000 that nothing questioned.
pub const SOURCE_ROW: [u32; 14] = [0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100];

/// A report of a day.
pub fn report(day: ReportingDay, counts: [u32; 14]) -> ReportRequest {
    ReportRequest {
        unit_id: None,
        entry_day: day,
        counts: BandCounts::new(counts).expect("in range"),
        total: None,
        adjustments: Vec::new(),
        channel: None,
        acknowledged_warnings: Vec::new(),
    }
}

/// A change of one band of an earlier day.
pub fn adjustment(day: ReportingDay, band: AgeBand, delta: i32) -> Adjustment {
    let mut deltas = [0; 14];
    deltas[band.index()] = delta;
    Adjustment {
        target_day: day,
        reason: AdjustmentReason::FoundLate,
        note: None,
        deltas: BandDeltas::new(deltas).expect("in range"),
    }
}

/// The problem that a call was refused with.
pub fn refused<T: std::fmt::Debug>(result: Result<T, ClientError>) -> (ProblemKind, Problem) {
    match result.expect_err("refused") {
        ClientError::Problem(problem) => (problem.kind().expect("a known kind"), *problem),
        other => panic!("{other}"),
    }
}

async fn send(from: &SignedIn, key: &str, request: &ReportRequest) -> ReportView {
    from.client.submit_report(key, request).await.expect("accepted").value
}

#[tokio::test]
async fn an_accepted_report_has_a_receipt_and_is_read_back_as_it_was_answered() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let answer = clinic.raw.request(Method::POST, "/api/v1/reports").json(&report(app.today(), [1; 14]));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    let report: ReportView = answer.json().await.expect("a report");
    assert_eq!(location, format!("/api/v1/reports/{}", report.id));
    assert_eq!((report.total, report.channel, report.by_proxy), (14, Channel::Web, false));
    assert_eq!(report.entered_by.organization, clinic.organization);
    assert!(report.receipt.number.starts_with("261122-13-00001-"), "{}", report.receipt.number);
    assert_eq!(clinic.client.report(report.id).await.expect("read"), report);
    assert_eq!(clinic.client.receipt(report.id).await.expect("read"), report.receipt);
}

#[tokio::test]
async fn a_receipt_to_print_comes_with_its_qr_code_in_the_same_answer() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let request = report(app.today(), [1; 14]);
    let sent = clinic.client.submit_report_to_print("to-print", &request).await.expect("accepted").value;
    let drawn = QrCode::of(&sent.receipt.in_code()).expect("a code").svg();
    assert_eq!(sent.receipt.qr_code, Some(drawn));
    assert_eq!(clinic.client.report_to_print(sent.id).await.expect("read"), sent);

    // The repetition is drawn too; who doesn't ask, as the clinics' own systems, isn't sent 2 KB that they don't print.
    let again = clinic.client.submit_report_to_print("to-print", &request).await.expect("accepted");
    assert_eq!((again.value.receipt.qr_code.is_some(), again.replayed), (true, true));
    assert_eq!(clinic.client.report(sent.id).await.expect("read").receipt.qr_code, None);
    assert_eq!(clinic.client.receipt(sent.id).await.expect("read").qr_code, None);
}

#[tokio::test]
async fn of_64_simultaneous_reports_one_is_accepted_and_63_are_told_which() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let request = report(app.today(), [1; 14]);
    let sent = (0..64).map(|number| {
        let (client, request) = (clinic.client.clone(), request.clone());
        async move { client.submit_report(&format!("key-{number}"), &request).await }
    });
    let (accepted, refusals): (Vec<_>, Vec<_>) = join_all(sent).await.into_iter().partition(Result::is_ok);
    assert_eq!((accepted.len(), refusals.len()), (1, 63));
    let accepted = accepted.into_iter().next().expect("one").expect("accepted").value;
    for refusal in refusals {
        let (kind, problem) = refused(refusal);
        assert_eq!(kind, ProblemKind::AlreadyReported);
        assert_eq!(problem.existing.as_deref(), Some(&accepted));
    }
}

#[tokio::test]
async fn the_source_row_sums_to_10_117_and_is_asked_about() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let mut request = report(app.today(), SOURCE_ROW);
    request.total = Some(10_117);
    let dry_run = clinic.client.dry_run_report(&request).await.expect("a dry run");
    assert_eq!(dry_run.total, 10_117);
    let (kind, problem) = refused(clinic.client.submit_report("first", &request).await);
    assert_eq!(kind, ProblemKind::UnacknowledgedWarnings);
    assert_eq!(problem.warnings, dry_run.warnings);
    let very_high = &problem.warnings[0];
    assert_eq!((very_high.code, very_high.value), (WarningCode::BandVeryHigh, 10_000));
    assert_eq!(very_high.bands, [AgeBand::Age10To19]);
    request.acknowledged_warnings = problem.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(send(&clinic, "second", &request).await.total, 10_117);
}

#[tokio::test]
async fn a_total_that_is_not_the_sum_is_refused_with_its_pointer() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let mut request = report(app.today(), [1; 14]);
    request.total = Some(15);
    let (kind, problem) = refused(clinic.client.submit_report("key", &request).await);
    assert_eq!(kind, ProblemKind::InvalidRequest);
    assert_eq!((problem.violations[0].pointer.as_str(), problem.violations[0].rule), ("/total", Rule::TotalMismatch));
}

#[tokio::test]
async fn the_last_tenth_of_a_second_belongs_to_the_day_and_midnight_to_the_next() {
    let app = TestApp::new().await;
    let (early, late) = (app.institution().await, app.institution().await);
    let day = app.today();
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
    let sign_in_again = "2026-11-22T14:45:00Z";
    app.clock.set(at(sign_in_again));
    let (early, late) = (app.signed_in(&early.organization).await, app.signed_in(&late.organization).await);
    app.clock.set(at("2026-11-22T23:59:59.9+09:00"));
    assert_eq!(send(&early, "early", &report(day, [1; 14])).await.entry_day, day);
    app.clock.set(at("2026-11-23T00:00:00.0+09:00"));
    let (kind, problem) = refused(late.client.submit_report("late", &report(day, [1; 14])).await);
    assert_eq!((kind, problem.day), (ProblemKind::DayChanged, Some(day.plus(1))));
    assert_eq!(send(&late, "later", &report(day.plus(1), [1; 14])).await.entry_day, day.plus(1));
    assert_eq!(refused(late.client.dry_run_report(&report(day, [1; 14])).await).0, ProblemKind::DayChanged);
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer_even_after_midnight() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    app.clock.set("2026-11-22T23:59:50+09:00".parse().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    let request = report(app.today(), [1; 14]);
    let first = clinic.client.submit_report("the-key", &request).await.expect("accepted");
    app.clock.advance(TimeDelta::seconds(20));
    let again = clinic.client.submit_report("the-key", &request).await.expect("repeated");
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.value, again.value);
    let other = report(app.today(), [2; 14]);
    assert_eq!(refused(clinic.client.submit_report("the-key", &other).await).0, ProblemKind::KeyReused);
}

#[tokio::test]
async fn a_key_that_is_none_is_malformed() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for key in ["two words", &"k".repeat(256)] {
        let request = clinic.raw.request(Method::POST, "/api/v1/reports").header("Idempotency-Key", key);
        let answer = request.json(&report(app.today(), [1; 14])).send().await.expect("an answer");
        assert_eq!(problem(answer).await.0, ProblemKind::MalformedRequest);
    }
}

#[tokio::test]
async fn no_band_of_an_earlier_day_falls_below_zero() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let yesterday = app.today().minus(1);
    let mut request = report(app.today(), [0; 14]);
    request.adjustments = vec![adjustment(yesterday, AgeBand::Age5To9, -1)];
    let (kind, problem) = refused(clinic.client.submit_report("key", &request).await);
    assert_eq!(kind, ProblemKind::InvalidRequest);
    let violation = &problem.violations[0];
    assert_eq!((violation.pointer.as_str(), violation.rule), ("/adjustments/0/deltas/age_5_9", Rule::BelowZero));
}

#[tokio::test]
async fn a_center_reports_for_its_unit_and_says_through_what_it_was_told() {
    let app = TestApp::new().await;
    let (clinic, center, other) = (app.institution().await, app.center().await, app.other_center().await);
    let mut request = report(app.today(), [1; 14]);
    request.unit_id = Some(clinic.organization.id);
    let (_, problem) = refused(center.client.submit_report("no-channel", &request).await);
    assert_eq!((problem.violations[0].pointer.as_str(), problem.violations[0].rule), ("/channel", Rule::Required));
    request.channel = Some(Channel::Fax);
    assert_eq!(refused(other.client.submit_report("out-of-sight", &request).await).0, ProblemKind::NotFound);
    let report = send(&center, "fax", &request).await;
    assert_eq!((report.channel, report.by_proxy), (Channel::Fax, true));
    assert_eq!(report.entered_by.organization, center.organization);
    assert_eq!(clinic.client.report(report.id).await.expect("read"), report);
    request.channel = None;
    let (kind, problem) = refused(clinic.client.submit_report("own", &request).await);
    assert_eq!((kind, problem.existing.as_deref()), (ProblemKind::AlreadyReported, Some(&report)));
}

#[tokio::test]
async fn a_report_out_of_sight_and_one_that_does_not_exist_have_the_same_answer() {
    let app = TestApp::new().await;
    let (clinic, other) = (app.institution().await, app.other_center().await);
    let report = send(&clinic, "key", &report(app.today(), [1; 14])).await;
    for rest in ["", "/receipt"] {
        let mut bodies = Vec::new();
        for id in [report.id, uuid::Uuid::now_v7()] {
            let (kind, mut problem) = problem(other.raw.get(&format!("/api/v1/reports/{id}{rest}")).await).await;
            assert_eq!(kind, ProblemKind::NotFound);
            problem.instance = None;
            bodies.push(json!(problem).to_string());
        }
        assert_eq!(bodies[0], bodies[1]);
    }
}
