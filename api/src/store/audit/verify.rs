//! Verifying that what is stored is what was recorded: the chain, then every submission against its event, then the
//! ledger against the submissions.

use std::collections::BTreeMap;
use std::io;

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, StreamTrait};
use serde::Deserialize;
use uuid::Uuid;

use super::chain::link_hash;
use super::heads::Witnesses;
use crate::entity::{Micros, bands};
use crate::store::seeding;
use crate::store::submission::Content;
use crate::store::writer::content_digest;
use crate::store::{Store, StoreError};

const EVENTS: &str = "SELECT * FROM audit_event WHERE seq > $1 ORDER BY seq";
const SUBMISSIONS: &str = "SELECT s.id, s.content, s.audit_seq, s.audit_hash, s.recorded_at, s.receipt_number, \
     a.object_id AS event_object, a.content AS event_content, a.hash AS event_hash, a.recorded_at AS event_recorded_at \
     FROM submission s LEFT JOIN audit_event a ON a.seq = s.audit_seq ORDER BY s.audit_seq, s.recorded_at";
const SEEDED_DAYS: &str =
    "SELECT seq, content, hash, recorded_at FROM audit_event WHERE action = 'seed_day' ORDER BY seq";
const EVENTS_WITHOUT_SUBMISSION: &str = "SELECT MIN(a.seq) FROM audit_event a \
     LEFT JOIN submission s ON s.id = a.object_id WHERE a.action IN ('submit_report', 'send_supplement') AND s.id IS NULL";
const LEDGER: &str = "SELECT e.*, s.content, s.audit_seq, s.kind AS submission_kind FROM ledger_entry e \
     LEFT JOIN submission s ON s.id = e.submission_id AND s.recorded_at = e.recorded_at \
     WHERE e.kind <> 'replacement' ORDER BY e.recorded_at, e.line";
const SUBMISSIONS_WITHOUT_ENTRY: &str = "SELECT MIN(s.audit_seq) FROM submission s \
     LEFT JOIN ledger_entry e ON e.recorded_at = s.recorded_at WHERE e.line IS NULL";

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Every event follows from the one before it, and submissions and ledger are what the events say.
    Intact {
        /// How many events there are.
        events: i64,
        /// The last event's hash, in hex.
        head: String,
    },
    /// Something was changed; the first event that doesn't hold.
    Broken {
        /// Its number.
        seq: i64,
        /// What is wrong.
        reason: String,
    },
}

/// A finding: the number of the event, and what is wrong.
type Finding = (i64, String);

/// Verifies everything that is stored, as of one instant.
///
/// # Errors
/// When the database can't be read.
pub async fn verify(store: &Store) -> Result<Verification, StoreError> {
    verify_with(store, &mut Witnesses::none()).await
}

/// Verifies everything that is stored, as of one instant, against what was kept of it elsewhere.
///
/// # Errors
/// When the database or what was kept can't be read.
pub async fn verify_with(store: &Store, witnesses: &mut Witnesses) -> Result<Verification, StoreError> {
    let snapshot = store.snapshot().await?;
    let (events, head) = match chain(&snapshot, (0, vec![0; 32]), witnesses).await? {
        Ok(end) => end,
        Err((seq, reason)) => return Ok(Verification::Broken { seq, reason }),
    };
    let findings = [
        submissions(&snapshot).await?,
        first(&snapshot, EVENTS_WITHOUT_SUBMISSION, "its submission is gone").await?,
        ledger(&snapshot).await?,
        first(&snapshot, SUBMISSIONS_WITHOUT_ENTRY, "its submission has no ledger entry").await?,
    ];
    Ok(match findings.into_iter().flatten().min() {
        Some((seq, reason)) => Verification::Broken { seq, reason },
        None => Verification::Intact { events, head },
    })
}

/// Verifies that each event after one that was verified before, or after the beginning, follows from the one before it.
///
/// # Errors
/// When the database can't be read.
pub async fn verify_since(store: &Store, since: Option<(i64, Vec<u8>)>) -> Result<Verification, StoreError> {
    let snapshot = store.snapshot().await?;
    let since = since.unwrap_or_else(|| (0, vec![0; 32]));
    Ok(match chain(&snapshot, since, &mut Witnesses::none()).await? {
        Ok((events, head)) => Verification::Intact { events, head },
        Err((seq, reason)) => Verification::Broken { seq, reason },
    })
}

/// What columns beside the hashed text repeat of it.
#[derive(Deserialize)]
struct Repeated {
    at: String,
    actor: Option<Uuid>,
    actor_unit: Option<Uuid>,
    action: String,
    object: Option<Uuid>,
    outcome: String,
}

/// Walks the chain from an event on; its length and head, or the first event that doesn't follow.
async fn chain(
    db: &DatabaseTransaction,
    (mut last, mut head): (i64, Vec<u8>),
    witnesses: &mut Witnesses,
) -> Result<Result<(i64, String), Finding>, StoreError> {
    let unreadable = |error: io::Error| StoreError::Damaged(format!("heads that were kept: {error}"));
    let question = Statement::from_sql_and_values(ConnectionTrait::get_database_backend(db), EVENTS, [last.into()]);
    let mut rows = db.stream_raw(question).await?;
    while let Some(row) = rows.try_next().await? {
        let seq: i64 = row.try_get("", "seq")?;
        if seq != last + 1 {
            return Ok(Err((last + 1, format!("the event is missing; {seq} follows {last}"))));
        }
        let content: String = row.try_get("", "content")?;
        let hash: Vec<u8> = row.try_get("", "hash")?;
        if row.try_get::<Vec<u8>>("", "prev_hash")? != head {
            return Ok(Err((seq, "it does not follow from the event before it".into())));
        }
        if link_hash(&head, seq, &content)[..] != hash {
            return Ok(Err((seq, "its text is not the one that was hashed".into())));
        }
        if !repeats(&row, &content)? {
            return Ok(Err((seq, "its columns contradict its text".into())));
        }
        if let Some(reason) = witnesses.compare(seq, &hash).map_err(unreadable)? {
            return Ok(Err((seq, reason)));
        }
        (last, head) = (seq, hash);
    }
    if let Some(reason) = witnesses.beyond() {
        return Ok(Err((last + 1, reason)));
    }
    Ok(Ok((last, data_encoding::HEXLOWER.encode(&head))))
}

fn repeats(row: &QueryResult, content: &str) -> Result<bool, StoreError> {
    let Ok(text) = serde_json::from_str::<Repeated>(content) else { return Ok(false) };
    let at = row.try_get::<Micros>("", "recorded_at")?.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    Ok(text.at == at
        && text.actor == row.try_get("", "actor_account_id")?
        && text.actor_unit == row.try_get("", "actor_organization_id")?
        && text.action == row.try_get::<String>("", "action")?
        && text.object == row.try_get("", "object_id")?
        && text.outcome == row.try_get::<String>("", "outcome")?)
}

/// The first submission that isn't what its event says.
async fn submissions(db: &DatabaseTransaction) -> Result<Option<Finding>, StoreError> {
    #[derive(Deserialize)]
    struct Event {
        detail: Detail,
    }
    #[derive(Deserialize)]
    struct Detail {
        content_sha256: String,
        receipt: String,
    }
    let mut seeded = SeededDays::read(db).await?;
    let mut rows = db.stream_raw(statement(db, SUBMISSIONS)).await?;
    while let Some(row) = rows.try_next().await? {
        let seq: i64 = row.try_get("", "audit_seq")?;
        if let Some(day) = seeded.0.get_mut(&seq) {
            if !day.add(&row)? {
                return Ok(Some((seq, NOT_THE_ONE.into())));
            }
            continue;
        }
        let event: Option<String> = row.try_get("", "event_content")?;
        let event = event.and_then(|text| serde_json::from_str::<Event>(&text).ok());
        let Some(Event { detail }) = event else {
            return Ok(Some((seq, "a submission names it, and it is not there".into())));
        };
        let content: String = row.try_get("", "content")?;
        let hash: Vec<u8> = row.try_get("", "event_hash")?;
        let same = row.try_get::<Option<Uuid>>("", "event_object")? == Some(row.try_get("", "id")?)
            && row.try_get::<String>("", "audit_hash")? == data_encoding::HEXLOWER.encode(&hash)[..12]
            && row.try_get::<i64>("", "event_recorded_at")? == row.try_get::<i64>("", "recorded_at")?
            && row.try_get::<String>("", "receipt_number")? == detail.receipt
            && content_digest(&content) == detail.content_sha256;
        if !same {
            return Ok(Some((seq, NOT_THE_ONE.into())));
        }
    }
    Ok(seeded.first_wrong())
}

const NOT_THE_ONE: &str = "its submission is not the one that was recorded";

/// Days that were written in bulk: their one event speaks of all their submissions.
struct SeededDays(BTreeMap<i64, SeededDay>);

struct SeededDay {
    said: seeding::Detail,
    hash: String,
    recorded_at: i64,
    found: seeding::DayDigest,
}

impl SeededDays {
    async fn read(db: &DatabaseTransaction) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Event {
            detail: seeding::Detail,
        }
        let mut days = BTreeMap::new();
        for row in db.query_all_raw(statement(db, SEEDED_DAYS)).await? {
            let (seq, content) = (row.try_get::<i64>("", "seq")?, row.try_get::<String>("", "content")?);
            let damaged = |error| StoreError::Damaged(format!("event {seq}: {error}"));
            let Event { detail } = serde_json::from_str(&content).map_err(damaged)?;
            let hash = data_encoding::HEXLOWER.encode(&row.try_get::<Vec<u8>>("", "hash")?);
            let recorded_at = row.try_get("", "recorded_at")?;
            days.insert(seq, SeededDay { said: detail, hash, recorded_at, found: seeding::DayDigest::new() });
        }
        Ok(Self(days))
    }

    /// The first day whose submissions, taken together, aren't those that its event speaks of.
    fn first_wrong(self) -> Option<Finding> {
        let wrong = |(seq, day): (i64, SeededDay)| {
            let counted = day.found.submissions == day.said.reports;
            (!counted || day.found.finish() != day.said.content_sha256).then(|| (seq, NOT_THE_ONE.to_owned()))
        };
        self.0.into_iter().find_map(wrong)
    }
}

impl SeededDay {
    /// Adds a submission; whether it refers to the event as it should.
    fn add(&mut self, row: &QueryResult) -> Result<bool, StoreError> {
        let content: String = row.try_get("", "content")?;
        self.found.add(
            row.try_get("", "id")?,
            &row.try_get::<String>("", "receipt_number")?,
            &content_digest(&content),
        );
        Ok(row.try_get::<String>("", "audit_hash")? == self.hash[..12]
            && row.try_get::<i64>("", "recorded_at")? < self.recorded_at)
    }
}

/// The first ledger entry that isn't what its submission says.
async fn ledger(db: &DatabaseTransaction) -> Result<Option<Finding>, StoreError> {
    let mut rows = db.stream_raw(statement(db, LEDGER)).await?;
    let mut expected_line = 0;
    let mut lines_left = 0_usize;
    let mut seq = 0_i64;
    while let Some(row) = rows.try_next().await? {
        let content: Option<String> = row.try_get("", "content")?;
        let content = content.and_then(|text| serde_json::from_str::<Content>(&text).ok());
        let Some(content) = content else {
            return Ok(Some((seq + 1, "a ledger entry has no submission".into())));
        };
        let begins = lines_left == 0;
        if begins {
            // A supplement has no counts of its day.
            let is_supplement = row.try_get::<String>("", "submission_kind")? == "supplement";
            expected_line = usize::from(is_supplement);
            lines_left = 1 - expected_line + content.adjustments.len();
        }
        let before = seq;
        seq = row.try_get("", "audit_seq")?;
        if (!begins && seq != before) || !enters(&row, &content, expected_line)? {
            let at = if begins { seq } else { before };
            return Ok(Some((at, "the ledger does not hold what its submission says".into())));
        }
        expected_line += 1;
        lines_left -= 1;
    }
    let missing = lines_left > 0;
    Ok(missing.then(|| (seq, "the ledger does not hold what its submission says".into())))
}

/// Whether a ledger entry is the line of a submission that it should be.
fn enters(row: &QueryResult, content: &Content, line: usize) -> Result<bool, StoreError> {
    let numbers: [i32; 14] = bands::read(row)?;
    let found = usize::try_from(row.try_get::<i32>("", "line")?).ok();
    let same = match line.checked_sub(1).map(|place| content.adjustments.get(place)) {
        None => numbers == content.counts.as_array().map(u32::cast_signed),
        Some(Some(adjustment)) => {
            numbers == *adjustment.deltas.as_array()
                && row.try_get::<chrono::NaiveDate>("", "target_day")? == adjustment.target_day.0
        }
        Some(None) => false,
    };
    Ok(same && found == Some(line))
}

/// The first event that a question finds, with what is wrong with it.
async fn first(db: &DatabaseTransaction, question: &str, reason: &str) -> Result<Option<Finding>, StoreError> {
    let row = db.query_one_raw(statement(db, question)).await?;
    let seq: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    Ok(seq.map(|seq| (seq, reason.to_owned())))
}

fn statement(db: &DatabaseTransaction, sql: &str) -> Statement {
    Statement::from_string(ConnectionTrait::get_database_backend(db), sql)
}
