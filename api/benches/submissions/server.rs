//! The servers under load: the real application, and the bare echo.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, HttpServer, web};
use api::app::AppState;
use api::auth::SessionTimes;
use api::clock::Clock;
use api::config::Config;
use api::store::{Location, Store};
use chrono::{DateTime, TimeDelta, Utc};
use shared::age_band::BandCounts;
use shared::report::ReportRequest;
use shared::reporting_day;

use crate::load::{self, Figures, Plan, Requests};
use crate::{Failure, country};

/// Where reports are sent, and echoes too.
const PATH: &str = "/api/v1/reports";

/// What holds the data.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite,
    Postgres(String),
}

impl Engine {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// How many times the figure of one transaction a report is wanted, and how many times that of the echo.
    pub(crate) fn goals(&self) -> (Option<f64>, Option<f64>) {
        match self {
            Self::Sqlite => (Some(8.0), Some(0.25)),
            Self::Postgres(_) => (Some(3.0), None),
        }
    }
}

/// The reports of all units.
struct Reports {
    heads: Vec<String>,
    bodies: Bodies,
    start: DateTime<Utc>,
    clock: Clock,
}

impl Requests for Reports {
    const EXPECTED: &'static [u8] = b"201";

    fn write(&self, unit: usize, day: usize, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.heads[unit].as_bytes());
        self.bodies.write(unit, day, buffer);
    }

    fn begin(&self, day: usize) {
        self.clock.set(self.start + TimeDelta::days(day as i64));
    }
}

/// The same requests, whose bodies are read and sent back.
struct Echoes {
    head: String,
    bodies: Bodies,
}

impl Requests for Echoes {
    const EXPECTED: &'static [u8] = b"200";

    fn write(&self, unit: usize, day: usize, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.head.as_bytes());
        self.bodies.write(unit, day, buffer);
    }

    fn begin(&self, _day: usize) {}
}

/// Bodies with what ends the head before them, made beforehand: the load shares the cores with what it loads.
struct Bodies {
    /// Day after day.
    bodies: Vec<Vec<u8>>,
}

impl Bodies {
    /// Of so many days; no load lasts longer.
    const DAYS: usize = 1000;
    const VARIANTS: usize = 13;

    fn new(start: DateTime<Utc>) -> Self {
        let bodies = (0..Self::DAYS).flat_map(|day| {
            (0..Self::VARIANTS).map(move |variant| {
                let body = report(start + TimeDelta::days(day as i64), variant, day);
                let mut whole = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
                whole.extend_from_slice(&body);
                whole
            })
        });
        Self { bodies: bodies.collect() }
    }

    fn write(&self, unit: usize, day: usize, buffer: &mut Vec<u8>) {
        let place = day * Self::VARIANTS + unit % Self::VARIANTS;
        buffer.extend_from_slice(&self.bodies[place % self.bodies.len()]);
    }
}

/// A report of few patients, never twice the same, that raises no warnings.
fn report(now: DateTime<Utc>, variant: usize, day: usize) -> Vec<u8> {
    let mut numbers = [0; 14];
    numbers[(variant + day) % 13] = 1 + ((variant + 3 * day) % 4) as u32;
    numbers[(variant + day + 4) % 13] = 1;
    let request = ReportRequest {
        unit_id: None,
        entry_day: reporting_day(now),
        counts: BandCounts::new(numbers).unwrap_or_default(),
        total: None,
        adjustments: Vec::new(),
        channel: None,
        acknowledged_warnings: Vec::new(),
    };
    serde_json::to_vec(&request).unwrap_or_default()
}

async fn echoed(body: web::Json<ReportRequest>) -> web::Json<ReportRequest> {
    body
}

/// Measures the bare echo.
pub(crate) fn echo(plan: &Plan) -> Result<Figures, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let runtime = runtime()?;
    let server = runtime.block_on(async {
        Ok::<_, Failure>(
            HttpServer::new(|| App::new().route(PATH, web::post().to(echoed)))
                .disable_signals()
                .listen(listener)?
                .run(),
        )
    })?;
    let handle = server.handle();
    runtime.spawn(server);
    let figures =
        load::run(address, plan, Echoes { head: head(address, &"A".repeat(43)), bodies: Bodies::new(start()) });
    runtime.block_on(handle.stop(false));
    figures
}

/// Measures reports over the whole path, committed in groups or each alone.
pub(crate) fn reports(engine: &Engine, plan: &Plan, in_groups: bool) -> Result<Figures, Failure> {
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let clock = Clock::starting_at(start());
    let runtime = runtime()?;
    let (server, cookies) = runtime.block_on(async {
        let location = match engine {
            Engine::Sqlite => Location::new(format!("sqlite://{}/bench.db?mode=rwc", folder.path().display())),
            Engine::Postgres(url) => new_schema(url, in_groups).await?,
        };
        // The country is made by a store of its own, in groups: that isn't what is measured.
        let maker = Store::open(&location, clock.clone()).await?;
        let cookies = country::make(&maker, plan.units, clock.now()).await?;
        let store = if in_groups { maker } else { Store::open_one_by_one(&location, clock.clone()).await? };
        let mut config = Config::for_tests(address)?;
        config.workers = None;
        let long = TimeDelta::days(4000);
        let times = SessionTimes { idle: long, absolute: long, half: long };
        let state = AppState::new(config, store, times, Vec::new()).map_err(|error| error.to_string())?;
        Ok::<_, Failure>((api::serve::start(state, listener)?, cookies))
    })?;
    let handle = server.handle();
    runtime.spawn(server);
    let heads = cookies.into_iter().map(|cookie| head(address, &cookie)).collect();
    let figures = load::run(address, plan, Reports { heads, bodies: Bodies::new(start()), start: start(), clock });
    runtime.block_on(handle.stop(false));
    figures
}

fn head(address: SocketAddr, cookie: &str) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nX-Requested-By: web\r\n\
         Cookie: __Host-sid={cookie}\r\nContent-Type: application/json\r\n"
    )
}

/// The instant of the first day.
fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

#[expect(clippy::disallowed_methods, reason = "the schema must exist before the store opens it")]
async fn new_schema(url: &str, in_groups: bool) -> Result<Location, Failure> {
    use sea_orm::ConnectionTrait as _;
    let schema = format!("bench_{}_{in_groups}", std::process::id());
    let connection = sea_orm::Database::connect(url).await?;
    connection.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await?;
    connection.close().await?;
    Ok(Location::new(url).in_schema(schema))
}
