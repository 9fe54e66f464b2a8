//! Sessions: an opaque id in a cookie, its hash in the database, and look-ups that go there together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::{digest, rand};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use shared::Caller;
use shared::account::{NextStep, SessionView};
use shared::organization::OrganizationRef;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::store::session::{SessionHash, SessionReader, StoredSession};
use crate::store::{Store, StoreError};

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// Without a request.
    pub idle: TimeDelta,
    /// In any case.
    pub absolute: TimeDelta,
    /// From each step of a sign-in to the next.
    pub half: TimeDelta,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12), half: TimeDelta::minutes(5) }
    }
}

/// A session that is good at the moment it was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its id.
    pub hash: SessionHash,
    /// What names it where its holder lists it.
    pub id: Uuid,
    /// What it is good for: everything when that is `done`, else only this step of the sign-in.
    pub next: NextStep,
    /// When the second factor was shown last.
    pub factor_at: Option<DateTime<Utc>>,
    /// Who holds it.
    pub caller: Caller,
    /// The account's login ID.
    pub login_id: String,
    /// The person's name.
    pub display_name: String,
    /// The organization's name.
    pub organization_name: String,
    /// When it ends unless a request extends it.
    pub idle_ends_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
}

impl Session {
    /// The session as its holder sees it.
    #[must_use]
    pub fn view(&self, now: DateTime<Utc>) -> SessionView {
        SessionView {
            account_id: self.caller.account_id,
            login_id: self.login_id.clone(),
            display_name: self.display_name.clone(),
            role: self.caller.role,
            is_manager: self.caller.is_manager,
            organization: OrganizationRef {
                id: self.caller.organization_id,
                kind: self.caller.organization_kind,
                name: self.organization_name.clone(),
            },
            now,
            idle_ends_at: self.idle_ends_at,
            ends_at: self.ends_at,
        }
    }
}

/// A new session id: 256 random bits for the cookie, and their hash for the database.
///
/// # Errors
///
/// When the system has no randomness.
pub fn new_id() -> ApiResult<(String, SessionHash)> {
    let mut bits = [0_u8; 32];
    rand::fill(&mut bits).map_err(|_| ApiError::internal("no randomness"))?;
    Ok((BASE64URL_NOPAD.encode(&bits), digest_of(&bits)))
}

/// The hash of the id in a cookie; none when it can't be one of ours.
#[must_use]
pub fn hash_of(cookie: &str) -> Option<SessionHash> {
    let mut bits = [0_u8; 32];
    let length = BASE64URL_NOPAD.decode_len(cookie.len()).ok().filter(|&length| length == bits.len())?;
    BASE64URL_NOPAD.decode_mut(cookie.as_bytes(), &mut bits[..length]).ok()?;
    Some(digest_of(&bits))
}

fn digest_of(bits: &[u8]) -> SessionHash {
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bits).as_ref());
    hash
}

/// How long a session may go on being used before that is noted again.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How often notes are written down.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// How many notes are written down together.
const WRITTEN_TOGETHER: usize = 256;
/// How many look-ups may wait.
const QUEUE: usize = 4096;
/// How many look-ups go to the database together.
const BATCH: usize = 64;

type Found = Result<Option<Arc<Session>>, StoreError>;

struct Ask {
    hash: SessionHash,
    now: DateTime<Utc>,
    reply: oneshot::Sender<Found>,
}

/// Looks sessions up: requests that wait at the same time share one query. Nothing is kept from one query to the next,
/// so a session that ended, here or in another process, is refused by the next request.
#[derive(Debug, Clone)]
pub struct SessionLoader(mpsc::Sender<Ask>);

impl SessionLoader {
    /// Starts the task that asks the database.
    #[must_use]
    pub fn start(store: Store, times: SessionTimes) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(
            Loading {
                reader: store.session_reader(),
                store,
                times,
                noted: HashMap::new(),
                writing: HashMap::new(),
                writer: None,
            }
            .run(receiver),
        );
        Self(sender)
    }

    /// The session of a hash, if it is good at an instant.
    ///
    /// # Errors
    ///
    /// `busy` when the database doesn't answer.
    pub async fn find(&self, hash: SessionHash, now: DateTime<Utc>) -> ApiResult<Option<Arc<Session>>> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(Ask { hash, now, reply }).map_err(|_| ApiError::busy(1))?;
        Ok(answer.await.map_err(|_| ApiError::busy(1))??)
    }
}

/// The task's state: with the database's own, when each session was seen last. What is seen is noted here at once and
/// written down a moment later for many sessions together.
struct Loading {
    reader: SessionReader,
    store: Store,
    times: SessionTimes,
    noted: HashMap<SessionHash, DateTime<Utc>>,
    writing: HashMap<SessionHash, DateTime<Utc>>,
    writer: Option<JoinHandle<()>>,
}

impl Loading {
    async fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
        let mut tick = tokio::time::interval(WRITTEN_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                count = asked.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    self.answer(std::mem::take(&mut batch)).await;
                }
                _ = tick.tick() => self.write_down(),
            }
        }
    }

    async fn answer(&mut self, batch: Vec<Ask>) {
        let hashes: Vec<SessionHash> = batch.iter().map(|ask| ask.hash).collect();
        let rows = self.reader.find(&hashes).await;
        match rows {
            Ok(rows) => {
                for Ask { hash, now, reply } in batch {
                    let _ = reply.send(Ok(rows.get(&hash).and_then(|row| self.judge(row, now))));
                }
            }
            Err(error) => {
                for ask in batch {
                    let _ = ask.reply.send(Err(error.clone()));
                }
            }
        }
    }

    /// The session, if it is good, noted as seen.
    fn judge(&mut self, row: &StoredSession, now: DateTime<Utc>) -> Option<Arc<Session>> {
        let hash = row.hash;
        let noted = self.noted.get(&hash).or_else(|| self.writing.get(&hash)).copied();
        let last_seen = noted.map_or(row.last_seen_at, |noted| noted.max(row.last_seen_at));
        if !row.account_is_enabled || now >= row.expires_at || now >= last_seen + self.times.idle {
            return None;
        }
        let seen = if now >= last_seen + NOTED_EVERY {
            self.noted.insert(hash, now);
            now
        } else {
            last_seen
        };
        Some(Arc::new(Session {
            hash,
            id: row.id,
            next: row.next,
            factor_at: row.factor_at,
            caller: row.caller.clone(),
            login_id: row.login_id.clone(),
            display_name: row.display_name.clone(),
            organization_name: row.organization_name.clone(),
            idle_ends_at: (seen + self.times.idle).min(row.expires_at),
            ends_at: row.expires_at,
        }))
    }

    fn write_down(&mut self) {
        if self.writer.as_ref().is_some_and(|writer| !writer.is_finished()) || self.noted.is_empty() {
            return;
        }
        self.writing = std::mem::take(&mut self.noted);
        let (store, seen) = (self.store.clone(), self.writing.clone());
        self.writer = Some(tokio::spawn(async move {
            // A minute after a busy one there are thousands: reports shall not wait behind all of them.
            let mut seen: Vec<_> = seen.into_iter().collect();
            while !seen.is_empty() {
                let some = seen.split_off(seen.len().saturating_sub(WRITTEN_TOGETHER));
                if let Err(error) = store.note_sessions_seen(some).await {
                    tracing::warn!(%error, "when sessions were seen could not be written down");
                }
            }
        }));
    }
}
