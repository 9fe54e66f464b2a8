//! The operator's gateway, over HTTP.
//!
//! `POST {url}` with the message as JSON; 202 (or 200) says that it was taken. The header `X-Signature` is
//! `t=SECONDS,v1=HEX`, HMAC-SHA-256 over `SECONDS.BODY`, so that nobody else can have anything sent and nothing recorded
//! can be sent again later. The same `request_id` is sent once. `GET {url}/{request_id}`, signed over `SECONDS.` and the
//! id, says what became of it.

use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use shared::second_factor::{CodeLanguage, DeliveryStatus};
use uuid::Uuid;

use super::breaker::Breaker;
use super::{Channel, Message, SendError};
use crate::clock::Clock;
use crate::config::CodeGateway;

/// How long one attempt may take.
pub const ATTEMPT: Duration = Duration::from_secs(5);
/// How long both attempts may take: less than the ten seconds of a handler.
pub const BOTH: Duration = Duration::from_secs(9);
/// A second attempt with less time than this is not worth making.
const LEAST: Duration = Duration::from_secs(1);

/// Talks to one gateway.
#[derive(Debug)]
pub struct HttpGateway {
    client: Client,
    url: String,
    key: hmac::Key,
    breaker: Breaker,
    clock: Clock,
}

#[derive(Serialize)]
struct Body<'a> {
    request_id: Uuid,
    channel: Channel,
    to: String,
    locale: CodeLanguage,
    text: &'a str,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Answer {
    status: DeliveryStatus,
}

impl HttpGateway {
    /// A client for a gateway: it follows no redirects and uses no proxy.
    ///
    /// # Errors
    ///
    /// When the system has no certificates.
    pub fn new(config: &CodeGateway, clock: Clock) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: Client::builder().redirect(Policy::none()).no_proxy().build()?,
            url: config.url.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, config.key.expose_secret().as_bytes()),
            breaker: Breaker::default(),
            clock,
        })
    }

    pub(super) fn is_open(&self) -> bool {
        !self.breaker.is_resting(self.clock.now())
    }

    /// One attempt, and another where the gateway didn't answer or failed: by the id it knows that it is the same.
    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        if !self.breaker.may_try(self.clock.now()) {
            return Err(SendError::Resting);
        }
        let outcome = self.try_twice(message).await;
        // What it refuses shows that it is there.
        let is_there = !matches!(&outcome, Err(SendError::Unreachable(_) | SendError::Refused(500..)));
        self.breaker.note(is_there, self.clock.now());
        outcome
    }

    async fn try_twice(&self, message: &Message) -> Result<(), SendError> {
        let started = Instant::now();
        match self.attempt(message, ATTEMPT).await {
            Err(SendError::Unreachable(_) | SendError::Refused(500..)) => {}
            decided => return decided,
        }
        let left = BOTH.saturating_sub(started.elapsed()).min(ATTEMPT).max(LEAST);
        self.attempt(message, left).await
    }

    async fn attempt(&self, message: &Message, within: Duration) -> Result<(), SendError> {
        let body = Body {
            request_id: message.request_id,
            channel: message.channel,
            to: message.to.e164(),
            locale: message.locale,
            text: &message.text,
            expires_in: message.expires_in.as_secs(),
        };
        let body = serde_json::to_string(&body).map_err(|error| SendError::Unreachable(error.into()))?;
        let request = self.client.post(&self.url).header("Content-Type", "application/json");
        let answer = self.ask(request, &body, within).await?;
        if answer.status().is_success() { Ok(()) } else { Err(SendError::Refused(answer.status().as_u16())) }
    }

    /// What became of a message. It is asked once and counts for nothing.
    pub(super) async fn status(&self, request_id: Uuid) -> Result<DeliveryStatus, SendError> {
        let request = self.client.get(format!("{}/{request_id}", self.url));
        let answer = self.ask_signed(request, &request_id.to_string(), ATTEMPT).await?;
        if !answer.status().is_success() {
            return Err(SendError::Refused(answer.status().as_u16()));
        }
        answer.json().await.map(|answer: Answer| answer.status).map_err(unreachable)
    }

    async fn ask(&self, request: RequestBuilder, body: &str, within: Duration) -> Result<Response, SendError> {
        self.ask_signed(request.body(body.to_owned()), body, within).await
    }

    async fn ask_signed(&self, request: RequestBuilder, text: &str, within: Duration) -> Result<Response, SendError> {
        let seconds = self.clock.now().timestamp();
        let signature = hmac::sign(&self.key, format!("{seconds}.{text}").as_bytes());
        let header = format!("t={seconds},v1={}", HEXLOWER.encode(signature.as_ref()));
        request.timeout(within).header("X-Signature", header).send().await.map_err(unreachable)
    }
}

/// Without the address, which the log needs not.
fn unreachable(error: reqwest::Error) -> SendError {
    SendError::Unreachable(error.without_url().into())
}
