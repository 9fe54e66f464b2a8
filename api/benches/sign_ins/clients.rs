//! The server, and the browsers that speak to it.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use api::app::AppState;
use api::auth::SessionTimes;
use api::clock::Clock;
use api::config::{Config, PasswordCost, Rates};
use api::store::{Location, Store};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use shared::account::SignInRequest;
use shared::second_factor::{SecondFactorMethod, SecondFactorRequest};

use crate::Failure;
use crate::country::{self, Account, PASSWORD};

/// How many accounts there are: none signs in twice with one code.
const ACCOUNTS: usize = 6_000;
/// How many of them are disabled: the last.
const DISABLED: usize = 300;

/// A server with its limits on, which believes what this machine says of addresses.
pub(crate) struct Server {
    pub(crate) clock: Clock,
    accounts: Vec<Account>,
    disabled: Vec<Account>,
    taken: AtomicUsize,
    origin: String,
    handle: actix_web::dev::ServerHandle,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let clock = Clock::system();
        let location = Location::new(format!("sqlite://{}/bench.db?mode=rwc", folder.path().display()));
        let store = Store::open(&location, clock.clone()).await?;
        let mut config = Config::for_tests(address)?;
        let much = 1_000_000;
        config.password_cost = PasswordCost::default();
        config.rates = Some(Rates { sign_ins: much, strangers: much, reads: much, ..Rates::default() });
        config.trusted_proxies = vec!["127.0.0.0/8".parse().map_err(|()| "no network")?];
        config.workers = None;
        let mut accounts = country::make(&store, &config, ACCOUNTS, clock.now()).await?;
        let disabled = accounts.split_off(ACCOUNTS - DISABLED);
        country::disable(&location.url, &disabled).await?;
        let state = AppState::new(config, store, SessionTimes::default(), Vec::new());
        let state = state.map_err(|error| error.to_string())?;
        let server = api::serve::start(Arc::clone(&state), listener)?;
        let handle = server.handle();
        tokio::spawn(server);
        let (taken, origin) = (AtomicUsize::new(0), format!("http://{address}"));
        Ok(Self { clock, accounts, disabled, taken, origin, handle, _folder: folder })
    }

    pub(crate) async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// An account that nobody used yet.
    pub(crate) fn account(&self) -> Result<&Account, Failure> {
        let account = self.accounts.get(self.taken.fetch_add(1, Ordering::Relaxed));
        account.ok_or_else(|| "all accounts are used: let it run for fewer seconds".into())
    }

    /// One of the accounts that are disabled.
    pub(crate) fn disabled(&self, number: usize) -> Result<&Account, Failure> {
        self.disabled.get(number).ok_or_else(|| "no more accounts are disabled".into())
    }

    /// A browser in which nobody signed in.
    pub(crate) fn browser(&self) -> Result<Browser, Failure> {
        let http = Client::builder().cookie_store(true).timeout(Duration::from_secs(30)).build()?;
        Ok(Browser { http, origin: self.origin.clone() })
    }
}

/// A browser, and its cookies.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    http: Client,
    origin: String,
}

impl Browser {
    pub(crate) async fn post(&self, path: &str, from: &str, body: &Value) -> Result<Response, Failure> {
        let request = self.http.post(format!("{}/api/v1{path}", self.origin)).json(body);
        let request = request.header("Origin", &self.origin).header("X-Requested-By", "web");
        Ok(request.header("X-Forwarded-For", from).send().await?)
    }

    /// The first step.
    pub(crate) async fn show_password(&self, from: &str, login_id: &str, password: &str) -> Result<Response, Failure> {
        let request = SignInRequest { login_id: login_id.to_owned(), password: password.to_owned() };
        self.post("/auth/sign-in", from, &json!(request)).await
    }

    /// Both steps, with a code that wasn't used yet.
    pub(crate) async fn sign_in(&self, from: &str, account: &Account, code: String) -> Result<(), Failure> {
        let first = self.show_password(from, &account.login_id, PASSWORD).await?;
        if !first.status().is_success() {
            return Err(format!("the password: {}", first.status()).into());
        }
        let shown = SecondFactorRequest::code(SecondFactorMethod::Totp, code);
        let second = self.post("/auth/second-factor", from, &json!(shown)).await?;
        if second.status().is_success() { Ok(()) } else { Err(format!("the code: {}", second.status()).into()) }
    }
}
