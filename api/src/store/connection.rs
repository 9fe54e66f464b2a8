//! Opening databases: which settings each connection must have, and that it has them.

mod demands;
mod postgres;
mod roles;
mod sqlite;

use std::path::PathBuf;
use std::time::Duration;

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait,
};

use self::demands::Demands;
pub(super) use self::roles::overreach;
use super::error::StoreError;

/// How long a statement may take on PostgreSQL, and a transaction sit idle.
const STATEMENT_TIMEOUT: &str = "10s";
/// How long to wait for a connection or for the lock of the writers, unless told otherwise.
const WAIT: Duration = Duration::from_secs(5);
/// Room for every statement of the writer in each of its sizes.
const STATEMENT_CACHE: usize = 256;
/// What migrating processes wait for on PostgreSQL, so that two starting at once take turns.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(7236, hashtext(current_schema()))";
/// What processes that play the demo wait for on PostgreSQL.
const DEMO_LOCK: &str = "SELECT pg_advisory_lock(7237, hashtext(current_schema()))";

/// Where the data is.
#[derive(Debug, Clone)]
pub struct Location {
    /// `sqlite://path?mode=rwc` or `postgres://…`.
    pub url: String,
    /// The schema on PostgreSQL, where it isn't the role's own.
    pub schema: Option<String>,
    /// How long to wait for a connection, and for the lock of the writers.
    pub wait: Duration,
    /// Where each new head of the audit chain is appended to a file, if anywhere.
    pub heads: Option<PathBuf>,
    /// Whether a power cut may destroy all of it: it is being made, and would be made anew.
    relaxed: bool,
}

impl Location {
    /// A database by its URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), schema: None, wait: WAIT, heads: None, relaxed: false }
    }

    /// The same database, in a schema of its own.
    #[must_use]
    pub fn in_schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// The same database, waited for at most so long.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The same database, with each new head of its audit chain in a file of a folder.
    #[must_use]
    pub fn keeping_heads_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.heads = Some(folder.into());
        self
    }

    /// The same database while it is being made: commits don't wait for the disk.
    #[must_use]
    pub(crate) fn relaxed(mut self) -> Self {
        self.relaxed = true;
        self
    }

    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(self.url.clone());
        options.sqlx_logging(false).acquire_timeout(self.wait).connect_timeout(self.wait);
        // Connections are kept for ever. Else the library starts a task for each pool that goes over as many idle ones as it
        // counts, and its count is negative for a moment, as a huge number, when one is taken while it is given back: that task
        // then never ends, nor does the process.
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        if let Some(schema) = &self.schema {
            options.set_schema_search_path(schema.clone());
        }
        options
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.url.contains(":memory:") || self.url.contains("mode=memory")
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }
}

/// The ways into one database.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    /// The one connection that writes; only the writer task uses it.
    pub(crate) write: DatabaseConnection,
    /// Connections that can only read.
    pub(crate) read: DatabaseConnection,
    /// The one connection that looks sessions up: who reads long holds nobody up who is signed in.
    pub(crate) sessions: DatabaseConnection,
    /// On SQLite, the connection that carries the log into the file.
    pub(crate) carry: Option<DatabaseConnection>,
}

/// Migrates to the newest schema over a connection of its own, which is closed afterwards: a connection that saw an
/// older schema must not serve. A role of PostgreSQL that doesn't own the tables must find it there.
pub(crate) async fn migrate(location: &Location) -> Result<(), StoreError> {
    let connection = migrating(location).await?;
    let outcome = bring_to_newest(&connection).await;
    connection.close().await?;
    outcome
}

/// Migrates to the newest schema, and grants a role of PostgreSQL what whoever serves needs, and no more.
///
/// # Errors
/// [`StoreError::Unusable`] on SQLite, when there is no such role, when it could alter what is recorded all the same, and
/// when the tables are another's than whose connection it is.
pub async fn migrate_and_grant(location: &Location, role: &str) -> Result<(), StoreError> {
    if location.is_sqlite() {
        return Err(StoreError::Unusable("SQLite has no roles to grant anything to".into()));
    }
    let connection = migrating(location).await?;
    let outcome = async {
        roles::expect_known(&connection, role).await?;
        roles::expect_owner(&connection).await?;
        bring_to_newest(&connection).await?;
        roles::grant(&connection, role).await
    };
    let outcome = outcome.await;
    connection.close().await?;
    outcome
}

/// The one connection that migrates.
async fn migrating(location: &Location) -> Result<DatabaseConnection, StoreError> {
    if location.is_sqlite() && location.is_in_memory() {
        return Err(StoreError::Unusable("a database in memory would not outlive its connection".into()));
    }
    let mut options = location.options();
    options.max_connections(1);
    if location.is_sqlite() {
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("journal_mode", "WAL").pragma("synchronous", "FULL"));
        return connect_asking(options, demands::of_sqlite_syncing()).await;
    }
    let connection = connect(options).await?;
    connection.execute_unprepared(MIGRATION_LOCK).await?;
    Ok(connection)
}

async fn bring_to_newest(connection: &DatabaseConnection) -> Result<(), StoreError> {
    if connection.get_database_backend() == DbBackend::Postgres && !roles::may_migrate(connection).await? {
        return roles::expect_ready(connection).await;
    }
    Ok(Migrator::up(connection, None).await?)
}

/// Carries SQLite's log into the database's file and empties it, after so much was written that readers would look through
/// it for long. On PostgreSQL there is nothing to do.
pub(crate) async fn carry_log(location: &Location) -> Result<(), StoreError> {
    if !location.is_sqlite() {
        return Ok(());
    }
    let connection = connect_asking(sqlite::carrier(location), demands::of_sqlite_syncing()).await?;
    connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(connection.close().await?)
}

/// The turn of a process that does what only one may do at a time. It ends with the connection that holds the lock.
#[derive(Debug)]
pub(crate) struct Turn(Option<DatabaseConnection>);

impl Turn {
    /// Waits for the turn to play the demo; a file of SQLite is one server's own.
    pub(crate) async fn to_play_demo(location: &Location) -> Result<Self, StoreError> {
        if location.is_sqlite() {
            return Ok(Self(None));
        }
        let mut options = location.options();
        options.max_connections(1);
        let connection = connect(options).await?;
        connection.execute_unprepared(DEMO_LOCK).await?;
        Ok(Self(Some(connection)))
    }

    /// Lets the next process begin.
    pub(crate) async fn end(self) -> Result<(), StoreError> {
        match self.0 {
            Some(connection) => Ok(connection.close().await?),
            None => Ok(()),
        }
    }
}

/// Opens the connection that writes and those that read, and checks what they promise.
pub(crate) async fn open(location: &Location) -> Result<Connections, StoreError> {
    if location.is_sqlite() {
        return Ok(Connections {
            write: connect_asking(sqlite::writer(location), demands::of_sqlite_writer(location)).await?,
            read: connect_asking(sqlite::readers(location), demands::of_sqlite_reading()).await?,
            sessions: connect_asking(sqlite::sessions(location), demands::of_sqlite_reading()).await?,
            carry: Some(connect_asking(sqlite::carrier(location), demands::of_sqlite_syncing()).await?),
        });
    }
    let connections = Connections {
        write: connect(postgres::writer(location)).await?,
        read: connect(postgres::readers(location)).await?,
        sessions: connect(postgres::sessions(location)).await?,
        carry: None,
    };
    demands::ask_postgres(&connections).await?;
    Ok(connections)
}

/// Opens a pool of SQLite, of which each connection is asked what it must answer, now and later. Refuses at once when the
/// first one answers otherwise.
async fn connect_asking(mut options: ConnectOptions, demands: Demands) -> Result<DatabaseConnection, StoreError> {
    let mut refusals = demands::ask_each(&mut options, demands);
    tokio::select! {
        biased;
        Some(reason) = refusals.recv() => Err(StoreError::Unusable(reason)),
        opened = connect(options) => opened,
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where connections are opened")]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, StoreError> {
    Ok(Database::connect(options).await?)
}

/// A transaction that sees one instant and only reads: on SQLite each does, on PostgreSQL the connections are set so.
pub(crate) async fn reading(connections: &Connections) -> Result<DatabaseTransaction, StoreError> {
    Ok(connections.read.begin().await?)
}

/// A transaction that sees one instant, however long it reads.
pub(crate) async fn snapshot(connections: &Connections) -> Result<DatabaseTransaction, StoreError> {
    let transaction = reading(connections).await?;
    without_timeout(&transaction).await?;
    Ok(transaction)
}

/// Lets the further questions of a transaction that reads be planned for what they ask: how much of the ledger came after
/// an instant is all that tells which index finds it.
pub(crate) async fn plan_anew(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    if ConnectionTrait::get_database_backend(transaction) == DbBackend::Postgres {
        transaction.execute_unprepared("SET LOCAL plan_cache_mode = force_custom_plan").await?;
    }
    Ok(())
}

/// Lets the statements of one transaction take as long as they need: it reads everything there is.
pub(crate) async fn without_timeout(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    if ConnectionTrait::get_database_backend(transaction) == DbBackend::Postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pool_has_a_task_that_goes_over_its_connections() {
        let file = Location::new("sqlite://nippo.db");
        let server = Location::new("postgres://nippo@db.example/nippo");
        let pools = [
            file.options(),
            sqlite::writer(&file),
            sqlite::readers(&file),
            sqlite::sessions(&file),
            sqlite::carrier(&file),
            server.options(),
            postgres::writer(&server),
            postgres::readers(&server),
            postgres::sessions(&server),
        ];
        for pool in pools {
            assert_eq!(
                (pool.get_idle_timeout(), pool.get_max_lifetime()),
                (Some(None), Some(None)),
                "{}",
                pool.get_url()
            );
        }
    }
}
