//! The program itself: around midnight, whatever the time zone of its machine, and on databases that it must not serve.

use api::clock::Clock;
use shared::history::HistoryQuery;
use shared::organization::OrganizationKind;
use shared::problem::ProblemKind;
use shared::report::{ReportRequest, WarningCode};
use shared::reporting_day::UnitQuery;

use crate::database::{self, Place, cells};
use crate::program::Program;
use crate::reports::{refused, report};

/// Zones as POSIX writes them, which need no table of the system: Japan, and where it is another day for long.
const ZONES: [&str; 3] = ["UTC0", "JST-9", "PST8"];

/// The last tenth of a second of a day and the first instant of the next, the day each belongs to, and the other one.
const INSTANTS: [(&str, &str, &str); 2] = [
    ("2026-11-22T23:59:59.9+09:00,frozen", "2026-11-22", "2026-11-23"),
    ("2026-11-23T00:00:00.0+09:00,frozen", "2026-11-23", "2026-11-22"),
];

fn of(day: &str) -> ReportRequest {
    let day = day.parse().expect("a day");
    ReportRequest { acknowledged_warnings: WarningCode::ALL.to_vec(), ..report(day, [0; 14]) }
}

#[tokio::test]
async fn whatever_the_machines_time_zone_the_day_changes_at_midnight_in_japan() {
    for zone in ZONES {
        for (instant, today, other) in INSTANTS {
            let place = Place::new().await;
            let mut command = Program::demo(&place.url());
            command.args(["--clock", instant]).env("TZ", zone);
            let program = Program::start(command);
            let client = program.demo_client(0).await;

            let opened = client.reporting_day(&UnitQuery::default()).await.expect("the form opens");
            assert_eq!(opened.day.to_string(), today, "{zone} {instant}");

            let (kind, problem) = refused(client.submit_report("other", &of(other)).await);
            assert_eq!(kind, ProblemKind::DayChanged, "{zone} {instant}");
            assert_eq!(problem.day.map(|day| day.to_string()).as_deref(), Some(today), "{zone} {instant}");

            let sent = client.submit_report("today", &of(today)).await.expect("accepted").value;
            assert_eq!(sent.entry_day.to_string(), today, "{zone} {instant}");
            let digits = today[2..].replace('-', "");
            assert!(sent.receipt.number.starts_with(&digits), "{zone} {instant}: {}", sent.receipt.number);
            let history = client.history(&HistoryQuery::default()).await.expect("a history");
            let newest = &history.items[0];
            assert_eq!((newest.day, newest.receipt_id), (sent.entry_day, Some(sent.id)), "{zone} {instant}");
        }
    }
}

#[tokio::test]
async fn a_second_server_of_one_file_is_refused_and_says_why() {
    let place = Place::new().await;
    if place.is_postgres() {
        return; // Any number of servers share it.
    }
    let first = Program::start(Program::demo(&place.url()));
    let second = Program::demo(&place.url()).env("NIPPO_LISTEN", "127.0.0.1:0").output().expect("started");
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success() && said.contains("another nippo serves"), "{said}");
    drop(first);
    Program::start(Program::demo(&place.url()));
}

#[tokio::test]
async fn what_a_demo_made_is_served_as_a_demo_alone_and_nothing_else_is() {
    let demos = Place::new().await;
    drop(Program::start(Program::demo(&demos.url())));
    let own = Place::new().await;
    drop(own.store(&Clock::system()).await);
    let db = own.connection().await;
    database::organization(&db, OrganizationKind::Prefecture, None).await;

    let (served, _folder) = Program::in_earnest(&demos.url());
    for (place, command, told) in [
        (&demos, served, "this database holds a demo; serve it with --demo, or name another in NIPPO_DATABASE_URL"),
        (
            &own,
            Program::demo(&own.url()),
            "this database wasn't made by the demo; name another file or database in NIPPO_DATABASE_URL",
        ),
    ] {
        let before = cells(&place.connection().await).await;
        let said = Program::refused(command);
        assert!(said.contains(told), "{said}");
        assert!(cells(&place.connection().await).await == before, "nothing is written: {told}");
    }
    // Each is served as what it is.
    drop(Program::serve(&own.url()));
    drop(Program::start(Program::demo(&demos.url())));
}
