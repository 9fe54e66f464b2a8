//! Reports, judged and accepted many at a time.
//!
//! All that the rules need of a batch is read in a handful of statements, each report is then judged in memory in the
//! order of arrival (so that it sees the earlier ones of its batch), and what was accepted is stored in a handful more.

mod accept;
mod decide;
mod situation;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use shared::check::CheckedReport;
use shared::problem::Violation;
use shared::report::{Channel, EnteredBy, ReportView, Warning};
use shared::{ReportingDay, reporting_day};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::authorize::{Allowed, SendReport};
use crate::clock::Clock;
use crate::store::audit::Chain;
use crate::store::batch::Batch;
use crate::store::error::StoreError;
use crate::store::idempotency::IdempotencyKey;
use crate::store::rows::Answers;
use crate::store::submission::Content;
use accept::Accepted;
pub(crate) use accept::{COUNTERS, content_digest, id_at, json, receipt_number};
use decide::Judgment;
pub(crate) use decide::below_zero;
use situation::Asked;
pub(super) use situation::Situation;

/// A report on its way into the ledger: authorized and checked, which its fields prove.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// The id that it gets, where that isn't left to the moment: the demo has examples that are always the same.
    pub id: Option<Uuid>,
    /// Who may send it, for which unit.
    pub allowed: Allowed<SendReport>,
    /// What is said.
    pub checked: CheckedReport,
    /// Through what it arrived, unless the report states it.
    pub channel: Channel,
    /// Who sends it, as it is shown.
    pub entered_by: EnteredBy,
    /// From where.
    pub ip: Option<IpAddr>,
    /// When the request arrived: this decides which day is today.
    pub arrived_at: DateTime<Utc>,
    /// Until when it may still be filed after its day has ended, as proxy reports may (rule R8).
    pub late_until: Option<DateTime<Utc>>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

impl NewReport {
    /// Whether the day it states was today when the request arrived, or may still be filed then.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        self.is_of_today() || self.late_until.is_some_and(|until| self.arrived_at < until)
    }

    /// Whether the day it states was today when the request arrived.
    fn is_of_today(&self) -> bool {
        self.entry_day() == reporting_day(self.arrived_at)
    }

    fn unit_id(&self) -> Uuid {
        self.allowed.organization_id()
    }

    fn entry_day(&self) -> ReportingDay {
        self.checked.entry_day()
    }

    fn channel(&self) -> Channel {
        self.checked.stated_channel().unwrap_or(self.channel)
    }
}

/// What became of a report under the write lock.
#[derive(Debug, Clone)]
pub(crate) enum Decision {
    /// Stored.
    Accepted(Box<ReportView>),
    /// The same request was accepted before, as the report of this id.
    Replayed(Uuid),
    /// The unit has a report for the day.
    AlreadyReported(Uuid),
    /// The key was used for another request.
    KeyReused,
    /// The stated day wasn't today when the request arrived.
    DayChanged(ReportingDay),
    /// Unusual numbers that nobody has confirmed.
    Unacknowledged(Vec<Warning>),
    /// A band of an earlier day would fall below 0.
    BelowZero(Vec<Violation>),
    /// The clock lies far behind what was recorded last.
    ClockSuspect,
}

/// A report in the queue.
#[derive(Debug)]
pub(super) struct ReportJob {
    pub(super) report: NewReport,
    /// What was said, as it will be stored, and its digest: made before the lock is taken, under which all wait.
    content: String,
    content_sha256: String,
    pub(super) decision: Option<Decision>,
    pub(super) reply: oneshot::Sender<Result<Decision, StoreError>>,
}

impl ReportJob {
    pub(super) fn new(
        report: NewReport,
        reply: oneshot::Sender<Result<Decision, StoreError>>,
    ) -> Result<Self, StoreError> {
        let counts = *report.checked.counts();
        let adjustments = report.checked.adjustments().to_vec();
        let content = json(&Content { counts, adjustments, correction: None })?;
        let content_sha256 = content_digest(&content);
        Ok(Self { report, content, content_sha256, decision: None, reply })
    }

    pub(super) fn answer(self, outcome: Result<(), StoreError>) {
        // Who asked may have gone: what was committed stays committed.
        let _ = self.reply.send(outcome.and_then(|()| self.decision.ok_or_else(StoreError::busy)));
    }
}

/// Judges the reports of a batch, in order, and adds those that are accepted to what is to be written.
pub(super) async fn process(
    jobs: &mut [&mut ReportJob],
    answers: (&Asked, &Answers),
    db: &impl ConnectionTrait,
    chain: &mut Chain,
    (clock, clock_suspect): (&Clock, bool),
    batch: &mut Batch,
) -> Result<(), StoreError> {
    let mut situation = Situation::load(db, jobs, answers, clock_suspect).await?;
    let mut accepted = Accepted::default();
    for job in jobs {
        let decision = match decide::judge(&job.report, &mut situation)? {
            Judgment::Refused(refusal) => refusal,
            Judgment::Sound(warnings) => {
                let report = accepted.add(job, &warnings, &mut situation, chain, clock)?;
                Decision::Accepted(Box::new(report))
            }
        };
        job.decision = Some(decision);
    }
    accepted.store(situation, batch)
}
