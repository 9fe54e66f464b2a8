//! The store: every query and every transaction.
//!
//! Reads run on connections that can only read. Every write is a job of the one writer task (see `writer`), which
//! commits many jobs together and answers each after its commit is durable.

pub mod account;
pub mod account_list;
pub mod api_client;
pub mod arrival;
pub mod audit;
mod author;
mod batch;
mod carrying;
pub mod ceremony;
mod claim;
pub mod code_challenge;
mod connection;
pub mod contact;
pub mod correct;
mod coverage;
pub mod dated;
mod draft;
mod entering;
mod error;
pub mod first_manager;
pub mod guesses;
mod history;
pub mod holding;
pub mod holidays;
pub(crate) mod idempotency;
pub mod issuance;
mod later;
mod lease;
mod ledger;
mod meta;
pub mod notification_count;
mod organization;
pub mod own_security;
pub mod passkey_challenge;
#[cfg(test)]
mod plans;
pub mod policy;
mod profile;
mod reading;
#[cfg(test)]
pub(crate) mod reading_tests;
pub mod register;
pub mod registering;
mod report;
mod reporting_day;
pub mod rollup;
mod rows;
pub mod second_factor;
pub mod seeding;
pub mod session;
mod settings;
pub mod signing_in;
mod sql;
pub mod standing;
mod statement;
mod submission;
mod submit;
pub mod summary;
pub mod supplement;
pub mod token;
mod unit;
mod writer;

pub use claim::Claim;
pub use connection::{Location, migrate_and_grant};
pub use draft::{DeleteDraft, DraftOutcome, SaveDraft};
pub use error::{StoreError, on_constraint};
pub use history::Days;
pub use idempotency::IdempotencyKey;
pub use meta::Tidied;
pub use organization::{Cursor, InSight, OrganizationSearch, Sight, visible_to};
pub use reading::Reading;
pub use statement::{NewStatement, StatementOutcome, Withdrawal};
pub use submit::SubmitOutcome;
pub use writer::NewReport;

use audit::Chain;
use audit::heads::HeadFile;
use carrying::Carrier;
use connection::Connections;
pub(crate) use connection::{Turn, carry_log};
use rows::Questions;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use writer::Writer;
pub(crate) use writer::{Write, WriteContext};

use crate::clock::Clock;

/// The database, and the writer before it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    connections: Connections,
    writer: Writer,
    clock: Clock,
}

impl Store {
    /// Migrates to the newest schema, opens the connections, checks their settings and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't be reached, [`StoreError::Unusable`] when a setting that
    /// durability rests on is missing, or when a role that doesn't own the tables finds an older schema or lacks a privilege.
    pub async fn open(location: &Location, clock: Clock) -> Result<Self, StoreError> {
        Self::open_with_batch(location, clock, writer::BATCH).await
    }

    /// As [`Store::open`], but every write commits alone: what group commit is worth is measured against this.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_one_by_one(location: &Location, clock: Clock) -> Result<Self, StoreError> {
        Self::open_with_batch(location, clock, 1).await
    }

    async fn open_with_batch(location: &Location, clock: Clock, batch: usize) -> Result<Self, StoreError> {
        connection::migrate(location).await?;
        let connections = connection::open(location).await?;
        let heads = location.heads.as_deref().map(|folder| HeadFile::begin(folder, clock.clone())).transpose();
        let heads = heads.map_err(|error| StoreError::Unusable(format!("the folder of audit heads: {error}")))?;
        let carrier = connections.carry.clone().map(Carrier::start);
        let writer = Writer::start(connections.write.clone(), clock.clone(), batch, heads, carrier);
        Ok(Self { connections, writer, clock })
    }

    /// The connections that can only read.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.connections.read
    }

    /// Asks the database for its newest event, over a connection that reads.
    ///
    /// # Errors
    /// What the database says; [`StoreError::Busy`] when no connection is free in time.
    pub async fn answers(&self) -> Result<(), StoreError> {
        let mut questions = Questions::new(self.read().get_database_backend());
        let head = Chain::ask(&mut questions);
        Chain::read(&questions.send(self.read()).await?, &head).map(|_| ())
    }

    /// What the role of PostgreSQL could do that whoever serves must not be able to, as the end of a sentence: alter what is
    /// recorded, or the tables. None if all is well, and on SQLite, which has no roles.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database doesn't answer.
    pub async fn overreach(&self) -> Result<Option<String>, StoreError> {
        connection::overreach(self.read()).await
    }

    /// A transaction that sees one instant and can only read.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        connection::snapshot(&self.connections).await
    }

    /// Queues a write and waits until it is committed; the answer holds from then on.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full or the database can't take writes at the moment.
    pub(crate) async fn write<W: Write>(&self, work: W) -> Result<W::Output, StoreError> {
        self.writer.write(work).await
    }

    /// The clock by which everything is dated.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
