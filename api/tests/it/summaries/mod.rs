//! Figures over HTTP: whose rows, with which coverage, as of when, and for whom.

mod corrections;
mod deadlines;
mod file;
mod sums;

use chrono::TimeDelta;
use reqwest::StatusCode;
use shared::age_band::{AgeBand, BandSums};
use shared::day_statement::{StatementKind, StatementRequest};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::register::{MoveRequest, OrganizationChange};
use shared::report::Channel;
use shared::summary::{
    CarriedForwardRequest, Level, RowKind, Series, SummaryQuery, SummaryRow, SummaryState, SummaryView,
};
use shared::{ProblemKind, Rule};

use crate::harness::{SignedIn, TestApp, problem};
use crate::reports::{adjustment, refused, report};

/// So many patients in their twenties and one of unknown age.
fn patients(count: u32) -> [u32; 14] {
    let mut counts = [0; 14];
    (counts[4], counts[13]) = (count - 1, 1);
    counts
}

async fn send(app: &TestApp, unit: &OrganizationRef, count: u32) {
    let (unit, day) = (app.signed_in(unit).await, app.today());
    let counts = if count == 0 { [0; 14] } else { patients(count) };
    unit.client.submit_report(&format!("{day}"), &report(day, counts)).await.expect("reported");
}

fn of(level: Level) -> SummaryQuery {
    SummaryQuery { level: Some(level), ..SummaryQuery::default() }
}

async fn ask(who: &SignedIn, query: &SummaryQuery) -> SummaryView {
    who.client.summary(query).await.expect("figures")
}

/// Kind, organization, total, follow-up total, covered and expected of each row.
fn facts(view: &SummaryView) -> Vec<(RowKind, Option<uuid::Uuid>, i64, i64, u32, u32)> {
    let of_row = |row: &SummaryRow| {
        let organization = row.organization.as_ref().map(|organization| organization.id);
        (row.kind, organization, row.total, row.follow_up_total, row.coverage.covered(), row.coverage.expected())
    };
    view.rows.iter().map(of_row).collect()
}

#[tokio::test]
async fn the_table_has_centers_subtotal_follow_up_centers_and_total_with_their_coverage() {
    let app = TestApp::new().await;
    let below = |center: usize| Some(app.centers[center].id);
    let clinic = app.organization(OrganizationKind::Institution, below(0)).await;
    let silent = app.organization(OrganizationKind::Institution, below(0)).await;
    let elsewhere = app.organization(OrganizationKind::Institution, below(1)).await;
    let near = app.organization(OrganizationKind::FollowUpCenter, below(1)).await;
    let far = app.organization(OrganizationKind::FollowUpCenter, Some(app.prefecture.id)).await;
    for (unit, count) in [(&clinic, 7), (&elsewhere, 0), (&near, 5), (&far, 4), (&app.centers[0], 3)] {
        send(&app, unit, count).await;
    }
    let prefecture = app.prefecture().await;
    let view = ask(&prefecture, &SummaryQuery::default()).await;
    let mut centers =
        vec![(RowKind::Organization, below(0), 10, 0, 1, 2), (RowKind::Organization, below(1), 0, 5, 1, 1)];
    centers.sort_by_key(|row| row.1);
    let sums = [
        (RowKind::Subtotal, None, 10, 0, 2, 3),
        (RowKind::FollowUpCenters, None, 9, 0, 2, 2),
        (RowKind::Total, None, 19, 9, 4, 5),
    ];
    assert_eq!(facts(&view), centers.into_iter().chain(sums).collect::<Vec<_>>());
    assert_eq!(
        (view.level, view.series, view.from, view.to),
        (Level::HealthCenter, Series::AsEntered, app.today(), app.today())
    );
    let total = view.rows.last().expect("a total");
    assert_eq!((total.counts.get(AgeBand::Age20To29), total.counts.get(AgeBand::Unknown)), (15, 4));
    assert_eq!((view.state, view.deadline, total.percent), (SummaryState::Preliminary, app.today().end(), Some(80)));
    assert_eq!(
        (view.days.len(), view.days.last().map(|day| (day.day, day.total, day.follow_up_total))),
        (56, Some((app.today(), 19, 9)))
    );

    let own = app.center().await;
    let of_center = ask(&own, &SummaryQuery::default()).await;
    assert_eq!(facts(&of_center)[0], (RowKind::Organization, below(0), 10, 0, 1, 2));
    assert_eq!(of_center.rows.len(), 4, "one center and three sums");
    let closed = StatementRequest {
        unit_id: Some(silent.id),
        day: app.today(),
        kind: StatementKind::Closed,
        channel: Some(Channel::Telephone),
    };
    own.client.state_day("closed", &closed).await.expect("stated");
    let whole = ask(&prefecture, &SummaryQuery::default()).await;
    assert_eq!((whole.state, whole.rows.last().and_then(|row| row.percent)), (SummaryState::Complete, Some(100)));
}

#[tokio::test]
async fn after_the_deadline_what_is_missing_is_incomplete_and_the_sentence_looks_back() {
    let app = TestApp::new().await;
    let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let first = app.today();
    for count in 1..=8 {
        send(&app, &clinic, count).await;
        app.clock.advance(TimeDelta::days(1));
    }
    let query = SummaryQuery { to: Some(first.plus(7)), ..SummaryQuery::default() };
    let view = ask(&app.prefecture().await, &query).await;
    let sentence = view.sentence;
    assert_eq!((sentence.today, sentence.previous_day, sentence.same_weekday_last_week), (8, 7, 1));
    assert_eq!(
        (sentence.seven_day_mean_tenths, sentence.cumulative, view.state),
        (50, Some(36), SummaryState::Incomplete)
    );
    let week = SummaryQuery { from: Some(first), to: Some(first.plus(6)), ..SummaryQuery::default() };
    let view = ask(&app.prefecture().await, &week).await;
    let total = view.rows.last().expect("a total");
    assert_eq!((total.total, total.coverage.scheduled, total.coverage.reported), (28, 14, 7), "unit-days");
    let of_unit = ask(&app.signed_in(&clinic).await, &query).await;
    assert_eq!((of_unit.rows.len(), of_unit.rows[0].total, of_unit.days.len()), (4, 8, 8));
    assert_eq!((of_unit.sentence.same_weekday_last_week, of_unit.sentence.cumulative), (1, None));
}

#[tokio::test]
async fn an_adjustment_stands_under_its_entry_day_or_under_the_day_of_the_patients() {
    let app = TestApp::new().await;
    let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let day = app.today();
    send(&app, &clinic, 5).await;
    app.clock.advance(TimeDelta::days(1));
    let mut second = report(day.plus(1), [0; 14]);
    second.adjustments = vec![adjustment(day, AgeBand::Age20To29, -3)];
    app.signed_in(&clinic).await.client.submit_report("second", &second).await.expect("reported");
    let prefecture = app.prefecture().await;
    for (series, first, next) in [(Series::AsEntered, 5, -3), (Series::ByTargetDay, 2, 0)] {
        for level in [Level::Unit, Level::HealthCenter, Level::Prefecture, Level::Nation] {
            for (to, total) in [(day, first), (day.plus(1), next)] {
                let query = SummaryQuery { level: Some(level), to: Some(to), series: Some(series), ..of(level) };
                let view = ask(&prefecture, &query).await;
                assert_eq!(view.rows.last().map(|row| row.total), Some(total), "{level:?} {series:?} {to}");
            }
        }
    }
}

#[tokio::test]
async fn each_role_reads_the_levels_of_the_matrix() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let other = app.organization(OrganizationKind::Prefecture, None).await;
    let far = app.organization(OrganizationKind::HealthCenter, Some(other.id)).await;
    let stranger = app.organization(OrganizationKind::Institution, Some(far.id)).await;
    send(&app, &clinic.organization, 2).await;
    send(&app, &stranger, 5).await;
    let (center, prefecture, ministry) = (app.center().await, app.prefecture().await, app.ministry().await);
    // The total that each sees by unit, health center, prefecture and for the nation; none where it may not.
    for (who, totals) in [
        (&clinic, [Some(2), None, None, None]),
        (&center, [Some(2), Some(2), Some(2), Some(7)]),
        (&prefecture, [Some(2), Some(2), Some(2), Some(7)]),
        (&ministry, [None, Some(7), Some(7), Some(7)]),
    ] {
        for (level, expected) in Level::ALL.into_iter().zip(totals) {
            let answer = who.client.summary(&of(level)).await;
            match expected {
                Some(total) => {
                    let view = answer.expect("figures");
                    assert_eq!(
                        view.rows.last().map(|row| row.total),
                        Some(total),
                        "{:?} {level:?}",
                        who.organization.kind
                    );
                }
                None => assert_eq!(refused(answer).0, ProblemKind::Forbidden, "{:?} {level:?}", who.organization.kind),
            }
        }
    }
    let rows = |view: &SummaryView| view.rows.iter().filter(|row| row.kind == RowKind::Organization).count();
    assert_eq!(rows(&ask(&ministry, &of(Level::Prefecture)).await), 2);
    assert_eq!(rows(&ask(&center, &of(Level::Prefecture)).await), 1, "its own");
    assert_eq!(rows(&ask(&center, &of(Level::Nation)).await), 0);
    assert_eq!(rows(&ask(&ministry, &of(Level::HealthCenter)).await), 3);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let app = TestApp::new().await;
    let prefecture = app.prefecture().await;
    for (query, status, pointer) in [
        ("to=2026-11-23", 422, "?to"),
        ("from=2026-10-01", 422, "?from"),
        ("level=nation&from=2026-11-10", 422, "?from"),
        ("as_of=2026-11-23T00:00:00Z", 422, "?as_of"),
        ("as_of=yesterday", 422, "?as_of"),
        ("charset=cp932", 422, "?charset"),
        ("level=city", 400, ""),
        ("days=7", 400, ""),
    ] {
        let answer = prefecture.raw.get(&format!("/api/v1/summaries?{query}")).await;
        let (kind, problem) = problem(answer).await;
        let found = problem.violations.first().map_or("", |violation| violation.pointer.as_str());
        assert_eq!((kind.status(), found), (status, pointer), "{query}");
    }
}

#[tokio::test]
async fn the_same_question_as_of_an_instant_has_the_same_bytes_whatever_comes_later() {
    let app = TestApp::new().await;
    let below = Some(app.centers[0].id);
    let clinic = app.organization(OrganizationKind::Institution, below).await;
    let late = app.organization(OrganizationKind::Institution, below).await;
    send(&app, &clinic, 5).await;
    let (day, ministry) = (app.today(), app.organization(OrganizationKind::Ministry, None).await);
    let prefecture = app.prefecture().await;
    let as_of = ask(&prefecture, &SummaryQuery::default()).await.as_of;
    let paths: Vec<String> = ["health_center", "prefecture", "nation", "unit"]
        .into_iter()
        .flat_map(|level| ["as_entered", "by_target_day"].map(|series| (level, series)))
        .map(|(level, series)| {
            format!("/api/v1/summaries?level={level}&series={series}&to={day}&as_of={}", as_of.replace(':', "%3A"))
        })
        .collect();
    let mut before = Vec::new();
    for path in &paths {
        let answer = prefecture.raw.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        before.push(answer.text().await.expect("text"));
    }

    // What comes later: a report and a statement of the day, other names, a new clinic, numbers carried forward, adjustments.
    send(&app, &late, 3).await;
    app.clock.advance(TimeDelta::minutes(1));
    let manager = app.manager(&app.prefecture.clone()).await;
    let renamed = OrganizationChange { name: Some("別の名".into()), kana: Some("ン".into()), ..Default::default() };
    manager.client.change_organization(late.id, &renamed).await.expect("renamed");
    let off = OrganizationChange { active: Some(false), ..Default::default() };
    manager.client.change_organization(clinic.id, &off).await.expect("changed");
    let counts = BandSums::new([1; 14]).expect("in range");
    let carried = CarriedForwardRequest { until: day.minus(1), source: "x".into(), counts };
    manager.client.set_carried_forward(app.centers[0].id, &carried).await.expect("set");
    let head = app.manager(&ministry).await;
    let renamed = OrganizationChange { name: Some("別の保健所".into()), ..Default::default() };
    head.client.change_organization(app.centers[0].id, &renamed).await.expect("renamed");
    let moved = MoveRequest { parent_id: app.centers[1].id, valid_from: day.plus(1) };
    manager.client.move_unit(late.id, &moved).await.expect("moved");
    let fresh = shared::register::NewOrganizationRequest {
        kind: OrganizationKind::Institution,
        parent_id: app.centers[0].id,
        name: "新しい診療所".into(),
        kana: "ア".into(),
        ..new_organization()
    };
    manager.client.create_organization("new", &fresh).await.expect("created");
    app.clock.advance(TimeDelta::days(1));
    let mut second = report(day.plus(1), [1; 14]);
    second.adjustments = vec![adjustment(day, AgeBand::Age20To29, 4)];
    app.signed_in(&late).await.client.submit_report("second", &second).await.expect("reported");

    let prefecture = app.prefecture().await;
    let mut now_differs = 0;
    for (path, before) in paths.iter().zip(before) {
        let again = prefecture.raw.get(path).await.text().await.expect("text");
        assert_eq!(again, before, "{path}");
        let now = prefecture.raw.get(path.split("&as_of").next().expect("a path")).await.text().await.expect("text");
        let rows = |text: &str| serde_json::from_str::<SummaryView>(text).expect("figures").rows;
        now_differs += usize::from(rows(&now) != rows(&before));
    }
    assert_eq!(now_differs, paths.len(), "what came later is seen now");
}

fn new_organization() -> shared::register::NewOrganizationRequest {
    serde_json::from_value(serde_json::json!({
        "kind": "institution", "parent_id": uuid::Uuid::nil(), "name": "", "kana": ""
    }))
    .expect("a request")
}

#[tokio::test]
async fn what_is_carried_forward_goes_into_cumulative_numbers_and_stays_on_record() {
    let app = TestApp::new().await;
    let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let follow_up = app.organization(OrganizationKind::FollowUpCenter, Some(app.prefecture.id)).await;
    send(&app, &clinic, 6).await;
    let manager = app.manager(&app.prefecture.clone()).await;
    let mut counts = [0; 14];
    let mut request = |first: i64| {
        counts[0] = first;
        let counts = BandSums::new(counts).expect("in range");
        CarriedForwardRequest { until: app.today().minus(1), source: " 県報道資料 ".into(), counts }
    };
    let set = manager.client.set_carried_forward(app.centers[0].id, &request(1_000)).await.expect("set");
    assert_eq!((set.total, set.source.as_str(), set.organization.id), (1_000, "県報道資料", app.centers[0].id));
    manager.client.set_carried_forward(app.prefecture.id, &request(200)).await.expect("set");
    manager.client.set_carried_forward(follow_up.id, &request(30)).await.expect("set");
    let cumulative = |view: &SummaryView| view.rows.iter().map(|row| row.cumulative.unwrap_or(-1)).collect::<Vec<_>>();
    let mut of_centers = ask(&manager, &of(Level::HealthCenter)).await;
    of_centers.rows.sort_by_key(|row| (row.kind, row.total));
    assert_eq!(cumulative(&of_centers), [0, 1_006, 1_206, 30, 1_236]);
    assert_eq!((of_centers.sentence.cumulative, of_centers.carried_forward.len()), (Some(1_236), 3));
    assert_eq!(cumulative(&ask(&manager, &of(Level::Prefecture)).await), [1_206, 1_206, 30, 1_236]);
    assert_eq!(cumulative(&ask(&manager, &of(Level::Nation)).await), [1_206, 30, 1_236]);
    // A correction replaces it, and the earlier number is still read as of its time.
    manager.client.set_carried_forward(app.centers[0].id, &request(1_001)).await.expect("set");
    assert_eq!(ask(&manager, &of(Level::Nation)).await.sentence.cumulative, Some(1_237));
    let past = SummaryQuery { as_of: Some(of_centers.as_of), ..of(Level::Nation) };
    assert_eq!(ask(&manager, &past).await.sentence.cumulative, Some(1_236));

    let (kind, refusal) = refused(manager.client.set_carried_forward(clinic.id, &request(1)).await);
    assert_eq!((kind, refusal.violations[0].rule), (ProblemKind::InvalidRequest, Rule::NotAllowed));
    let plain = app.prefecture().await;
    assert_eq!(refused(plain.client.set_carried_forward(clinic.id, &request(1)).await).0, ProblemKind::Forbidden);
    for table in ["carried_forward", "organization_before"] {
        manager
            .client
            .change_organization(clinic.id, &OrganizationChange { name: Some(table.into()), ..Default::default() })
            .await
            .expect("renamed");
        for statement in
            [format!("DELETE FROM {table}"), format!("UPDATE {table} SET organization_id = organization_id")]
        {
            let refusal = crate::database::execute(app.db(), &statement, Vec::new()).await.expect_err("append-only");
            assert!(refusal.to_string().contains(migrations::names::APPEND_ONLY), "{statement}: {refusal}");
        }
    }
}

#[tokio::test]
async fn who_has_the_figures_is_told_only_that_they_still_hold() {
    let app = TestApp::new().await;
    let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let prefecture = app.prefecture().await;
    let path = "/api/v1/summaries";
    let tag = prefecture.raw.get(path).await.headers()["etag"].clone();
    let again = |tag: reqwest::header::HeaderValue| {
        prefecture.raw.bare(reqwest::Method::GET, path).header("If-None-Match", tag).send()
    };
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(again(tag.clone()).await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
    send(&app, &clinic, 1).await;
    assert_eq!(again(tag).await.expect("an answer").status(), StatusCode::OK);
}
