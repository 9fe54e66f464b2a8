//! What the database knows of itself.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::reporting_day;

use super::audit::Event;
use super::error::StoreError;
use super::idempotency::{self, KEPT};
use super::writer::CLOCK_ACCEPTED;
use super::{Store, Write, WriteContext, code_challenge, guesses, passkey_challenge, token};
use crate::entity::{Micros, draft, nippo_meta, second_factor, session};

impl Store {
    /// A fact of the database, by its name.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database doesn't answer.
    pub async fn fact(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = nippo_meta::Entity::find_by_id(name).one(self.read()).await?;
        Ok(row.map(|row| row.value))
    }

    /// What the database's own clock says, if it has one: SQLite is a part of the process.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database doesn't answer.
    pub async fn instant_of_database(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let backend = self.read().get_database_backend();
        if backend != DbBackend::Postgres {
            return Ok(None);
        }
        let question = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint";
        let Some(row) = self.read().query_one_raw(Statement::from_string(backend, question)).await? else {
            return Ok(None);
        };
        Ok(DateTime::from_timestamp_micros(row.try_get_by_index(0)?))
    }

    /// States a fact of the database. It leaves its event like every act.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn state_fact(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.write(Fact { name: name.to_owned(), value: value.to_owned() }).await
    }

    /// Accepts that the clock now lies behind what was recorded: reports are taken again, and dated after it.
    /// Returns the instant up to which something was recorded.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn accept_clock(&self) -> Result<DateTime<Utc>, StoreError> {
        self.write(AcceptClock).await
    }

    /// Forgets what has served its time: first answers, drafts and unconfirmed enrollments after 48 hours, sessions that
    /// have ended, assertions that have run out, tries at passwords that count no longer and networks that nobody signed
    /// in from for 30 days. It leaves no event, since nothing of it is an act or a record.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn tidy(&self) -> Result<Tidied, StoreError> {
        self.write(Tidy).await
    }
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tidied {
    /// First answers to writes with a key.
    pub answers: u64,
    /// Sessions.
    pub sessions: u64,
    /// Drafts.
    pub drafts: u64,
    /// Assertions of API clients.
    pub assertions: u64,
    /// Second factors that were begun to be enrolled and never confirmed.
    pub enrollments: u64,
    /// Codes that were sent to telephones, and what passkeys didn't answer to.
    pub challenges: u64,
    /// Tries at passwords, and known networks.
    pub guesses: u64,
}

struct Fact {
    name: String,
    value: String,
}

impl Write for Fact {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        keep(context.db(), &self.name, self.value.clone()).await?;
        leave_event(context, AuditAction::StateFact, json!({ "name": self.name }))
    }
}

struct AcceptClock;

impl Write for AcceptClock {
    type Output = DateTime<Utc>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<DateTime<Utc>, StoreError> {
        leave_event(context, AuditAction::AcceptClock, json!({}))?;
        // This act's own event is the last that is recorded; whatever follows is dated after it.
        let until = context.now();
        keep(context.db(), CLOCK_ACCEPTED, Micros::from(until).0.to_string()).await?;
        Ok(until)
    }
}

struct Tidy;

impl Write for Tidy {
    type Output = Tidied;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Tidied, StoreError> {
        let (db, now) = (context.db(), context.now());
        let ended = session::Column::ExpiresAt.lte(Micros::from(now));
        let over = draft::Column::EntryDay.lt(reporting_day(now - KEPT).0);
        let begun = second_factor::Column::ConfirmedAt.is_null();
        let long_ago = second_factor::Column::CreatedAt.lt(Micros::from(now - KEPT));
        let unconfirmed = second_factor::Entity::delete_many().filter(begun).filter(long_ago);
        Ok(Tidied {
            enrollments: unconfirmed.exec(db).await?.rows_affected,
            answers: idempotency::forget_old(db, now).await?,
            sessions: session::Entity::delete_many().filter(ended).exec(db).await?.rows_affected,
            drafts: draft::Entity::delete_many().filter(over).exec(db).await?.rows_affected,
            challenges: code_challenge::forget_old(db, now).await? + passkey_challenge::forget_old(db, now).await?,
            assertions: token::forget_assertions(db, now).await?,
            guesses: guesses::forget_old(db, now).await?,
        })
    }
}

async fn keep(db: &impl ConnectionTrait, name: &str, value: String) -> Result<(), StoreError> {
    let row = nippo_meta::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let replace = OnConflict::column(nippo_meta::Column::Name).update_column(nippo_meta::Column::Value).to_owned();
    nippo_meta::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

fn leave_event(
    context: &mut WriteContext<'_>,
    action: AuditAction,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    context.audit(&Event { actor: None, action, object: None, outcome: AuditOutcome::Ok, ip: None, detail })?;
    Ok(())
}
