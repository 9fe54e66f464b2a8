//! Durable reports per second over the full path, beside two ceilings measured in the same run.
//!
//! 20,000 units, each with a session, report over real loopback HTTP through 64 connections: session, checks, ledger,
//! rollup, audit. When all have reported, the clock moves on a day. Only answers 201 count. The ceilings are a bare
//! echo of the same body, and the same path with one transaction a report.
//!
//! `NIPPO_BENCH_UNITS`, `NIPPO_BENCH_WARM_UP`, `NIPPO_BENCH_SECONDS` and `NIPPO_BENCH_RUNS` shorten it;
//! `NIPPO_TEST_POSTGRES` names a PostgreSQL, without which only SQLite is measured.

mod country;
mod load;
mod server;

use std::time::Duration;

use load::{Figures, Plan};
use server::Engine;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const CONNECTIONS: usize = 64;

fn main() -> Result<(), Failure> {
    // `cargo bench` says so; tests of all targets run this too, and nobody wants minutes of load there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let plan = Plan {
        units: setting("NIPPO_BENCH_UNITS", 20_000),
        connections: CONNECTIONS,
        warm_up: Duration::from_secs(setting("NIPPO_BENCH_WARM_UP", 10) as u64),
        measured: Duration::from_secs(setting("NIPPO_BENCH_SECONDS", 30) as u64),
        runs: setting("NIPPO_BENCH_RUNS", 3),
    };
    println!(
        "{} units, {} connections, {} s warm-up, {} s measured, median of {}",
        plan.units,
        plan.connections,
        plan.warm_up.as_secs(),
        plan.measured.as_secs(),
        plan.runs
    );
    println!("{:<38} {:>9} {:>9} {:>9}", "path", "per s", "p50 ms", "p99 ms");
    if setting("NIPPO_BENCH_CEILINGS", 1) == 0 {
        row("SQLite, nippo", &server::reports(&Engine::Sqlite, &plan, true)?);
        if let Some(url) = environment("NIPPO_TEST_POSTGRES") {
            row("PostgreSQL, nippo", &server::reports(&Engine::Postgres(url), &plan, true)?);
        }
        return Ok(());
    }
    let echo = server::echo(&plan)?;
    row("bare echo", &echo);
    measure(&Engine::Sqlite, &plan, &echo)?;
    match environment("NIPPO_TEST_POSTGRES") {
        Some(url) => measure(&Engine::Postgres(url), &plan, &echo)?,
        None => println!("NIPPO_TEST_POSTGRES is not set: PostgreSQL is not measured"),
    }
    Ok(())
}

fn measure(engine: &Engine, plan: &Plan, echo: &Figures) -> Result<(), Failure> {
    let name = engine.name();
    let alone = server::reports(engine, plan, false)?;
    row(&format!("{name}, one transaction a report"), &alone);
    let group = server::reports(engine, plan, true)?;
    row(&format!("{name}, nippo"), &group);
    let (of_alone, of_echo) = engine.goals();
    compare(name, "one transaction a report", group.per_second / alone.per_second.max(1.0), of_alone);
    compare(name, "the echo", group.per_second / echo.per_second.max(1.0), of_echo);
    Ok(())
}

/// How many times a ceiling's figure nippo reaches, and whether that was the goal.
fn compare(name: &str, ceiling: &str, ratio: f64, goal: Option<f64>) {
    let verdict = match goal {
        Some(goal) if ratio >= goal => format!("  (goal at least {goal}: met)"),
        Some(goal) => format!("  (goal at least {goal}: MISSED)"),
        None => String::new(),
    };
    println!("{name}: {ratio:.2} x {ceiling}{verdict}");
}

fn row(path: &str, figures: &Figures) {
    let note = if figures.others > 0 { format!("  ({} answers were not 201)", figures.others) } else { String::new() };
    println!("{path:<38} {:>9.0} {:>9.2} {:>9.2}{note}", figures.per_second, figures.p50, figures.p99);
}

#[expect(clippy::disallowed_methods, reason = "a bench is started by hand and has no configuration")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn setting(name: &str, default: usize) -> usize {
    environment(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}
