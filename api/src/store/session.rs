//! The rows of sessions.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryResult};
use shared::Caller;
use uuid::Uuid;

use super::rows::select_in;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::words::{KindWord, RoleWord, SessionWord};
use crate::entity::{Micros, session};

/// SHA-256 of a session's id.
pub type SessionHash = [u8; 32];

/// A session with its account, as stored: whether it is still good is for the caller to judge.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// SHA-256 of its id.
    pub hash: SessionHash,
    /// Whether it is a whole session.
    pub is_full: bool,
    /// Who holds it.
    pub caller: Caller,
    /// The account's login ID.
    pub login_id: String,
    /// The person's name.
    pub display_name: String,
    /// The organization's name.
    pub organization_name: String,
    /// Whether the account may be used.
    pub account_is_enabled: bool,
    /// When it was last noted as used.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of its id.
    pub hash: SessionHash,
    /// Whether it is a whole session.
    pub is_full: bool,
    /// When it begins.
    pub begins_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
}

const SELECT: &str = "SELECT s.id_hash, s.kind, s.last_seen_at, s.expires_at, a.id, a.login_id, a.display_name, a.role, \
a.is_manager, a.disabled_at, a.organization_id, a.organization_kind, o.name \
FROM session s JOIN account a ON a.id = s.account_id JOIN organization o ON o.id = a.organization_id \
WHERE s.id_hash";

impl Store {
    /// The sessions of some hashes, in one query.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn sessions(&self, hashes: &[SessionHash]) -> Result<HashMap<SessionHash, StoredSession>, StoreError> {
        let keys: Vec<_> = hashes.iter().map(|hash| vec![hash.to_vec().into()]).collect();
        let rows = select_in(self.read(), SELECT, &[], &keys, "").await?;
        rows.iter().map(|row| read(row).map(|session| (session.hash, session))).collect()
    }

    /// Notes when sessions were last used. Not audited: a touch is no act.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn note_sessions_seen(&self, seen: HashMap<SessionHash, DateTime<Utc>>) -> Result<(), StoreError> {
        self.write(NoteSeen(seen)).await
    }
}

fn read(row: &QueryResult) -> Result<StoredSession, StoreError> {
    let hash: Vec<u8> = row.try_get_by_index(0)?;
    let kind: SessionWord = row.try_get_by_index(1)?;
    let role: RoleWord = row.try_get_by_index(7)?;
    let disabled_at: Option<Micros> = row.try_get_by_index(9)?;
    let organization_kind: KindWord = row.try_get_by_index(11)?;
    Ok(StoredSession {
        hash: hash.try_into().map_err(|_| StoreError::Damaged("a session's hash".into()))?,
        is_full: kind == SessionWord::Full,
        caller: Caller {
            account_id: row.try_get_by_index(4)?,
            role: role.into(),
            is_manager: row.try_get_by_index(8)?,
            organization_id: row.try_get_by_index(10)?,
            organization_kind: organization_kind.into(),
            client: None,
        },
        login_id: row.try_get_by_index(5)?,
        display_name: row.try_get_by_index(6)?,
        organization_name: row.try_get_by_index(12)?,
        account_is_enabled: disabled_at.is_none(),
        last_seen_at: row.try_get_by_index::<Micros>(2)?.utc(),
        expires_at: row.try_get_by_index::<Micros>(3)?.utc(),
    })
}

struct NoteSeen(HashMap<SessionHash, DateTime<Utc>>);

impl Write for NoteSeen {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        // All at the latest instant: they lie within a moment of each other.
        let Some(latest) = self.0.values().max() else { return Ok(()) };
        let hashes: Vec<&SessionHash> = self.0.keys().collect();
        for some in hashes.chunks(500) {
            session::Entity::update_many()
                .col_expr(session::Column::LastSeenAt, Expr::value(latest.timestamp_micros()))
                .filter(session::Column::IdHash.is_in(some.iter().map(|hash| hash.to_vec())))
                .filter(session::Column::LastSeenAt.lt(Micros::from(*latest)))
                .exec(context.db())
                .await?;
        }
        Ok(())
    }
}

/// Makes a session of an account, and forgets those of it that are over.
pub(super) async fn begin(context: &WriteContext<'_>, account: Uuid, new: &NewSession) -> Result<(), StoreError> {
    session::Entity::delete_many()
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::ExpiresAt.lte(Micros::from(new.begins_at)))
        .exec(context.db())
        .await?;
    let row = session::ActiveModel {
        id_hash: sea_orm::Set(new.hash.to_vec()),
        account_id: sea_orm::Set(account),
        kind: sea_orm::Set(if new.is_full { SessionWord::Full } else { SessionWord::Pre }),
        tries: sea_orm::Set(0),
        created_at: sea_orm::Set(new.begins_at.into()),
        last_seen_at: sea_orm::Set(new.begins_at.into()),
        expires_at: sea_orm::Set(new.ends_at.into()),
    };
    session::Entity::insert(row).exec_without_returning(context.db()).await?;
    Ok(())
}

/// Ends one session; whether there was one.
pub(super) async fn end(context: &WriteContext<'_>, hash: &SessionHash) -> Result<bool, StoreError> {
    let ended =
        session::Entity::delete_many().filter(session::Column::IdHash.eq(hash.to_vec())).exec(context.db()).await?;
    Ok(ended.rows_affected > 0)
}

/// Ends every session of an account.
pub(super) async fn end_all(context: &WriteContext<'_>, account: Uuid) -> Result<u64, StoreError> {
    let ended =
        session::Entity::delete_many().filter(session::Column::AccountId.eq(account)).exec(context.db()).await?;
    Ok(ended.rows_affected)
}

/// Counts a wrong current password; after so many the session ends.
pub(super) async fn count_try(context: &WriteContext<'_>, hash: &SessionHash, most: i32) -> Result<(), StoreError> {
    let counted = Query::update()
        .table(session::Entity)
        .value(session::Column::Tries, Expr::col(session::Column::Tries).add(1))
        .and_where(session::Column::IdHash.eq(hash.to_vec()))
        .to_owned();
    context.db().execute(&counted).await?;
    session::Entity::delete_many()
        .filter(session::Column::IdHash.eq(hash.to_vec()))
        .filter(session::Column::Tries.gte(most))
        .exec(context.db())
        .await?;
    Ok(())
}
