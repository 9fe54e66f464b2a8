//! Opening and closing batches, logging arrivals, and saying what has become of them.

use std::net::IpAddr;

use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};
use shared::ReportingDay;
use shared::arrival::{Arrival, ArrivalBatch, ArrivalState, CheckedArrival, RejectRequest};
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use uuid::Uuid;

use super::{arrivals, batch, batches};
use crate::authorize::{Allowed, WriteArrivals};
use crate::entity::words::{ArrivalStateWord, RejectWord};
use crate::entity::{arrival, arrival_batch, arrival_batch_closing, arrival_outcome};
use crate::store::audit::Event;
use crate::store::idempotency::{self, IdempotencyKey, Known};
use crate::store::writer::id_at;
use crate::store::{Store, StoreError, Write, WriteContext};

/// What became of a write to the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived<T> {
    /// Done.
    Done {
        /// As it is now.
        value: T,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// A batch of the day is open, or the batch is closed, or the arrival is settled already.
    Conflict,
    /// These arrivals of the batch are open.
    Open(Vec<Uuid>),
    /// The idempotency key was used for another request.
    KeyReused,
}

impl<T> Arrived<T> {
    const fn done(value: T) -> Self {
        Self::Done { value, replayed: false }
    }
}

/// A batch to be opened.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// The id that it gets, where that isn't left to the moment: the demo has examples that are always the same.
    pub id: Option<Uuid>,
    /// Who opens it, at which center.
    pub allowed: Allowed<WriteArrivals>,
    /// The day that its arrivals speak of.
    pub day: Checked<ReportingDay>,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// A batch to be closed.
#[derive(Debug, Clone)]
pub struct BatchToClose {
    /// Who closes it, at which center.
    pub allowed: Allowed<WriteArrivals>,
    /// Which.
    pub id: Uuid,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// An arrival to be logged.
#[derive(Debug, Clone)]
pub struct NewArrival {
    /// The id that it gets, where that isn't left to the moment.
    pub id: Option<Uuid>,
    /// Who logs it, at which center.
    pub allowed: Allowed<WriteArrivals>,
    /// Into which batch.
    pub batch_id: Uuid,
    /// The registered unit that sent it.
    pub unit_id: Option<Uuid>,
    /// What is logged.
    pub checked: Checked<CheckedArrival>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What has become of an arrival.
#[derive(Debug, Clone)]
pub enum Settlement {
    /// It is in this report or supplement.
    Entered(Uuid),
    /// It isn't entered.
    Rejected(Checked<RejectRequest>),
}

/// An arrival to be settled.
#[derive(Debug, Clone)]
pub struct Settling {
    /// Who settles it, at which center.
    pub allowed: Allowed<WriteArrivals>,
    /// Which.
    pub id: Uuid,
    /// What has become of it.
    pub settlement: Settlement,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    /// Opens a batch; a conflict while another of the day is open.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn open_arrival_batch(&self, new: NewBatch) -> Result<Arrived<ArrivalBatch>, StoreError> {
        self.write(new).await
    }

    /// Closes a batch of which nothing is open.
    ///
    /// # Errors
    /// As [`Store::open_arrival_batch`].
    pub async fn close_arrival_batch(&self, closing: BatchToClose) -> Result<Arrived<ArrivalBatch>, StoreError> {
        self.write(closing).await
    }

    /// Logs an arrival into an open batch.
    ///
    /// # Errors
    /// As [`Store::open_arrival_batch`].
    pub async fn log_arrival(&self, new: NewArrival) -> Result<Arrived<Arrival>, StoreError> {
        self.write(new).await
    }

    /// Says what has become of an arrival whose batch is open. What was rejected may be entered after all.
    ///
    /// # Errors
    /// As [`Store::open_arrival_batch`].
    pub async fn settle_arrival(&self, settling: Settling) -> Result<Arrived<Arrival>, StoreError> {
        self.write(settling).await
    }
}

impl Write for NewBatch {
    type Output = Arrived<ArrivalBatch>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Self::Output, StoreError> {
        let center_id = self.allowed.organization_id();
        let same_day = "WHERE b.center_id = $1 AND b.day = $2 AND c.batch_id IS NULL";
        let values = vec![center_id.into(), self.day.0.into()];
        if !batches(context.db(), same_day, values).await?.is_empty() {
            return Ok(Arrived::Conflict);
        }
        let id = self.id.unwrap_or_else(|| id_at(context.now()));
        let row = arrival_batch::ActiveModel {
            id: Set(id),
            center_id: Set(center_id),
            day: Set(self.day.0),
            opened_by: Set(self.allowed.caller().account_id),
            opened_at: Set(context.now().into()),
        };
        arrival_batch::Entity::insert(row).exec_without_returning(context.db()).await?;
        let detail = json!({ "center_id": center_id, "day": *self.day });
        note(context, &self.allowed, self.ip, (AuditAction::OpenArrivalBatch, id), detail)?;
        read_batch(context, id).await
    }
}

impl Write for BatchToClose {
    type Output = Arrived<ArrivalBatch>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Self::Output, StoreError> {
        if is_closed(context, self.id).await? {
            return Ok(Arrived::Conflict);
        }
        let nothing_said = "WHERE a.batch_id = $1 AND o.arrival_id IS NULL ORDER BY a.logged_at, a.id";
        let open = arrivals(context.db(), nothing_said, vec![self.id.into()]).await?;
        if !open.is_empty() {
            return Ok(Arrived::Open(open.into_iter().map(|(_, arrival)| arrival.id).collect()));
        }
        let row = arrival_batch_closing::ActiveModel {
            batch_id: Set(self.id),
            closed_by: Set(self.allowed.caller().account_id),
            closed_at: Set(context.now().into()),
        };
        arrival_batch_closing::Entity::insert(row).exec_without_returning(context.db()).await?;
        note(context, &self.allowed, self.ip, (AuditAction::CloseArrivalBatch, self.id), json!({}))?;
        read_batch(context, self.id).await
    }
}

impl Write for NewArrival {
    type Output = Arrived<Arrival>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Self::Output, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(value)) => return Ok(Arrived::Done { value, replayed: true }),
            Some(Known::Reused) => return Ok(Arrived::KeyReused),
            None => {}
        }
        if is_closed(context, self.batch_id).await? {
            return Ok(Arrived::Conflict);
        }
        let id = self.id.unwrap_or_else(|| id_at(context.now()));
        self.insert(context, id).await?;
        // A sender may be a person: the chain, which nobody can shorten, has only registered units.
        let detail = json!({ "batch_id": self.batch_id, "channel": self.checked.channel, "unit_id": self.unit_id });
        note(context, &self.allowed, self.ip, (AuditAction::LogArrival, id), detail)?;
        let answer = read(context, id).await?;
        if let Arrived::Done { value, .. } = &answer {
            idempotency::remember(context.db(), self.idempotency.as_ref(), 201, value, context.now()).await?;
        }
        Ok(answer)
    }
}

impl NewArrival {
    async fn insert(&self, context: &WriteContext<'_>, id: Uuid) -> Result<(), StoreError> {
        let row = arrival::ActiveModel {
            id: Set(id),
            batch_id: Set(self.batch_id),
            channel: Set(self.checked.channel.into()),
            arrived_at: Set(self.checked.arrived_at.into()),
            unit_id: Set(self.unit_id),
            sender: Set(self.checked.sender.clone()),
            pages: Set(self.checked.pages.cast_signed()),
            note: Set(self.checked.note.clone()),
            logged_by: Set(self.allowed.caller().account_id),
            logged_at: Set(context.now().into()),
        };
        arrival::Entity::insert(row).exec_without_returning(context.db()).await?;
        Ok(())
    }
}

impl Write for Settling {
    type Output = Arrived<Arrival>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Self::Output, StoreError> {
        let found = arrivals(context.db(), "WHERE a.id = $1", vec![self.id.into()]).await?.pop();
        let (_, arrival) = found.ok_or_else(|| StoreError::Damaged(format!("no arrival {}", self.id)))?;
        let may = match self.settlement {
            Settlement::Entered(_) => arrival.state != ArrivalState::Entered,
            Settlement::Rejected(_) => arrival.state == ArrivalState::Open,
        };
        if !may || is_closed(context, arrival.batch_id).await? {
            return Ok(Arrived::Conflict);
        }
        let (state, submission_id, rejection) = match &self.settlement {
            Settlement::Entered(submission) => (ArrivalStateWord::Entered, Some(*submission), None),
            Settlement::Rejected(request) => (ArrivalStateWord::Rejected, None, Some(request)),
        };
        let row = arrival_outcome::ActiveModel {
            arrival_id: Set(self.id),
            state: Set(state),
            submission_id: Set(submission_id),
            reason: Set(rejection.map(|request| RejectWord::from(request.reason))),
            note: Set(rejection.and_then(|request| request.note.clone())),
            settled_by: Set(self.allowed.caller().account_id),
            settled_at: Set(context.now().into()),
        };
        arrival_outcome::Entity::insert(row).exec_without_returning(context.db()).await?;
        let (action, detail) = match rejection {
            None => (AuditAction::EnterArrival, json!({ "submission_id": submission_id })),
            Some(request) => (AuditAction::RejectArrival, json!({ "reason": request.reason })),
        };
        note(context, &self.allowed, self.ip, (action, self.id), detail)?;
        read(context, self.id).await
    }
}

async fn is_closed(context: &WriteContext<'_>, batch_id: Uuid) -> Result<bool, StoreError> {
    Ok(arrival_batch_closing::Entity::find_by_id(batch_id).one(context.db()).await?.is_some())
}

async fn read_batch(context: &WriteContext<'_>, id: Uuid) -> Result<Arrived<ArrivalBatch>, StoreError> {
    let batch = batch(context.db(), id).await?;
    batch.map(Arrived::done).ok_or_else(|| StoreError::Damaged(format!("no batch {id}")))
}

async fn read(context: &WriteContext<'_>, id: Uuid) -> Result<Arrived<Arrival>, StoreError> {
    let found = arrivals(context.db(), "WHERE a.id = $1", vec![id.into()]).await?.pop();
    found.map(|(_, arrival)| Arrived::done(arrival)).ok_or_else(|| StoreError::Damaged(format!("no arrival {id}")))
}

/// Leaves the event of an act.
fn note(
    context: &mut WriteContext<'_>,
    allowed: &Allowed<WriteArrivals>,
    ip: Option<IpAddr>,
    (action, object): (AuditAction, Uuid),
    detail: Value,
) -> Result<(), StoreError> {
    let actor = Some(allowed.caller().into());
    let outcome = AuditOutcome::Ok;
    context.audit(&Event { actor, action, object: Some(object), outcome, ip, detail }).map(drop)
}
