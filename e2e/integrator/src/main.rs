//! The day of a clinic's own system: it signs in, asks what day it is, tries its numbers, reports them with a key,
//! repeats the request as after a lost answer, and reads the day back.
//!
//! `integrator ORIGIN ACCOUNTS.json`, with the list that `nippo demo accounts --json` prints.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use shared::ProblemKind;
use shared::account::{NextStep, SignInRequest};
use shared::age_band::BandCounts;
use shared::client::{Client, ClientError};
use shared::history::{DayState, HistoryQuery};
use shared::report::{ReportRequest, ReportView};
use shared::reporting_day::{ReportingDayView, UnitQuery};
use shared::second_factor::{DemoCodeQuery, SecondFactorMethod, SecondFactorRequest};
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [origin, accounts] = arguments.as_slice() else {
        eprintln!("usage: integrator ORIGIN ACCOUNTS.json");
        return ExitCode::FAILURE;
    };
    match a_day(origin, accounts).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("integrator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn a_day(origin: &str, accounts: &str) -> Outcome<()> {
    let (client, day) = unreported_clinic(origin, accounts).await?;
    println!("{} has not reported {} yet", day.unit.name, day.day);

    let mut request = numbers(&day)?;
    let dry = client.dry_run_report(&request).await?;
    expect(dry.entry_day == day.day && dry.total == request.counts.total(), "a dry run answers for today")?;
    request.acknowledged_warnings = dry.warnings.iter().map(|warning| warning.code).collect();
    println!("a dry run gives {} and {} questions", dry.total, dry.warnings.len());

    let key = Uuid::now_v7().to_string();
    let report = reported_once(&client, &key, &request).await?;
    println!("reported: {}", report.receipt.number);
    refused_again(&client, &request).await?;
    read_back(&client, &report).await?;
    client.sign_out().await?;
    expect(is(&client.session().await, ProblemKind::SignInRequired), "after signing out the session is over")?;
    println!("the clinic's day is done");
    Ok(())
}

/// A client signed in as a clinic that has not reported today, and its day.
async fn unreported_clinic(origin: &str, accounts: &str) -> Outcome<(Client, ReportingDayView)> {
    let accounts: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(accounts)?)?;
    for account in accounts.iter().filter(|account| account["organization_kind"] == "institution") {
        let client = Client::new(http()?, origin);
        let text = |field: &str| account[field].as_str().unwrap_or_default().to_owned();
        sign_in(&client, text("login_id"), text("password")).await?;
        if let Ok(day) = client.reporting_day(&UnitQuery::default()).await
            && day.state == DayState::Missing
        {
            return Ok((client, day));
        }
    }
    Err("every clinic has reported".into())
}

/// Signs in by password and by the code that the demo tells in the place of an authenticator app.
async fn sign_in(client: &Client, login_id: String, password: String) -> Outcome<()> {
    let query = DemoCodeQuery { login_id: login_id.clone() };
    let step = client.sign_in(&SignInRequest { login_id, password }).await?;
    expect(step.next == NextStep::SecondFactor, "the password alone opens nothing")?;
    let code = client.demo_code(&query).await?.code.ok_or("every code is used up")?;
    let shown = SecondFactorRequest::code(SecondFactorMethod::Totp, code);
    let step = client.second_factor(&shown).await?;
    // A newcomer's password must be changed first; that clinic's day is another's.
    expect(matches!(step.next, NextStep::Done | NextStep::ChangePassword), "the second factor opens the rest")
}

fn http() -> Outcome<reqwest::Client> {
    Ok(reqwest::Client::builder().cookie_store(true).timeout(Duration::from_secs(10)).build()?)
}

fn numbers(day: &ReportingDayView) -> Outcome<ReportRequest> {
    let counts = BandCounts::new([0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0]).map_err(|_| "a count is too large")?;
    Ok(ReportRequest {
        unit_id: None,
        entry_day: day.day,
        counts,
        total: Some(counts.total()),
        adjustments: Vec::new(),
        channel: None,
        acknowledged_warnings: Vec::new(),
    })
}

/// Reports, and repeats the request: the repetition gets the first answer.
async fn reported_once(client: &Client, key: &str, request: &ReportRequest) -> Outcome<ReportView> {
    let first = client.submit_report(key, request).await?;
    let second = client.submit_report(key, request).await?;
    expect(!first.replayed && second.replayed, "only the repetition says that it is one")?;
    expect(first.value == second.value, "the repetition gets the first answer")?;
    Ok(first.value)
}

/// Another request for the same day is refused, and the refusal carries the report that stands.
async fn refused_again(client: &Client, request: &ReportRequest) -> Outcome<()> {
    let again = client.submit_report(&Uuid::now_v7().to_string(), request).await;
    expect(is(&again, ProblemKind::AlreadyReported), "a second report of the day is refused")
}

async fn read_back(client: &Client, report: &ReportView) -> Outcome<()> {
    expect(client.report(report.id).await? == *report, "the report reads as it was accepted")?;
    expect(client.receipt(report.id).await? == report.receipt, "so does its receipt")?;
    let history = client.history(&HistoryQuery::default()).await?;
    let today = history.items.first().ok_or("the history is empty")?;
    expect(today.day == report.entry_day && today.total == Some(report.total), "the history begins with the report")
}

fn is<T>(answer: &Result<T, ClientError>, kind: ProblemKind) -> bool {
    matches!(answer, Err(ClientError::Problem(problem)) if problem.kind() == Some(kind))
}

fn expect(holds: bool, claim: &str) -> Outcome<()> {
    if holds { Ok(()) } else { Err(format!("not so: {claim}").into()) }
}
