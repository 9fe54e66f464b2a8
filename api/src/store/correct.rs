//! Corrections: a further revision of a report, and the difference that it makes to the ledger.

mod write;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use shared::ReportingDay;
use shared::checked::Checked;
use shared::correction::CorrectionPolicy;
use shared::problem::Violation;
use shared::report::{Channel, EnteredBy, ReportView, Warning};
use shared::revision::{CheckedCorrection, Revision};
use uuid::Uuid;

use super::author::{author, with_author};
use super::history::Days;
use super::idempotency::{self, IdempotencyKey, Known};
use super::organization::InSight;
use super::{Reading, Store, StoreError, submission};
use crate::authorize::{Allowed, CorrectReport};
use crate::entity;

/// A correction on its way: authorized, allowed by the policy of the report's day, and checked.
#[derive(Debug, Clone)]
pub struct NewCorrection {
    /// Who may correct it, of which unit.
    pub allowed: Allowed<CorrectReport>,
    /// The day of the report.
    pub entry_day: ReportingDay,
    /// The revision that this one is to follow: it must still be the newest.
    pub follows: u32,
    /// What is said.
    pub checked: Checked<CheckedCorrection>,
    /// Through what it arrived.
    pub channel: Channel,
    /// Who sends it, as it is shown.
    pub entered_by: EnteredBy,
    /// From where.
    pub ip: Option<IpAddr>,
    /// When the request arrived.
    pub arrived_at: DateTime<Utc>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of a correction.
#[derive(Debug, Clone)]
pub enum CorrectOutcome {
    /// It is stored, durably.
    Corrected {
        /// The report as it stands now, with its receipt.
        report: Box<ReportView>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// There is a newer revision than the one that it follows.
    Changed,
    /// The idempotency key was used for another request.
    KeyReused,
    /// Bands that would fall below 0.
    BelowZero(Vec<Violation>),
    /// Unusual numbers that nobody has confirmed: every warning that was raised.
    Unacknowledged(Vec<Warning>),
}

/// A report in all its revisions.
#[derive(Debug, Clone)]
pub struct Revised {
    /// All of them, newest first.
    pub revisions: Vec<Revision>,
    /// Which account or client entered the newest.
    pub newest_by: Uuid,
    /// How the report can be corrected: the policy of its day.
    pub policy: CorrectionPolicy,
}

impl Revised {
    /// The newest revision; a report has one at least.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where there is none.
    pub fn newest(&self) -> Result<&Revision, StoreError> {
        self.revisions.first().ok_or_else(|| StoreError::Damaged("a report without a revision".into()))
    }
}

const REVISIONS: &str = with_author!(
    "s.*",
    "submission",
    "entered_by",
    "WHERE s.unit_id = $1 AND s.entry_day = $2 AND s.revision IS NOT NULL ORDER BY s.revision DESC"
);

impl Reading {
    /// The revisions of a unit's report of a day, and how it can be corrected.
    ///
    /// # Errors
    /// What the database says; [`StoreError::Damaged`] where there is no report.
    pub async fn revised(&self, unit: &InSight, entry_day: ReportingDay) -> Result<Revised, StoreError> {
        let mut newest_by = None;
        let mut revisions = Vec::new();
        for row in self.rows(REVISIONS, [unit.organization.id.into(), entry_day.0.into()]).await? {
            let model = entity::submission::Model::from_query_result(&row, "")?;
            newest_by = newest_by.or(Some(model.entered_by));
            let view = submission::shown(&model, unit.reference(), author(&row)?)?;
            revisions.push(Revision {
                id: view.id,
                revision: view.revision,
                total: view.total,
                entered_by: view.entered_by,
                recorded_at: view.receipt.accepted_at,
                correction: view.correction,
            });
        }
        let newest_by = newest_by.ok_or_else(|| StoreError::Damaged(format!("no report of {entry_day}")))?;
        let policy = self.settings(unit, Days::one(entry_day)).await?.policy(entry_day);
        Ok(Revised { revisions, newest_by, policy })
    }

    /// What was answered to an earlier correction with the same key, before any rule is asked.
    ///
    /// # Errors
    /// What the database says.
    pub async fn corrected_before(&self, key: Option<&IdempotencyKey>) -> Result<Option<CorrectOutcome>, StoreError> {
        match idempotency::find(self.transaction(), key).await? {
            Some(known) => known_outcome(self.transaction(), &known).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Store {
    /// Corrects a report; the answer is given when it is durable.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full or the database can't take writes.
    pub async fn correct_report(&self, correction: NewCorrection) -> Result<CorrectOutcome, StoreError> {
        self.write(correction).await
    }
}

/// The outcome that a key stands for: the report's id is what was kept of the answer.
async fn known_outcome(db: &impl sea_orm::ConnectionTrait, known: &Known<Uuid>) -> Result<CorrectOutcome, StoreError> {
    let Known::Answered(id) = *known else { return Ok(CorrectOutcome::KeyReused) };
    let report = submission::view(db, id).await?;
    let report = report.ok_or_else(|| StoreError::Damaged(format!("no report {id}")))?;
    Ok(CorrectOutcome::Corrected { report: Box::new(report), replayed: true })
}
