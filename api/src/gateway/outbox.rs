//! The gateway of the demo and of tests: nothing leaves, and what would have is kept to be looked at.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use shared::second_factor::DeliveryStatus;
use uuid::Uuid;

use super::Message;

/// So many messages are kept.
const MOST: usize = 50;

/// The last messages, the newest first. In memory: the demo is one process.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<VecDeque<Message>>);

impl Outbox {
    /// Keeps a message, once by its id.
    pub fn put(&self, message: &Message) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|one| one.request_id == message.request_id) {
            return;
        }
        kept.push_front(message.clone());
        kept.truncate(MOST);
    }

    /// What was sent, the newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Delivered at once, or unknown.
    #[must_use]
    pub fn status(&self, request_id: Uuid) -> DeliveryStatus {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = kept.iter().any(|one| one.request_id == request_id);
        if is_there { DeliveryStatus::Delivered } else { DeliveryStatus::Failed }
    }
}

/// Says neither number nor text.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} {})", self.channel.key(), self.request_id)
    }
}
