//! Day statements: made, withdrawn until their day has ended, never contradicting a report.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::check::CheckedStatement;
use shared::day_statement::DayStatement;
use shared::report::EnteredBy;
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::audit::Event;
use super::author::authors;
use super::coverage::counted::Before;
use super::error::StoreError;
use super::idempotency::{self, IdempotencyKey, Known};
use super::writer::id_at;
use super::{Days, Store, Write, WriteContext, draft, submission};
use crate::authorize::{Allowed, MakeStatement, WithdrawStatement};
use crate::entity::{Micros, day_statement};

/// A statement on its way: authorized and checked, which its fields prove.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// The id that it gets, where that isn't left to the moment: the demo has examples that are always the same.
    pub id: Option<Uuid>,
    /// Who may make it, for which unit.
    pub allowed: Allowed<MakeStatement>,
    /// What is said.
    pub checked: CheckedStatement,
    /// Who makes it, as it is shown.
    pub stated_by: EnteredBy,
    /// When it arrived, which is when it is said: whether it is late is told by that.
    pub arrived_at: DateTime<Utc>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementOutcome {
    /// It is on record.
    Made {
        /// As recorded.
        statement: Box<DayStatement>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// The day has a report or another statement.
    Conflict,
    /// The idempotency key was used for another request.
    KeyReused,
}

/// A statement to be withdrawn.
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// Who may withdraw it, of which unit.
    pub allowed: Allowed<WithdrawStatement>,
    /// Which.
    pub id: Uuid,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    /// Makes a statement.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn make_statement(&self, statement: NewStatement) -> Result<StatementOutcome, StoreError> {
        self.write(statement).await
    }

    /// Withdraws a statement; whether the unit had it in force. Until when that may be done is for the caller to say.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn withdraw_statement(&self, withdrawal: Withdrawal) -> Result<bool, StoreError> {
        self.write(withdrawal).await
    }

    /// A unit's statements in force, by day.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database doesn't answer.
    pub async fn statements(
        &self,
        unit_id: Uuid,
        from: ReportingDay,
        to: ReportingDay,
    ) -> Result<Vec<DayStatement>, StoreError> {
        in_force(self.read(), unit_id, from, to).await
    }
}

/// A unit's statements in force, by day.
pub(crate) async fn in_force(
    db: &impl ConnectionTrait,
    unit_id: Uuid,
    from: ReportingDay,
    to: ReportingDay,
) -> Result<Vec<DayStatement>, StoreError> {
    let rows = day_statement::Entity::find()
        .filter(day_statement::Column::UnitId.eq(unit_id))
        .filter(day_statement::Column::Day.between(from.0, to.0))
        .filter(day_statement::Column::WithdrawnAt.is_null())
        .order_by_asc(day_statement::Column::Day)
        .all(db)
        .await?;
    shown(db, rows).await
}

impl Write for NewStatement {
    type Output = StatementOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<StatementOutcome, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(statement)) => return Ok(StatementOutcome::Made { statement, replayed: true }),
            Some(Known::Reused) => return Ok(StatementOutcome::KeyReused),
            None => {}
        }
        context.trust_clock()?;
        let (unit_id, day) = (self.allowed.organization_id(), self.checked.day());
        let reported = !submission::existing(context.db(), day, &[unit_id]).await?.is_empty();
        if reported || !in_force(context.db(), unit_id, day, day).await?.is_empty() {
            return Ok(StatementOutcome::Conflict);
        }
        let before = Before::change(context, unit_id, Days::one(day)).await?;
        let statement = self.record(context).await?;
        before.raise(context).await?;
        // What was typed for a day that is over is answered by this; today a statement may still be withdrawn for a report.
        if day < reporting_day(context.now()) {
            draft::sent(context.db(), unit_id, [day]).await?;
        }
        idempotency::remember(context.db(), self.idempotency.as_ref(), 201, &statement, context.now()).await?;
        Ok(StatementOutcome::Made { statement: Box::new(statement), replayed: false })
    }
}

impl NewStatement {
    async fn record(&self, context: &mut WriteContext<'_>) -> Result<DayStatement, StoreError> {
        let statement = DayStatement {
            id: self.id.unwrap_or_else(|| id_at(context.now())),
            unit_id: self.allowed.organization_id(),
            day: self.checked.day(),
            kind: self.checked.kind(),
            channel: self.checked.stated_channel().unwrap_or(self.allowed.caller().channel()),
            stated_by: self.stated_by.clone(),
            stated_at: self.arrived_at,
        };
        let row = day_statement::ActiveModel {
            id: Set(statement.id),
            unit_id: Set(statement.unit_id),
            day: Set(statement.day.0),
            kind: Set(statement.kind.into()),
            channel: Set(statement.channel.into()),
            stated_by: Set(self.allowed.caller().account_id),
            by_proxy: Set(self.allowed.is_by_proxy()),
            stated_at: Set(statement.stated_at.into()),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
        };
        day_statement::Entity::insert(row).exec_without_returning(context.db()).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::MakeStatement,
            object: Some(statement.id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({
                "unit_id": statement.unit_id,
                "day": statement.day,
                "kind": statement.kind,
                "channel": statement.channel,
                "by_proxy": self.allowed.is_by_proxy(),
            }),
        })?;
        Ok(statement)
    }
}

impl Write for Withdrawal {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        context.trust_clock()?;
        let row = day_statement::Entity::find_by_id(self.id)
            .filter(day_statement::Column::UnitId.eq(self.allowed.organization_id()))
            .filter(day_statement::Column::WithdrawnAt.is_null())
            .one(context.db())
            .await?;
        let Some(row) = row else { return Ok(false) };
        let (unit_id, day) = (row.unit_id, ReportingDay(row.day));
        let before = Before::change(context, unit_id, Days::one(day)).await?;
        let mut row = row.into_active_model();
        row.withdrawn_at = Set(Some(Micros::from(context.now())));
        row.withdrawn_by = Set(Some(self.allowed.caller().account_id));
        day_statement::Entity::update(row).exec(context.db()).await?;
        before.raise(context).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::WithdrawStatement,
            object: Some(self.id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "unit_id": unit_id, "day": day }),
        })?;
        Ok(true)
    }
}

/// Statements with who made them.
async fn shown(db: &impl ConnectionTrait, rows: Vec<day_statement::Model>) -> Result<Vec<DayStatement>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let authors = authors(db, rows.iter().map(|row| row.stated_by)).await?;
    rows.iter()
        .map(|row| {
            Ok(DayStatement {
                id: row.id,
                unit_id: row.unit_id,
                day: ReportingDay(row.day),
                kind: row.kind.into(),
                channel: row.channel.into(),
                stated_by: authors
                    .get(&row.stated_by)
                    .cloned()
                    .ok_or_else(|| StoreError::Damaged(format!("nobody made the statement {}", row.id)))?,
                stated_at: row.stated_at.utc(),
            })
        })
        .collect()
}
