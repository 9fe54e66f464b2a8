//! What a connection must answer before it serves, since durability and the rules rest on it.
//!
//! On SQLite a setting is each connection's own, and SQLite keeps silent where it can't do as it is told: a file system
//! without shared memory has no log, and `journal_mode=WAL` is no error there. So every connection is asked when it is
//! opened: the first of a pool, further ones, and those that take the place of one that was lost. On PostgreSQL the
//! settings are a part of how a pool connects, which its first connection shows, and `fsync` is the server's own: they are
//! asked once, at the start.

use std::sync::Arc;

use sea_orm::sqlx::{self, Row as _, SqliteConnection};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, SqlxError, Statement};
use tokio::sync::mpsc;

use super::{Connections, Location, STATEMENT_TIMEOUT};
use crate::store::StoreError;

/// The log, without which reading and writing wait for each other.
const LOG: Demand = ("PRAGMA journal_mode", "wal");
/// Each commit is on the disk before it is answered.
const FULL: Demand = ("PRAGMA synchronous", "2");
/// None is: for what is being made, and would be made anew.
const OFF: Demand = ("PRAGMA synchronous", "0");

/// A question to a connection, and the answer without which it doesn't serve.
pub(super) type Demand<Answer = &'static str> = (&'static str, Answer);

/// The demands on a pool's connections.
pub(super) type Demands = Vec<Demand<String>>;

/// Of the one connection that writes.
pub(super) fn of_sqlite_writer(location: &Location) -> Demands {
    let mut demands = owned(&[
        LOG,
        if location.relaxed { OFF } else { FULL },
        ("PRAGMA foreign_keys", "1"),
        ("PRAGMA recursive_triggers", "1"),
        ("PRAGMA query_only", "0"),
    ]);
    demands.push(("PRAGMA busy_timeout", location.wait.as_millis().to_string()));
    demands
}

/// Of the connection that migrates, and of the one that carries the log into the file: what either syncs holds all that
/// was answered before.
pub(super) fn of_sqlite_syncing() -> Demands {
    owned(&[LOG, FULL])
}

/// Of connections that can only read.
pub(super) fn of_sqlite_reading() -> Demands {
    owned(&[LOG, ("PRAGMA query_only", "1")])
}

fn owned(demands: &[Demand]) -> Demands {
    demands.iter().map(|(question, answer)| (*question, (*answer).to_owned())).collect()
}

/// Has each connection that a pool of SQLite ever opens asked before anybody gets it. What is heard is why one was refused.
///
/// The pool takes a refusal for a passing failure: it logs it and tries anew until who waits for a connection waits no
/// longer. So later on that is "busy", which ends when the file is as it was; at the start, who listens needn't wait.
pub(super) fn ask_each(options: &mut ConnectOptions, demands: Demands) -> mpsc::Receiver<String> {
    let (refusals, heard) = mpsc::channel(1);
    let demands: Arc<[Demand<String>]> = demands.into();
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let (demands, refusals) = (Arc::clone(&demands), refusals.clone());
        pool.after_connect(move |connection, _| {
            let (demands, refusals) = (Arc::clone(&demands), refusals.clone());
            Box::pin(async move {
                let Some(reason) = contradiction(connection, &demands).await? else { return Ok(()) };
                // After the start nobody listens; the log has it too.
                let _ = refusals.try_send(reason.clone());
                Err(SqlxError::Configuration(reason.into()))
            })
        })
    });
    heard
}

/// The first demand that a connection doesn't answer as it should.
async fn contradiction(
    connection: &mut SqliteConnection,
    demands: &[Demand<String>],
) -> Result<Option<String>, SqlxError> {
    for (question, answer) in demands {
        let row = sqlx::query(*question).fetch_one(&mut *connection).await?;
        // Some settings are words, others numbers.
        let found = match row.try_get::<String, _>(0) {
            Ok(text) => text,
            Err(_) => row.try_get::<i64, _>(0)?.to_string(),
        };
        if found != *answer {
            return Ok(Some(contradicted(question, &found, answer)));
        }
    }
    Ok(None)
}

/// Asks PostgreSQL what each pool's connections promise, and the server itself.
pub(super) async fn ask_postgres(connections: &Connections) -> Result<(), StoreError> {
    let demands: [(&DatabaseConnection, &str, &str); 7] = [
        (&connections.write, "SHOW synchronous_commit", "on"),
        (&connections.write, "SHOW fsync", "on"),
        (&connections.write, "SHOW statement_timeout", STATEMENT_TIMEOUT),
        (&connections.write, "SHOW default_transaction_read_only", "off"),
        (&connections.read, "SHOW default_transaction_read_only", "on"),
        (&connections.read, "SHOW default_transaction_isolation", "repeatable read"),
        (&connections.sessions, "SHOW default_transaction_read_only", "on"),
    ];
    for (connection, question, answer) in demands {
        let statement = Statement::from_string(connection.get_database_backend(), question);
        let row = connection.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| StoreError::Unusable(format!("{question} has no answer")))?;
        let found: String = row.try_get_by_index(0)?;
        if found != answer {
            return Err(StoreError::Unusable(contradicted(question, &found, answer)));
        }
    }
    Ok(())
}

fn contradicted(question: &str, found: &str, answer: &str) -> String {
    format!("{question} says {found}, not {answer}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use sea_orm::TransactionTrait;

    use super::*;
    use crate::store::connection::{connect, connect_asking, migrate, open, sqlite};

    fn location(folder: &Path, parameters: &str) -> Location {
        Location::new(format!("sqlite://{}?mode=rwc{parameters}", folder.join("nippo.db").display()))
    }

    fn refusal<T>(outcome: Result<T, StoreError>) -> String {
        match outcome {
            Err(StoreError::Unusable(reason)) => reason,
            Err(other) => panic!("refused for another reason: {other:?}"),
            Ok(_) => panic!("not refused"),
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn where_sqlite_has_no_log_the_start_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        // As on a file system that processes can't share memory on: SQLite stays with its other journal and says no word.
        let location = location(folder.path(), "&vfs=unix-none").waiting(Duration::from_secs(60));
        let in_time = Duration::from_secs(30);
        for step in [
            tokio::time::timeout(in_time, migrate(&location)).await,
            tokio::time::timeout(in_time, async { open(&location).await.map(drop) }).await,
        ] {
            let reason = refusal(step.expect("not waited for"));
            assert_eq!(reason, "PRAGMA journal_mode says delete, not wal");
        }
    }

    #[tokio::test]
    async fn a_writer_that_would_lose_what_it_answered_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let location = location(folder.path(), "");
        let mut options = sqlite::writer(&location);
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("journal_mode", "WAL").pragma("synchronous", "NORMAL"));
        let reason = refusal(connect_asking(options, of_sqlite_writer(&location)).await);
        assert_eq!(reason, "PRAGMA synchronous says 1, not 2");
    }

    #[tokio::test]
    async fn each_demand_is_asked_of_each_kind_of_connection() {
        let folder = tempfile::tempdir().expect("a folder");
        let location = location(folder.path(), "");
        migrate(&location).await.expect("migrated");
        // While others are open, none that closes takes the log with it.
        let held = open(&location).await.expect("opened");
        for (kind, options, demands) in [
            ("writer", sqlite::writer(&location), of_sqlite_writer(&location)),
            ("readers", sqlite::readers(&location), of_sqlite_reading()),
            ("sessions", sqlite::sessions(&location), of_sqlite_reading()),
            ("carrier", sqlite::carrier(&location), of_sqlite_syncing()),
        ] {
            connect_asking(options.clone(), demands.clone()).await.expect(kind);
            for (place, (question, answer)) in demands.iter().enumerate() {
                let mut others = demands.clone();
                others[place].1 = "otherwise".to_owned();
                let reason = refusal(connect_asking(options.clone(), others).await);
                assert_eq!(reason, format!("{question} says {answer}, not otherwise"), "{kind}");
            }
        }
        drop(held);
    }

    #[tokio::test]
    async fn a_connection_that_a_pool_opens_later_is_asked_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let location = location(folder.path(), "").waiting(Duration::from_millis(500));
        migrate(&location).await.expect("migrated");
        let connections = open(&location).await.expect("opened");
        let first = connections.read.begin().await.expect("the one that is open");
        // Another file takes the place of the one that is open, and has no log.
        for end in ["", "-wal", "-shm"] {
            std::fs::remove_file(folder.path().join(format!("nippo.db{end}"))).expect("removed");
        }
        let other = connect(location.options()).await.expect("made");
        other.execute_unprepared("CREATE TABLE other (number INTEGER)").await.expect("written");
        other.close().await.expect("closed");
        let second = connections.read.begin().await.map(drop);
        assert!(second.is_err_and(|error| StoreError::from(error).is_busy()), "no connection of the other file");
        drop(first);
    }
}
