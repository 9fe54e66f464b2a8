//! What leaves the process: codes by text message and telephone.
//!
//! [`http`] hands a message over to the operator's gateway; [`outbox`] keeps it, for the demo and tests. Neither number
//! nor text gets into a log, a metric or the audit chain.

mod breaker;
pub mod http;
pub mod message;
pub mod outbox;

use std::time::Duration;

use serde::Serialize;
use shared::second_factor::{CodeLanguage, DeliveryStatus};
use shared::telephone::Telephone;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{ApiError, ApiResult};
use http::HttpGateway;
use outbox::Outbox;

/// How a message reaches its telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// As text.
    Sms,
    /// Read out.
    Voice,
}

impl Channel {
    /// The name in the contract of gateways and in metrics.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }
}

/// What is sent.
#[derive(Clone)]
pub struct Message {
    /// What names it: the same id is sent once.
    pub request_id: Uuid,
    /// How.
    pub channel: Channel,
    /// To whom.
    pub to: Telephone,
    /// The language of the text: a voice needs it.
    pub locale: CodeLanguage,
    /// The words.
    pub text: String,
    /// For how long it is worth sending.
    pub expires_in: Duration,
}

/// Why a message wasn't handed over.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Too many have failed one after the other; nothing is tried for a while.
    #[error("the gateway failed too often")]
    Resting,
    /// The gateway doesn't answer, or not in time.
    #[error("the gateway does not answer")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The gateway refuses.
    #[error("the gateway answers {0}")]
    Refused(u16),
}

/// The way out.
#[derive(Debug)]
pub enum Gateway {
    /// Over HTTP.
    Http(Box<HttpGateway>),
    /// Nowhere: it is kept, to be looked at.
    Outbox(Outbox),
}

impl Gateway {
    /// The gateway of a configuration; the demo has an outbox, and without a gateway no codes are sent.
    ///
    /// # Errors
    ///
    /// When there can be no client for it.
    pub fn of(config: &Config, clock: &Clock) -> ApiResult<Option<Self>> {
        match &config.code_gateway {
            Some(gateway) => {
                let gateway = HttpGateway::new(gateway, clock.clone()).map_err(ApiError::internal)?;
                Ok(Some(Self::Http(Box::new(gateway))))
            }
            None => Ok(config.demo.then(|| Self::Outbox(Outbox::new(clock.clone())))),
        }
    }

    /// Whether it is worth trying.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Http(gateway) => gateway.is_open(),
            Self::Outbox(_) => true,
        }
    }

    /// Hands a message over.
    ///
    /// # Errors
    ///
    /// When the gateway didn't take it. Whether it arrives is another question.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let outcome = match self {
            Self::Http(gateway) => gateway.send(message).await,
            Self::Outbox(outbox) => {
                outbox.put(message);
                Ok(())
            }
        };
        let word = if outcome.is_ok() { "taken" } else { "failed" };
        metrics::counter!("codes_sent_total", "channel" => message.channel.key(), "outcome" => word).increment(1);
        outcome
    }

    /// What became of a message.
    ///
    /// # Errors
    ///
    /// When the gateway doesn't say.
    pub async fn status(&self, request_id: Uuid) -> Result<DeliveryStatus, SendError> {
        match self {
            Self::Http(gateway) => gateway.status(request_id).await,
            Self::Outbox(outbox) => Ok(outbox.status(request_id)),
        }
    }
}
