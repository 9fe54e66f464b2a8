//! What one request, one connection and one question to the database may take.

use std::time::Duration;

use super::{ConfigError, Reader};

/// Limits of time, size and number that protect the service from slow, large and many requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// How long the head of a connection's first request may take to arrive.
    pub head_wait: Duration,
    /// How long a body may take to arrive.
    pub body_wait: Duration,
    /// The most bytes of another JSON body.
    pub body_bytes: usize,
    /// The most bytes of the JSON body of a batch, or of what carries adjustments with their notes.
    pub batch_bytes: usize,
    /// How long a handler may take, its wait for the body aside.
    pub handler_wait: Duration,
    /// How long a connection may be idle between two requests.
    pub keep_alive: Duration,
    /// Connections at once, over all workers.
    pub connections: usize,
    /// Requests under way at once.
    pub in_flight: usize,
    /// How long to wait for a connection to the database, and for the lock of its writers.
    pub database_wait: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            head_wait: Duration::from_secs(5),
            body_wait: Duration::from_secs(10),
            body_bytes: 16 * 1024,
            batch_bytes: 256 * 1024,
            handler_wait: Duration::from_secs(10),
            keep_alive: Duration::from_secs(15),
            connections: 4096,
            in_flight: 1024,
            database_wait: Duration::from_secs(5),
        }
    }
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn limits(&self) -> Result<RequestLimits, ConfigError> {
        let default = RequestLimits::default();
        let seconds = |name, otherwise: Duration| {
            Ok(self.above_zero(name)?.map_or(otherwise, |seconds| Duration::from_secs(u64::from(seconds))))
        };
        let number = |name, otherwise| Ok(self.above_zero(name)?.map_or(otherwise, |number| number as usize));
        Ok(RequestLimits {
            head_wait: seconds("NIPPO_HEAD_SECONDS", default.head_wait)?,
            body_wait: seconds("NIPPO_BODY_SECONDS", default.body_wait)?,
            body_bytes: number("NIPPO_BODY_BYTES", default.body_bytes)?,
            batch_bytes: number("NIPPO_BATCH_BYTES", default.batch_bytes)?,
            handler_wait: seconds("NIPPO_HANDLER_SECONDS", default.handler_wait)?,
            keep_alive: seconds("NIPPO_KEEP_ALIVE_SECONDS", default.keep_alive)?,
            connections: number("NIPPO_MAX_CONNECTIONS", default.connections)?,
            in_flight: number("NIPPO_MAX_IN_FLIGHT", default.in_flight)?,
            database_wait: seconds("NIPPO_DATABASE_SECONDS", default.database_wait)?,
        })
    }
}
