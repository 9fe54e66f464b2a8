//! One's own factors and sessions: listed, and ended. Resets of one's own account: listed.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult};
use serde_json::json;
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};
use shared::issuance::OwnReset;
use shared::organization::OrganizationRef;
use shared::second_factor::OwnSession;
use uuid::Uuid;

use super::audit::Event;
use super::session::SessionHash;
use super::{Reading, Store, StoreError, Write, WriteContext};
use crate::entity::words::{KindWord, NextStepWord, SlipReasonWord};
use crate::entity::{Micros, second_factor, session};

/// What became of a factor that was to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// The account has none such.
    Absent,
    /// It is the last one, and stays.
    Last,
}

impl Store {
    /// The sessions of an account that go on, the newest first.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn sessions_of(
        &self,
        account_id: Uuid,
        current: &SessionHash,
        now: DateTime<Utc>,
        idle: TimeDelta,
    ) -> Result<Vec<OwnSession>, StoreError> {
        let rows = session::Entity::find()
            .filter(session::Column::AccountId.eq(account_id))
            .filter(session::Column::NextStep.eq(NextStepWord::from(NextStep::Done)))
            .filter(session::Column::ExpiresAt.gt(Micros::from(now)))
            .filter(session::Column::LastSeenAt.gt(Micros::from(now - idle)))
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .all(self.read())
            .await?;
        let own = |row: session::Model| OwnSession {
            id: row.id,
            is_current: row.id_hash == current,
            begun_at: row.created_at.utc(),
            last_seen_at: row.last_seen_at.utc(),
            ends_at: row.expires_at.utc(),
            address: row.address,
            user_agent: row.user_agent,
        };
        Ok(rows.into_iter().map(own).collect())
    }

    /// Ends a session of one's own; whether there was one.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn end_session(&self, caller: &Caller, ip: IpAddr, id: Uuid) -> Result<bool, StoreError> {
        self.write(EndSession { caller: caller.clone(), ip, id }).await
    }

    /// Removes a factor of one's own, unless it is the last.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn remove_factor(&self, caller: &Caller, ip: IpAddr, id: Uuid) -> Result<Removal, StoreError> {
        self.write(RemoveFactor { caller: caller.clone(), ip, id }).await
    }
}

/// Every slip but the first took away what its account had before, whatever reason was stated. Whose manager made it is
/// told, and not who.
const RESETS: &str = "SELECT s.issued_at, s.reason, o.id AS organization_id, o.kind AS organization_kind, \
    o.name AS organization_name FROM activation_slip s LEFT JOIN account a ON a.id = s.issued_by \
    LEFT JOIN organization o ON o.id = a.organization_id \
WHERE s.account_id = $1 AND s.reason <> 'new_account' ORDER BY s.issued_at DESC, s.id DESC";

impl Reading {
    /// The last resets of an account, the newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn resets(&self, account_id: Uuid, limit: u32) -> Result<Vec<OwnReset>, StoreError> {
        let rows = self.rows(format!("{RESETS} LIMIT {limit}"), [account_id.into()]).await?;
        rows.iter().map(reset).collect()
    }
}

fn reset(row: &QueryResult) -> Result<OwnReset, StoreError> {
    let id: Option<Uuid> = row.try_get("", "organization_id")?;
    let by = id.map(|id| {
        Ok::<_, StoreError>(OrganizationRef {
            id,
            kind: row.try_get::<KindWord>("", "organization_kind")?.into(),
            name: row.try_get("", "organization_name")?,
        })
    });
    Ok(OwnReset {
        at: row.try_get::<Micros>("", "issued_at")?.utc(),
        by: by.transpose()?,
        reason: row.try_get::<SlipReasonWord>("", "reason")?.into(),
    })
}

struct EndSession {
    caller: Caller,
    ip: IpAddr,
    id: Uuid,
}

impl Write for EndSession {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let is_ended = super::session::end(context, self.caller.account_id, self.id).await?;
        if is_ended {
            leave(context, &self.caller, AuditAction::EndSession, self.id, self.ip)?;
        }
        Ok(is_ended)
    }
}

struct RemoveFactor {
    caller: Caller,
    ip: IpAddr,
    id: Uuid,
}

impl Write for RemoveFactor {
    type Output = Removal;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Removal, StoreError> {
        let rows = second_factor::Entity::find()
            .filter(second_factor::Column::AccountId.eq(self.caller.account_id))
            .filter(second_factor::Column::ConfirmedAt.is_not_null())
            .all(context.db())
            .await?;
        if rows.iter().all(|row| row.id != self.id) {
            return Ok(Removal::Absent);
        }
        if rows.len() == 1 {
            return Ok(Removal::Last);
        }
        second_factor::Entity::delete_by_id(self.id).exec(context.db()).await?;
        leave(context, &self.caller, AuditAction::RemoveSecondFactor, self.id, self.ip)?;
        Ok(Removal::Removed)
    }
}

fn leave(
    context: &mut WriteContext<'_>,
    caller: &Caller,
    action: AuditAction,
    object: Uuid,
    ip: IpAddr,
) -> Result<(), StoreError> {
    let (actor, object, ip) = (Some(caller.into()), Some(object), Some(ip));
    context.audit(&Event { actor, action, object, outcome: AuditOutcome::Ok, ip, detail: json!({}) }).map(|_| ())
}
