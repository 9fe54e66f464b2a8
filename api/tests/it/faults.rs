//! What is asked while the database can't work is answered "busy", what can be read is read, and afterwards all is as
//! before, without a restart.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use shared::ProblemKind;
use shared::account::SignInRequest;
use shared::report::{ReportRequest, WarningCode};
use shared::reporting_day::UnitQuery;

use crate::database::{Place, WriteLock};
use crate::harness::{PASSWORD, SignedIn, TestApp, problem};
use crate::program::{self, Program};
use crate::reports::{refused, report};

/// How long requests wait for the database here.
const SHORT: Duration = Duration::from_millis(200);
/// Within which time everything works again.
const RECOVERY: Duration = Duration::from_secs(10);

async fn impatient() -> TestApp {
    TestApp::with(|config| config.limits.database_wait = SHORT).await
}

async fn send(clinic: &SignedIn, app: &TestApp) -> Response {
    let request = clinic.raw.request(Method::POST, "/api/v1/reports").header("Idempotency-Key", "of-today");
    request.json(&report(app.today(), [1; 14])).send().await.expect("an answer")
}

/// Asserts that an answer is 503 and says when to come again.
async fn assert_busy(answer: Response) {
    let (kind, problem) = problem(answer).await;
    assert_eq!(kind, ProblemKind::Busy);
    assert!(problem.retry_after.is_some());
}

async fn assert_reads_go_on(clinic: &SignedIn) {
    for path in ["/api/v1/auth/session", "/api/v1/reporting-day", "/api/v1/history", "/health/ready", "/health/live"] {
        assert_eq!(clinic.raw.get(path).await.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn while_another_writes_for_long_writes_are_busy_and_reads_go_on() {
    let app = impatient().await;
    let clinic = app.institution().await;
    let lock = WriteLock::take(&app.place).await;
    assert_busy(send(&clinic, &app).await).await;
    let request = SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    assert_eq!(refused(app.browser().client().sign_in(&request).await).0, ProblemKind::Busy);
    assert_reads_go_on(&clinic).await;
    lock.release().await;
    assert_eq!(send(&clinic, &app).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn when_all_connections_are_taken_reading_is_busy_and_who_is_signed_in_can_report() {
    let app = impatient().await;
    let clinic = app.institution().await;
    let mut readings = Vec::new();
    while let Ok(reading) = app.state.store.reading().await {
        readings.push(reading);
    }
    for path in ["/api/v1/reporting-day", "/api/v1/history", "/health/ready"] {
        assert_busy(clinic.raw.get(path).await).await;
    }
    for path in ["/api/v1/auth/session", "/health/live"] {
        assert_eq!(clinic.raw.get(path).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(send(&clinic, &app).await.status(), StatusCode::CREATED);
    for reading in readings {
        reading.finish();
    }
    assert_reads_go_on(&clinic).await;
}

/// A PostgreSQL of a test's own, which it may kill.
struct Cluster {
    folder: String,
    url: String,
}

impl Cluster {
    fn start() -> Self {
        let said = Self::script(&["start"]);
        let (folder, url) = said.trim_end().split_once('\n').expect("two lines");
        Self { folder: folder.to_owned(), url: url.to_owned() }
    }

    /// Ends all its processes at once, as a machine does that breaks down.
    fn kill(&self) {
        Self::script(&["kill", &self.folder]);
    }

    fn restart(&self) {
        Self::script(&["restart", &self.folder]);
    }

    fn script(arguments: &[&str]) -> String {
        let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres.sh");
        program::said(Command::new(script).args(arguments).output().expect("started"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        Self::script(&["stop", &self.folder]);
    }
}

#[tokio::test]
async fn while_postgresql_is_down_requests_are_busy_and_afterwards_all_is_as_before() {
    if !Place::new().await.is_postgres() {
        return; // SQLite is a part of the process.
    }
    let cluster = Cluster::start();
    let app = TestApp::at(Place::at(&cluster.url), |config| config.limits.database_wait = SHORT).await;
    let (clinic, later) = (app.institution().await, app.institution().await);
    assert_eq!(send(&clinic, &app).await.status(), StatusCode::CREATED);
    cluster.kill();
    // The first answers find connections that were lost, the next ones none to be had.
    for _ in 0..3 {
        assert_busy(send(&later, &app).await).await;
        assert_busy(clinic.raw.get("/api/v1/history").await).await;
        assert_busy(clinic.raw.get("/health/ready").await).await;
        assert_eq!(clinic.raw.get("/health/live").await.status(), StatusCode::OK);
    }
    cluster.restart();
    let up = Instant::now();
    loop {
        let answer = send(&later, &app).await;
        if answer.status() == StatusCode::CREATED {
            break;
        }
        assert_busy(answer).await;
        assert!(up.elapsed() < RECOVERY, "not recovered after {:?}", up.elapsed());
    }
    assert_reads_go_on(&clinic).await;
    assert_eq!(send(&clinic, &app).await.headers().get("Idempotency-Replayed").expect("a repetition"), "true");
    drop(app);
    program::assert_sound(&cluster.url);
}

/// Sets how large files a process may write. To lower the limit and to raise it again needs no privilege.
fn limit_files(program: &Program, bytes: &str) {
    let (process, limit) = (format!("--pid={}", program.id()), format!("--fsize={bytes}:unlimited"));
    program::said(Command::new("prlimit").args([process, limit]).output().expect("util-linux is everywhere"));
}

#[tokio::test]
async fn while_sqlite_cannot_write_its_file_writes_are_busy_and_reads_go_on() {
    let place = Place::new().await;
    if place.is_postgres() {
        return; // Its server answers for its own files.
    }
    // Who may not write further gets a signal first, which ends a process that doesn't ignore it.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" serve --demo --clock 2026-11-22T18:20+09:00"]);
    command.arg(env!("CARGO_BIN_EXE_nippo")).env_clear().env("NIPPO_DATABASE_URL", place.url());
    command.env("NIPPO_PASSWORD_COST", "8,1,1").env("PATH", "/usr/bin:/bin");
    let program = Program::start(command);
    let client = program.demo_client(0).await;
    let day = client.reporting_day(&UnitQuery::default()).await.expect("the form opens").day;
    let of_today = ReportRequest { acknowledged_warnings: WarningCode::ALL.to_vec(), ..report(day, [1; 14]) };

    limit_files(&program, "1");
    for _ in 0..3 {
        let (kind, problem) = refused(client.submit_report("of-today", &of_today).await);
        assert_eq!(kind, ProblemKind::Busy);
        assert!(problem.retry_after.is_some());
        client.session().await.expect("reads go on");
        client.reporting_day(&UnitQuery::default()).await.expect("reads go on");
    }
    limit_files(&program, "unlimited");
    let accepted = client.submit_report("of-today", &of_today).await.expect("accepted, without a restart");
    assert!(!accepted.replayed);
    drop(program);
    program::assert_sound(&place.url());
}
