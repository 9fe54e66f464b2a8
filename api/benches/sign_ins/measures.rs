//! What is measured.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::config::PasswordCost;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::TimeDelta;
use futures_util::future::try_join_all;
use reqwest::StatusCode;
use serde_json::json;
use shared::age_band::BandCounts;
use shared::password::MIN_LENGTH;
use shared::report::ReportRequest;
use shared::reporting_day;

use crate::clients::{Browser, Server};
use crate::{Failure, REPORTS};

/// People who sign in at once: fewer than may wait for their turn.
const PEOPLE: usize = 48;
/// Those who come at once when they are too many.
const CROWD: usize = 400;
/// Timed answers of each kind.
const TIMED: usize = 300;

/// What people found who signed in.
pub(crate) struct SignIns {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) reports: usize,
    pub(crate) reports_p99: f64,
}

/// What a crowd was answered.
pub(crate) struct Flood {
    pub(crate) judged: u32,
    pub(crate) told: u32,
    pub(crate) others: u32,
    pub(crate) longest: f64,
}

/// How many passwords all cores check a second when they do nothing else.
pub(crate) fn bare_hashes(measured: Duration) -> Result<f64, Failure> {
    let cost = PasswordCost::default();
    let params = Params::new(cost.memory, cost.passes, cost.lanes, None).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let phc = argon2.hash_password(b"three otters").map_err(|error| error.to_string())?.to_string();
    let (done, cores) = (AtomicUsize::new(0), std::thread::available_parallelism()?.get());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let Ok(stored) = PasswordHash::new(&phc) else { return };
                while started.elapsed() < measured {
                    std::hint::black_box(argon2.verify_password(b"another password", &stored).is_ok());
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    Ok(done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}

/// Signs people in one after the other in each of many browsers, while clinics that are signed in report.
pub(crate) async fn sign_ins(server: &Server, measured: Duration) -> Result<SignIns, Failure> {
    let warm_up = measured / 6;
    let wanted = (REPORTS as usize) * usize::try_from((warm_up + measured).as_secs() + 2)?;
    let reporters = try_join_all((0..PEOPLE).map(async |_| {
        let mut some = Vec::new();
        for _ in 0..wanted.div_ceil(PEOPLE) {
            let (browser, account) = (server.browser()?, server.account()?);
            browser.sign_in("10.1.1.1", account, account.code(server.clock.now())?).await?;
            some.push(browser);
        }
        Ok::<_, Failure>(some)
    }))
    .await?
    .concat();
    let (measuring, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let people = try_join_all((0..PEOPLE).map(async |_| {
        let mut took = Vec::new();
        let browser = server.browser()?;
        while !stop.load(Ordering::Relaxed) {
            let account = server.account()?;
            let started = Instant::now();
            browser.sign_in("10.2.2.2", account, account.code(server.clock.now())?).await?;
            if measuring.load(Ordering::Relaxed) {
                took.push(started.elapsed());
            }
        }
        Ok::<_, Failure>(took)
    }));
    let timer = async {
        tokio::time::sleep(warm_up).await;
        measuring.store(true, Ordering::Relaxed);
        let started = Instant::now();
        tokio::time::sleep(measured).await;
        measuring.store(false, Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
        Ok::<_, Failure>(started.elapsed())
    };
    let (took, elapsed, reports) = tokio::try_join!(people, timer, reports(server, &reporters, &measuring, &stop))?;
    let took = sorted(took.concat());
    Ok(SignIns {
        per_second: took.len() as f64 / elapsed.as_secs_f64(),
        p50: at(&took, 0.5),
        p99: at(&took, 0.99),
        reports: reports.len(),
        reports_p99: at(&sorted(reports), 0.99),
    })
}

/// Sends reports at a steady rate, whether the earlier ones are answered or not, each of another clinic.
async fn reports(
    server: &Server,
    reporters: &[Browser],
    measuring: &AtomicBool,
    stop: &AtomicBool,
) -> Result<Vec<Duration>, Failure> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / REPORTS);
    let mut sent = tokio::task::JoinSet::new();
    for reporter in reporters {
        ticks.tick().await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let request = ReportRequest {
            unit_id: None,
            entry_day: reporting_day(server.clock.now()),
            counts: BandCounts::new([0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0]).unwrap_or_default(),
            total: None,
            adjustments: Vec::new(),
            channel: None,
            acknowledged_warnings: Vec::new(),
        };
        let (reporter, counts) = (reporter.clone(), measuring.load(Ordering::Relaxed));
        sent.spawn(async move {
            let started = Instant::now();
            let answer = reporter.post("/reports", "10.1.1.1", &json!(request)).await?;
            let took = started.elapsed();
            if answer.status() != StatusCode::CREATED {
                return Err(format!("a report: {}", answer.text().await?).into());
            }
            Ok::<_, Failure>(counts.then_some(took))
        });
    }
    let answers = sent.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(answers.into_iter().flatten().collect())
}

/// Far more people than may wait, all strangers with wrong passwords, each for an account of his own.
pub(crate) async fn flood(server: &Server, measured: Duration) -> Result<Flood, Failure> {
    let started = Instant::now();
    let answers = try_join_all((0..CROWD).map(async |number| {
        let (browser, account) = (server.browser()?, server.account()?);
        let mut answers = Vec::new();
        while started.elapsed() < measured {
            let asked = Instant::now();
            let from = format!("10.3.{}.{}", number / 256, number % 256);
            let answer = browser.show_password(&from, &account.login_id, "a wrong password").await;
            let kind = answer.map_or(None, |answer| {
                let comes_again = answer.headers().contains_key("retry-after");
                match answer.status() {
                    StatusCode::UNAUTHORIZED => Some(true),
                    StatusCode::SERVICE_UNAVAILABLE if comes_again => Some(false),
                    _ => None,
                }
            });
            answers.push((kind, asked.elapsed()));
            // A person who is told to come again in two seconds does not hammer; a little earlier is worse for us.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok::<_, Failure>(answers)
    }))
    .await?
    .concat();
    let count = |wanted| answers.iter().filter(|(kind, _)| *kind == wanted).count() as u32;
    let longest = answers.iter().map(|(_, took)| took.as_secs_f64() * 1e3).fold(0.0, f64::max);
    Ok(Flood { judged: count(Some(true)), told: count(Some(false)), others: count(None), longest })
}

/// The longest of five sign-ins of an owner, in his own browser, while somebody tries 1,000 passwords of his account
/// from as many networks.
pub(crate) async fn owner_under_attack(server: &Server) -> Result<f64, Failure> {
    const GUESSES: usize = 1_000;
    const AT_ONCE: usize = 100;
    const LENGTH: usize = MIN_LENGTH as usize;
    let (account, owner) = (server.account()?, server.browser()?);
    owner.sign_in("10.4.4.4", account, account.code(server.clock.now())?).await?;
    let next = AtomicUsize::new(0);
    let attack = try_join_all((0..AT_ONCE).map(async |_| {
        let browser = server.browser()?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= GUESSES {
                return Ok::<_, Failure>(());
            }
            let password = format!("{number:0LENGTH$}");
            browser
                .show_password(&format!("10.{}.{}.1", 100 + number / 256, number % 256), &account.login_id, &password)
                .await?;
        }
    }));
    let owner = async {
        let mut longest: f64 = 0.0;
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            // Each code is good once: the clock goes on to the next.
            server.clock.advance(TimeDelta::seconds(30));
            let started = Instant::now();
            owner.sign_in("10.5.5.5", account, account.code(server.clock.now())?).await?;
            longest = longest.max(started.elapsed().as_secs_f64() * 1e3);
        }
        Ok::<_, Failure>(longest)
    };
    let ((), longest) = tokio::try_join!(async { attack.await.map(|_| ()) }, owner)?;
    Ok(longest)
}

/// How well the time of an answer tells other kinds of login IDs from known ones with a wrong password: the area under
/// the curve, 0.5 where it tells nothing. The kinds take turns.
pub(crate) async fn timing(server: &Server) -> Result<Vec<(&'static str, f64)>, Failure> {
    let browser = server.browser()?;
    let guessed = server.account()?;
    for _ in 0..100 {
        browser.show_password("10.6.6.6", &guessed.login_id, "a wrong password").await?;
    }
    let mut took: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for number in 0..TIMED {
        let (known, disabled) = (server.account()?, server.disabled(number)?);
        let kinds = [
            ("known", known.login_id.clone(), "a wrong password"),
            ("unknown", format!("P27-{number:06}"), "a wrong password"),
            ("disabled", disabled.login_id.clone(), crate::country::PASSWORD),
            ("tried too often", guessed.login_id.clone(), "a wrong password"),
        ];
        // Each kind comes first, second and so on as often as every other.
        for place in 0..kinds.len() {
            let Some((kind, login_id, password)) = kinds.get((place + number) % kinds.len()) else { continue };
            let started = Instant::now();
            let answer = browser.show_password("10.7.7.7", login_id, password).await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                return Err(format!("{kind}: {}", answer.status()).into());
            }
            took.entry(kind).or_default().push(started.elapsed().as_secs_f64());
        }
    }
    let known = took.remove("known").unwrap_or_default();
    Ok(took.iter().map(|(kind, other)| (*kind, area(&known, other))).collect())
}

/// How often one of the others took longer than a known one, of all pairs.
fn area(known: &[f64], others: &[f64]) -> f64 {
    let longer = known.iter().flat_map(|known| {
        others.iter().map(move |other| match other.total_cmp(known) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    });
    longer.sum::<f64>() / (known.len() * others.len()) as f64
}

fn sorted(mut took: Vec<Duration>) -> Vec<Duration> {
    took.sort_unstable();
    took
}

/// Milliseconds below which a part of them lie.
fn at(sorted: &[Duration], part: f64) -> f64 {
    let place = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1e3)
}
