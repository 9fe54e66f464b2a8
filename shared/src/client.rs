//! The typed HTTP client: one method per operation, natively and in the browser.

mod accounts;
mod api_clients;
mod audit;
#[cfg(target_arch = "wasm32")]
mod browser_json;
mod calendar;
mod collect;
mod corrections;
mod coverage;
mod own_security;
mod register;
mod summaries;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::account::{CeremonyStep, PasswordChangeRequest, SessionView, SignInRequest};
use crate::day::ReportingDay;
use crate::day_statement::{DayStatement, StatementRequest};
use crate::draft::{Draft, DraftQuery, DraftRequest, UnitDraft};
use crate::history::{History, HistoryQuery};
use crate::organization::Page;
use crate::problem::Problem;
use crate::receipt::Receipt;
use crate::report::{DryRun, ReportRequest, ReportView};
use crate::reporting_day::{ReportingDayView, UnitQuery};
use crate::site::Site;

/// Why an operation has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service refused, and says why.
    #[error("the service refused: {}", .0.title)]
    Problem(Box<Problem>),
    /// No answer arrived: whether the request was carried out is unknown.
    #[error("the service could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// An answer that this version can't read.
    #[error("unexpected answer with status {0}")]
    Unexpected(StatusCode),
}

/// One answer, with whether it repeats an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub value: T,
    /// Whether the service repeated the answer to an earlier request with the same key (`Idempotency-Replayed`).
    pub replayed: bool,
}

/// A client of one nippo service. Cookies are the HTTP library's: the browser's own, or a native cookie store.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Where requests go.
    address: String,
    /// What a request that changes something names as its origin; a browser does that by itself.
    #[cfg(not(target_arch = "wasm32"))]
    origin: String,
}

impl Client {
    /// A client of the service at an origin such as `https://nippo.example`, without a trailing slash.
    #[must_use]
    pub fn new(http: reqwest::Client, origin: impl Into<String>) -> Self {
        let address = origin.into();
        Self {
            http,
            #[cfg(not(target_arch = "wasm32"))]
            origin: address.clone(),
            address,
        }
    }

    /// The same client past the proxy that ends TLS: requests go to an address such as `http://127.0.0.1:8080`.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn past_proxy(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let changes = method != Method::GET;
        let request = self.http.request(method, format!("{}/api/v1{path}", self.address));
        let request = if changes { request.header("X-Requested-By", "web") } else { request };
        self.for_this_platform(request, changes)
    }

    /// What a browser adds by itself and a native client must say: the origin of a request that changes something.
    #[cfg(not(target_arch = "wasm32"))]
    fn for_this_platform(&self, request: RequestBuilder, changes: bool) -> RequestBuilder {
        if changes { request.header("Origin", &self.origin) } else { request }
    }

    /// What a browser must be told: to send its cookies, and to keep no answer.
    #[cfg(target_arch = "wasm32")]
    fn for_this_platform(&self, request: RequestBuilder, _changes: bool) -> RequestBuilder {
        request.fetch_credentials_same_origin().fetch_cache_no_store()
    }

    /// A JSON file that the service hands out beside its API, by its path such as `/assets/words.json`.
    pub async fn file<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let request = self.http.request(Method::GET, format!("{}{path}", self.address));
        let response = request.send().await.map_err(ClientError::Unreachable)?;
        let status = response.status();
        if status.is_success() { body(response).await } else { Err(ClientError::Unexpected(status)) }
    }

    /// `GET /site`
    pub async fn site(&self) -> Result<Site, ClientError> {
        answer(self.request(Method::GET, "/site")).await
    }

    /// `POST /auth/sign-in`
    pub async fn sign_in(&self, request: &SignInRequest) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, "/auth/sign-in").json(request)).await
    }

    /// `POST /auth/password`
    pub async fn change_password(&self, request: &PasswordChangeRequest) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, "/auth/password").json(request)).await
    }

    /// `POST /auth/sign-out`
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        no_content(self.request(Method::POST, "/auth/sign-out")).await
    }

    /// `GET /auth/session`; extends the session.
    pub async fn session(&self) -> Result<SessionView, ClientError> {
        answer(self.request(Method::GET, "/auth/session")).await
    }

    /// `GET /reporting-day`
    pub async fn reporting_day(&self, query: &UnitQuery) -> Result<ReportingDayView, ClientError> {
        answer(self.request(Method::GET, "/reporting-day").query(query)).await
    }

    /// `GET /drafts`
    pub async fn drafts(&self, query: &DraftQuery) -> Result<Page<UnitDraft>, ClientError> {
        answer(self.request(Method::GET, "/drafts").query(query)).await
    }

    /// `PUT /drafts/{unit_id}/{entry_day}`
    pub async fn put_draft(&self, unit: Uuid, day: ReportingDay, request: &DraftRequest) -> Result<Draft, ClientError> {
        answer(self.request(Method::PUT, &format!("/drafts/{unit}/{day}")).json(request)).await
    }

    /// `DELETE /drafts/{unit_id}/{entry_day}`
    pub async fn delete_draft(&self, unit: Uuid, day: ReportingDay) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/drafts/{unit}/{day}"))).await
    }

    /// `POST /reports`. Repeating it with the same key and content is safe.
    pub async fn submit_report(&self, key: &str, request: &ReportRequest) -> Result<Answered<ReportView>, ClientError> {
        self.post_report("/reports", key, request).await
    }

    /// `POST /reports?qr_code=true`: the receipt comes as it is printed.
    pub async fn submit_report_to_print(
        &self,
        key: &str,
        request: &ReportRequest,
    ) -> Result<Answered<ReportView>, ClientError> {
        self.post_report("/reports?qr_code=true", key, request).await
    }

    async fn post_report(
        &self,
        path: &str,
        key: &str,
        request: &ReportRequest,
    ) -> Result<Answered<ReportView>, ClientError> {
        let response = send(self.request(Method::POST, path).header("Idempotency-Key", key).json(request)).await?;
        let replayed = response.headers().contains_key("Idempotency-Replayed");
        Ok(Answered { value: body(response).await?, replayed })
    }

    /// `POST /reports?dry_run=true`
    pub async fn dry_run_report(&self, request: &ReportRequest) -> Result<DryRun, ClientError> {
        answer(self.request(Method::POST, "/reports?dry_run=true").json(request)).await
    }

    /// `GET /reports/{id}`
    pub async fn report(&self, id: Uuid) -> Result<ReportView, ClientError> {
        answer(self.request(Method::GET, &format!("/reports/{id}"))).await
    }

    /// `GET /reports/{id}?qr_code=true`: the receipt comes as it is printed.
    pub async fn report_to_print(&self, id: Uuid) -> Result<ReportView, ClientError> {
        answer(self.request(Method::GET, &format!("/reports/{id}?qr_code=true"))).await
    }

    /// `GET /reports/{id}/receipt`
    pub async fn receipt(&self, id: Uuid) -> Result<Receipt, ClientError> {
        answer(self.request(Method::GET, &format!("/reports/{id}/receipt"))).await
    }

    /// `GET /history`
    pub async fn history(&self, query: &HistoryQuery) -> Result<History, ClientError> {
        answer(self.request(Method::GET, "/history").query(query)).await
    }

    /// `GET /day-statements`
    pub async fn day_statements(&self, query: &HistoryQuery) -> Result<Page<DayStatement>, ClientError> {
        answer(self.request(Method::GET, "/day-statements").query(query)).await
    }

    /// `POST /day-statements`. Repeating it with the same key and content is safe.
    pub async fn state_day(&self, key: &str, request: &StatementRequest) -> Result<DayStatement, ClientError> {
        answer(self.request(Method::POST, "/day-statements").header("Idempotency-Key", key).json(request)).await
    }

    /// `DELETE /day-statements/{id}`
    pub async fn withdraw_statement(&self, id: Uuid) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/day-statements/{id}"))).await
    }
}

async fn send(request: RequestBuilder) -> Result<reqwest::Response, ClientError> {
    let response = request.send().await.map_err(ClientError::Unreachable)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(body::<Problem>(response)
        .await
        .map_or(ClientError::Unexpected(status), |problem| ClientError::Problem(Box::new(problem))))
}

async fn body<T: DeserializeOwned>(response: reqwest::Response) -> Result<T, ClientError> {
    let status = response.status();
    let text = response.text().await.map_err(ClientError::Unreachable)?;
    read(&text).ok_or(ClientError::Unexpected(status))
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    body(send(request).await?).await
}

async fn no_content(request: RequestBuilder) -> Result<(), ClientError> {
    send(request).await.map(|_| ())
}

/// A value of the API from JSON; none where it isn't one.
#[must_use]
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    #[cfg(target_arch = "wasm32")]
    let value = browser_json::read(text);
    #[cfg(not(target_arch = "wasm32"))]
    let value = serde_json::from_str(text);
    value.ok()
}
