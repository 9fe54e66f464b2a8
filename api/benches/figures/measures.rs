//! Reads one after the other, while reports arrive.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Client;
use shared::age_band::BandCounts;
use shared::report::ReportRequest;
use shared::reporting_day;
use tokio::sync::Mutex;

use crate::country::Country;
use crate::server::Server;
use crate::{Failure, GOALS};

/// Reports a second that arrive meanwhile.
pub(crate) const REPORTS: u32 = 20;
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long answers took, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) reads: Vec<(&'static str, Vec<f64>)>,
    pub(crate) reports: Vec<f64>,
}

pub(crate) async fn run(server: &Server, country: &Country, measured: Duration) -> Result<Figures, Failure> {
    let http = Client::builder().timeout(Duration::from_secs(30)).build()?;
    listens(&http, server).await?;
    let reader = Reader { http: http.clone(), origin: server.origin.clone() };
    let today = reporting_day(api::clock::Clock::system().now());
    // Once before the clock runs: connections are opened, statements prepared.
    for _ in 0..3 {
        reader.get(&country.ministry, "/api/v1/summaries?level=prefecture").await?;
        reader.get(&country.ministry, "/api/v1/summaries?level=nation&curve=weeks").await?;
        reader.get(&country.centers[0], "/api/v1/coverage/units?state=missing").await?;
    }
    let reports = Arc::new(Mutex::new(Vec::new()));
    let arriving = tokio::spawn(arrive(reader.clone(), country.units.clone(), Arc::clone(&reports), measured));
    let mut reads: Vec<(&'static str, Vec<f64>)> = GOALS.iter().map(|(what, _)| (*what, Vec::new())).collect();
    reads.push(("coverage of all centers", Vec::new()));
    reads.push(("who is missing at the largest center", Vec::new()));
    let begun = Instant::now();
    let mut round: u32 = 0;
    while begun.elapsed() < measured {
        // Mostly today, and every other time some day of the year.
        let day = if round.is_multiple_of(2) { today } else { today.minus(1 + round * 37 % 300) };
        // One center after the other, of every size: 49 and their number, 470, have no common factor.
        let center = &country.centers[round as usize * 49 % country.centers.len()];
        let asked = [
            (&country.ministry, format!("/api/v1/summaries?level=prefecture&to={day}")),
            (&country.ministry, format!("/api/v1/summaries?level=nation&curve=weeks&to={day}")),
            (center, format!("/api/v1/coverage/units?state=missing&limit=200&day={}", today.minus(round % 2))),
            (&country.ministry, format!("/api/v1/coverage?day={day}")),
            (&country.centers[0], format!("/api/v1/coverage/units?state=missing&limit=200&day={day}")),
        ];
        for ((_, took), (cookie, path)) in reads.iter_mut().zip(asked) {
            took.push(reader.get(cookie, &path).await?);
        }
        round += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    arriving.await??;
    let reports = std::mem::take(&mut *reports.lock().await);
    Ok(Figures { reads, reports })
}

async fn listens(http: &Client, server: &Server) -> Result<(), Failure> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if http.get(format!("{}/health/ready", server.origin)).send().await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the server does not listen".into())
}

/// Sends reports, each of another unit, evenly.
async fn arrive(
    reader: Reader,
    units: Vec<String>,
    took: Arc<Mutex<Vec<f64>>>,
    measured: Duration,
) -> Result<(), Failure> {
    let mut tick = tokio::time::interval(Duration::from_secs(1) / REPORTS);
    let begun = Instant::now();
    for cookie in units {
        if begun.elapsed() >= measured {
            break;
        }
        tick.tick().await;
        let (reader, took) = (reader.clone(), Arc::clone(&took));
        tokio::spawn(async move {
            if let Ok(milliseconds) = reader.report(&cookie).await {
                took.lock().await.push(milliseconds);
            }
        });
    }
    Ok(())
}

/// A browser.
#[derive(Debug, Clone)]
struct Reader {
    http: Client,
    origin: String,
}

impl Reader {
    /// Reads something whole, as a browser would, and says how many milliseconds that took.
    async fn get(&self, cookie: &str, path: &str) -> Result<f64, Failure> {
        let request = self.http.get(format!("{}{path}", self.origin)).header("Cookie", format!("__Host-sid={cookie}"));
        let begun = Instant::now();
        let answer = request.header("Accept-Encoding", "gzip, br").send().await?;
        let status = answer.status();
        answer.bytes().await?;
        if status.is_success() {
            Ok(begun.elapsed().as_secs_f64() * 1e3)
        } else {
            Err(format!("{path}: {status}").into())
        }
    }

    async fn report(&self, cookie: &str) -> Result<f64, Failure> {
        let counts = BandCounts::new([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_or_default();
        let report = ReportRequest {
            unit_id: None,
            entry_day: reporting_day(api::clock::Clock::system().now()),
            counts,
            total: None,
            adjustments: Vec::new(),
            channel: None,
            acknowledged_warnings: Vec::new(),
        };
        let request = self.http.post(format!("{}/api/v1/reports", self.origin)).json(&report);
        let request = request.header("Cookie", format!("__Host-sid={cookie}")).header("X-Requested-By", "web");
        let begun = Instant::now();
        let answer = request.header("Origin", &self.origin).send().await?;
        if answer.status().is_success() { Ok(begun.elapsed().as_secs_f64() * 1e3) } else { Err("refused".into()) }
    }
}
