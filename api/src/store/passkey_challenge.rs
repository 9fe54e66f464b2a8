//! What passkeys are to answer to: one a session, each good once.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shared::Caller;
use shared::audit::{AuditAction, AuditOutcome};
use shared::second_factor::FactorKind;
use uuid::Uuid;

use super::audit::Event;
use super::second_factor::Sealed;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::Micros;
use crate::entity::passkey_challenge::{ActiveModel, Column, Entity};

/// What a passkey is to answer to.
#[derive(Debug, Clone)]
pub struct NewPasskeyChallenge {
    /// Its id.
    pub id: Uuid,
    /// The session that may answer.
    pub session_id: Uuid,
    /// What the answer is checked against.
    pub sealed: Sealed,
    /// Until when the answer is taken.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Writes down that a passkey of the account is asked for; what its session was asked before is given up.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn begin_passkey_challenge(
        &self,
        challenge: NewPasskeyChallenge,
        by: Caller,
        ip: IpAddr,
    ) -> Result<(), StoreError> {
        self.write(Ask { challenge, by, ip }).await
    }

    /// Takes a challenge away and returns what the answer is checked against; none where it isn't open to that session, or
    /// any more. Taken before it is checked, so that nothing is answered twice.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn take_passkey_challenge(&self, session_id: Uuid, id: Uuid) -> Result<Option<Sealed>, StoreError> {
        self.write(Take { session_id, id }).await
    }
}

impl NewPasskeyChallenge {
    /// Puts it in the place of the one that its session had.
    pub(super) async fn put(&self, context: &WriteContext<'_>) -> Result<(), StoreError> {
        Entity::delete_many().filter(Column::SessionId.eq(self.session_id)).exec(context.db()).await?;
        let row = ActiveModel {
            id: Set(self.id),
            session_id: Set(self.session_id),
            key_id: Set(self.sealed.key_id.clone()),
            sealed: Set(self.sealed.bytes.clone()),
            expires_at: Set(self.expires_at.into()),
        };
        Entity::insert(row).exec_without_returning(context.db()).await?;
        Ok(())
    }
}

struct Ask {
    challenge: NewPasskeyChallenge,
    by: Caller,
    ip: IpAddr,
}

impl Write for Ask {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        self.challenge.put(context).await?;
        context.audit(&Event {
            actor: Some((&self.by).into()),
            action: AuditAction::BeginChallenge,
            object: Some(self.by.account_id),
            outcome: AuditOutcome::Ok,
            ip: Some(self.ip),
            detail: json!({ "method": FactorKind::Passkey }),
        })?;
        Ok(())
    }
}

struct Take {
    session_id: Uuid,
    id: Uuid,
}

impl Write for Take {
    type Output = Option<Sealed>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Option<Sealed>, StoreError> {
        let open = Entity::find_by_id(self.id)
            .filter(Column::SessionId.eq(self.session_id))
            .filter(Column::ExpiresAt.gt(Micros::from(context.now())));
        let Some(row) = open.one(context.db()).await? else { return Ok(None) };
        Entity::delete_by_id(row.id).exec(context.db()).await?;
        Ok(Some(Sealed { key_id: row.key_id, bytes: row.sealed }))
    }
}

/// Forgets challenges that have ended; how many.
pub(super) async fn forget_old(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(Micros::from(now))).exec(db).await?.rows_affected)
}
