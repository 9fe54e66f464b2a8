//! Coverage over HTTP: what is known of every unit's day, and who is to be telephoned.

mod desk;
mod file;

use chrono::TimeDelta;
use shared::coverage::{AreaCoverage, ContactNoteRequest, ContactOutcome, Coverage, CoverageQuery, UnitCoverageQuery};
use shared::day_statement::{StatementKind, StatementRequest};
use shared::history::DayState;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::register::MoveRequest;
use shared::report::Channel;
use shared::{ProblemKind, ReportingDay, Rule};

use crate::harness::{SignedIn, TestApp};
use crate::reports::{refused, report};

/// So many patients, twice as many in their twenties as in their thirties.
fn patients(count: u32) -> [u32; 14] {
    let mut counts = [0; 14];
    counts[5] = count / 3;
    counts[4] = count - counts[5];
    counts
}

/// Signs in and reports: a session doesn't last from one evening to the next.
async fn send(app: &TestApp, unit: &OrganizationRef, count: u32) {
    let (unit, day) = (app.signed_in(unit).await, app.today());
    let key = format!("{}-{day}", unit.organization.id);
    unit.client.submit_report(&key, &report(day, patients(count))).await.expect("reported");
}

async fn closed(unit: &SignedIn, day: ReportingDay) {
    let statement = StatementRequest { unit_id: None, day, kind: StatementKind::Closed, channel: None };
    unit.client.state_day("closed", &statement).await.expect("stated");
}

fn missing() -> UnitCoverageQuery {
    UnitCoverageQuery { state: Some(DayState::Missing), ..Default::default() }
}

#[tokio::test]
async fn each_unit_has_one_state_and_areas_add_them_up() {
    let app = TestApp::new().await;
    let today = app.today();
    let (with_patients, without, shut) = (app.institution().await, app.institution().await, app.institution().await);
    let silent = app.institution().await;
    let follow_up = app.organization(OrganizationKind::FollowUpCenter, Some(app.prefecture.id)).await;
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    send(&app, &with_patients.organization, 3).await;
    send(&app, &without.organization, 0).await;
    closed(&shut, today).await;

    let own = app.center().await.client.coverage(&CoverageQuery::default()).await.expect("coverage");
    let expected = Coverage { scheduled: 4, reported: 1, zero: 1, closed: 1, missing: 1, ..Default::default() };
    assert_eq!((own.day, own.total, own.percent), (today, expected, Some(66)));
    assert_eq!(own.items.iter().map(|area| area.area.id).collect::<Vec<_>>(), [app.centers[0].id]);
    assert_eq!(own.items[0].prefecture.id, app.prefecture.id);

    let whole = app.prefecture().await.client.coverage(&CoverageQuery::default()).await.expect("coverage");
    let areas: Vec<_> = whole.items.iter().map(|area| (area.area.id, area.coverage.scheduled)).collect();
    assert_eq!(areas.len(), 3, "both centers, and the prefecture's own row with its follow-up center");
    assert!(areas.contains(&(app.centers[1].id, 1)) && areas.last() == Some(&(app.prefecture.id, 1)));
    assert_eq!((whole.total.scheduled, whole.total.missing), (6, 3));
    let nation = app.ministry().await.client.coverage(&CoverageQuery::default()).await.expect("coverage");
    let without_desks: Vec<_> = whole.items.iter().map(|area| AreaCoverage { desk: None, ..area.clone() }).collect();
    assert_eq!((nation.total, nation.items), (whole.total, without_desks), "the ministry doesn't see unit by unit");

    let list = app.prefecture().await.client.unit_coverage(&missing()).await.expect("a list");
    let mut ids: Vec<_> = list.items.iter().map(|unit| unit.unit_id).collect();
    ids.sort_unstable();
    let mut expected = vec![silent.organization.id, follow_up.id, elsewhere.id];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let of_center = app.center().await.client.unit_coverage(&UnitCoverageQuery::default()).await.expect("a list");
    let shown = of_center.items.iter().find(|unit| unit.unit_id == shut.organization.id).expect("in sight");
    assert_eq!((shown.state, shown.channel), (DayState::Closed, Some(Channel::Web)));
    assert_eq!(shown.known_since.map(|at| at.timestamp()), Some(app.clock.now().timestamp()));
}

#[tokio::test]
async fn those_from_whom_most_is_missing_come_first_and_silence_is_pointed_out() {
    let app = TestApp::new().await;
    let below = Some(app.centers[0].id);
    let large = app.organization(OrganizationKind::Institution, below).await;
    let small = app.organization(OrganizationKind::Institution, below).await;
    for day in 0..3 {
        send(&app, &large, 39 + day).await;
        send(&app, &small, 2).await;
        app.clock.advance(TimeDelta::days(1));
    }
    send(&app, &small, 2).await;
    app.clock.advance(TimeDelta::days(1));
    let center = app.center().await;
    let list = center.client.unit_coverage(&missing()).await.expect("a list").items;
    let facts: Vec<_> = list
        .iter()
        .map(|unit| (unit.unit_id, unit.silent_days, unit.usual_tenths, unit.missing_tenths, unit.pointed_out))
        .collect();
    let (of_large, of_small) = (large.id, small.id);
    assert_eq!(facts, [(of_large, 2, Some(400), 800, false), (of_small, 1, Some(20), 20, false)]);

    app.clock.advance(TimeDelta::days(1));
    let center = app.center().await;
    let list = center.client.unit_coverage(&missing()).await.expect("a list").items;
    assert_eq!((list[0].unit_id, list[0].silent_days, list[0].pointed_out), (of_large, 3, true));
    assert!(!list[1].pointed_out);
}

#[tokio::test]
async fn a_later_word_makes_the_day_late_and_ends_the_silence() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let yesterday = app.today();
    app.clock.advance(TimeDelta::days(1));
    let center = app.center().await;
    let statement = StatementRequest {
        unit_id: Some(clinic.organization.id),
        day: yesterday,
        kind: StatementKind::NoPatients,
        channel: Some(Channel::Telephone),
    };
    center.client.state_day("none", &statement).await.expect("stated");
    let of = |day| CoverageQuery { day: Some(day) };
    let past = center.client.coverage(&of(yesterday)).await.expect("coverage");
    assert_eq!((past.total.late, past.total.missing, past.percent), (1, 0, Some(100)));
    let list = center.client.unit_coverage(&missing()).await.expect("a list").items;
    assert_eq!(list[0].silent_days, 1, "only today is silent");
    let (kind, problem) = refused(center.client.coverage(&of(app.today().plus(1))).await);
    assert_eq!((kind, problem.violations[0].rule), (ProblemKind::InvalidRequest, Rule::DayOutOfRange));
}

#[tokio::test]
async fn figures_of_earlier_days_stay_where_a_unit_stood() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let day = app.today();
    send(&app, &clinic.organization, 1).await;
    let manager = app.manager(&app.prefecture.clone()).await;
    let moved = MoveRequest { parent_id: app.centers[1].id, valid_from: day.plus(1) };
    manager.client.move_unit(clinic.organization.id, &moved).await.expect("moved");
    app.clock.advance(TimeDelta::days(1));
    let (old, new) = (app.center().await, app.other_center().await);
    let of = |day| CoverageQuery { day: Some(day) };
    assert_eq!(old.client.coverage(&of(day)).await.expect("coverage").total.reported, 1);
    assert_eq!(new.client.coverage(&of(day)).await.expect("coverage").total.reported, 0);
    assert_eq!(new.client.coverage(&of(day.plus(1))).await.expect("coverage").total.missing, 1);
    assert_eq!(old.client.unit_coverage(&UnitCoverageQuery::default()).await.expect("a list").items, []);
    let query = UnitCoverageQuery { day: Some(day), ..Default::default() };
    let seen = new.client.unit_coverage(&query).await.expect("a list").items;
    assert_eq!((seen[0].state, seen[0].area.id), (DayState::Reported, app.centers[1].id));
}

#[tokio::test]
async fn a_note_of_contact_stands_on_the_list_until_a_newer_one_is_made() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let center = app.center().await;
    let mut request = ContactNoteRequest {
        unit_id: clinic.organization.id,
        day: app.today(),
        outcome: ContactOutcome::NoAnswer,
        note: None,
    };
    center.client.note_contact(&request).await.expect("noted");
    app.clock.advance(TimeDelta::minutes(5));
    request.outcome = ContactOutcome::Other;
    let (kind, problem) = refused(center.client.note_contact(&request).await);
    assert_eq!((kind, problem.violations[0].rule), (ProblemKind::InvalidRequest, Rule::NoteRequired));
    request.note = Some(" 明日まで休診の張り紙 ".into());
    let noted = center.client.note_contact(&request).await.expect("noted");
    assert_eq!(noted.note.as_deref(), Some("明日まで休診の張り紙"));
    let list = center.client.unit_coverage(&missing()).await.expect("a list").items;
    assert_eq!(list[0].last_note.as_ref(), Some(&noted));
    request.day = app.today().minus(61);
    assert_eq!(refused(center.client.note_contact(&request).await).1.violations[0].rule, Rule::DayOutOfRange);
    let stranger = app.other_center().await;
    request.day = app.today();
    assert_eq!(refused(stranger.client.note_contact(&request).await).0, ProblemKind::NotFound);
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    }
    let center = app.center().await;
    let mut query = UnitCoverageQuery { limit: Some(2), ..missing() };
    let first = center.client.unit_coverage(&query).await.expect("a page");
    query.cursor = first.next_cursor;
    let second = center.client.unit_coverage(&query).await.expect("a page");
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (2, 1, None));
    assert!(first.items.iter().all(|unit| unit.unit_id != second.items[0].unit_id));
    query.area_id = Some(app.centers[1].id);
    query.cursor = None;
    assert_eq!(center.client.unit_coverage(&query).await.expect("a page").items, []);
    query.cursor = Some("x".into());
    assert_eq!(refused(center.client.unit_coverage(&query).await).0, ProblemKind::InvalidRequest);
}
