//! What a health center enters for its units: under yesterday until the morning, many at once, and supplements (rule R8).

use api::store::audit::{Verification, verify};
use api::store::rollup;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared::age_band::AgeBand;
use shared::coverage::UnitCoverageQuery;
use shared::day_statement::{StatementKind, StatementRequest};
use shared::draft::{DraftContent, DraftQuery, DraftRequest, UnitDraft};
use shared::history::{DayState, HistoryQuery};
use shared::organization::OrganizationKind;
use shared::report::{Channel, ReportRequest};
use shared::report_batch::ReportBatchRequest;
use shared::supplement::SupplementRequest;
use shared::{ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use crate::database::{execute, number};
use crate::harness::{SignedIn, TestApp};
use crate::reports::{adjustment, refused, report};

fn proxy(unit: Uuid, day: ReportingDay, counts: [u32; 14]) -> ReportRequest {
    let mut request = report(day, counts);
    (request.unit_id, request.channel) = (Some(unit), Some(Channel::Fax));
    request
}

fn supplement(unit: Uuid, day: ReportingDay, delta: i32) -> SupplementRequest {
    let adjustments = vec![adjustment(day.minus(1), AgeBand::ALL[4], delta)];
    SupplementRequest { unit_id: Some(unit), entry_day: day, adjustments, channel: Some(Channel::Fax) }
}

async fn state(center: &SignedIn, unit: Uuid, day: ReportingDay) -> DayState {
    let query = UnitCoverageQuery { day: Some(day), ..Default::default() };
    let list = center.client.unit_coverage(&query).await.expect("a list").items;
    list.iter().find(|one| one.unit_id == unit).expect("in sight").state
}

#[tokio::test]
async fn a_proxy_report_is_taken_under_yesterday_until_ten_and_nobody_elses_is() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let unit = clinic.organization.id;
    let yesterday = app.today();
    app.clock.set(yesterday.end() + TimeDelta::hours(10) - TimeDelta::microseconds(1));
    let center = app.center().await;
    let own = refused(
        app.signed_in(&clinic.organization).await.client.submit_report("own", &report(yesterday, [1; 14])).await,
    );
    assert_eq!((own.0, own.1.day), (ProblemKind::DayChanged, Some(yesterday.plus(1))), "a unit's own day is over");
    let of_center = refused(center.client.submit_report("own", &report(yesterday, [1; 14])).await);
    assert_eq!(of_center.0, ProblemKind::DayChanged, "so is the center's own");
    let before = refused(center.client.submit_report("before", &proxy(unit, yesterday.minus(1), [1; 14])).await);
    assert_eq!(before.0, ProblemKind::DayChanged);
    let wrong = ReportRequest { total: Some(1), ..proxy(unit, yesterday, [1; 14]) };
    assert_eq!(refused(center.client.submit_report("wrong", &wrong).await).0, ProblemKind::InvalidRequest);

    // The draft of the unit's present day stays.
    let draft = format!("/api/v1/drafts/{unit}/{}", app.today());
    let content = json!({ "base_version": 0, "content": { "cells": vec!["1"; 14] } });
    let own = app.signed_in(&clinic.organization).await;
    assert!(own.raw.request(Method::PUT, &draft).json(&content).send().await.expect("an answer").status().is_success());
    let tried = center.client.dry_run_report(&proxy(unit, yesterday, [1; 14])).await.expect("tried");
    assert_eq!(tried.entry_day, yesterday);
    let accepted =
        center.client.submit_report("in-time", &proxy(unit, yesterday, [1; 14])).await.expect("in time").value;
    assert_eq!((accepted.entry_day, accepted.by_proxy, accepted.arrived_at), (yesterday, true, app.clock.now()));
    assert_eq!(state(&center, unit, yesterday).await, DayState::Reported);
    assert_eq!(number(app.db(), "SELECT count(*) FROM draft").await, 1);

    let other = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    app.clock.set(yesterday.end() + TimeDelta::hours(10));
    let late = refused(center.client.submit_report("late", &proxy(other.id, yesterday, [1; 14])).await);
    assert_eq!((late.0, late.1.day), (ProblemKind::DayChanged, Some(yesterday.plus(1))));
    assert_eq!(rollup::check(&app.state.store).await.expect("checked"), []);
}

/// A draft made from nothing, with something in its first cell.
fn typed(first: &str) -> DraftRequest {
    let mut content = DraftContent::default();
    content.cells[0] = first.to_owned();
    DraftRequest { base_version: 0, content }
}

async fn drafts(by: &SignedIn, day: ReportingDay) -> Vec<UnitDraft> {
    by.client.drafts(&DraftQuery { day: Some(day), ..Default::default() }).await.expect("a list").items
}

#[tokio::test]
async fn a_center_finds_what_it_typed_for_its_units_of_today_and_yesterday_until_that_is_sent() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let unit = clinic.organization.id;
    let late = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await.id;
    let yesterday = app.today();
    clinic.client.put_draft(unit, yesterday, &typed("4")).await.expect("the clinic's own");
    app.clock.set(yesterday.end() + TimeDelta::hours(9));
    let (clinic, center) = (app.signed_in(&clinic.organization).await, app.center().await);
    let today = app.today();
    let own = refused(clinic.client.put_draft(unit, yesterday, &typed("5")).await);
    assert_eq!((own.0, own.1.day), (ProblemKind::DayChanged, Some(today)), "a unit's own day is over");
    let older = refused(center.client.put_draft(unit, yesterday.minus(1), &typed("5")).await);
    assert_eq!(older.0, ProblemKind::DayChanged);
    center.client.put_draft(late, yesterday, &typed("6")).await.expect("by proxy");
    center.client.put_draft(unit, today, &typed("7")).await.expect("by proxy");

    let found = drafts(&center, yesterday).await;
    let said: Vec<_> = found.iter().map(|one| (one.unit_id, one.by_proxy, &*one.draft.content.cells[0])).collect();
    let mut expected = [(unit, false, "4"), (late, true, "6")];
    expected.sort_unstable();
    assert_eq!(said, expected);
    assert_eq!(drafts(&clinic, today).await.len(), 1, "a clinic sees what is typed for it");
    assert_eq!(drafts(&app.other_center().await, yesterday).await, []);

    let mut page = DraftQuery { day: Some(yesterday), cursor: None, limit: Some(1) };
    let first = center.client.drafts(&page).await.expect("a page");
    page.cursor = first.next_cursor.as_deref().map(|cursor| cursor.parse().expect("an id"));
    let second = center.client.drafts(&page).await.expect("a page");
    assert_eq!((second.items, second.next_cursor), (vec![found[1].clone()], None));
    let tomorrow = DraftQuery { day: Some(today.plus(1)), ..Default::default() };
    assert_eq!(refused(center.client.drafts(&tomorrow).await).1.violations[0].rule, Rule::DayOutOfRange);

    // What is sent under a day ends the draft of that day only.
    center.client.submit_report("sent", &proxy(unit, yesterday, [1; 14])).await.expect("in time");
    assert_eq!((drafts(&center, yesterday).await.len(), drafts(&center, today).await.len()), (1, 1));
    app.clock.set(yesterday.end() + TimeDelta::hours(11));
    let center = app.center().await;
    center.client.send_supplement("found", &supplement(late, today, 3)).await.expect("accepted");
    assert_eq!((drafts(&center, yesterday).await.len(), drafts(&center, today).await.len()), (0, 1));

    // A statement of a day that is over ends its draft, too; one of today leaves what was typed.
    let silent = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await.id;
    center.client.put_draft(silent, yesterday, &typed("0")).await.expect("by proxy");
    for (key, unit_id, day) in [("late", silent, yesterday), ("today", unit, today)] {
        let kind = StatementKind::NoPatients;
        let request = StatementRequest { unit_id: Some(unit_id), day, kind, channel: Some(Channel::Fax) };
        center.client.state_day(key, &request).await.expect("stated");
    }
    assert_eq!((drafts(&center, yesterday).await.len(), drafts(&center, today).await.len()), (0, 1));
}

#[tokio::test]
async fn a_policy_may_leave_no_time_for_yesterday() {
    let app = TestApp::new().await;
    let unit = app.institution().await.organization.id;
    let yesterday = app.today();
    let sql = "INSERT INTO correction_policy (organization_id, valid_from, correction, authority, \
               authority_correction_days, proxy_until_minute, deadline_minute) VALUES (?, ?, 'final', 'prefecture', 0, NULL, 0)";
    let values = vec![app.prefecture.id.into(), yesterday.minus(1).0.into()];
    assert_eq!(execute(app.db(), sql, values).await.expect("set"), 1);
    app.clock.set(yesterday.end());
    let center = app.center().await;
    let late = refused(center.client.submit_report("late", &proxy(unit, yesterday, [1; 14])).await);
    assert_eq!(late.0, ProblemKind::DayChanged);
}

#[tokio::test]
async fn each_report_of_a_batch_is_stored_or_refused_alone_and_repeating_it_stores_nothing_twice() {
    let app = TestApp::new().await;
    let (clinic, center, today) = (app.institution().await, app.center().await, app.today());
    let mut units = Vec::new();
    for _ in 0..4 {
        units.push(app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await.id);
    }
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await.id;
    clinic.client.submit_report("own", &report(today, [2; 14])).await.expect("accepted");
    let mut reports: Vec<_> = units.iter().map(|unit| proxy(*unit, today, [1; 14])).collect();
    reports[1].total = Some(7);
    reports[2].counts = shared::BandCounts::new([2_000; 14]).expect("in range");
    reports.push(proxy(clinic.organization.id, today, [1; 14]));
    reports.push(proxy(elsewhere, today, [1; 14]));
    reports.push(proxy(units[0], today, [3; 14]));
    let batch = ReportBatchRequest { reports };
    let sent = center.client.submit_reports("batch", &batch).await.expect("judged");
    let kinds: Vec<_> =
        sent.results.iter().map(|one| one.refusal.as_ref().and_then(|problem| problem.kind())).collect();
    let expected = [
        None,
        Some(ProblemKind::InvalidRequest),
        Some(ProblemKind::UnacknowledgedWarnings),
        None,
        Some(ProblemKind::AlreadyReported),
        Some(ProblemKind::NotFound),
        Some(ProblemKind::AlreadyReported),
    ];
    assert_eq!(kinds, expected);
    let clash =
        sent.results[4].refusal.as_ref().and_then(|problem| problem.existing.as_ref()).expect("the other report");
    assert_eq!((clash.by_proxy, clash.entered_by.organization.id), (false, clinic.organization.id));
    assert!(sent.results[0].report.as_ref().is_some_and(|report| report.by_proxy && report.total == 14));

    app.clock.advance(TimeDelta::minutes(1));
    let again = center.client.submit_reports("batch", &batch).await.expect("judged");
    assert_eq!(again, sent, "what was accepted is answered again, what was refused is refused again");
    let mut other = batch.clone();
    other.reports.pop();
    assert_eq!(refused(center.client.submit_reports("batch", &other).await).0, ProblemKind::KeyReused);
    assert_eq!(number(app.db(), "SELECT count(*) FROM submission").await, 3);
    for reports in [Vec::new(), vec![proxy(units[0], today, [1; 14]); 201]] {
        let size = refused(center.client.submit_reports("size", &ReportBatchRequest { reports }).await);
        assert_eq!((size.0, size.1.violations[0].rule), (ProblemKind::InvalidRequest, Rule::OutOfRange));
    }
}

#[tokio::test]
async fn supplements_come_any_number_a_day_beside_the_report_and_make_a_silent_day_late() {
    let app = TestApp::new().await;
    let unit = app.institution().await.organization.id;
    let yesterday = app.today();
    app.clock.advance(TimeDelta::days(1));
    let (center, today) = (app.center().await, app.today());
    let first = center.client.send_supplement("1", &supplement(unit, today, 3)).await.expect("accepted");
    assert_eq!((first.unit.id, first.channel, first.entry_day), (unit, Channel::Fax, today));
    assert_eq!(center.client.send_supplement("1", &supplement(unit, today, 3)).await.expect("again"), first);
    let second = center.client.send_supplement("2", &supplement(unit, today, -2)).await.expect("accepted");
    assert_ne!(first.receipt_number, second.receipt_number);
    let third =
        center.client.submit_report("own", &proxy(unit, today, [1; 14])).await.expect("the report of the day").value;
    assert_ne!(third.receipt.number, second.receipt_number);
    assert_eq!(state(&center, unit, yesterday).await, DayState::Late);

    let (kind, told) = refused(center.client.send_supplement("3", &supplement(unit, today, -2)).await);
    assert_eq!((kind, told.violations[0].rule), (ProblemKind::InvalidRequest, Rule::BelowZero));
    assert_eq!(told.violations[0].pointer, format!("/adjustments/0/deltas/{}", AgeBand::ALL[4]));
    let (kind, told) = refused(center.client.send_supplement("4", &supplement(unit, yesterday, 1)).await);
    assert_eq!((kind, told.day), (ProblemKind::DayChanged, Some(today)));
    let reused = refused(center.client.send_supplement("1", &supplement(unit, today, 4)).await);
    assert_eq!(reused.0, ProblemKind::KeyReused);

    let query = HistoryQuery { unit_id: Some(unit), days: Some(2), ..HistoryQuery::default() };
    let history = center.client.history(&query).await.expect("a history").items;
    assert_eq!(history[1].deltas_received.as_array()[4], 1, "the unit sees it in its history");
    assert_eq!(rollup::check(&app.state.store).await.expect("checked"), []);
    let verified = verify(&app.state.store).await.expect("verified");
    assert!(matches!(verified, Verification::Intact { .. }), "{verified:?}");
}

#[tokio::test]
async fn supplements_are_a_centers_and_of_its_units() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (center, other, today) = (app.center().await, app.other_center().await, app.today());
    let own = SupplementRequest { unit_id: None, channel: None, ..supplement(center.organization.id, today, 2) };
    assert_eq!(center.client.send_supplement("own", &own).await.expect("accepted").channel, Channel::Web);
    let unit = clinic.organization.id;
    assert_eq!(refused(other.client.send_supplement("1", &supplement(unit, today, 2)).await).0, ProblemKind::NotFound);
    let by_clinic = SupplementRequest { channel: None, ..supplement(unit, today, 2) };
    assert_eq!(refused(clinic.client.send_supplement("1", &by_clinic).await).0, ProblemKind::Forbidden);
    let by_prefecture = app.prefecture().await.client.send_supplement("1", &supplement(unit, today, 2)).await;
    assert_eq!(refused(by_prefecture).0, ProblemKind::Forbidden);
    let body: Value = json!({ "unit_id": unit, "entry_day": today, "adjustments": [], "channel": "fax" });
    let empty = crate::harness::problem(center.raw.post("/api/v1/supplements", &body).await).await;
    assert_eq!(empty.1.violations[0].pointer, "/adjustments");
}
