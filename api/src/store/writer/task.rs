//! The task: takes what waits, commits it in one transaction, answers.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend};
use tokio::sync::mpsc;

use super::clock::is_suspect;
use super::reports::Situation;
use super::{Queued, WriteContext, reports};
use crate::clock::Clock;
use crate::store::audit::{Chain, heads};
use crate::store::batch::Batch;
use crate::store::carrying::Carrier;
use crate::store::error::StoreError;
use crate::store::later::Later;
use crate::store::lease::Lease;
use crate::store::rows::Questions;

/// How many jobs are committed together at the most.
pub(crate) const BATCH: usize = 256;
/// Begins with the lock of all writers of one schema, which is held until the transaction ends.
const BEGIN_WITH_LOCK: &str = "BEGIN; SELECT pg_advisory_xact_lock(7235, hashtext(current_schema()))";

/// Runs until nobody can send any more, and what was sent is answered.
pub(super) async fn run(
    mut queue: mpsc::Receiver<Queued>,
    connection: DatabaseConnection,
    clock: Clock,
    batch: usize,
    mut carrier: Option<Carrier>,
) {
    let mut lease = Lease::new(connection);
    let mut waiting = Vec::with_capacity(batch);
    loop {
        let jobs = queue.recv_many(&mut waiting, batch).await;
        if jobs == 0 {
            break;
        }
        commit(std::mem::take(&mut waiting), &mut lease, &clock).await;
        if let Some(carrier) = &mut carrier {
            carrier.note(jobs);
        }
    }
}

/// Commits a batch. When a job fails, all are rolled back and each runs alone, so that only the faulty one fails.
async fn commit(mut jobs: Vec<Queued>, lease: &mut Lease, clock: &Clock) {
    let outcome = attempt(&mut jobs, lease, clock).await;
    match outcome {
        Err(error) if jobs.len() > 1 && !error.is_busy() => {
            tracing::warn!(jobs = jobs.len(), %error, "a batch failed; its jobs run one by one");
            for mut job in jobs {
                let outcome = attempt(std::slice::from_mut(&mut job), lease, clock).await;
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
async fn attempt(jobs: &mut [Queued], lease: &mut Lease, clock: &Clock) -> Result<(), StoreError> {
    let connection = lease.connection().await?;
    let outcome = AssertUnwindSafe(transact(jobs, connection, clock))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(StoreError::Damaged("a write panicked".into())));
    if outcome.is_err() {
        lease.roll_back().await;
    }
    outcome
}

async fn transact(jobs: &mut [Queued], transaction: &DatabaseTransaction, clock: &Clock) -> Result<(), StoreError> {
    let backend = ConnectionTrait::get_database_backend(transaction);
    let (mut of_reports, mut others) = (Vec::with_capacity(jobs.len()), Vec::new());
    for job in jobs {
        match job {
            Queued::Report(job) => of_reports.push(&mut **job),
            Queued::Other(job) => others.push(job),
        }
    }
    // What other jobs change must be seen: only where there are none, everything is asked at once.
    let mut questions = begin(transaction).await?;
    let asked_head = Chain::ask(&mut questions);
    let mut asked = Situation::ask(&mut questions, if others.is_empty() { &of_reports } else { &[] });
    let mut answers = questions.send(transaction).await?;
    let mut chain = Chain::read(&answers, &asked_head)?;
    let clock_suspect = is_suspect(transaction, chain.recorded_until(), clock.now()).await?;
    let mut later = Later::new(backend);
    if !others.is_empty() {
        for job in others {
            if !job.minds_later() {
                later.send(transaction).await?;
            }
            let now = chain.next_instant(clock.now());
            let context = &mut WriteContext { transaction, chain: &mut chain, later: &mut later, now, clock_suspect };
            job.run(context).await?;
        }
        if !of_reports.is_empty() {
            let mut questions = later.questions(transaction).await?;
            asked = Situation::ask(&mut questions, &of_reports);
            answers = questions.send(transaction).await?;
        }
    }
    let mut batch = Batch::new(backend);
    if !of_reports.is_empty() {
        let clock = (clock, clock_suspect);
        reports::process(&mut of_reports, (&asked, &answers), transaction, &mut chain, clock, &mut batch).await?;
    }
    let head = chain.new_head();
    chain.store(&mut batch)?;
    if backend == DbBackend::Sqlite {
        batch.begin_with(later.take());
    } else {
        later.send(transaction).await?;
    }
    batch.commit(transaction).await?;
    heads::note(head);
    Ok(())
}

/// Begins with the write lock: on SQLite in one trip with the first questions.
async fn begin(transaction: &DatabaseTransaction) -> Result<Questions, StoreError> {
    let backend = ConnectionTrait::get_database_backend(transaction);
    if backend == DbBackend::Sqlite {
        return Ok(Questions::behind(backend, "BEGIN IMMEDIATE; ".to_owned(), Vec::new()));
    }
    transaction.execute_unprepared(BEGIN_WITH_LOCK).await?;
    Ok(Questions::new(backend))
}
