//! The gateway of the demo and of tests: nothing leaves. What would have is kept to be looked at, and said on the console.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use shared::second_factor::DeliveryStatus;
use uuid::Uuid;

use super::Message;
use crate::clock::Clock;

/// So many messages are kept.
const MOST: usize = 50;

/// The last messages, the newest first. In memory: the demo is one process.
#[derive(Debug)]
pub struct Outbox {
    kept: Mutex<VecDeque<(DateTime<Utc>, Message)>>,
    clock: Clock,
}

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { kept: Mutex::default(), clock }
    }

    /// Keeps a message, once by its id.
    pub fn put(&self, message: &Message) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|(_, one)| one.request_id == message.request_id) {
            return;
        }
        // Where nobody reads the console, it is kept all the same.
        let _ = writeln!(io::stdout(), "{} {}: {}", message.channel.key(), message.to.e164(), message.text);
        kept.push_front((self.clock.now(), message.clone()));
        kept.truncate(MOST);
    }

    /// What was sent and when, the newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<(DateTime<Utc>, Message)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Delivered at once, or unknown.
    #[must_use]
    pub fn status(&self, request_id: Uuid) -> DeliveryStatus {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = kept.iter().any(|(_, one)| one.request_id == request_id);
        if is_there { DeliveryStatus::Delivered } else { DeliveryStatus::Failed }
    }
}

/// Says neither number nor text.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} {})", self.channel.key(), self.request_id)
    }
}
