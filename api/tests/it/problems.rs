//! Every kind of problem can be had over HTTP, and each has its one shape.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use shared::age_band::AgeBand;
use shared::report::Channel;
use shared::supplement::SupplementRequest;
use shared::{ProblemKind, Rule};

use crate::corrections::{allow, correction};
use crate::harness::{PASSWORD, TestApp, problem};
use crate::reports::{adjustment, refused, report};

/// Where each kind is produced over HTTP by a test.
const PRODUCED: [(ProblemKind, &str, &str); 35] = [
    (ProblemKind::MalformedRequest, "problems.rs", "what_cannot_be_read_is_a_malformed_request"),
    (ProblemKind::SignInRequired, "csrf.rs", "who_is_not_signed_in_learns_nothing_about_the_body"),
    (ProblemKind::InvalidToken, "tokens_forged.rs", "an_access_token_that_is_not_ours_or_not_for_us_is_refused"),
    (ProblemKind::ApiClientConflict, "api_clients.rs", "a_client_has_two_keys_at_the_most_and_each_once"),
    (ProblemKind::SignInFailed, "auth.rs", "every_failure_has_the_same_answer"),
    (ProblemKind::CrossOrigin, "csrf.rs", "a_request_without_our_origin_or_our_header_changes_nothing"),
    (ProblemKind::SignInUnfinished, "auth.rs", "the_first_password_must_be_changed_before_anything_else"),
    (ProblemKind::StepUpRequired, "own_security.rs", "what_is_sensitive_asks_for_the_second_factor_again"),
    (ProblemKind::LastSecondFactor, "own_security.rs", "a_second_factor_is_removed_but_not_the_last"),
    (ProblemKind::NotFound, "problems.rs", "an_unknown_path_is_not_found_and_a_wrong_method_names_the_right_ones"),
    (
        ProblemKind::MethodNotAllowed,
        "problems.rs",
        "an_unknown_path_is_not_found_and_a_wrong_method_names_the_right_ones",
    ),
    (ProblemKind::RequestTimeout, "slowness.rs", "a_body_that_does_not_come_is_given_up_with_a_problem"),
    (ProblemKind::BodyTooLarge, "limits.rs", "a_body_over_16_kib_is_refused_stated_or_not"),
    (ProblemKind::UnsupportedMediaType, "csrf.rs", "a_form_cannot_sign_anybody_in"),
    (ProblemKind::InvalidRequest, "problems.rs", "a_body_that_breaks_a_rule_is_answered_with_a_pointer"),
    (ProblemKind::TooManyRequests, "limits.rs", "sign_ins_are_limited_by_address"),
    (ProblemKind::InternalError, "problems.rs", "a_fault_of_ours_tells_nothing_but_its_id"),
    (ProblemKind::CodesUnavailable, "codes.rs", "a_gateway_that_is_down_is_said_at_once_and_other_ways_work"),
    (ProblemKind::Busy, "limits.rs", "more_requests_at_once_than_the_limit_are_answered_busy_but_health_is_not"),
    (ProblemKind::Forbidden, "problems.rs", "who_sees_a_unit_but_may_not_report_for_it_is_told_so"),
    (ProblemKind::DraftChanged, "problems.rs", "a_draft_made_from_an_older_version_is_refused"),
    (ProblemKind::StatementConflict, "problems.rs", "a_day_that_has_a_report_is_not_closed"),
    (ProblemKind::ArrivalConflict, "arrivals.rs", "a_batch_closes_when_what_was_received_is_entered_or_rejected"),
    (ProblemKind::ArrivalsOpen, "arrivals.rs", "a_batch_closes_when_what_was_received_is_entered_or_rejected"),
    (ProblemKind::ClockSuspect, "problems.rs", "a_clock_that_went_back_stops_reports_and_says_so"),
    (ProblemKind::AlreadyReported, "reports.rs", "of_64_simultaneous_reports_one_is_accepted_and_63_are_told_which"),
    (ProblemKind::UnacknowledgedWarnings, "reports.rs", "the_source_row_sums_to_10_117_and_is_asked_about"),
    (ProblemKind::DayChanged, "reports.rs", "the_last_tenth_of_a_second_belongs_to_the_day_and_midnight_to_the_next"),
    (ProblemKind::AccountDisabled, "accounts.rs", "a_disabled_account_is_out_at_once_and_gets_no_slip"),
    (ProblemKind::CodeTaken, "register.rs", "a_code_belongs_to_one_institution"),
    (ProblemKind::DoubtfulCode, "register.rs", "a_doubtful_code_is_taken_when_somebody_says_so"),
    (ProblemKind::ReportFinal, "corrections.rs", "a_report_is_final_where_nobody_has_set_a_policy"),
    (ProblemKind::ReportChanged, "corrections.rs", "of_16_simultaneous_corrections_one_is_made"),
    (ProblemKind::PreconditionRequired, "corrections.rs", "a_correction_says_which_revision_it_follows"),
    (ProblemKind::KeyReused, "reports.rs", "a_repetition_gets_the_first_answer_even_after_midnight"),
];

#[tokio::test]
async fn what_cannot_be_read_is_a_malformed_request() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for body in ["", "{", "[1,", "{}{}", "\u{0}"] {
        let request = browser.request(Method::POST, "/api/v1/auth/sign-in").header("Content-Type", "application/json");
        let answer = request.body(body).send().await.expect("an answer");
        assert_eq!(problem(answer).await.0, ProblemKind::MalformedRequest, "{body}");
    }
    let clinic = app.institution().await;
    let unit = clinic.organization.id;
    let draft = format!("/drafts/{unit}/today");
    for (path, named) in [
        ("/reports/1", ""),
        ("/organizations/x", ""),
        (draft.as_str(), ""),
        ("/history?days=x", "days: "),
        ("/history?day=7", "`day`"),
    ] {
        let method = if path.starts_with("/drafts") { Method::DELETE } else { Method::GET };
        let answer = clinic.raw.request(method, &format!("/api/v1{path}")).send().await.expect("an answer");
        let (kind, problem) = problem(answer).await;
        assert_eq!(kind, ProblemKind::MalformedRequest, "{path}");
        assert!(problem.detail.is_some_and(|detail| detail.contains(named)), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_a_rule_is_answered_with_a_pointer() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for (body, pointer, rule) in [
        (json!({ "login_id": "a" }), "/password", Rule::Required),
        (json!({ "login_id": "a", "password": 1 }), "/password", Rule::Malformed),
        (json!({ "login_id": "a", "password": "b", "role": "ministry" }), "/role", Rule::UnknownField),
        (json!([]), "", Rule::Malformed),
    ] {
        let (kind, problem) = problem(browser.post("/api/v1/auth/sign-in", &body).await).await;
        assert_eq!(kind, ProblemKind::InvalidRequest, "{body}");
        let violation = &problem.violations[0];
        assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule), "{body}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_not_found_and_a_wrong_method_names_the_right_ones() {
    let app = TestApp::new().await;
    let browser = app.browser();
    assert_eq!(problem(browser.get("/api/v1/nowhere").await).await.0, ProblemKind::NotFound);
    let posted = browser.bare(Method::POST, "/nowhere").send().await.expect("an answer");
    assert_eq!(problem(posted).await.0, ProblemKind::NotFound);
    for method in ["DELETE", "PUT", "TRACE", "FOO", "OPTIONS"] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = browser.bare(method.clone(), "/api/v1/auth/session").send().await.expect("an answer");
        let allow = answer.headers().get("allow").map(|allow| allow.to_str().expect("text"));
        assert_eq!(allow, Some("GET, HEAD"), "{method}");
        assert_eq!(problem(answer).await.0, ProblemKind::MethodNotAllowed, "{method}");
    }
}

#[tokio::test]
async fn a_fault_of_ours_tells_nothing_but_its_id() {
    let app = TestApp::new().await;
    let (account, login_id) = app.account(&app.centers[0], false).await;
    let browser = app.browser();
    let body = json!({ "login_id": login_id, "password": PASSWORD });
    assert_eq!(browser.post("/api/v1/auth/sign-in", &body).await.status(), 200);
    // The seed of its authenticator app, sealed under a key that nobody has any more.
    let sql = "UPDATE second_factor SET key_id = 'lost' WHERE account_id = ?";
    assert_eq!(crate::database::execute(app.db(), sql, vec![account.into()]).await.expect("damaged"), 1);
    let body = json!({ "method": "totp", "code": "123456" });
    let (kind, problem) = problem(browser.post("/api/v1/auth/second-factor", &body).await).await;
    assert_eq!((kind, problem.detail), (ProblemKind::InternalError, None));
}

#[tokio::test]
async fn who_sees_a_unit_but_may_not_report_for_it_is_told_so() {
    let app = TestApp::new().await;
    let (clinic, prefecture) = (app.institution().await, app.prefecture().await);
    let mut request = report(app.today(), [1; 14]);
    request.unit_id = Some(clinic.organization.id);
    assert_eq!(refused(prefecture.client.submit_report("key", &request).await).0, ProblemKind::Forbidden);
}

#[tokio::test]
async fn a_draft_made_from_an_older_version_is_refused() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let path = format!("/api/v1/drafts/{}/{}", clinic.organization.id, app.today());
    let body = json!({ "base_version": 0, "content": { "cells": vec![""; 14] } });
    let put = || clinic.raw.request(Method::PUT, &path).json(&body).send();
    assert_eq!(put().await.expect("an answer").status(), 200);
    assert_eq!(problem(put().await.expect("an answer")).await.0, ProblemKind::DraftChanged);
}

#[tokio::test]
async fn a_day_that_has_a_report_is_not_closed() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    clinic.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted");
    let body = json!({ "day": app.today(), "kind": "closed" });
    let answer = clinic.raw.post("/api/v1/day-statements", &body).await;
    assert_eq!(problem(answer).await.0, ProblemKind::StatementConflict);
}

#[tokio::test]
async fn a_clock_that_went_back_stops_reports_and_says_so() {
    let app = TestApp::new().await;
    let (one, other) = (app.institution().await, app.institution().await);
    let center = app.center().await;
    allow(&app, "prefecture", 14).await;
    let sent = one.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted");
    app.clock.advance(-TimeDelta::minutes(6));
    let (kind, problem) = refused(other.client.submit_report("key", &report(app.today(), [1; 14])).await);
    assert_eq!((kind, problem.retry_after), (ProblemKind::ClockSuspect, Some(60)));
    // Nor is anything else judged by its day.
    let sent = sent.value;
    let correction = one.client.correct_report((sent.id, sent.revision), "c", &correction([2; 14])).await;
    assert_eq!(refused(correction).0, ProblemKind::ClockSuspect);
    let statement = json!({ "day": app.today(), "kind": "closed" });
    let answer = other.raw.post("/api/v1/day-statements", &statement).await;
    assert_eq!(self::problem(answer).await.0, ProblemKind::ClockSuspect);
    let supplement = SupplementRequest {
        unit_id: Some(one.organization.id),
        entry_day: app.today(),
        adjustments: vec![adjustment(app.today().minus(1), AgeBand::ALL[4], 1)],
        channel: Some(Channel::Fax),
    };
    let supplement = center.client.send_supplement("s", &supplement).await;
    assert_eq!(refused(supplement).0, ProblemKind::ClockSuspect);
    app.clock.advance(TimeDelta::minutes(6));
    other.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted");
}

#[test]
fn every_kind_has_a_test_that_produces_it() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for &kind in ProblemKind::ALL {
        let mut tests = PRODUCED.iter().filter(|(produced, ..)| *produced == kind);
        let (_, file, test) = tests.next().unwrap_or_else(|| panic!("no test produces {}", kind.slug()));
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}()")), "{file} has no {test}, which should produce {}", kind.slug());
    }
}
