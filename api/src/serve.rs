//! Running: the listening sockets, what happens once a minute, and the end.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use shared::holidays::Holidays;
use shared::reporting_day;

use crate::app::{AppState, build_app};
use crate::checkpoint;
use crate::clock_offset;
use crate::config::Config;
use crate::error::ApiError;
use crate::handlers::auth::record_failures;
use crate::stalled;
use crate::store::{StoreError, Tidied, rollup};

/// How long requests under way may go on when the server stops.
const SHUTDOWN_SECONDS: u64 = 15;
/// How often what has gathered is cleared away: in memory, and in the database.
const MINUTE: Duration = Duration::from_secs(60);
/// How often what clients' requests came to is written down.
const WRITTEN_DOWN: Duration = Duration::from_secs(2);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address can't be listened on.
    #[error("{0} can't be listened on")]
    Listen(String, #[source] io::Error),
    /// Metrics can't be gathered.
    #[error("metrics can't be gathered: {0}")]
    Metrics(String),
    /// The server broke off.
    #[error("the server broke off")]
    Broken(#[source] io::Error),
}

/// Begins to listen where the configuration says.
///
/// # Errors
///
/// When the address can't be listened on.
pub fn listen(config: &Config) -> Result<TcpListener, ServeError> {
    TcpListener::bind(config.listen).map_err(|error| ServeError::Listen(config.listen.to_string(), error))
}

/// Serves until the process is told to stop; then lets requests under way finish and writes down what is held.
///
/// # Errors
///
/// When metrics can't be served, or when the server breaks off.
pub async fn serve_on(state: Arc<AppState>, listener: TcpListener) -> Result<(), ServeError> {
    let metrics = start_metrics(&state)?;
    // Before the first request, so that who isn't ready doesn't begin by saying that it is.
    clock_offset::measure(&state).await;
    let housekeeping = tokio::spawn(keep_house(Arc::clone(&state)));
    tracing::info!(address = %state.config.listen, demo = state.config.demo, "listening");
    let outcome = start(Arc::clone(&state), listener).map_err(ServeError::Broken)?.await;
    housekeeping.abort();
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    if let Err(error) = record_failures(&state, None).await {
        tracing::error!(chain = error.chain(), "failed sign-ins could not be recorded at the end");
    }
    state.client_results.write_down(&state.store).await;
    tracing::info!("stopped");
    outcome.map_err(ServeError::Broken)
}

/// Starts the server on a socket, with the limits that every connection has.
///
/// # Errors
///
/// When the socket can't be used.
pub fn start(state: Arc<AppState>, listener: TcpListener) -> io::Result<Server> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = state.config.workers.unwrap_or(cores);
    let limits = state.config.limits;
    Ok(HttpServer::new(move || build_app(Arc::clone(&state)))
        .workers(workers)
        .client_request_timeout(limits.head_wait)
        .keep_alive(limits.keep_alive)
        .max_connections(limits.connections.div_ceil(workers))
        .tcp_nodelay(true)
        .on_connect(stalled::watch)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)?
        .run())
}

/// Until it is aborted. Every other second: what requests of API clients came to. Once a minute: how far the
/// clock is from the database's, events of failed sign-ins, a checkpoint of the audit chain if an hour has begun, and buckets
/// that are full again. At the start and then once an hour: what the database has kept for long enough. At the start and then
/// once a day: whether the next year's holidays are missing.
async fn keep_house(state: Arc<AppState>) {
    let (mut minute, mut hour) = (tokio::time::interval(MINUTE), tokio::time::interval(HOUR));
    let mut results = tokio::time::interval(WRITTEN_DOWN);
    let mut told_on = None;
    loop {
        tokio::select! {
            _ = minute.tick() => {
                clock_offset::measure(&state).await;
                if let Err(error) = record_failures(&state, Some(state.clock.now())).await {
                    tracing::error!(chain = error.chain(), "failed sign-ins could not be recorded");
                }
                checkpoint::keep(&state).await;
                if let Some(limits) = &state.limits {
                    limits.sweep();
                }
            }
            _ = results.tick() => state.client_results.write_down(&state.store).await,
            _ = hour.tick() => {
                tidy(&state).await;
                let today = Some(reporting_day(state.clock.now()));
                if told_on != today {
                    tell_of_holidays(&state).await;
                    told_on = today;
                }
            }
        }
    }
}

async fn tidy(state: &AppState) {
    match state.store.tidy().await {
        Ok(Tidied { answers, sessions, drafts, enrollments, assertions, challenges, guesses }) => {
            tracing::info!(
                answers,
                sessions,
                drafts,
                enrollments,
                assertions,
                challenges,
                guesses,
                "forgot what had ended"
            );
        }
        Err(error) => tracing::error!(chain = ApiError::from(error).chain(), "what had ended could not be forgotten"),
    }
    match rollup::count_void(&state.store).await {
        Ok(0) => {}
        Ok(areas) => tracing::info!(areas, "counted the units of areas anew"),
        Err(error) => tracing::error!(chain = ApiError::from(error).chain(), "the units of areas could not be counted"),
    }
}

/// Warns while the public holidays that are known end soon: units that are closed on later ones would count as missing.
async fn tell_of_holidays(state: &AppState) {
    match all_holidays(state).await {
        Ok(holidays) if holidays.end_soon(reporting_day(state.clock.now())) => {
            let known_until = holidays.known_until();
            tracing::warn!(%known_until, "import the next public holidays by `nippo holidays import`");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(chain = ApiError::from(error).chain(), "public holidays could not be read"),
    }
}

async fn all_holidays(state: &AppState) -> Result<Holidays, StoreError> {
    let reading = state.store.reading().await?;
    let holidays = reading.all_holidays().await?;
    reading.finish();
    Ok(holidays)
}

/// Serves metrics on an address of their own, where one is configured.
fn start_metrics(state: &AppState) -> Result<Option<actix_web::dev::ServerHandle>, ServeError> {
    let Some(address) = state.config.metrics_listen else { return Ok(None) };
    let recorder =
        PrometheusBuilder::new().install_recorder().map_err(|error| ServeError::Metrics(error.to_string()))?;
    let server = HttpServer::new(move || {
        App::new().app_data(web::Data::new(recorder.clone())).route("/metrics", web::get().to(render_metrics))
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .map_err(|error| ServeError::Listen(address.to_string(), error))?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Some(handle))
}

async fn render_metrics(recorder: web::Data<PrometheusHandle>) -> Result<HttpResponse, ApiError> {
    recorder.run_upkeep();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(recorder.render()))
}
