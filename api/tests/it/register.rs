//! The register kept over HTTP: organizations, opening days, and units that move.

use chrono::TimeDelta;
use reqwest::Method;
use sea_orm::Value;
use serde_json::json;
use shared::calendar::KindOfDay;
use shared::history::{DayState, HistoryQuery};
use shared::organization::{OrganizationKind, OrganizationQuery};
use shared::register::{MoveRequest, NewOrganizationRequest, OpeningDaysRequest, OrganizationChange, RegisterWarning};
use shared::{ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use crate::database::{execute, rows};
use crate::harness::{SignedIn, TestApp};
use crate::reports::{refused, report};

fn clinic(parent: Uuid, code: Option<&str>) -> NewOrganizationRequest {
    NewOrganizationRequest {
        kind: OrganizationKind::Institution,
        parent_id: parent,
        name: "青葉診療所".into(),
        kana: "あおばしんりょうじょ".into(),
        institution_code: code.map(str::to_owned),
        prefecture_code: None,
        address: "周南市1-2".into(),
        telephone: "0834-12-3456".into(),
        open_on: Some(vec![KindOfDay::Monday]),
        acknowledged_warnings: Vec::new(),
    }
}

async fn center(app: &TestApp) -> SignedIn {
    app.manager(&app.centers[0].clone()).await
}

#[tokio::test]
async fn a_center_registers_a_clinic_that_can_be_found_at_once() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let request = clinic(app.centers[0].id, Some("１３－１－０１１００４－９"));
    let made = center.client.create_organization("a", &request).await.expect("registered");
    assert_eq!(made.kana, "アオバシンリョウジョ");
    assert_eq!((made.institution_code.as_deref(), made.prefecture_code.as_deref()), (Some("1310110049"), Some("13")));
    assert_eq!(made.parent.as_ref().map(|parent| parent.id), Some(app.centers[0].id));
    let detail = center.client.organization(made.id).await.expect("found");
    assert_eq!(detail.organization, made);
    assert_eq!(detail.opening_days[0].open_on, [KindOfDay::Monday]);
    assert_eq!(detail.opening_days[0].valid_from, app.today());
    let query = OrganizationQuery { q: Some("あおば".into()), ..OrganizationQuery::default() };
    assert_eq!(center.client.organizations(&query).await.expect("a page").items, vec![made.clone()]);
    assert_eq!(center.client.create_organization("a", &request).await.expect("repeated"), made);
    assert_eq!(refused(app.other_center().await.client.organization(made.id).await).0, ProblemKind::NotFound);
}

#[tokio::test]
async fn a_code_belongs_to_one_institution() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let request = clinic(app.centers[0].id, Some("1310110049"));
    let first = center.client.create_organization("a", &request).await.expect("registered");
    assert_eq!(refused(center.client.create_organization("b", &request).await).0, ProblemKind::CodeTaken);
    let second = center.client.create_organization("c", &clinic(app.centers[0].id, None)).await.expect("registered");
    let coded = OrganizationChange { institution_code: Some("1310110049".into()), ..OrganizationChange::default() };
    assert_eq!(refused(center.client.change_organization(second.id, &coded).await).0, ProblemKind::CodeTaken);
    let bare = OrganizationChange { institution_code: Some(String::new()), ..OrganizationChange::default() };
    let freed = center.client.change_organization(first.id, &bare).await.expect("changed");
    assert_eq!(freed.institution_code, None);
    let taken = center.client.change_organization(second.id, &coded).await.expect("changed");
    assert_eq!(taken.institution_code.as_deref(), Some("1310110049"));
}

#[tokio::test]
async fn a_doubtful_code_is_taken_when_somebody_says_so() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let mut request = clinic(app.centers[0].id, Some("1310110042"));
    assert_eq!(refused(center.client.create_organization("a", &request).await).0, ProblemKind::DoubtfulCode);
    request.acknowledged_warnings = vec![RegisterWarning::DoubtfulCode];
    let made = center.client.create_organization("b", &request).await.expect("registered");
    assert_eq!(made.institution_code.as_deref(), Some("1310110042"));
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let made = center.client.create_organization("a", &clinic(app.centers[0].id, None)).await.expect("registered");
    let change = OrganizationChange {
        telephone: Some("０８３４－９９－８８７７".into()),
        active: Some(false),
        ..OrganizationChange::default()
    };
    let changed = center.client.change_organization(made.id, &change).await.expect("changed");
    let mut expected = made;
    expected.telephone = "0834-99-8877".into();
    expected.active = false;
    assert_eq!(changed, expected);
    assert_eq!(center.client.organization(expected.id).await.expect("found").organization, expected);
}

#[tokio::test]
async fn opening_days_hold_from_tomorrow_and_later_plans_give_way() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let manager = app.manager(&clinic.organization).await;
    let (today, unit) = (app.today(), clinic.organization.id);
    let set = async |ahead: u32, open_on: &[KindOfDay]| {
        let request = OpeningDaysRequest { valid_from: today.plus(ahead), open_on: open_on.to_vec() };
        manager.client.set_opening_days(unit, &request).await
    };
    let (kind, problem) = refused(set(0, &[KindOfDay::Monday]).await);
    assert_eq!((kind, problem.violations[0].rule), (ProblemKind::InvalidRequest, Rule::TooEarlyOrLate));
    set(10, &[KindOfDay::Sunday]).await.expect("set");
    // Tomorrow, Monday the 23rd, is a public holiday.
    set(1, &[KindOfDay::Monday]).await.expect("set");
    let detail = manager.client.organization(unit).await.expect("found");
    let planned: Vec<_> = detail.opening_days.iter().map(|days| (days.valid_from, days.open_on.clone())).collect();
    assert_eq!(planned, [(today.plus(1), vec![KindOfDay::Monday])]);
    // A week later only Mondays that are no holidays are missing.
    app.clock.advance(TimeDelta::days(9));
    let manager = app.manager(&clinic.organization).await;
    let query = HistoryQuery { days: Some(9), ..HistoryQuery::default() };
    let history = manager.client.history(&query).await.expect("a history");
    let missing: Vec<ReportingDay> =
        history.items.iter().filter(|item| item.state == DayState::Missing).map(|item| item.day).collect();
    assert_eq!(missing, [today.plus(8)]);
    // What held before stays on record beside what comes.
    let later = OpeningDaysRequest { valid_from: today.plus(12), open_on: vec![KindOfDay::Friday] };
    manager.client.set_opening_days(unit, &later).await.expect("set");
    let detail = manager.client.organization(unit).await.expect("found");
    let days: Vec<_> = detail.opening_days.iter().map(|days| days.valid_from).collect();
    assert_eq!(days, [today.plus(1), today.plus(12)]);
}

/// Sums by area that stand in the rollup for a day, as they were entered.
async fn of_areas(app: &TestApp, day: ReportingDay) -> Vec<(Uuid, i64)> {
    let sql = "SELECT area_id, age_0, day FROM daily_rollup WHERE series = 'as_entered' ORDER BY area_id";
    let rows = rows(app.db(), sql).await;
    let of_day = rows.iter().filter(|row| row.try_get::<chrono::NaiveDate>("", "day").expect("a day") == day.0);
    of_day.map(|row| (row.try_get("", "area_id").expect("an id"), row.try_get("", "age_0").expect("a sum"))).collect()
}

#[tokio::test]
async fn a_unit_that_moves_is_seen_with_its_history_by_the_new_center_alone_and_past_figures_stay() {
    let app = TestApp::new().await;
    let [old, new] = [app.centers[0].clone(), app.centers[1].clone()];
    let clinic = app.institution().await;
    let (unit, today) = (clinic.organization.id, app.today());
    clinic.client.submit_report("a", &report(today, [2; 14])).await.expect("accepted");
    let prefecture = app.manager(&app.prefecture.clone()).await;
    let request = MoveRequest { parent_id: new.id, valid_from: today.plus(1) };
    let planned = prefecture.client.move_unit(unit, &request).await.expect("planned");
    assert_eq!((planned.parent.id, planned.valid_from), (new.id, today.plus(1)));
    // Until 24:00 nothing has changed but the plan.
    app.clock.set(today.end() - TimeDelta::microseconds(1));
    let history = HistoryQuery { unit_id: Some(unit), ..HistoryQuery::default() };
    let (before, there) = (app.signed_in(&old).await, app.signed_in(&new).await);
    assert_eq!(before.client.organization(unit).await.expect("found").planned_moves, [planned]);
    before.client.history(&history).await.expect("still seen");
    assert_eq!(refused(there.client.history(&history).await).0, ProblemKind::NotFound);
    // From 00:00 on the new center sees it, with its history, and the old one doesn't.
    app.clock.set(today.end());
    assert_eq!(refused(before.client.history(&history).await).0, ProblemKind::NotFound);
    assert_eq!(refused(before.client.organization(unit).await).0, ProblemKind::NotFound);
    let seen = there.client.history(&history).await.expect("seen");
    assert_eq!(seen.items.iter().find(|item| item.day == today).and_then(|item| item.total), Some(28));
    let detail = there.client.organization(unit).await.expect("found");
    assert_eq!(detail.organization.parent.map(|parent| parent.id), Some(new.id));
    assert_eq!(detail.planned_moves, []);
    let manager = app.manager(&new).await;
    assert_eq!(manager.client.account(clinic.account_id).await.expect("its account too").id, clinic.account_id);
    // What is reported now stands in the new area; yesterday stays in the old one, though it is corrected now.
    let clinic = app.signed_in(&clinic.organization).await;
    let mut next = report(today.plus(1), [3; 14]);
    next.adjustments = vec![crate::reports::adjustment(today, shared::age_band::AgeBand::ALL[0], 5)];
    clinic.client.submit_report("b", &next).await.expect("accepted");
    assert_eq!(of_areas(&app, today).await, [(old.id, 2)]);
    assert_eq!(of_areas(&app, today.plus(1)).await, [(new.id, 8)]);
    let by_target = "SELECT area_id, age_0, day FROM daily_rollup WHERE series = 'by_target_day' ORDER BY day, age_0";
    let by_target: Vec<(Uuid, i64)> = rows(app.db(), by_target)
        .await
        .iter()
        .map(|row| (row.try_get("", "area_id").expect("an id"), row.try_get("", "age_0").expect("a sum")))
        .collect();
    assert_eq!(by_target, [(old.id, 7), (new.id, 3)]);
}

#[tokio::test]
async fn a_move_replaces_what_was_planned_later_and_stays_within_the_prefecture() {
    let app = TestApp::new().await;
    let unit = app.institution().await.organization.id;
    let prefecture = app.manager(&app.prefecture.clone()).await;
    let to = |parent_id: Uuid, ahead: u32| MoveRequest { parent_id, valid_from: app.today().plus(ahead) };
    for (parent, ahead) in [(app.centers[1].id, 20), (app.centers[1].id, 10), (app.centers[0].id, 15)] {
        prefecture.client.move_unit(unit, &to(parent, ahead)).await.expect("planned");
    }
    let detail = prefecture.client.organization(unit).await.expect("found");
    let planned: Vec<_> = detail.planned_moves.iter().map(|planned| (planned.parent.id, planned.valid_from)).collect();
    assert_eq!(planned, [(app.centers[1].id, app.today().plus(10)), (app.centers[0].id, app.today().plus(15))]);
    let elsewhere = app.organization(OrganizationKind::Prefecture, None).await;
    let far = app.organization(OrganizationKind::HealthCenter, Some(elsewhere.id)).await;
    assert_eq!(refused(prefecture.client.move_unit(unit, &to(far.id, 1)).await).0, ProblemKind::NotFound);
    let sql = "UPDATE organization SET prefecture_code = '14' WHERE id = ?";
    execute(app.db(), sql, vec![Value::from(far.id)]).await.expect("another prefecture");
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let ministry = app.manager(&ministry).await;
    for (parent, ahead) in [(far.id, 1), (app.prefecture.id, 1)] {
        let (kind, problem) = refused(ministry.client.move_unit(unit, &to(parent, ahead)).await);
        assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/parent_id"));
    }
    let (_, problem) = refused(ministry.client.move_unit(unit, &to(app.centers[1].id, 0)).await);
    assert_eq!(problem.violations[0].rule, Rule::TooEarlyOrLate);
}

#[tokio::test]
async fn the_ministry_registers_a_prefecture_once_and_a_prefecture_its_centers() {
    let app = TestApp::new().await;
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let minister = app.manager(&ministry).await;
    let mut request = clinic(ministry.id, None);
    request.kind = OrganizationKind::Prefecture;
    request.open_on = None;
    request.prefecture_code = Some("35".into());
    let prefecture = minister.client.create_organization("a", &request).await.expect("registered");
    assert_eq!(refused(minister.client.create_organization("b", &request).await).0, ProblemKind::CodeTaken);
    let of = shared::organization::OrganizationRef {
        id: prefecture.id,
        kind: prefecture.kind,
        name: prefecture.name.clone(),
    };
    let manager = app.manager(&of).await;
    let mut request = clinic(prefecture.id, None);
    request.open_on = None;
    request.kind = OrganizationKind::HealthCenter;
    let center = manager.client.create_organization("c", &request).await.expect("registered");
    assert_eq!(center.prefecture_code.as_deref(), Some("35"));
    let unit = manager.client.create_organization("d", &clinic(center.id, None)).await.expect("registered");
    assert_eq!(unit.parent.map(|parent| parent.id), Some(center.id));
    request.parent_id = center.id;
    let wrong = center_below_center(&manager, &request).await;
    assert_eq!(wrong, ProblemKind::Forbidden);
}

async fn center_below_center(manager: &SignedIn, request: &NewOrganizationRequest) -> ProblemKind {
    let body = serde_json::to_value(request).expect("JSON");
    let answer = manager.raw.request(Method::POST, "/api/v1/organizations").json(&json!(body));
    crate::harness::problem(answer.send().await.expect("an answer")).await.0
}
