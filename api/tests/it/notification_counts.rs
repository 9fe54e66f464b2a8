//! How many patients were notified one by one: a report that says fewer is asked about, or flagged the same day.

use api::store::audit::{Verification, verify};
use chrono::TimeDelta;
use migrations::names::APPEND_ONLY;
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use shared::age_band::AgeBand;
use shared::coverage::CoverageQuery;
use shared::day_statement::{StatementKind, StatementRequest};
use shared::notification_count::{
    CountSource, NotificationCount, NotificationCountQuery, NotificationCountRow, NotificationCountsRequest,
};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::plausibility::FROM_65;
use shared::report::{Channel, ReportRequest, Warning, WarningCode};
use shared::report_batch::ReportBatchRequest;
use shared::reporting_day::UnitQuery;
use shared::{ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use crate::corrections::{allow, correction};
use crate::database::number;
use crate::harness::{SignedIn, TestApp};
use crate::reports::{adjustment, refused, report};

/// Three patients, of whom one is in the seventies.
fn three() -> [u32; 14] {
    let mut counts = [0; 14];
    counts[AgeBand::Age20To29.index()] = 2;
    counts[AgeBand::Age70To79.index()] = 1;
    counts
}

/// Lets a unit report for five days, so that there is something usual about it.
async fn settled(app: &TestApp) -> OrganizationRef {
    let unit = app.institution().await.organization;
    for day in 0..5 {
        let mut counts = three();
        counts[0] = day % 2;
        let clinic = app.signed_in(&unit).await;
        clinic.client.submit_report(&Uuid::now_v7().to_string(), &report(app.today(), counts)).await.expect("accepted");
        app.clock.advance(TimeDelta::days(1));
    }
    unit
}

fn row(unit: &OrganizationRef, day: ReportingDay, count: u32) -> NotificationCountRow {
    NotificationCountRow { unit_id: unit.id, day, count }
}

fn request(counts: Vec<NotificationCountRow>) -> NotificationCountsRequest {
    NotificationCountsRequest { source: CountSource::Typed, counts }
}

async fn enter(center: &SignedIn, counts: Vec<NotificationCountRow>) {
    let key = Uuid::now_v7().to_string();
    let done = center.client.enter_notification_counts(&key, &request(counts)).await.expect("entered");
    assert!(done.results.iter().all(|result| result.refusal.is_none()), "{done:?}");
}

async fn listed(by: &SignedIn, day: ReportingDay) -> Vec<NotificationCount> {
    let query = NotificationCountQuery { day: Some(day), ..Default::default() };
    by.client.notification_counts(&query).await.expect("a list").items
}

async fn only(by: &SignedIn, day: ReportingDay) -> NotificationCount {
    let mut items = listed(by, day).await;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

/// How many units of each area have said fewer, as coverage says.
async fn fewer(by: &SignedIn, day: ReportingDay) -> Vec<u32> {
    let view = by.client.coverage(&CoverageQuery { day: Some(day) }).await.expect("coverage");
    view.items.iter().map(|area| area.below_notifications).collect()
}

#[tokio::test]
async fn a_report_of_fewer_than_were_notified_is_asked_about_before_it_is_sent() {
    let app = TestApp::new().await;
    let unit = settled(&app).await;
    let (clinic, center, today) = (app.signed_in(&unit).await, app.center().await, app.today());
    enter(&center, vec![row(&unit, today, 2), row(&unit, today.minus(1), 9)]).await;

    let opened = clinic.client.reporting_day(&UnitQuery::default()).await.expect("the form");
    assert_eq!(opened.profile.notified_65_plus, Some(2));
    let warning = Warning { code: WarningCode::BelowNotifications, bands: FROM_65.to_vec(), value: 1, usual: Some(2) };
    let fewer_than = report(today, three());
    let tried = clinic.client.dry_run_report(&fewer_than).await.expect("tried");
    assert_eq!(tried.warnings, std::slice::from_ref(&warning));
    let (kind, problem) = refused(clinic.client.submit_report("asked", &fewer_than).await);
    assert_eq!((kind, problem.warnings), (ProblemKind::UnacknowledgedWarnings, vec![warning]));
    assert_eq!(only(&center, today).await.reported_65_plus, None, "nothing was stored");
    assert!(!only(&center, today).await.is_below, "who hasn't reported is missing, not below");

    let agreed = ReportRequest { acknowledged_warnings: vec![WarningCode::BelowNotifications], ..fewer_than };
    let sent = clinic.client.submit_report("agreed", &agreed).await.expect("accepted").value;
    assert_eq!(sent.acknowledged_warnings, [WarningCode::BelowNotifications]);
    let read = clinic.client.report(sent.id).await.expect("read");
    assert_eq!(read.acknowledged_warnings, [WarningCode::BelowNotifications], "kept with the report");
    let flagged = only(&center, today).await;
    assert_eq!((flagged.is_below, flagged.reported_65_plus, flagged.report_id), (true, Some(1), Some(sent.id)));
}

#[tokio::test]
async fn reports_of_two_days_sent_together_are_each_compared_with_their_own_day() {
    let app = TestApp::new().await;
    let unit = settled(&app).await;
    let day = app.today();
    enter(&app.center().await, vec![row(&unit, day, 2)]).await;
    app.clock.set(day.end() + TimeDelta::hours(8));
    let center = app.center().await;
    enter(&center, vec![row(&unit, day.plus(1), 1)]).await;
    let proxy = |day| ReportRequest { unit_id: Some(unit.id), channel: Some(Channel::Fax), ..report(day, three()) };
    let both = ReportBatchRequest { reports: vec![proxy(day), proxy(day.plus(1))] };
    let results = center.client.submit_reports("both", &both).await.expect("an outcome").results;
    let refusal = results[0].refusal.as_ref().expect("fewer than yesterday's two");
    assert_eq!(refusal.kind(), Some(ProblemKind::UnacknowledgedWarnings));
    assert!(results[1].report.is_some(), "as many as today's one: {:?}", results[1].refusal);
}

#[tokio::test]
async fn as_many_as_were_notified_are_not_asked_about_and_a_late_proxy_report_is_compared_with_its_own_day() {
    let app = TestApp::new().await;
    let unit = settled(&app).await;
    let (center, day) = (app.center().await, app.today());
    enter(&center, vec![row(&unit, day, 2)]).await;
    app.clock.set(day.end() + TimeDelta::hours(8));
    let center = app.center().await;
    enter(&center, vec![row(&unit, day.plus(1), 1)]).await;
    let proxy = ReportRequest { unit_id: Some(unit.id), channel: Some(Channel::Fax), ..report(day, three()) };
    let tried = center.client.dry_run_report(&proxy).await.expect("tried");
    let codes: Vec<_> = tried.warnings.iter().map(|warning| (warning.code, warning.usual)).collect();
    assert_eq!(codes, [(WarningCode::BelowNotifications, Some(2))]);
    assert_eq!(
        refused(center.client.submit_report("late", &proxy).await).0,
        ProblemKind::UnacknowledgedWarnings,
        "yesterday's count, not today's"
    );
    let clinic = app.signed_in(&unit).await;
    let mut counts = three();
    counts[1] = 1;
    clinic.client.submit_report("enough", &report(day.plus(1), counts)).await.expect("one of one is not asked about");
    assert!(!only(&center, day.plus(1)).await.is_below);
}

#[tokio::test]
async fn a_report_that_was_sent_before_is_flagged_when_the_count_comes_until_it_is_replaced() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 3).await;
    let (clinic, other) = (app.institution().await, app.institution().await);
    let (center, prefecture, today) = (app.center().await, app.prefecture().await, app.today());
    let sent = clinic.client.submit_report("first", &report(today, three())).await.expect("accepted").value;
    other.client.submit_report("other", &report(today, three())).await.expect("accepted");
    assert_eq!(fewer(&center, today).await, [0]);
    enter(&center, vec![row(&other.organization, today, 1), row(&clinic.organization, today, 3)]).await;

    let list = listed(&center, today).await;
    let facts: Vec<_> = list.iter().map(|one| (one.unit_id, one.count, one.reported_65_plus, one.is_below)).collect();
    let expected = [(clinic.organization.id, 3, Some(1), true), (other.organization.id, 1, Some(1), false)];
    assert_eq!(facts, expected, "those first that have said fewer");
    assert_eq!((list[0].report_id, list[0].area.id), (Some(sent.id), app.centers[0].id));
    let below = |below| NotificationCountQuery { below: Some(below), ..Default::default() };
    for (asked, id) in [(true, clinic.organization.id), (false, other.organization.id)] {
        let items = center.client.notification_counts(&below(asked)).await.expect("a list").items;
        assert_eq!(items.iter().map(|one| one.unit_id).collect::<Vec<_>>(), [id]);
    }
    assert_eq!(fewer(&center, today).await, [1]);
    assert_eq!(fewer(&prefecture, today).await, [1, 0]);
    assert_eq!(fewer(&app.ministry().await, today).await, [1, 0]);

    let mut counts = three();
    counts[AgeBand::Age90Plus.index()] = 2;
    let replaced = clinic.client.correct_report((sent.id, 1), "replaced", &correction(counts)).await.expect("replaced");
    let now = &listed(&center, today).await;
    let of_clinic = now.iter().find(|one| one.unit_id == clinic.organization.id).expect("listed");
    assert_eq!((of_clinic.is_below, of_clinic.reported_65_plus), (false, Some(3)));
    assert_eq!(of_clinic.report_id, Some(replaced.value.id), "in its newest revision");
    assert_eq!(fewer(&prefecture, today).await, [0, 0]);
}

#[tokio::test]
async fn a_later_adjustment_or_a_correction_by_the_authority_ends_the_flag() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 3).await;
    let (adjusts, corrected) = (app.institution().await, app.institution().await);
    let day = app.today();
    adjusts.client.submit_report("one", &report(day, three())).await.expect("accepted");
    let sent = corrected.client.submit_report("two", &report(day, three())).await.expect("accepted").value;
    enter(&app.center().await, vec![row(&adjusts.organization, day, 2), row(&corrected.organization, day, 2)]).await;
    assert!(listed(&app.center().await, day).await.iter().all(|one| one.is_below));

    app.clock.advance(TimeDelta::days(1));
    let adjusts = app.signed_in(&adjusts.organization).await;
    let adjusted =
        ReportRequest { adjustments: vec![adjustment(day, AgeBand::Age80To89, 1)], ..report(app.today(), three()) };
    adjusts.client.submit_report("adjusted", &adjusted).await.expect("accepted");
    let manager = crate::permissions::browser(&app, &app.prefecture, true).await;
    let mut counts = three();
    counts[AgeBand::Age65To69.index()] = 1;
    let mut request = correction(counts);
    request.reason = Some(shared::report::AdjustmentReason::FoundLate);
    manager.client().correct_report((sent.id, 1), "corrected", &request).await.expect("corrected");
    let (center, prefecture) = (app.center().await, app.prefecture().await);
    for one in listed(&center, day).await {
        assert_eq!((one.is_below, one.reported_65_plus), (false, Some(2)));
    }
    assert_eq!(fewer(&prefecture, day).await, [0, 0]);
    assert_eq!(listed(&center, app.today()).await, []);
}

#[tokio::test]
async fn who_said_that_there_were_no_patients_is_flagged_too_and_a_center_is_compared_with_its_own_report() {
    let app = TestApp::new().await;
    let (clinic, center, today) = (app.institution().await, app.center().await, app.today());
    let none = StatementRequest { unit_id: None, day: today, kind: StatementKind::NoPatients, channel: None };
    clinic.client.state_day("none", &none).await.expect("stated");
    center.client.submit_report("own", &report(today, three())).await.expect("accepted");
    enter(&center, vec![row(&clinic.organization, today, 1), row(&center.organization, today, 2)]).await;
    let list = listed(&center, today).await;
    assert_eq!(list.iter().filter(|one| one.is_below).count(), 2);
    let of = |id| list.iter().find(|one| one.unit_id == id).map(|one| (one.reported_65_plus, one.area.id));
    assert_eq!(of(clinic.organization.id), Some((Some(0), center.organization.id)));
    assert_eq!(of(center.organization.id), Some((Some(1), center.organization.id)));
    assert_eq!(fewer(&center, today).await, [2]);
}

#[tokio::test]
async fn the_newest_count_holds_and_the_earlier_ones_stay() {
    let app = TestApp::new().await;
    let (clinic, center, today) = (app.institution().await, app.center().await, app.today());
    for count in [5, 0, 3] {
        enter(&center, vec![row(&clinic.organization, today, count)]).await;
    }
    let shown = only(&center, today).await;
    assert_eq!((shown.count, shown.source, shown.is_below), (3, CountSource::Typed, false));
    assert_eq!((shown.name, shown.area.id), (clinic.organization.name.clone(), app.centers[0].id));
    assert_eq!(number(app.db(), "SELECT count(*) FROM notification_count").await, 3);
    for attempt in ["UPDATE notification_count SET notified = 9", "DELETE FROM notification_count"] {
        let error = app.db().execute_unprepared(attempt).await.expect_err(attempt);
        assert!(error.to_string().contains(APPEND_ONLY), "{attempt}: {error}");
    }
    assert!(matches!(verify(&app.state.store).await, Ok(Verification::Intact { .. })));
}

#[tokio::test]
async fn each_count_is_stored_or_refused_alone() {
    let app = TestApp::new().await;
    let (clinic, center, today) = (app.institution().await, app.center().await, app.today());
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    let unit = &clinic.organization;
    let counts = vec![
        row(unit, today, 4),
        row(&elsewhere, today, 1),
        row(unit, today.plus(1), 1),
        row(unit, today, 5),
        row(unit, today.minus(60), 100_000),
        row(unit, today.minus(61), 1),
        row(unit, today.minus(60), 6),
    ];
    let mut asked = request(counts.clone());
    asked.source = CountSource::Imported;
    let results = center.client.enter_notification_counts("key", &asked).await.expect("an answer").results;
    let echo = results.iter().map(|one| NotificationCountRow { unit_id: one.unit_id, day: one.day, count: one.count });
    assert_eq!(echo.collect::<Vec<_>>(), counts);
    let why: Vec<_> = results
        .iter()
        .map(|one| {
            let problem = one.refusal.as_ref()?;
            let rules: Vec<_> = problem.violations.iter().map(|broken| (broken.pointer.clone(), broken.rule)).collect();
            Some((problem.kind()?, rules))
        })
        .collect();
    let invalid = |pointer: &str, rule| Some((ProblemKind::InvalidRequest, vec![(pointer.to_owned(), rule)]));
    assert_eq!(
        why,
        [
            None,
            Some((ProblemKind::NotFound, Vec::new())),
            invalid("/day", Rule::DayOutOfRange),
            invalid("/unit_id", Rule::Duplicate),
            invalid("/count", Rule::OutOfRange),
            invalid("/day", Rule::DayOutOfRange),
            invalid("/unit_id", Rule::Duplicate),
        ]
    );
    assert_eq!(number(app.db(), "SELECT count(*) FROM notification_count").await, 1);
    let shown = only(&center, today).await;
    assert_eq!((shown.count, shown.source), (4, CountSource::Imported));

    for number in [0, 501] {
        let all = request(vec![row(unit, today, 1); number]);
        let (kind, problem) = refused(center.client.enter_notification_counts("size", &all).await);
        assert_eq!(kind, ProblemKind::InvalidRequest);
        assert_eq!((problem.violations[0].pointer.as_str(), problem.violations[0].rule), ("/counts", Rule::OutOfRange));
    }
    let negative = json!({ "counts": [{ "unit_id": unit.id, "day": today, "count": -1 }] });
    let answer = center.raw.post("/api/v1/notification-counts", &negative).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = answer.json().await.expect("a problem");
    assert_eq!(problem["violations"][0]["pointer"], "/counts/0/count");
}

#[tokio::test]
async fn a_request_leaves_one_event_and_is_answered_again_as_before() {
    let app = TestApp::new().await;
    let (clinic, other, center, today) =
        (app.institution().await, app.institution().await, app.center().await, app.today());
    let both = request(vec![row(&clinic.organization, today, 1), row(&other.organization, today.minus(1), 2)]);
    let events = "SELECT count(*) FROM audit_event WHERE action = 'enter_notification_counts'";
    let first = center.client.enter_notification_counts("key", &both).await.expect("entered");
    assert_eq!(center.client.enter_notification_counts("key", &both).await.expect("repeated"), first);
    assert_eq!(number(app.db(), "SELECT count(*) FROM notification_count").await, 2);
    assert_eq!(number(app.db(), events).await, 1);
    let another = request(vec![row(&clinic.organization, today, 7)]);
    assert_eq!(refused(center.client.enter_notification_counts("key", &another).await).0, ProblemKind::KeyReused);
    let stranger = app.other_center().await;
    let refusal = stranger.client.enter_notification_counts("key", &another).await.expect("an answer").results;
    assert_eq!(refusal[0].refusal.as_ref().and_then(|problem| problem.kind()), Some(ProblemKind::NotFound));
    assert_eq!(number(app.db(), events).await, 1, "what is refused leaves none");
}

#[tokio::test]
async fn a_center_and_its_prefecture_see_the_counts_and_nobody_else_does() {
    let app = TestApp::new().await;
    let (clinic, center, today) = (app.institution().await, app.center().await, app.today());
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    enter(&center, vec![row(&clinic.organization, today, 1)]).await;
    enter(&app.other_center().await, vec![row(&elsewhere, today, 2)]).await;
    let ids = |list: Vec<NotificationCount>| list.into_iter().map(|one| one.unit_id).collect::<Vec<_>>();
    assert_eq!(ids(listed(&center, today).await), [clinic.organization.id]);
    assert_eq!(ids(listed(&app.other_center().await, today).await), [elsewhere.id]);
    assert_eq!(listed(&app.prefecture().await, today).await.len(), 2);
    let of_unit = NotificationCountQuery { unit_id: Some(elsewhere.id), ..Default::default() };
    let found = app.prefecture().await.client.notification_counts(&of_unit).await.expect("a list");
    assert_eq!(ids(found.items), [elsewhere.id]);
    assert_eq!(refused(center.client.notification_counts(&of_unit).await).0, ProblemKind::NotFound);
    for other in [clinic, app.ministry().await] {
        let list = refused(other.client.notification_counts(&NotificationCountQuery::default()).await);
        assert_eq!(list.0, ProblemKind::Forbidden);
    }
    let page = NotificationCountQuery { limit: Some(1), ..Default::default() };
    let prefecture = app.prefecture().await;
    let first = prefecture.client.notification_counts(&page).await.expect("a page");
    assert_eq!((first.items.len(), first.next_cursor.as_deref()), (1, Some("1")));
    let rest = NotificationCountQuery { cursor: first.next_cursor, ..page };
    let second = prefecture.client.notification_counts(&rest).await.expect("a page");
    assert_eq!((second.items.len(), second.next_cursor), (1, None));
    assert_ne!(second.items[0].unit_id, first.items[0].unit_id);
    let tomorrow = NotificationCountQuery { day: Some(today.plus(1)), ..Default::default() };
    assert_eq!(refused(center.client.notification_counts(&tomorrow).await).1.violations[0].rule, Rule::DayOutOfRange);
}
