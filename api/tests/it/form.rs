//! What the form reads and keeps: the reporting day, drafts, histories, statements, the register.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::age_band::AgeBand;
use shared::day_statement::{StatementKind, StatementRequest};
use shared::draft::{DraftContent, DraftRequest};
use shared::history::{DayState, HistoryQuery};
use shared::organization::OrganizationQuery;
use shared::report::Channel;
use shared::reporting_day::UnitQuery;
use shared::{ProblemKind, Rule};

use crate::harness::{TestApp, problem};
use crate::reports::{adjustment, refused, report};

fn draft(base_version: u32, first: &str) -> DraftRequest {
    let mut content = DraftContent::default();
    content.cells[0] = first.to_owned();
    DraftRequest { base_version, content }
}

fn of(unit_id: uuid::Uuid) -> HistoryQuery {
    HistoryQuery { unit_id: Some(unit_id), ..Default::default() }
}

#[tokio::test]
async fn one_request_opens_the_form_with_draft_week_and_profile() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (unit, today) = (clinic.organization.id, app.today());
    clinic.client.put_draft(unit, today, &draft(0, "１２")).await.expect("saved");
    let view = clinic.client.reporting_day(&UnitQuery::default()).await.expect("the form");
    assert_eq!((view.day, view.now, view.unit.id), (today, app.clock.now(), unit));
    assert_eq!((view.state, view.recent.len()), (DayState::Missing, 7));
    assert_eq!(view.draft.expect("a draft").content.cells[0], "１２");
    assert!(view.allowed.report && view.allowed.statement);
    assert_eq!(view.center_name.as_deref(), Some(app.centers[0].name.as_str()));
    let accepted = clinic.client.submit_report("key", &report(today, [1; 14])).await.expect("accepted").value;
    let view = clinic.client.reporting_day(&UnitQuery::default()).await.expect("the form");
    assert_eq!((view.state, view.report.as_deref()), (DayState::Reported, Some(&accepted)));
    assert_eq!((view.draft, view.profile.reports.len()), (None, 1));
    assert!(!view.allowed.report && !view.allowed.statement);
}

#[tokio::test]
async fn a_draft_made_from_an_older_version_is_refused_and_one_of_another_day_too() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (unit, today) = (clinic.organization.id, app.today());
    assert_eq!(clinic.client.put_draft(unit, today, &draft(0, "1")).await.expect("saved").version, 1);
    assert_eq!(clinic.client.put_draft(unit, today, &draft(1, "2")).await.expect("saved").version, 2);
    let stale = clinic.client.put_draft(unit, today, &draft(1, "3")).await;
    assert_eq!(refused(stale).0, ProblemKind::DraftChanged);
    let (kind, problem) = refused(clinic.client.put_draft(unit, today.minus(1), &draft(0, "1")).await);
    assert_eq!((kind, problem.day), (ProblemKind::DayChanged, Some(today)));
    let long = clinic.client.put_draft(unit, today, &draft(2, &"1".repeat(41))).await;
    assert_eq!(refused(long).1.violations[0].rule, Rule::TooLong);
    clinic.client.delete_draft(unit, today).await.expect("thrown away");
    clinic.client.delete_draft(unit, today).await.expect("thrown away again");
    clinic.client.submit_report("key", &report(today, [1; 14])).await.expect("accepted");
    let late = clinic.client.put_draft(unit, today, &draft(0, "1")).await;
    assert_eq!(refused(late).0, ProblemKind::AlreadyReported);
}

#[tokio::test]
async fn a_history_tells_what_was_reported_and_what_changed_later() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let yesterday = app.today();
    clinic.client.submit_report("first", &report(yesterday, [2; 14])).await.expect("accepted");
    app.clock.advance(TimeDelta::days(1));
    let clinic = app.signed_in(&clinic.organization).await;
    let mut second = report(app.today(), [0; 14]);
    second.adjustments = vec![adjustment(yesterday, AgeBand::Age0, -2)];
    let second = clinic.client.submit_report("second", &second).await.expect("accepted").value;
    let history = clinic.client.history(&of(clinic.organization.id)).await.expect("a history");
    assert_eq!((history.items.len(), history.as_of), (7, second.receipt.accepted_at));
    let (today, before) = (&history.items[0], &history.items[1]);
    assert_eq!((today.state, today.total, today.adjusted_total), (DayState::Zero, Some(0), Some(0)));
    assert_eq!((today.adjustments_sent[0].target_day, today.receipt_id), (yesterday, Some(second.id)));
    assert_eq!((before.state, before.total, before.adjusted_total), (DayState::Reported, Some(28), Some(26)));
    assert_eq!(before.deltas_received.get(AgeBand::Age0), -2);
    let center = app.center().await;
    assert_eq!(center.client.history(&of(clinic.organization.id)).await.expect("a history"), history);
}

#[tokio::test]
async fn a_history_comes_as_a_file_with_a_fixed_name() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for (query, media) in [
        ("format=csv", "text/csv; charset=utf-8; header=present"),
        ("format=csv&charset=cp932", "text/csv; charset=windows-31j; header=present"),
    ] {
        let answer = clinic.raw.get(&format!("/api/v1/history?{query}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], media);
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"history.csv\"");
        assert_eq!(answer.headers()["x-replaced-characters"], "0");
    }
    let refusal = problem(clinic.raw.get("/api/v1/history?days=93").await).await.1;
    assert_eq!(refusal.violations[0].pointer, "?days");
}

#[tokio::test]
async fn a_day_is_stated_closed_once_and_withdrawn_until_it_ends() {
    let app = TestApp::new().await;
    let (clinic, center, other) = (app.institution().await, app.center().await, app.other_center().await);
    let unit_id = Some(clinic.organization.id);
    let mut request = StatementRequest { unit_id, day: app.today(), kind: StatementKind::Closed, channel: None };
    let refusal = refused(center.client.state_day("no-channel", &request).await).1;
    assert_eq!((refusal.violations[0].pointer.as_str(), refusal.violations[0].rule), ("/channel", Rule::Required));
    request.channel = Some(Channel::Telephone);
    assert_eq!(refused(other.client.state_day("elsewhere", &request).await).0, ProblemKind::NotFound);
    let made = center.client.state_day("key", &request).await.expect("made");
    assert_eq!(center.client.state_day("key", &request).await.expect("repeated"), made);
    assert_eq!(refused(center.client.state_day("again", &request).await).0, ProblemKind::StatementConflict);
    let listed = clinic.client.day_statements(&HistoryQuery::default()).await.expect("listed");
    assert_eq!(listed.items, std::slice::from_ref(&made));
    assert_eq!(refused(other.client.withdraw_statement(made.id).await).0, ProblemKind::NotFound);
    clinic.client.withdraw_statement(made.id).await.expect("withdrawn");
    assert_eq!(refused(clinic.client.withdraw_statement(made.id).await).0, ProblemKind::NotFound);
    let made = center.client.state_day("once-more", &request).await.expect("made");
    app.clock.advance(TimeDelta::days(1));
    let clinic = app.signed_in(&clinic.organization).await;
    assert_eq!(refused(clinic.client.withdraw_statement(made.id).await).0, ProblemKind::StatementConflict);
}

#[tokio::test]
async fn the_register_shows_a_jurisdiction_and_nothing_beside_it() {
    let app = TestApp::new().await;
    let (clinic, center, other) = (app.institution().await, app.center().await, app.other_center().await);
    let all = OrganizationQuery::default();
    let ids = |page: shared::organization::Page<shared::organization::Organization>| {
        page.items.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(clinic.client.organizations(&all).await.expect("a page")), [clinic.organization.id]);
    assert_eq!(center.client.organizations(&all).await.expect("a page").items.len(), 2);
    assert_eq!(ids(other.client.organizations(&all).await.expect("a page")), [other.organization.id]);
    let found = center.client.organization(clinic.organization.id).await.expect("found");
    assert_eq!(found.organization.parent.map(|parent| parent.id), Some(center.organization.id));
    assert_eq!(refused(other.client.organization(clinic.organization.id).await).0, ProblemKind::NotFound);
    let unknown = clinic.raw.request(Method::GET, "/api/v1/organizations?cursor=e30").json(&json!(null));
    let refusal = problem(unknown.send().await.expect("an answer")).await.1;
    assert_eq!(refusal.violations[0].pointer, "?cursor");
}
