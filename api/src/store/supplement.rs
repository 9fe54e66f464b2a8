//! Supplements: adjustments that belong to no report of the day, any number a day (rule R8).

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};
use serde::Serialize;
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::problem::Violation;
use shared::report::{Adjustment, Channel, EnteredBy};
use shared::supplement::{CheckedSupplement, Supplement};
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::audit::{Event, Link};
use super::batch::Batch;
use super::coverage::counted::Before;
use super::entering::Entered;
use super::idempotency::{self, IdempotencyKey, Known};
use super::ledger::{self, Common};
use super::rows::Questions;
use super::submission::SUBMISSIONS;
use super::unit::{self, OnDay};
use super::writer::{COUNTERS, below_zero, content_digest, id_at, receipt_number};
use super::{Days, Store, StoreError, Write, WriteContext, draft};
use crate::authorize::{Allowed, SendSupplement};
use crate::entity::Micros;

/// A supplement on its way into the ledger: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewSupplement {
    /// Who may send it, for which unit.
    pub allowed: Allowed<SendSupplement>,
    /// What is said.
    pub checked: Checked<CheckedSupplement>,
    /// Through what it arrived, unless it states that.
    pub channel: Channel,
    /// Who sends it, as it is shown.
    pub entered_by: EnteredBy,
    /// From where.
    pub ip: Option<IpAddr>,
    /// When the request arrived: this decides which day is today.
    pub arrived_at: DateTime<Utc>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of a supplement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupplementOutcome {
    /// It is stored, durably.
    Accepted {
        /// As recorded.
        supplement: Box<Supplement>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// The idempotency key was used for another request.
    KeyReused,
    /// The stated day wasn't today when the request arrived.
    DayChanged(ReportingDay),
    /// Bands of earlier days that would fall below 0.
    BelowZero(Vec<Violation>),
}

/// What is stored of it.
#[derive(Serialize)]
struct Content<'a> {
    adjustments: &'a [Adjustment],
}

impl Store {
    /// Sends a supplement; the answer is given when it is durable.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn send_supplement(&self, supplement: NewSupplement) -> Result<SupplementOutcome, StoreError> {
        self.write(supplement).await
    }
}

impl Write for NewSupplement {
    type Output = SupplementOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<SupplementOutcome, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(supplement)) => return Ok(SupplementOutcome::Accepted { supplement, replayed: true }),
            Some(Known::Reused) => return Ok(SupplementOutcome::KeyReused),
            None => {}
        }
        context.trust_clock()?;
        let today = reporting_day(self.arrived_at);
        if self.checked.entry_day != today {
            return Ok(SupplementOutcome::DayChanged(today));
        }
        let violations = self.below_zero(context).await?;
        if !violations.is_empty() {
            return Ok(SupplementOutcome::BelowZero(violations));
        }
        let days = self.checked.adjustments.iter().map(|adjustment| adjustment.target_day);
        let days = days.clone().min().zip(days.max()).map_or(Days::one(today), |(from, to)| Days { from, to });
        let before = Before::change(context, self.unit_id(), days).await?;
        let supplement = self.record(context).await?;
        before.raise(context).await?;
        // A draft of today is the unit's, and of its report.
        let days = self.checked.adjustments.iter().map(|adjustment| adjustment.target_day);
        draft::sent(context.db(), self.unit_id(), days.filter(|day| *day < today)).await?;
        idempotency::remember(context.db(), self.idempotency.as_ref(), 201, &supplement, context.now()).await?;
        Ok(SupplementOutcome::Accepted { supplement: Box::new(supplement), replayed: false })
    }
}

impl NewSupplement {
    fn unit_id(&self) -> Uuid {
        self.allowed.organization_id()
    }

    fn channel(&self) -> Channel {
        self.checked.stated_channel.unwrap_or(self.channel)
    }

    /// The bands that would fall below 0, by what is committed and by the earlier writes of the same batch.
    async fn below_zero(&self, context: &WriteContext<'_>) -> Result<Vec<Violation>, StoreError> {
        let mut days: Vec<_> =
            self.checked.adjustments.iter().map(|adjustment| (self.unit_id(), adjustment.target_day)).collect();
        days.sort_unstable();
        days.dedup();
        let sums = ledger::sums_by_target_day(context.db(), &days).await?;
        Ok(below_zero(&self.checked.adjustments, |day| sums.get(&(self.unit_id(), day)).copied().unwrap_or_default()))
    }

    async fn record(&self, context: &mut WriteContext<'_>) -> Result<Supplement, StoreError> {
        let (entry_day, id) = (self.checked.entry_day, id_at(context.now()));
        let OnDay { unit, counter, .. } = self.unit(context).await?;
        let counter = counter.unwrap_or_default() + 1;
        let number = receipt_number(entry_day, &unit.prefecture_code, counter)?;
        let content = serde_json::to_string(&Content { adjustments: &self.checked.adjustments })
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        let link = self.audit(context, id, &number, &content)?;
        let common = Common {
            recorded_at: context.now().into(),
            submission_id: id,
            unit_id: self.unit_id(),
            unit_kind: unit.organization.kind.into(),
            entry_day,
            entry_day_area: unit.area(entry_day).id,
        };
        let mut entered = Entered::default();
        entered.adjustments(&common, |day| unit.area(day), &self.checked.adjustments);
        let mut batch = Batch::new(context.db().get_database_backend());
        batch.insert(&SUBMISSIONS, self.row(context, id, content, number.clone(), &link))?;
        entered.entries.store(&mut batch)?;
        entered.raises.store(&mut batch)?;
        let prefecture = Value::from(unit.prefecture_code.clone());
        batch.insert(&COUNTERS, vec![entry_day.0.into(), prefecture, counter.into()])?;
        batch.run(context.db()).await?;
        Ok(Supplement {
            id,
            unit: unit.organization.clone(),
            entry_day,
            adjustments: self.checked.adjustments.clone(),
            channel: self.channel(),
            entered_by: self.entered_by.clone(),
            recorded_at: context.now(),
            receipt_number: number,
            audit_hash: link.short(),
        })
    }

    /// The unit as it stands on the entry day.
    async fn unit(&self, context: &WriteContext<'_>) -> Result<OnDay, StoreError> {
        let mut questions = Questions::new(context.db().get_database_backend());
        let place = unit::ask(&mut questions, self.checked.entry_day, &[self.unit_id()]);
        let answers = questions.send(context.db()).await?;
        let mut units: HashMap<Uuid, OnDay> = unit::read(&answers, self.checked.entry_day, &place)?;
        units.remove(&self.unit_id()).ok_or_else(|| StoreError::Damaged(format!("no unit {}", self.unit_id())))
    }

    fn audit(&self, context: &mut WriteContext<'_>, id: Uuid, number: &str, content: &str) -> Result<Link, StoreError> {
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::SendSupplement,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({
                "unit_id": self.unit_id(),
                "entry_day": self.checked.entry_day,
                "receipt": number,
                "channel": self.channel(),
                "by_proxy": self.allowed.is_by_proxy(),
                "content_sha256": content_digest(content),
            }),
        })
    }

    fn row(&self, context: &WriteContext<'_>, id: Uuid, content: String, number: String, link: &Link) -> Vec<Value> {
        vec![
            id.into(),
            self.unit_id().into(),
            self.checked.entry_day.0.into(),
            "supplement".into(),
            Value::Int(None),
            content.into(),
            self.channel().key().into(),
            self.allowed.caller().account_id.into(),
            self.allowed.is_by_proxy().into(),
            Micros::from(self.arrived_at).into(),
            Micros::from(context.now()).into(),
            number.into(),
            "[]".into(),
            link.seq.into(),
            link.short().into(),
        ]
    }
}
