//! Appending to the chain, within one transaction of the writer.

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use sea_orm::Value;
use serde::Serialize;

use super::{Event, Text};
use crate::entity::Micros;
use crate::store::StoreError;
use crate::store::batch::{Batch, Insert};
use crate::store::rows::{Answers, Column, Place, Question, Questions};

const DOMAIN: &[u8] = b"nippo-audit-v1";
const HEAD: Question = Question {
    columns: &[Column::Plain("head.seq"), Column::Bytes("head.hash"), Column::Plain("head.recorded_at")],
    rest: "FROM (SELECT seq, hash, recorded_at FROM audit_event ORDER BY seq DESC LIMIT 1) AS head",
};

const EVENTS: Insert = Insert {
    table: "audit_event",
    columns: &[
        "seq",
        "recorded_at",
        "actor_account_id",
        "actor_organization_id",
        "action",
        "object_id",
        "outcome",
        "content",
        "prev_hash",
        "hash",
    ],
    conflict: "",
};

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// An event's place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) seq: i64,
    pub(crate) hash: Hash,
}

impl Link {
    /// The first twelve hex digits of the hash, as a receipt shows them.
    pub(crate) fn short(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.hash[..6])
    }
}

/// The end of the chain as one transaction sees and lengthens it. Never kept from one transaction to the next: another
/// process may have lengthened it.
#[derive(Debug)]
pub(crate) struct Chain {
    head: Link,
    /// When the last committed event was recorded.
    recorded_until: DateTime<Utc>,
    /// The last instant given.
    last: DateTime<Utc>,
    /// Values of the events to be stored, row after row.
    pending: Vec<Value>,
}

impl Chain {
    /// Asks for the end of the chain.
    pub(crate) fn ask(questions: &mut Questions) -> Place {
        questions.ask(&HEAD)
    }

    /// Reads the answer.
    pub(crate) fn read(answers: &Answers, place: &Place) -> Result<Self, StoreError> {
        let Some((seq, hash, last)) = answers.rows::<(i64, String, i64)>(place)?.pop() else {
            let head = Link { seq: 0, hash: [0; 32] };
            return Ok(Self::from_head(head, DateTime::UNIX_EPOCH));
        };
        let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
        let hash = hash.ok_or_else(|| StoreError::Damaged("the head of the audit chain".into()))?;
        Ok(Self::from_head(Link { seq, hash }, Micros(last).utc()))
    }

    fn from_head(head: Link, recorded_until: DateTime<Utc>) -> Self {
        Self { head, recorded_until, last: recorded_until, pending: Vec::new() }
    }

    /// When the last committed event was recorded.
    pub(crate) fn recorded_until(&self) -> DateTime<Utc> {
        self.recorded_until
    }

    /// The instant at which the next act is recorded: never the same twice, never before an earlier one, so that the
    /// order of commits is the order of instants.
    pub(crate) fn next_instant(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.last = now.max(self.last + TimeDelta::microseconds(1));
        self.last
    }

    /// Appends an event.
    pub(crate) fn append<D: Serialize>(&mut self, at: DateTime<Utc>, event: &Event<D>) -> Result<Link, StoreError> {
        let text = Text {
            at: at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor: event.actor.map(|actor| actor.account_id),
            actor_unit: event.actor.map(|actor| actor.organization_id),
            action: event.action.key(),
            object: event.object,
            outcome: event.outcome.key(),
            ip: event.ip,
            detail: &event.detail,
        };
        let content = serde_json::to_string(&text).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let previous = self.head.hash;
        let seq = self.head.seq + 1;
        self.head = Link { seq, hash: link_hash(&previous, seq, &content) };
        self.pending.extend([
            seq.into(),
            Micros::from(at).into(),
            text.actor.into(),
            text.actor_unit.into(),
            text.action.into(),
            event.object.into(),
            text.outcome.into(),
            content.into(),
            previous.to_vec().into(),
            self.head.hash.to_vec().into(),
        ]);
        Ok(self.head)
    }

    /// The new head, if something was appended.
    pub(crate) fn new_head(&self) -> Option<Link> {
        (!self.pending.is_empty()).then_some(self.head)
    }

    /// Stores what was appended.
    pub(crate) fn store(self, batch: &mut Batch) -> Result<(), StoreError> {
        batch.insert(&EVENTS, self.pending)
    }
}

/// The hash of an event: over the one before it, its number, and the exact text that is stored.
pub(super) fn link_hash(previous: &[u8], seq: i64, content: &str) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(DOMAIN);
    context.update(previous);
    context.update(&seq.to_be_bytes());
    context.update(content.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_never_given_twice_even_when_the_clock_stands_still_or_runs_back() {
        let mut chain = Chain::from_head(Link { seq: 0, hash: [0; 32] }, DateTime::UNIX_EPOCH);
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("in range");
        assert_eq!(chain.next_instant(now), now);
        assert_eq!(chain.next_instant(now), now + TimeDelta::microseconds(1));
        assert_eq!(chain.next_instant(now - TimeDelta::hours(1)), now + TimeDelta::microseconds(2));
    }
}
