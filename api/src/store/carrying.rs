//! What SQLite's log holds is carried into the database's file beside the writer.
//!
//! SQLite does so by itself when the log has grown long: in the commit that finds it so, which all who wait behind the
//! writer then wait for. Carrying part of it from another connection, while the writer goes on, leaves little to that
//! commit, which alone can begin the log anew.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::mpsc;

/// After how many writes the log is carried. On a quiet day SQLite's own carrying is enough.
const WRITES: usize = 500;

/// The task's doorbell. The task ends with it.
#[derive(Debug)]
pub(crate) struct Carrier {
    bell: mpsc::Sender<()>,
    writes: usize,
}

impl Carrier {
    /// Starts the task over a connection of its own.
    pub(crate) fn start(connection: DatabaseConnection) -> Self {
        let (bell, mut rung) = mpsc::channel(1);
        tokio::spawn(async move {
            while rung.recv().await.is_some() {
                let carry = Statement::from_string(connection.get_database_backend(), "PRAGMA wal_checkpoint(PASSIVE)");
                if let Err(error) = connection.query_one_raw(carry).await {
                    tracing::warn!(%error, "the log was not carried into the database's file");
                }
            }
        });
        Self { bell, writes: 0 }
    }

    /// Notes that so many writes were committed.
    pub(crate) fn note(&mut self, writes: usize) {
        self.writes += writes;
        // Who is still carrying will be told by a later commit.
        if self.writes >= WRITES && self.bell.try_send(()).is_ok() {
            self.writes = 0;
        }
    }
}
