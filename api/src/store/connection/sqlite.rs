//! How each pool of SQLite is opened.

use sea_orm::sqlx::{Connection as _, SqliteConnection};
use sea_orm::{ConnectOptions, SqlxError};

use super::{Location, STATEMENT_CACHE};

/// They read in parallel with the one writer.
const READERS: u32 = 4;

/// A pool that doesn't ask whether its connections are still there: a file doesn't go away.
fn keep(options: &mut ConnectOptions, connections: u32) {
    options.max_connections(connections).min_connections(1).test_before_acquire(false);
    options.map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(is_between_transactions(connection)));
}

/// Whether a connection may begin a transaction; if not, another takes its place.
///
/// When SQLite can't write it rolls back by itself. The library's own rollback then fails, it believes the transaction
/// to be open, and would begin the next one as a savepoint within it: whose release is no commit.
async fn is_between_transactions(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    if connection.is_in_transaction() {
        // A rollback may be on its way, as after a reading that was dropped: this waits for it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// The connection that writes.
pub(super) fn writer(location: &Location) -> ConnectOptions {
    let wait = location.wait;
    // A day of the nation changes more pages than the usual cache holds.
    let (synchronous, cache) = if location.relaxed { ("OFF", "-524288") } else { ("FULL", "-8192") };
    let mut options = location.options();
    keep(&mut options, 1);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            // Each commit is synced before it is answered; NORMAL would lose acknowledged reports in a power cut.
            .pragma("synchronous", synchronous)
            // Deleting by REPLACE fires the triggers too.
            .pragma("recursive_triggers", "ON")
            // A commit after a page was split walks through the whole cache: a larger one costs more than it saves.
            .pragma("cache_size", cache)
            // What a statement may have to undo is kept in memory, not in a file.
            .pragma("temp_store", "MEMORY")
            // How long the log grows, in pages, before a commit sees to it: see `carrying`.
            .pragma("wal_autocheckpoint", "16000")
            .foreign_keys(true)
            .busy_timeout(wait)
            .statement_cache_capacity(STATEMENT_CACHE)
    });
    options
}

/// The connection that carries the log into the file.
pub(super) fn carrier(location: &Location) -> ConnectOptions {
    let mut options = location.options();
    keep(&mut options, 1);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).pragma("synchronous", "FULL"));
    options
}

/// The connection that looks sessions up.
pub(super) fn sessions(location: &Location) -> ConnectOptions {
    // Each commit makes it unmap the file and fault the pages in again: for a handful of pages copying is cheaper.
    reading(location, 1, "0")
}

/// The connections that read for screens.
pub(super) fn readers(location: &Location) -> ConnectOptions {
    // Every commit empties a reader's cache; what it reads anew it reads from the system's, without a copy.
    reading(location, READERS, "1073741824")
}

fn reading(location: &Location, connections: u32, mapped_bytes: &'static str) -> ConnectOptions {
    let wait = location.wait;
    let mut options = location.options();
    keep(&mut options, connections);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(false)
            .pragma("mmap_size", mapped_bytes)
            .pragma("cache_size", "-16384")
            .pragma("query_only", "ON")
            .foreign_keys(true)
            .busy_timeout(wait)
            .statement_cache_capacity(STATEMENT_CACHE)
    });
    options
}
