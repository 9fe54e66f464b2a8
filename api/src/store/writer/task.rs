//! The task: takes what waits, commits it in one transaction, answers.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::mpsc;

use super::{Queued, WriteContext, reports};
use crate::clock::Clock;
use crate::store::audit::Chain;
use crate::store::batch::Batch;
use crate::store::error::StoreError;

/// How many jobs are committed together at the most.
pub(crate) const BATCH: usize = 256;
/// The lock of all writers of one schema, held until the transaction ends.
const WRITE_LOCK: &str = "SELECT pg_advisory_xact_lock(7235, hashtext(current_schema()))";

/// Runs until nobody can send any more, and what was sent is answered.
pub(super) async fn run(mut queue: mpsc::Receiver<Queued>, connection: DatabaseConnection, clock: Clock, batch: usize) {
    let mut waiting = Vec::with_capacity(batch);
    while queue.recv_many(&mut waiting, batch).await > 0 {
        commit(std::mem::take(&mut waiting), &connection, &clock).await;
    }
}

/// Commits a batch. When a job fails, all are rolled back and each runs alone, so that only the faulty one fails.
async fn commit(mut jobs: Vec<Queued>, connection: &DatabaseConnection, clock: &Clock) {
    let outcome = attempt(&mut jobs, connection, clock).await;
    match outcome {
        Err(error) if jobs.len() > 1 && !error.is_busy() => {
            tracing::warn!(jobs = jobs.len(), %error, "a batch failed; its jobs run one by one");
            for mut job in jobs {
                let outcome = attempt(std::slice::from_mut(&mut job), connection, clock).await;
                job.answer(outcome);
            }
        }
        outcome => {
            for job in jobs {
                job.answer(outcome.clone());
            }
        }
    }
}

/// One transaction over some jobs. A panic in one of them rolls back like an error.
async fn attempt(jobs: &mut [Queued], connection: &DatabaseConnection, clock: &Clock) -> Result<(), StoreError> {
    AssertUnwindSafe(transact(jobs, connection, clock))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(StoreError::Damaged("a write panicked".into())))
}

async fn transact(jobs: &mut [Queued], connection: &DatabaseConnection, clock: &Clock) -> Result<(), StoreError> {
    let transaction = begin(connection).await?;
    let mut chain = Chain::load(&transaction).await?;
    let mut of_reports = Vec::with_capacity(jobs.len());
    for job in jobs {
        match job {
            Queued::Report(job) => of_reports.push(&mut **job),
            Queued::Other(job) => {
                let now = chain.next_instant(clock.now());
                job.run(&mut WriteContext { transaction: &transaction, chain: &mut chain, now }).await?;
            }
        }
    }
    let mut batch = Batch::new(connection.get_database_backend());
    reports::process(&mut of_reports, &transaction, &mut chain, clock, &mut batch).await?;
    chain.store(&mut batch)?;
    batch.run(&transaction).await?;
    // After a failed commit nobody knows whether it happened: "busy" asks for a repetition, which finds out.
    transaction.commit().await.map_err(|error| StoreError::Busy(Some(error)))
}

/// Begins with the write lock.
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: (connection.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = connection.begin_with_options(immediate).await?;
    if connection.get_database_backend() == DbBackend::Postgres {
        transaction.execute_raw(Statement::from_string(DbBackend::Postgres, WRITE_LOCK)).await?;
    }
    Ok(transaction)
}
