//! Reports over many connections at once, and what became of each.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use api::clock::Clock;
use futures_util::future::try_join_all;
use reqwest::{Response, StatusCode};
use shared::account::SignInRequest;
use shared::age_band::BandCounts;
use shared::client::Client;
use shared::report::{Channel, ReportRequest, ReportView, WarningCode};
use shared::reporting_day;
use uuid::Uuid;

use crate::country::{Country, PASSWORD};
use crate::server::{ORIGIN, Server};
use crate::{Outcome, authenticator, expect};

/// Connections that report at once.
const CONNECTIONS: usize = 32;
/// After how long a busy answer is followed by the same request: sooner than `Retry-After` asks, for more load.
const AGAIN: Duration = Duration::from_millis(50);

/// An accepted report, with the answer as it came.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) unit: usize,
    pub(crate) report: ReportView,
    /// Whether the service said that it had answered this before.
    pub(crate) replayed: bool,
    pub(crate) body: Vec<u8>,
}

/// What one request led to.
#[derive(Debug)]
pub(crate) enum Answer {
    Acknowledged(Box<Acknowledged>),
    /// 503, with `Retry-After`.
    Busy,
    /// The connection broke: whether the report is stored is unknown.
    None,
}

/// What became of a load.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Units whose report was sent, and whose last answer wasn't an acknowledgment.
    pub(crate) open: Vec<usize>,
    /// How many answers were 503.
    pub(crate) busy: usize,
}

/// When a load ends, and how far it is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stop: AtomicBool,
    acknowledged: AtomicUsize,
}

impl Progress {
    /// Lets no further request begin.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// How many reports are acknowledged.
    pub(crate) fn count(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until so many reports are acknowledged.
    pub(crate) async fn reaches(&self, acknowledged: usize) {
        while self.count() < acknowledged {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The centers at their screens, signed in, and which clinic's report is next.
#[derive(Debug)]
pub(crate) struct Sender {
    country: Country,
    centers: Vec<reqwest::Client>,
    next: AtomicUsize,
}

impl Sender {
    /// Signs every center in.
    pub(crate) async fn sign_in(server: &Server, country: Country) -> Outcome<Self> {
        let mut centers = Vec::new();
        for login_id in &country.login_ids {
            let http = reqwest::Client::builder().cookie_store(true).timeout(Duration::from_secs(30)).build()?;
            let client = Client::new(http.clone(), ORIGIN).past_proxy(&server.address);
            client.sign_in(&SignInRequest { login_id: login_id.clone(), password: PASSWORD.to_owned() }).await?;
            client.second_factor(&authenticator::shown()?).await?;
            centers.push(http);
        }
        Ok(Self { country, centers, next: AtomicUsize::new(0) })
    }

    /// The id of a clinic.
    pub(crate) fn unit_id(&self, unit: usize) -> Uuid {
        self.country.units[unit]
    }

    fn center_of(&self, unit: usize) -> &reqwest::Client {
        &self.centers[unit % self.centers.len()]
    }

    /// Sends the report of a clinic: always the same request, so that sending it again is a repetition.
    ///
    /// # Errors
    /// When it is answered in a way that no outage excuses.
    pub(crate) async fn send(&self, server: &Server, unit: usize) -> Outcome<Answer> {
        let mut numbers = [0; 14];
        numbers[unit % 13] = 1 + (unit % 4) as u32;
        let request = ReportRequest {
            unit_id: Some(self.unit_id(unit)),
            entry_day: reporting_day(Clock::system().now()),
            counts: BandCounts::new(numbers).unwrap_or_default(),
            total: None,
            adjustments: Vec::new(),
            channel: Some(Channel::Fax),
            acknowledged_warnings: WarningCode::ALL.to_vec(),
        };
        let answer = self
            .center_of(unit)
            .post(format!("{}/api/v1/reports", server.address))
            .header("Origin", ORIGIN)
            .header("X-Requested-By", "web")
            .header("Idempotency-Key", format!("report-of-{unit}"))
            .json(&request)
            .send()
            .await;
        let Ok(answer) = answer else { return Ok(Answer::None) };
        match answer.status() {
            StatusCode::CREATED => {
                let replayed = answer.headers().contains_key("Idempotency-Replayed");
                let Ok(body) = answer.bytes().await else { return Ok(Answer::None) };
                let (report, body) = (serde_json::from_slice(&body)?, body.to_vec());
                Ok(Answer::Acknowledged(Box::new(Acknowledged { unit, report, replayed, body })))
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                expect(answer.headers().contains_key("Retry-After"), || "a 503 doesn't say when to come again".into())?;
                Ok(Answer::Busy)
            }
            status => {
                Err(format!("a report was answered {status}: {}", answer.text().await.unwrap_or_default()).into())
            }
        }
    }

    /// Reads a report back.
    pub(crate) async fn read(&self, server: &Server, report: &Acknowledged) -> Outcome<Response> {
        let question = format!("{}/api/v1/reports/{}", server.address, report.report.id);
        Ok(self.center_of(report.unit).get(question).send().await?)
    }

    /// Reports over many connections until told to stop. A broken connection ends its part of the load; a busy answer
    /// is followed by the same request, as often as it takes.
    pub(crate) async fn load(&self, server: &Server, progress: &Progress) -> Outcome<Tally> {
        let parts = try_join_all((0..CONNECTIONS).map(|_| self.part(server, progress))).await?;
        Ok(parts.into_iter().fold(Tally::default(), |mut all, part| {
            all.acknowledged.extend(part.acknowledged);
            all.open.extend(part.open);
            all.busy += part.busy;
            all
        }))
    }

    async fn part(&self, server: &Server, progress: &Progress) -> Outcome<Tally> {
        let mut tally = Tally::default();
        while !progress.is_stopped() {
            let unit = self.next.fetch_add(1, Ordering::SeqCst);
            expect(unit < self.country.units.len(), || "every clinic has reported".into())?;
            loop {
                match self.send(server, unit).await? {
                    Answer::Acknowledged(report) => {
                        tally.acknowledged.push(*report);
                        progress.acknowledged.fetch_add(1, Ordering::SeqCst);
                        break;
                    }
                    Answer::Busy if !progress.is_stopped() => {
                        tally.busy += 1;
                        tokio::time::sleep(AGAIN).await;
                    }
                    Answer::Busy => {
                        tally.busy += 1;
                        tally.open.push(unit);
                        break;
                    }
                    Answer::None => {
                        tally.open.push(unit);
                        return Ok(tally);
                    }
                }
            }
        }
        Ok(tally)
    }
}
