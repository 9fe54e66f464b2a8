//! What is read of a whole nation, over real loopback HTTP, while twenty reports a second arrive: a day by prefecture, a
//! year's weekly curve, and who is missing at a health center.
//!
//! The country is made by `nippo demo --scale`, and served by `nippo serve --demo`, both as processes of their own.
//! `NIPPO_BENCH_SCALE` (`nation`, or `prefecture` to be quick) says how large it is, `NIPPO_BENCH_SECONDS` how long each
//! engine is measured; `NIPPO_TEST_POSTGRES` names a PostgreSQL, without which only SQLite is measured.
//! `NIPPO_BENCH_DATABASE` names a database that holds such a country already, and that alone is measured.

mod country;
mod measures;
mod server;

use std::time::{Duration, Instant};

use country::Country;
use server::Server;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is read, and within how many milliseconds 95 of 100 answers are wanted.
const GOALS: [(&str, f64); 3] =
    [("a day by prefecture", 20.0), ("a year's weekly curve", 100.0), ("who is missing at a center", 50.0)];

fn main() -> Result<(), Failure> {
    // `cargo bench` says so; tests of all targets run this too, and nobody wants minutes of load there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let scale = environment("NIPPO_BENCH_SCALE").unwrap_or_else(|| "nation".to_owned());
    let seconds = environment("NIPPO_BENCH_SECONDS").and_then(|value| value.parse().ok()).unwrap_or(60);
    let measured = Duration::from_secs(seconds);
    if let Some(url) = environment("NIPPO_BENCH_DATABASE") {
        return runtime.block_on(measure(&url, measured));
    }
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite://{}?mode=rwc", folder.path().join("nation.db").display());
    let mut urls = vec![file];
    if let Some(url) = environment("NIPPO_TEST_POSTGRES") {
        urls.push(runtime.block_on(country::new_schema(&url))?);
    }
    for url in urls {
        let begun = Instant::now();
        server::seed(&url, &scale)?;
        println!("{:<44} {:>8.1} min", format!("the {scale} is made"), begun.elapsed().as_secs_f64() / 60.0);
        runtime.block_on(measure(&url, measured))?;
    }
    Ok(())
}

async fn measure(url: &str, measured: Duration) -> Result<(), Failure> {
    let engine = if url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
    let country = Country::of(url, measured).await?;
    let gigabytes = country::size(url).await? as f64 / 1e9;
    println!("{:<44} {gigabytes:>8.2} GB", format!("{engine}, size of the database"));
    let server = Server::start(url)?;
    let figures = measures::run(&server, &country, measured).await?;
    for (what, mut took) in figures.reads {
        let [p50, p95] = [50, 95].map(|part| percentile(&mut took, part));
        println!("{:<44} {:>8} reads, p50 {p50:.1} ms, p95 {p95:.1} ms", format!("{engine}, {what}"), took.len());
        if let Some((_, most)) = GOALS.iter().find(|(name, _)| *name == what) {
            let verdict = if p95 <= *most { "met" } else { "MISSED" };
            println!("  p95 (goal at most {most:.0} ms: {verdict})");
        }
    }
    let mut reports = figures.reports;
    // Reads are slower beside writes: without these the figures above would say nothing.
    let wanted = measured.as_secs() * u64::from(measures::REPORTS) / 2;
    if (reports.len() as u64) < wanted {
        return Err(format!("{} reports were accepted meanwhile, fewer than {wanted}", reports.len()).into());
    }
    let p99 = percentile(&mut reports, 99);
    println!("{:<44} {:>8} sent, p99 {p99:.1} ms", format!("{engine}, reports meanwhile"), reports.len());
    if let Some(megabytes) = server.peak_megabytes() {
        println!("{:<44} {megabytes:>8} MB", format!("{engine}, most memory of the server"));
    }
    Ok(())
}

fn percentile(took: &mut [f64], part: usize) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get((took.len() * part / 100).min(took.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::disallowed_methods, reason = "a bench is started by hand and has no configuration")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
