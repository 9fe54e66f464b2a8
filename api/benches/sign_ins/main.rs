//! Signing in under load and under attack, over real loopback HTTP, with passwords hashed at their real cost.
//!
//! How many people get in a second (password and app's code), beside how many passwords these cores can hash at all,
//! while reports arrive; what those are told who are too many; how long an owner needs while somebody guesses his
//! password; and whether the time of an answer tells which login IDs exist.
//!
//! `NIPPO_BENCH_SECONDS` shortens it. Ends with a failure where an owner can't get in, or time tells something.

mod clients;
mod country;
mod measures;

use std::time::Duration;

use clients::Server;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Reports a second that arrive meanwhile.
const REPORTS: u32 = 20;

fn main() -> Result<(), Failure> {
    // `cargo bench` says so; tests of all targets run this too, and nobody wants minutes of load there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let measured = Duration::from_secs(seconds().unwrap_or(30));
    let before = measures::bare_hashes(measured / 3)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let server = Server::start().await?;
        let busy = measures::sign_ins(&server, measured).await?;
        // A machine that others use, too, changes its pace within a minute: what it can do is asked before and after.
        let after = tokio::task::block_in_place(|| measures::bare_hashes(measured / 3))?;
        let bare = f64::midpoint(before, after);
        println!("{:<44} {bare:>8.1} per s ({before:.1} before, {after:.1} after)", "bare hashes of passwords");
        println!(
            "{:<44} {:>8.1} per s, p50 {:.0} ms, p99 {:.0} ms",
            "sign-ins, password and code", busy.per_second, busy.p50, busy.p99
        );
        println!(
            "{:<44} {:>8} sent, p99 {:.0} ms",
            format!("reports meanwhile, {REPORTS} a second"),
            busy.reports,
            busy.reports_p99
        );
        goal("sign-ins beside bare hashes", busy.per_second / bare, 0.90..=f64::MAX);
        goal("p99 of reports meanwhile, ms", busy.reports_p99, 0.0..=250.0);
        let flood = measures::flood(&server, measured / 3).await?;
        println!(
            "{:<44} {:>8} judged, {} told to come again, {} otherwise; the longest answer took {:.0} ms",
            "400 at once", flood.judged, flood.told, flood.others, flood.longest
        );
        let none = goal("answers other than these", f64::from(flood.others), 0.0..=0.0);
        let longest = measures::owner_under_attack(&server).await?;
        println!("{:<44} {longest:>8.0} ms at the longest, of five sign-ins", "the owner, amid 1,000 guesses");
        let in_time = goal("an owner's sign-in, ms", longest, 0.0..=2_000.0);
        let mut tells_nothing = true;
        for (name, area) in measures::timing(&server).await? {
            println!("{:<44} {area:>8.3} AUC", format!("time of {name}, beside a wrong password"));
            tells_nothing &= goal(name, area, 0.40..=0.60);
        }
        server.stop().await;
        if none && in_time && tells_nothing { Ok(()) } else { Err("a goal that must hold was missed".into()) }
    })
}

/// Prints whether a goal was met.
fn goal(name: &str, value: f64, range: std::ops::RangeInclusive<f64>) -> bool {
    let is_met = range.contains(&value);
    let verdict = if is_met { "met" } else { "MISSED" };
    let (least, most) = (*range.start(), *range.end());
    let wanted = if most == f64::MAX { format!("at least {least:.2}") } else { format!("{least:.2} to {most:.2}") };
    println!("  {name}: {value:.2} (goal {wanted}: {verdict})");
    is_met
}

#[expect(clippy::disallowed_methods, reason = "a bench is started by hand and has no configuration")]
fn seconds() -> Option<u64> {
    std::env::var("NIPPO_BENCH_SECONDS").ok().and_then(|value| value.parse().ok())
}
