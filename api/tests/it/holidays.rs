//! Public holidays: imported, followed by all that asks who is to be expected, and read by everybody.

use api::store::rollup;
use chrono::{Datelike as _, TimeDelta};
use encoding_rs::SHIFT_JIS;
use sea_orm::ConnectionTrait as _;
use shared::calendar::KindOfDay;
use shared::coverage::{Coverage, CoverageQuery, UnitCoverageQuery};
use shared::day_statement::{StatementKind, StatementRequest};
use shared::history::{DayState, HistoryQuery};
use shared::holidays::{Comparison, Holiday, HolidayQuery, Holidays, LAST_YEAR, Published};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::register::NewOrganizationRequest;
use shared::{ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use crate::database::{Place, number, rows};
use crate::harness::TestApp;
use crate::program::{run, said};
use crate::reports::{refused, report};

/// The program's table as the Cabinet Office's file, with other lines instead of some, and further lines.
fn file(change: &[(&str, &str)], more: &str) -> String {
    let mut text = String::from("国民の祝日・休日月日,国民の祝日・休日名称\r\n1955/1/1,元日\r\n");
    for Holiday { day, name } in (2020..=LAST_YEAR).flat_map(|year| Holidays::default().of_year(year)) {
        text.push_str(&format!("{}/{}/{},{name}\r\n", day.0.year(), day.0.month(), day.0.day()));
    }
    for (from, to) in change {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text + more
}

/// Labor Thanksgiving Day is moved from Monday the 23rd to Wednesday the 25th of November 2026.
const MOVED: [(&str, &str); 1] = [("2026/11/23,", "2026/11/25,")];
const NAME: &str = "勤労感謝の日";

async fn import(app: &TestApp, text: &str) -> Comparison {
    let published = Published::read(text, app.today()).expect("read");
    app.state.store.import_holidays(published).await.expect("imported")
}

const EVENTS: &str = "SELECT COUNT(*) FROM audit_event WHERE action = 'import_holidays'";
const KEPT: &str = "SELECT COUNT(*) FROM holiday";

/// A clinic below the first center, open on these days.
async fn clinic(app: &TestApp, name: &str, open_on: &[KindOfDay]) -> OrganizationRef {
    let request = NewOrganizationRequest {
        kind: OrganizationKind::Institution,
        parent_id: app.centers[0].id,
        name: name.into(),
        kana: "あおばしんりょうじょ".into(),
        institution_code: None,
        prefecture_code: None,
        address: "周南市1-2".into(),
        telephone: "0834-12-3456".into(),
        open_on: Some(open_on.to_vec()),
        acknowledged_warnings: Vec::new(),
    };
    let manager = app.manager(&app.centers[0].clone()).await;
    let made = manager.client.create_organization(&Uuid::now_v7().to_string(), &request).await.expect("registered");
    OrganizationRef { id: made.id, kind: made.kind, name: made.name }
}

/// Today's coverage as its center sees it, which is the same counted by area, unit by unit and in the list.
async fn coverage(app: &TestApp) -> Coverage {
    let center = app.center().await.client;
    assert_eq!(rollup::check(&app.state.store).await.expect("checked"), Vec::new());
    let counted = center.coverage(&CoverageQuery::default()).await.expect("coverage").total;
    let held = number(app.db(), "SELECT COUNT(*) FROM area_counted").await;
    assert_eq!(held, 3, "both centers and their prefecture");
    app.db().execute_unprepared("DELETE FROM area_counted").await.expect("voided");
    assert_eq!(center.coverage(&CoverageQuery::default()).await.expect("coverage").total, counted, "unit by unit");
    let hold = "INSERT INTO area_counted (area_id, prefecture_code) SELECT id, prefecture_code FROM organization \
        WHERE kind IN ('prefecture', 'health_center')";
    app.db().execute_unprepared(hold).await.expect("held");
    let mut listed = Coverage::default();
    for unit in center.unit_coverage(&UnitCoverageQuery::default()).await.expect("a list").items {
        listed.add(unit.scheduled, unit.state);
    }
    assert_eq!(listed, counted, "in the list");
    counted
}

/// What a unit's own history says of today.
async fn today(app: &TestApp, unit: &OrganizationRef) -> DayState {
    let query = HistoryQuery { days: Some(1), ..HistoryQuery::default() };
    app.signed_in(unit).await.client.history(&query).await.expect("a history").items[0].state
}

async fn send(app: &TestApp, unit: &OrganizationRef) {
    let (unit, day) = (app.signed_in(unit).await, app.today());
    let key = format!("{}-{day}", unit.organization.id);
    unit.client.submit_report(&key, &report(day, [1; 14])).await.expect("reported");
}

#[tokio::test]
async fn all_that_asks_who_is_expected_follows_a_moved_holiday() {
    use KindOfDay::{Friday, Holiday, Monday, Thursday, Tuesday, Wednesday};
    let app = TestApp::new().await;
    let weekdays = [Monday, Tuesday, Wednesday, Thursday, Friday];
    let (shut, open) = (clinic(&app, "甲診療所", &weekdays).await, clinic(&app, "乙診療所", &weekdays).await);
    let on_holidays = clinic(&app, "休日診療所", &[Holiday]).await;
    rollup::rebuild(&app.state.store).await.expect("counted");
    let wednesday = app.today().plus(3);
    let closed = StatementRequest { unit_id: None, day: wednesday, kind: StatementKind::Closed, channel: None };
    app.signed_in(&shut).await.client.state_day("closed", &closed).await.expect("stated");
    let stated = "SELECT CAST(SUM(closed) AS BIGINT) FROM coverage_rollup";
    assert_eq!(number(app.db(), stated).await, 1, "a Wednesday like any other");

    let comparison = import(&app, &file(&MOVED, "")).await;
    assert_eq!((comparison.coming.len(), comparison.past.len()), (2, 0));
    assert_eq!(number(app.db(), stated).await, 0, "nothing is expected of it on a holiday");
    assert_eq!(rollup::check(&app.state.store).await.expect("checked"), Vec::new());

    app.clock.advance(TimeDelta::days(1));
    assert_eq!(
        coverage(&app).await,
        Coverage { scheduled: 2, missing: 2, ..Coverage::default() },
        "no holiday any more"
    );
    assert_eq!(
        [today(&app, &open).await, today(&app, &on_holidays).await],
        [DayState::Missing, DayState::NotScheduled]
    );
    send(&app, &open).await;
    send(&app, &on_holidays).await;
    let expected = Coverage { scheduled: 2, reported: 1, missing: 1, extra: 1, ..Coverage::default() };
    assert_eq!(coverage(&app).await, expected);

    app.clock.advance(TimeDelta::days(2));
    assert_eq!(coverage(&app).await, Coverage { scheduled: 1, missing: 1, ..Coverage::default() }, "a holiday now");
    assert_eq!(
        [today(&app, &open).await, today(&app, &on_holidays).await],
        [DayState::NotScheduled, DayState::Missing]
    );
    send(&app, &open).await;
    send(&app, &on_holidays).await;
    let expected = Coverage { scheduled: 1, reported: 1, extra: 1, ..Coverage::default() };
    assert_eq!(coverage(&app).await, expected);

    // What is past stays, whatever a file says.
    let comparison = import(&app, &file(&[], "")).await;
    assert_eq!((comparison.coming.len(), comparison.past.len()), (0, 2));
    assert_eq!(coverage(&app).await, expected);
}

#[tokio::test]
async fn an_import_changes_coming_days_once_and_leaves_one_event() {
    let app = TestApp::new().await;
    let moved = file(&MOVED, "2028/1/1,元日\r\n2028/11/3,文化の日\r\n");
    let comparison = import(&app, &moved).await;
    let changed: Vec<_> = comparison.coming.iter().map(|it| (it.day.to_string(), it.after.as_deref())).collect();
    let (of_23, of_25) = (("2026-11-23".to_owned(), None), ("2026-11-25".to_owned(), Some(NAME)));
    let further = [("2028-01-01".to_owned(), Some("元日")), ("2028-11-03".to_owned(), Some("文化の日"))];
    assert_eq!(changed[..2], [of_23, of_25]);
    assert_eq!(changed[2..], further);
    assert_eq!((comparison.left, number(app.db(), KEPT).await, number(app.db(), EVENTS).await), (17, 4, 1));
    let event = rows(app.db(), "SELECT content FROM audit_event WHERE action = 'import_holidays'").await;
    let content: String = event[0].try_get("", "content").expect("text");
    assert!(content.contains("2026-11-25") && content.contains(NAME), "{content}");

    let again = import(&app, &moved).await;
    assert_eq!(again, Comparison { left: 20, ..Comparison::default() });
    assert_eq!((number(app.db(), KEPT).await, number(app.db(), EVENTS).await), (4, 1));

    // What the program's table says needs no row; years that a file doesn't cover stay.
    let back = import(&app, &file(&[], "")).await;
    assert_eq!((back.coming.len(), number(app.db(), KEPT).await, number(app.db(), EVENTS).await), (2, 2, 2));
    let renamed = import(&app, &file(&[("2027/11/3,文化の日", "2027/11/3,明治の日")], "")).await;
    assert_eq!((renamed.coming.len(), number(app.db(), KEPT).await), (1, 3));
}

#[tokio::test]
async fn days_up_to_today_are_told_and_not_changed() {
    let app = TestApp::new().await;
    app.clock.advance(TimeDelta::days(1));
    let on_weekdays = clinic(&app, "甲診療所", &[KindOfDay::Monday]).await;
    assert_eq!(today(&app, &on_weekdays).await, DayState::NotScheduled, "today is a holiday");
    let comparison = import(&app, &file(&[("2026/11/23,", "2026/11/22,"), ("2026/5/6,", "2026/5/7,")], "")).await;
    let past: Vec<String> = comparison.past.iter().map(|difference| difference.day.to_string()).collect();
    assert_eq!(past, ["2026-05-06", "2026-05-07", "2026-11-22", "2026-11-23"]);
    assert_eq!((comparison.coming.len(), number(app.db(), KEPT).await, number(app.db(), EVENTS).await), (0, 0, 0));
    assert_eq!(today(&app, &on_weekdays).await, DayState::NotScheduled);
}

#[tokio::test]
async fn everybody_who_is_signed_in_reads_a_years_holidays() {
    let app = TestApp::new().await;
    let clinic = app.institution().await.client;
    let of = async |year: Option<i32>| clinic.holidays(&HolidayQuery { year }).await;
    let this_year = of(None).await.expect("holidays");
    assert_eq!(this_year.items, Holidays::default().of_year(2026));
    assert_eq!((this_year.items.len(), this_year.known_until.to_string()), (18, format!("{LAST_YEAR}-12-31")));
    assert!(of(Some(2028)).await.expect("nothing is known").items.is_empty());
    import(&app, &file(&MOVED, "2028/1/1,元日\r\n2028/11/3,文化の日\r\n")).await;
    let day = |text: &str| text.parse::<ReportingDay>().expect("a day");
    let of_2028 = of(Some(2028)).await.expect("holidays");
    let new_year = Holiday { day: day("2028-01-01"), name: "元日".to_owned() };
    assert_eq!((of_2028.items.len(), &of_2028.items[0], of_2028.known_until), (2, &new_year, day("2028-12-31")));
    let moved = of(Some(2026)).await.expect("holidays").items;
    assert_eq!((moved.len(), moved.last()), (18, Some(&Holiday { day: day("2026-11-25"), name: NAME.to_owned() })));
    for year in [2019, 10_000] {
        let (kind, problem) = refused(of(Some(year)).await);
        let violation = &problem.violations[0];
        assert_eq!(
            (kind, violation.pointer.as_str(), violation.rule),
            (ProblemKind::InvalidRequest, "?year", Rule::OutOfRange)
        );
    }
}

/// The program reads the machine's clock: the file has the year after the table's last, or after this one.
#[tokio::test]
async fn the_command_line_imports_the_cabinet_offices_file() {
    let place = Place::new().await;
    let url = place.url();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("syukujitsu.csv");
    let path = path.to_str().expect("text");
    let this_year = shared::reporting_day(api::clock::Clock::system().now()).0.year();
    let year = LAST_YEAR.max(this_year) + 1;
    let text = format!("国民の祝日・休日月日,国民の祝日・休日名称\r\n{year}/1/1,元日\r\n{year}/11/23,勤労感謝の日\r\n");
    let (cp932, ..) = SHIFT_JIS.encode(&text);
    std::fs::write(path, &cp932).expect("written");

    let db = place.connection().await;
    let would = said(run(&url, &["holidays", "import", path, "--dry-run"]));
    assert!(would.contains("coming days: 2 added, 0 taken away, 0 renamed, 0 left as they were"), "{would}");
    assert!(would.ends_with("this was a dry run: nothing was changed\n"), "{would}");
    assert_eq!((number(&db, KEPT).await, number(&db, EVENTS).await), (0, 0));
    let year = year.to_string();
    assert!(!run(&url, &["holidays", "list", &year]).status.success(), "nothing is known of it");

    let did = said(run(&url, &["holidays", "import", path]));
    assert_eq!(format!("{did}this was a dry run: nothing was changed\n"), would);
    assert_eq!((number(&db, KEPT).await, number(&db, EVENTS).await), (2, 1));
    let listed = said(run(&url, &["holidays", "list", &year]));
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with(&format!("{year}-01-01 ")) && lines[0].ends_with(" 元日"),
        "{listed}"
    );
    let again = said(run(&url, &["holidays", "import", path]));
    assert_eq!(again, "coming days: 0 added, 0 taken away, 0 renamed, 2 left as they were\n");
    assert_eq!(number(&db, EVENTS).await, 1);

    let wrong = text.replace("11/23", "11/31");
    std::fs::write(path, &wrong).expect("written");
    let refused = run(&url, &["holidays", "import", path]);
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(error.contains("syukujitsu.csv: line 3: `") && error.contains("11/31` isn't a day"), "{error}");
}
