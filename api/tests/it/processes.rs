//! The program itself, as a process: days around midnight whatever the machine's time zone.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use shared::ReportingDay;
use shared::account::SignInRequest;
use shared::age_band::BandCounts;
use shared::client::{Client, ClientError};
use shared::problem::ProblemKind;
use shared::report::ReportRequest;
use shared::site::DemoAccount;

const KIND: Option<ProblemKind> = Some(ProblemKind::DayChanged);

/// A running `nippo`, killed at the end.
struct Process {
    child: Child,
    origin: String,
    folder: tempfile::TempDir,
}

impl Process {
    /// Serves the demo from an instant on, on a machine of a time zone.
    fn demo(zone: &str, clock: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("free").port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_nippo"))
            .args(["serve", "--demo", "--clock", clock])
            .env("TZ", zone)
            .env("NIPPO_LOG", "info")
            .env("NIPPO_LISTEN", format!("127.0.0.1:{port}"))
            .env("NIPPO_DATABASE_URL", format!("sqlite://{}/nippo.db?mode=rwc", folder.path().display()))
            .env("NIPPO_PASSWORD_COST", "8,1,1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        assert!(lines.any(|line| line.is_ok_and(|line| line.contains("listening"))), "it ended");
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, origin: format!("http://127.0.0.1:{port}"), folder }
    }

    /// A browser in which the first account shown is signed in.
    async fn first_account(&self) -> Client {
        let listed = Command::new(env!("CARGO_BIN_EXE_nippo")).args(["demo", "accounts", "--json"]).output();
        let accounts: Vec<DemoAccount> = serde_json::from_slice(&listed.expect("lists").stdout).expect("an array");
        let http = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        let client = Client::new(http, self.origin.clone());
        let (login_id, password) = (accounts[0].login_id.clone(), accounts[0].password.clone());
        client.sign_in(&SignInRequest { login_id, password }).await.expect("signed in");
        client
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert!(self.folder.path().exists());
    }
}

fn report(day: &str) -> ReportRequest {
    ReportRequest {
        unit_id: None,
        entry_day: day.parse::<ReportingDay>().expect("a day"),
        counts: BandCounts::ZERO,
        total: None,
        adjustments: Vec::new(),
        channel: None,
        acknowledged_warnings: shared::report::WarningCode::ALL.to_vec(),
    }
}

#[tokio::test]
async fn whatever_the_machines_time_zone_the_day_changes_at_midnight_in_japan() {
    let instants = [
        ("2026-11-22T23:59:59.9+09:00,frozen", "2026-11-22", "2026-11-23"),
        ("2026-11-23T00:00:00.0+09:00,frozen", "2026-11-23", "2026-11-22"),
    ];
    for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles"] {
        for (instant, today, other) in instants {
            let process = Process::demo(zone, instant);
            let client = process.first_account().await;
            match client.submit_report("other", &report(other)).await {
                Err(ClientError::Problem(problem)) => {
                    assert_eq!(problem.kind(), KIND, "{zone} {instant}")
                }
                answer => panic!("{zone} {instant}: {answer:?}"),
            }
            let answer = client.submit_report("today", &report(today)).await;
            assert!(answer.is_ok(), "{zone} {instant}: {answer:?}");
        }
    }
}
