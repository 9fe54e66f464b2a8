//! How fast it is verified that nothing was altered.
//!
//! 2,000 units report for a hundred days through the store's own writer, so that each event has what a real one has: a
//! submission, and its entry in the ledger. All of that is then verified, as `nippo audit verify` does, and the chain by
//! itself, as a server does once an hour with what is new.
//!
//! `NIPPO_BENCH_EVENTS` and `NIPPO_BENCH_RUNS` shorten it; `NIPPO_TEST_POSTGRES` names a PostgreSQL, without which only
//! SQLite is measured. Ends with a failure where verifying everything is slower than the goal.

mod country;

use std::future::Future;
use std::time::Instant;

use api::clock::Clock;
use api::store::audit::{Verification, verify, verify_since};
use api::store::{Location, Store, StoreError};
use chrono::{DateTime, Utc};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many events a second are to be verified at the least.
const GOAL: f64 = 50_000.0;

fn main() -> Result<(), Failure> {
    // `cargo bench` says so; tests of all targets run this too, and nobody wants minutes of load there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let events = setting("NIPPO_BENCH_EVENTS", 200_000);
    let runs = setting("NIPPO_BENCH_RUNS", 3).max(1);
    println!("{events} events, each of a report; median of {runs}");
    let folder = tempfile::tempdir()?;
    let file = Location::new(format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut is_met = measure("SQLite", &file, events, runs).await?;
        match environment("NIPPO_TEST_POSTGRES") {
            Some(url) => is_met &= measure("PostgreSQL", &new_schema(&url).await?, events, runs).await?,
            None => println!("NIPPO_TEST_POSTGRES is not set: PostgreSQL is not measured"),
        }
        if is_met { Ok(()) } else { Err("a goal that must hold was missed".into()) }
    })
}

/// Makes the events, verifies them, and says whether that was as fast as it must be.
async fn measure(engine: &str, location: &Location, events: usize, runs: usize) -> Result<bool, Failure> {
    let clock = Clock::fixed(start());
    let store = Store::open(location, clock.clone()).await?;
    let begun = Instant::now();
    country::make(&store, &clock, events).await?;
    // A database in which so much is recorded was counted for PostgreSQL's planner long ago.
    store.analyze().await?;
    println!("{:<44} {:>9.1} s", format!("{engine}, reports are made"), begun.elapsed().as_secs_f64());
    let alone = per_second(events, runs, || verify_since(&store, None)).await?;
    println!("{:<44} {alone:>9.0} events per s", format!("{engine}, the chain by itself"));
    let everything = per_second(events, runs, || verify(&store)).await?;
    println!("{:<44} {everything:>9.0} events per s", format!("{engine}, chain, submissions and ledger"));
    let is_met = everything >= GOAL;
    println!("  (goal at least {GOAL:.0}: {})", if is_met { "met" } else { "MISSED" });
    Ok(is_met)
}

/// How many events a second are verified: the median of some runs, each of which must find all of them intact.
async fn per_second<F>(least: usize, runs: usize, verifying: impl Fn() -> F) -> Result<f64, Failure>
where
    F: Future<Output = Result<Verification, StoreError>>,
{
    let mut found = Vec::with_capacity(runs);
    for _ in 0..runs {
        let begun = Instant::now();
        let verification = verifying().await?;
        let took = begun.elapsed().as_secs_f64();
        match verification {
            Verification::Intact { events, .. } if events >= i64::try_from(least)? => found.push(events as f64 / took),
            other => return Err(format!("{least} events were made, and this is said of them: {other:?}").into()),
        }
    }
    found.sort_by(f64::total_cmp);
    Ok(found[runs / 2])
}

/// The instant of the first day.
fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the schema must exist before the store opens it")]
async fn new_schema(url: &str) -> Result<Location, Failure> {
    use sea_orm::ConnectionTrait as _;
    let schema = format!("audit_chain_{}", std::process::id());
    let connection = sea_orm::Database::connect(url).await?;
    connection.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await?;
    connection.close().await?;
    Ok(Location::new(url).in_schema(schema))
}

#[expect(clippy::disallowed_methods, reason = "a bench is started by hand and has no configuration")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn setting(name: &str, default: usize) -> usize {
    environment(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}
