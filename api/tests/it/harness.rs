//! A server of its own for each test, spoken to over real HTTP.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use api::app::AppState;
use api::auth::SessionTimes;
use api::clock::Clock;
use api::config::Config;
use api::store::Store;
use api::store::account::{Created, NewAccount};
use reqwest::{Method, RequestBuilder, Response};
use shared::account::{CeremonyStep, NextStep, SignInRequest};
use shared::client::{Client, ClientError};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::{Problem, ProblemKind, ReportingDay};
use uuid::Uuid;

use crate::authenticator::{self, shown};
use crate::database::{self, Place, evening, execute};

/// The password of every account that the harness makes.
pub const PASSWORD: &str = "three otters carry umbrellas";

/// A running server on a fresh database, with a clock that stands still in the evening of [`database::today`].
pub struct TestApp {
    pub origin: String,
    pub clock: Clock,
    pub state: Arc<AppState>,
    pub place: Place,
    /// One prefecture with two health centers; more is added as tests ask for it.
    pub prefecture: OrganizationRef,
    pub centers: [OrganizationRef; 2],
    address: String,
    server: actix_web::dev::ServerHandle,
    db: sea_orm::DatabaseConnection,
}

/// A browser that is signed in.
pub struct SignedIn {
    pub client: Client,
    pub raw: Raw,
    pub organization: OrganizationRef,
    pub account_id: Uuid,
    pub login_id: String,
}

/// A browser, for requests that the typed client wouldn't send.
#[derive(Clone)]
pub struct Raw {
    pub http: reqwest::Client,
    pub origin: String,
}

impl TestApp {
    /// A server with the settings of tests.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with settings that differ.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Place::new().await, change).await
    }

    /// A server on a database made ready elsewhere.
    pub async fn at(place: Place, change: impl FnOnce(&mut Config)) -> Self {
        Self::by(Clock::fixed(evening()), place, change).await
    }

    /// The same, by a clock of the test's own.
    pub async fn by(clock: Clock, place: Place, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut config = Config::for_tests(address).expect("a configuration");
        change(&mut config);
        let location = place.served().await.waiting(config.limits.database_wait);
        let store = Store::open(&location, clock.clone()).await.expect("a store");
        let state = AppState::new(config, store, SessionTimes::default(), Vec::new()).expect("a state");
        let server = api::serve::start(Arc::clone(&state), listener).expect("a server");
        let handle = server.handle();
        tokio::spawn(server);
        let db = place.connection().await;
        let prefecture = database::organization(&db, OrganizationKind::Prefecture, None).await;
        let mut centers = Vec::new();
        for _ in 0..2 {
            centers.push(database::organization(&db, OrganizationKind::HealthCenter, Some(prefecture.id)).await);
        }
        let centers = centers.try_into().expect("two");
        let address = format!("http://{address}");
        Self { origin: address.clone(), clock, state, place, prefecture, centers, address, server: handle, db }
    }

    /// Where it listens, whatever browsers believe.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// A connection beside the server's, which may do what the server never does.
    pub fn db(&self) -> &sea_orm::DatabaseConnection {
        &self.db
    }

    /// The server's reporting day.
    pub fn today(&self) -> ReportingDay {
        shared::reporting_day(self.clock.now())
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Raw {
        let http = reqwest::Client::builder().cookie_store(true).timeout(Duration::from_secs(30));
        Raw { http: http.build().expect("a client"), origin: self.origin.clone() }
    }

    /// Another organization.
    pub async fn organization(&self, kind: OrganizationKind, parent: Option<Uuid>) -> OrganizationRef {
        database::organization(&self.db, kind, parent).await
    }

    /// An account of an organization, with [`PASSWORD`] and an authenticator app.
    pub async fn account(&self, organization: &OrganizationRef, must_change_password: bool) -> (Uuid, String) {
        self.new_account(organization, false, must_change_password).await
    }

    async fn new_account(
        &self,
        organization: &OrganizationRef,
        is_manager: bool,
        must_change_password: bool,
    ) -> (Uuid, String) {
        let id = Uuid::now_v7();
        let login_id = format!("T-{}", id.simple().to_string()[20..].to_uppercase());
        let new = NewAccount {
            id,
            login_id: login_id.clone(),
            organization_id: organization.id,
            is_manager,
            display_name: "医事課".to_owned(),
            password_phc: self.state.passwords.hash(PASSWORD).await.expect("a hash"),
            must_change_password,
        };
        assert_eq!(self.state.store.create_account(new).await.expect("written"), Created::Yes);
        authenticator::enroll(&self.state.store, &self.state.passwords, id).await;
        (id, login_id)
    }

    /// A code of an account's authenticator app that wasn't used yet.
    pub async fn code(&self, account: Uuid) -> String {
        authenticator::code(&self.db, account, self.clock.now()).await
    }

    /// Signs in by password and authenticator app.
    pub async fn sign_in(&self, client: &Client, login_id: &str, password: &str) -> Result<CeremonyStep, ClientError> {
        let request = SignInRequest { login_id: login_id.to_owned(), password: password.to_owned() };
        assert_eq!(client.sign_in(&request).await?.next, NextStep::SecondFactor);
        let account = self.state.store.account_by_login_id(login_id).await.expect("read").expect("an account");
        client.second_factor(&shown(self.code(account.caller.account_id).await)).await
    }

    /// A signed-in institution below the first health center.
    pub async fn institution(&self) -> SignedIn {
        let unit = self.organization(OrganizationKind::Institution, Some(self.centers[0].id)).await;
        self.signed_in(&unit).await
    }

    /// A signed-in health center: the one above [`TestApp::institution`].
    pub async fn center(&self) -> SignedIn {
        self.signed_in(&self.centers[0].clone()).await
    }

    /// A signed-in health center beside it.
    pub async fn other_center(&self) -> SignedIn {
        self.signed_in(&self.centers[1].clone()).await
    }

    /// A signed-in prefecture.
    pub async fn prefecture(&self) -> SignedIn {
        self.signed_in(&self.prefecture.clone()).await
    }

    /// A signed-in ministry.
    pub async fn ministry(&self) -> SignedIn {
        let ministry = self.organization(OrganizationKind::Ministry, None).await;
        self.signed_in(&ministry).await
    }

    /// Somebody of an organization, signed in.
    pub async fn signed_in(&self, organization: &OrganizationRef) -> SignedIn {
        self.signed_in_as(organization, false).await
    }

    /// A manager of an organization, signed in.
    pub async fn manager(&self, organization: &OrganizationRef) -> SignedIn {
        self.signed_in_as(organization, true).await
    }

    async fn signed_in_as(&self, organization: &OrganizationRef, is_manager: bool) -> SignedIn {
        let (account_id, login_id) = self.new_account(organization, is_manager, false).await;
        let raw = self.browser();
        let client = raw.client();
        let step = self.sign_in(&client, &login_id, PASSWORD).await.expect("signed in");
        assert_eq!(step.next, NextStep::Done);
        SignedIn { client, raw, organization: organization.clone(), account_id, login_id }
    }

    /// Makes an account unusable, as the command line does.
    pub async fn disable(&self, account: Uuid) {
        let sql = "UPDATE account SET disabled_at = 0 WHERE id = ?";
        assert_eq!(execute(&self.db, sql, vec![account.into()]).await.expect("disabled"), 1);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The end of the runtime ends the server too; this only tells its worker at once.
        drop(self.server.stop(false));
    }
}

impl Raw {
    /// The typed client with this browser's cookies.
    pub fn client(&self) -> Client {
        // The cookies are `Secure`, and the harness speaks plain HTTP on loopback, as a browser may.
        Client::new(self.http.clone(), self.origin.clone())
    }

    /// A request with nothing added.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin))
    }

    /// A request as our own pages send it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("Origin", &self.origin).header("X-Requested-By", "web")
    }

    /// A `GET`.
    pub async fn get(&self, path: &str) -> Response {
        self.bare(Method::GET, path).send().await.expect("an answer")
    }

    /// A `POST` of JSON as our own pages send it.
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.expect("an answer")
    }
}

/// Reads a problem, and checks that status, media type and request id agree.
pub async fn problem(response: Response) -> (ProblemKind, Problem) {
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/problem+json"), "status {status}");
    let (request_id, retry_after) = (header("x-request-id"), header("retry-after"));
    let problem: Problem = response.json().await.expect("a problem");
    assert_eq!(problem.status, status);
    assert_eq!(problem.instance, request_id);
    assert_eq!(problem.retry_after.map(|seconds| seconds.to_string()), retry_after);
    (problem.kind().expect("a known kind"), problem)
}
