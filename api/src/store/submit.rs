//! Submitting a report.

use shared::ReportingDay;
use shared::problem::Violation;
use shared::report::{ReportView, Warning};
use uuid::Uuid;

use super::error::StoreError;
use super::writer::{Decision, NewReport};
use super::{Store, submission};

/// What became of a report.
#[derive(Debug, Clone)]
pub enum SubmitOutcome {
    /// It is stored, durably.
    Accepted {
        /// The report with its receipt.
        report: Box<ReportView>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// The unit has a report for the day.
    AlreadyReported {
        /// That report.
        existing: Box<ReportView>,
    },
    /// The idempotency key was used for another request.
    KeyReused,
    /// The stated day wasn't today when the request arrived.
    DayChanged {
        /// What today was.
        day: ReportingDay,
    },
    /// Unusual numbers that nobody has confirmed: every warning that was raised.
    Unacknowledged(Vec<Warning>),
    /// Bands of earlier days that would fall below 0.
    BelowZero(Vec<Violation>),
}

impl Store {
    /// Submits a report; the answer is given when it is durable.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full or the database can't take writes,
    /// [`StoreError::ClockSuspect`] when the clock lies far behind what was recorded last.
    pub async fn submit_report(&self, report: NewReport) -> Result<SubmitOutcome, StoreError> {
        Ok(match self.writer.report(report).await? {
            Decision::Accepted(report) => SubmitOutcome::Accepted { report, replayed: false },
            Decision::Replayed(id) => SubmitOutcome::Accepted { report: self.stored(id).await?, replayed: true },
            Decision::AlreadyReported(id) => SubmitOutcome::AlreadyReported { existing: self.stored(id).await? },
            Decision::KeyReused => SubmitOutcome::KeyReused,
            Decision::DayChanged(day) => SubmitOutcome::DayChanged { day },
            Decision::Unacknowledged(warnings) => SubmitOutcome::Unacknowledged(warnings),
            Decision::BelowZero(violations) => SubmitOutcome::BelowZero(violations),
            Decision::ClockSuspect => return Err(StoreError::ClockSuspect),
        })
    }

    /// A report that the writer has just named: it is committed, so a reader sees it.
    async fn stored(&self, id: Uuid) -> Result<Box<ReportView>, StoreError> {
        let report = submission::view(self.read(), id).await?;
        report.map(Box::new).ok_or_else(|| StoreError::Damaged(format!("no report {id}")))
    }
}
