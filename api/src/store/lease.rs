//! A connection taken out of its pool for good.
//!
//! A pool asks a connection that comes back whether it is well, and hands it out again only after its answer: a trip to
//! the database for nothing, before each batch. Who asks all the time keeps its connection, and gives it back when
//! something is wrong with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

use super::error::StoreError;

/// A connection of a pool, for one user.
#[derive(Debug)]
pub(crate) struct Lease {
    pool: DatabaseConnection,
    /// A transaction is the only thing that holds on to one connection. Its own ends as soon as it has begun; what is
    /// sent through it begins and ends transactions itself.
    held: Option<DatabaseTransaction>,
}

impl Lease {
    /// A lease of a pool's connections.
    pub(crate) fn new(pool: DatabaseConnection) -> Self {
        Self { pool, held: None }
    }

    /// The connection, outside any transaction.
    pub(crate) async fn connection(&mut self) -> Result<&DatabaseTransaction, StoreError> {
        if self.held.is_none() {
            let held = self.held.insert(self.pool.begin().await?);
            if let Err(error) = held.execute_unprepared("COMMIT").await {
                self.give_back();
                return Err(error.into());
            }
        }
        self.held.as_ref().ok_or_else(StoreError::busy)
    }

    /// Ends the transaction under way, if there is one. Where that fails, the connection goes back to its pool, which
    /// looks after it.
    pub(crate) async fn roll_back(&mut self) {
        if let Some(held) = &self.held
            && held.execute_unprepared("ROLLBACK").await.is_err()
        {
            self.give_back();
        }
    }

    /// Gives the connection back. SQLite's is then replaced, since the library believes its transaction to be open.
    pub(crate) fn give_back(&mut self) {
        let held = self.held.take();
        // The library panics here when the connection's thread has ended; that must not end ours.
        if catch_unwind(AssertUnwindSafe(|| drop(held))).is_err() {
            tracing::warn!("a connection was lost");
        }
    }
}
