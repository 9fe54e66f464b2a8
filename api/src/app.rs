//! The application: what every handler can reach, and the one factory for the server, the tests and the contract.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpRequest, web};
use shared::ProblemKind;
use shared::site::DemoAccount;
use utoipa_actix_web::AppExt as _;

use crate::auth::ceremony::Means;
use crate::auth::failures::Failures;
use crate::auth::passkey::Passkeys;
use crate::auth::password::Passwords;
use crate::auth::seal::Seals;
use crate::auth::token::results::ClientResults;
use crate::auth::token::signing::SigningKeys;
use crate::auth::{SessionLoader, SessionTimes};
use crate::checkpoint::Checkpoints;
use crate::clock::Clock;
use crate::clock_offset::ClockOffset;
use crate::config::Config;
use crate::envelope::envelope;
use crate::error::{ApiError, ApiResult};
use crate::gateway::Gateway;
use crate::limits::Limits;
use crate::limits::exports::Exports;
use crate::routes;
use crate::static_files;
use crate::store::Store;

/// What every handler can reach. One for the whole process.
#[derive(Debug)]
pub struct AppState {
    /// The configuration.
    pub config: Config,
    /// The clock.
    pub clock: Clock,
    /// How far the clock was from the database's.
    pub clock_offset: ClockOffset,
    /// The database.
    pub store: Store,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Seals what the database must not tell.
    pub seals: Seals,
    /// Asks for passkeys; none where the service's origins have no host name.
    pub passkeys: Option<Passkeys>,
    /// Looks sessions up.
    pub sessions: SessionLoader,
    /// How long sessions live.
    pub session_times: SessionTimes,
    /// Failed sign-ins on their way into the audit chain.
    pub failures: Failures,
    /// The keys that sign access tokens.
    pub signing_keys: SigningKeys,
    /// How the audit chain was found, and what was signed of it.
    pub checkpoints: Checkpoints,
    /// What requests of API clients came to, on its way into the database.
    pub client_results: ClientResults,
    /// Sends codes by text message and telephone; none where no gateway is configured.
    pub gateway: Option<Gateway>,
    /// Rates; none when they are off.
    pub limits: Option<Limits>,
    /// Exports under way.
    pub exports: Exports,
    /// Requests under way.
    pub in_flight: AtomicUsize,
    /// The version of the program with the screens in it.
    pub version: &'static str,
    /// The sign-ins that the demo tells everybody; empty elsewhere.
    pub demo_accounts: Vec<DemoAccount>,
}

impl AppState {
    /// The state over a database. Needs a runtime, since it starts the task that looks sessions up.
    ///
    /// # Errors
    ///
    /// When passwords can't be hashed at the configured cost, an origin can't be read, or there is no data key or no key to
    /// sign tokens with.
    pub fn new(
        config: Config,
        store: Store,
        session_times: SessionTimes,
        demo_accounts: Vec<DemoAccount>,
    ) -> ApiResult<Arc<Self>> {
        Ok(Arc::new(Self {
            clock: store.clock().clone(),
            clock_offset: ClockOffset::default(),
            passwords: Passwords::new(config.password_cost)?,
            seals: Seals::new(&config.data_keys)?,
            passkeys: Passkeys::of(&config)?,
            sessions: SessionLoader::start(store.clone(), session_times),
            session_times,
            failures: Failures::default(),
            signing_keys: SigningKeys::load(&config).map_err(ApiError::internal)?,
            checkpoints: Checkpoints::default(),
            client_results: ClientResults::default(),
            gateway: Gateway::of(&config, store.clock())?,
            limits: config.rates.as_ref().map(Limits::new),
            exports: Exports::default(),
            in_flight: AtomicUsize::new(0),
            version: static_files::version(),
            demo_accounts: if config.demo { demo_accounts } else { Vec::new() },
            config,
            store,
        }))
    }

    /// What it can take for a second factor.
    #[must_use]
    pub fn means(&self) -> Means {
        Means { passkeys: self.passkeys.is_some(), telephones: self.gateway.is_some() }
    }
}

/// A path whose parameters can't be read: the library would say that nothing is there.
fn unreadable_path(error: actix_web::error::PathError, _: &HttpRequest) -> Error {
    ApiError::new(ProblemKind::MalformedRequest).detail(error.to_string()).into()
}

/// The application over a state; called once per worker.
pub fn build_app(
    state: Arc<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, _document) = App::new()
        .app_data(web::Data::from(state))
        .app_data(web::PathConfig::default().error_handler(unreadable_path))
        .into_utoipa_app()
        .configure(routes::configure)
        .default_service(web::to(crate::fallback::unmatched))
        .split_for_parts();
    app.wrap(from_fn(envelope))
}
