//! The writer: one task that commits what waits together and answers after the commit is durable.
//!
//! Every write is a job of its queue. A job is run under the write lock, possibly more than once (when another job of
//! its batch fails, the batch is rolled back and each job runs alone), and answered once. The order within a
//! transaction is: lock, head of the audit chain, other jobs in the order of arrival, reports, audit events, commit.

mod clock;
mod reports;
mod task;

pub(crate) use task::BATCH;

use std::future::Future;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, QueryTrait};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use super::audit::heads::{self, HeadFile};
use super::audit::{Chain, Event, Link};
use super::carrying::Carrier;
use super::error::StoreError;
use super::later::Later;
use super::rows::Questions;
use crate::clock::Clock;
pub(crate) use clock::CLOCK_ACCEPTED;
pub use reports::NewReport;
use reports::ReportJob;
pub(crate) use reports::{COUNTERS, Decision, below_zero, content_digest, id_at, json, receipt_number};

/// How many jobs may wait; one more is answered "busy" at once.
const QUEUE: usize = 4096;

/// A write. Its `run` is called under the write lock, possibly more than once, so it takes everything from `self` and
/// the context and leaves no trace elsewhere.
///
/// A refusal belongs into `Output` and must come before anything is written; an `Err` rolls back.
pub(crate) trait Write: Send + Sync + 'static {
    /// What the caller gets once the commit is durable.
    type Output: Send + 'static;

    /// Whether it reads through [`WriteContext::questions`] before anything else, and so finds done what the jobs before it
    /// left for later. For all others that is sent first.
    const MINDS_LATER: bool = false;

    /// Does the work.
    fn run(&self, context: &mut WriteContext<'_>) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;
}

/// What a job works with: the transaction, its instant, the audit chain, and what is left for later.
#[derive(Debug)]
pub(crate) struct WriteContext<'t> {
    transaction: &'t DatabaseTransaction,
    chain: &'t mut Chain,
    later: &'t mut Later,
    now: DateTime<Utc>,
    clock_suspect: bool,
}

impl WriteContext<'_> {
    /// The transaction.
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        self.transaction
    }

    /// The instant at which the job is recorded.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Refuses what is judged by the reporting day where the clock lies far behind what was recorded last: it would open a
    /// day again that has ended.
    pub(crate) fn trust_clock(&self) -> Result<(), StoreError> {
        if self.clock_suspect { Err(StoreError::ClockSuspect) } else { Ok(()) }
    }

    /// Leaves a change for later: it is written before anything that comes after this job is read, at the latest with the
    /// commit. What the job itself reads through [`WriteContext::db`] doesn't find it.
    pub(crate) fn later(&mut self, change: &impl QueryTrait) {
        self.later.leave(change);
    }

    /// Questions that find done what was left for later. They must be sent.
    pub(crate) async fn questions(&mut self) -> Result<Questions, StoreError> {
        self.later.questions(self.transaction).await
    }

    /// Leaves an event in the chain, in the same transaction.
    pub(crate) fn audit<D: Serialize>(&mut self, event: &Event<D>) -> Result<Link, StoreError> {
        self.chain.append(self.now, event)
    }
}

/// The way into the queue. Cheap to clone; the task ends when the last is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Writer(mpsc::Sender<Queued>);

impl Writer {
    /// Starts the task, which commits at most so many jobs together, and appends each new head of the chain to a file.
    pub(crate) fn start(
        connection: DatabaseConnection,
        clock: Clock,
        batch: usize,
        file: Option<HeadFile>,
        carrier: Option<Carrier>,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(heads::with(file, task::run(receiver, connection, clock, batch, carrier)));
        Self(sender)
    }

    /// Queues a job and waits until it is committed.
    pub(crate) async fn write<W: Write>(&self, work: W) -> Result<W::Output, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue(Queued::Other(Box::new(Typed { work, output: None, reply })))?;
        answer.await.map_err(|_| StoreError::busy())?
    }

    /// Queues a report and waits until its batch is committed.
    pub(crate) async fn report(&self, report: NewReport) -> Result<Decision, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue(Queued::Report(Box::new(ReportJob::new(report, reply)?)))?;
        answer.await.map_err(|_| StoreError::busy())?
    }

    fn queue(&self, job: Queued) -> Result<(), StoreError> {
        self.0.try_send(job).map_err(|_| StoreError::busy())
    }
}

/// What waits.
enum Queued {
    /// A report: all of a batch are judged and stored together.
    Report(Box<ReportJob>),
    /// Anything else, one at a time.
    Other(Box<dyn Job>),
}

impl Queued {
    fn answer(self, outcome: Result<(), StoreError>) {
        match self {
            Self::Report(job) => job.answer(outcome),
            Self::Other(job) => job.answer(outcome),
        }
    }
}

/// A job whose output type is forgotten.
trait Job: Send {
    fn minds_later(&self) -> bool;
    fn run<'a>(&'a mut self, context: &'a mut WriteContext<'_>) -> BoxFuture<'a, Result<(), StoreError>>;
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Typed<W: Write> {
    work: W,
    output: Option<W::Output>,
    reply: oneshot::Sender<Result<W::Output, StoreError>>,
}

impl<W: Write> Job for Typed<W> {
    fn minds_later(&self) -> bool {
        W::MINDS_LATER
    }

    fn run<'a>(&'a mut self, context: &'a mut WriteContext<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.output = Some(self.work.run(context).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { output, reply, .. } = *self;
        // Who asked may have gone: what was committed stays committed.
        let _ = reply.send(outcome.and_then(|()| output.ok_or_else(StoreError::busy)));
    }
}
