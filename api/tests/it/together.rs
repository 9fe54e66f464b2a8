//! Many at the same time: on SQLite in one process, on PostgreSQL split over two, beside commands of the operator.

use std::collections::BTreeSet;

use api::auth::password::Passwords;
use api::clock::Clock;
use api::config::PasswordCost;
use api::store::Store;
use api::store::account::{Created, NewAccount};
use futures_util::future::join_all;
use shared::account::{NextStep, SignInRequest};
use shared::client::Client;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::report::{ReportRequest, WarningCode};
use shared::reporting_day::UnitQuery;
use shared::{ProblemKind, ReportingDay};
use uuid::Uuid;

use crate::authenticator;
use crate::database::{self, Place, number};
use crate::harness::PASSWORD;
use crate::program::{self, Program, browser};
use crate::reports::{refused, report};

/// How many report for one unit at once.
const RIVALS: usize = 64;
/// How many other units report meanwhile, and sign in a second time.
const OTHERS: usize = 16;
/// How many managers are created meanwhile, with login IDs of the program's choice.
const MANAGERS: usize = 3;

fn today() -> ReportingDay {
    shared::reporting_day(Clock::system().now())
}

/// A person of a clinic, and a browser in which nobody is signed in yet.
pub struct Clinic {
    pub account_id: Uuid,
    pub login_id: String,
    pub http: reqwest::Client,
}

impl Clinic {
    async fn new(store: &Store, db: &sea_orm::DatabaseConnection, center: &OrganizationRef, phc: &str) -> Self {
        let unit = database::organization(db, OrganizationKind::Institution, Some(center.id)).await;
        Self::person(store, &unit, false, phc).await
    }

    pub async fn person(store: &Store, unit: &OrganizationRef, is_manager: bool, phc: &str) -> Self {
        let id = Uuid::now_v7();
        let login_id = format!("T-{}", id.simple().to_string()[20..].to_uppercase());
        let new = NewAccount {
            id,
            login_id: login_id.clone(),
            organization_id: unit.id,
            is_manager,
            display_name: "医事課".to_owned(),
            password_phc: phc.to_owned(),
            must_change_password: false,
        };
        assert_eq!(store.create_account(new).await.expect("written"), Created::Yes);
        let passwords = Passwords::new(PasswordCost { memory: 8, passes: 1, lanes: 1 }).expect("a cost");
        authenticator::enroll(store, &passwords, id).await;
        Self { account_id: id, login_id, http: browser() }
    }

    pub async fn sign_in(&self, at: &Program, db: &sea_orm::DatabaseConnection) -> Client {
        let client = at.client(&self.http);
        let request = SignInRequest { login_id: self.login_id.clone(), password: PASSWORD.to_owned() };
        client.sign_in(&request).await.expect("the password is right");
        let code = authenticator::code(db, self.account_id, Clock::system().now()).await;
        let step = client.second_factor(&authenticator::shown(code)).await.expect("signed in");
        assert_eq!(step.next, NextStep::Done);
        client
    }
}

fn of(day: ReportingDay, each: u32) -> ReportRequest {
    ReportRequest { acknowledged_warnings: WarningCode::ALL.to_vec(), ..report(day, [each; 14]) }
}

/// Login ID and activation code of a new manager, as the command prints them: the code is typed as the password.
async fn create_manager(url: String) -> SignInRequest {
    let created = tokio::task::spawn_blocking(move || program::said(program::run(&url, &["create-manager"])));
    let said = created.await.expect("done");
    let after = |label: &str| said.lines().find_map(|line| line.strip_prefix(label)).expect(label).to_owned();
    SignInRequest { login_id: after("login ID: "), password: after("activation code: ") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_simultaneous_reports_one_is_accepted_whatever_else_happens_in_whichever_process() {
    loop {
        let begun = today();
        match tokio::spawn(everything_at_once()).await {
            Ok(()) => return,
            Err(failed) if today() == begun => std::panic::resume_unwind(failed.into_panic()),
            // The program runs by the machine's clock. A day that ended meanwhile is another test's subject.
            Err(_) => {}
        }
    }
}

async fn everything_at_once() {
    let place = Place::new().await;
    let store = place.store(&Clock::system()).await;
    let (url, db) = (place.url(), place.connection().await);
    let prefecture = database::organization(&db, OrganizationKind::Prefecture, None).await;
    let center = database::organization(&db, OrganizationKind::HealthCenter, Some(prefecture.id)).await;
    let phc = Passwords::new(PasswordCost::default()).expect("a cost").hash(PASSWORD).await.expect("a hash");
    let contested = Clinic::new(&store, &db, &center, &phc).await;
    let mut others = Vec::new();
    for _ in 0..OTHERS {
        others.push(Clinic::new(&store, &db, &center, &phc).await);
    }
    drop(store);

    let processes = if place.is_postgres() { 2 } else { 1 };
    let programs: Vec<Program> = (0..processes).map(|_| Program::serve(&url)).collect();
    let at = |place: usize| &programs[place % programs.len()];

    // A session begun in one process is good in the other.
    contested.sign_in(at(0), &db).await;
    let clients: Vec<Client> = (0..RIVALS).map(|rival| at(rival).client(&contested.http)).collect();
    let day = clients[1].reporting_day(&UnitQuery::default()).await.expect("the form opens").day;
    let of_others = join_all(others.iter().enumerate().map(|(place, clinic)| clinic.sign_in(at(place), &db))).await;

    let rivals =
        join_all(clients.iter().enumerate().map(async |(rival, client)| {
            client.submit_report(&format!("rival-{rival}"), &of(day, rival as u32)).await
        }));
    let reports = join_all(others.iter().enumerate().map(async |(place, clinic)| {
        let elsewhere = at(place + 1).client(&clinic.http);
        elsewhere.submit_report("of-the-day", &of(day, 1)).await.expect("accepted").value
    }));
    let again = join_all(others.iter().enumerate().map(async |(place, clinic)| {
        let second = Clinic { account_id: clinic.account_id, login_id: clinic.login_id.clone(), http: browser() };
        second.sign_in(at(place), &db).await
    }));
    let managers = join_all((0..MANAGERS).map(|_| create_manager(url.clone())));
    let (rivals, reports, again, managers) = tokio::join!(rivals, reports, again, managers);

    let (accepted, refusals): (Vec<_>, Vec<_>) = rivals.into_iter().partition(Result::is_ok);
    assert_eq!((accepted.len(), refusals.len()), (1, RIVALS - 1));
    let accepted = accepted.into_iter().next().expect("one").expect("accepted").value;
    for refusal in refusals {
        let (kind, problem) = refused(refusal);
        assert_eq!(kind, ProblemKind::AlreadyReported);
        assert_eq!(problem.existing.as_deref(), Some(&accepted), "what is shown is what was answered");
    }
    let numbers: BTreeSet<u32> =
        reports.iter().chain([&accepted]).map(|report| counter(&report.receipt.number)).collect();
    assert_eq!(numbers, (1..=OTHERS as u32 + 1).collect(), "receipts are numbered without a gap");

    for (place, manager) in managers.iter().enumerate() {
        let step = at(place).client(&browser()).sign_in(manager).await.expect("signed in");
        assert_eq!(step.next, NextStep::EnrollSecondFactor);
    }
    assert_eq!(managers.iter().map(|manager| &manager.login_id).collect::<BTreeSet<_>>().len(), MANAGERS);

    // What ends in one process has ended in the other.
    again[0].sign_out().await.expect("signed out");
    of_others[0].sign_out().await.expect("signed out");
    let (kind, _) = refused(at(1).client(&others[0].http).session().await);
    assert_eq!(kind, ProblemKind::SignInRequired);

    let events = async |action: &str| {
        number(&db, &format!("SELECT count(*) FROM audit_event WHERE action = '{action}'")).await as usize
    };
    assert_eq!(events("submit_report").await, OTHERS + 1);
    assert_eq!(events("sign_in").await, 2 * (1 + 2 * OTHERS) + MANAGERS, "two steps each, and one of each manager");
    assert_eq!(events("sign_out").await, 2);
    assert_eq!(events("create_account").await, 1 + OTHERS);
    assert_eq!(events("issue_account").await, MANAGERS);
    assert_eq!(events("create_organization").await, 1, "the ministry is registered by whoever comes first");
    drop(programs);
    program::assert_sound(&url);
}

/// The counter within a receipt number.
fn counter(number: &str) -> u32 {
    number.split('-').nth(2).and_then(|digits| digits.parse().ok()).expect("a counter")
}

#[tokio::test]
async fn two_processes_may_begin_one_demo_at_the_same_time() {
    const CLOCK: [&str; 2] = ["--clock", "2026-11-22T18:20+09:00"];
    let (alone, shared) = (Place::new().await, Place::new().await);
    if !shared.is_postgres() {
        return; // A file is one process's own.
    }
    let start = |url: String| {
        tokio::task::spawn_blocking(move || {
            let mut command = Program::demo(&url);
            command.args(CLOCK);
            Program::start(command)
        })
    };
    let (one, two) = tokio::join!(start(shared.url()), start(shared.url()));
    let (one, two) = (one.expect("it serves"), two.expect("it serves"));
    let opened = one.demo_client(0).await.reporting_day(&UnitQuery::default()).await.expect("the form opens");
    assert_eq!(two.demo_client(0).await.reporting_day(&UnitQuery::default()).await.expect("opens").day, opened.day);
    let single = start(alone.url()).await.expect("it serves");
    let (of_both, of_one) = (shared.connection().await, alone.connection().await);
    for table in ["organization", "account", "submission", "ledger_entry", "day_statement"] {
        let question = format!("SELECT count(*) FROM {table}");
        let count = number(&of_one, &question).await;
        assert!(count > 0, "{table}");
        assert_eq!(number(&of_both, &question).await, count, "{table}");
    }
    drop((one, two, single));
    program::assert_sound(&shared.url());
}
