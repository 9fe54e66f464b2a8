//! The rows of sessions.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::Deserialize;
use shared::account::NextStep;
use shared::organization::OrganizationKind;
use shared::{Caller, Role};
use uuid::Uuid;

use super::lease::Lease;
use super::rows::{Column, Question, Questions};
use super::writer::id_at;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::{Micros, session};

/// SHA-256 of a session's id.
pub type SessionHash = [u8; 32];

/// A session with its account, as stored: whether it is still good is for the caller to judge.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// SHA-256 of its id.
    pub hash: SessionHash,
    /// What names it where its holder lists it.
    pub id: Uuid,
    /// What it is good for: everything when that is `done`, else only this step of the sign-in.
    pub next: NextStep,
    /// When the second factor was shown last.
    pub factor_at: Option<DateTime<Utc>>,
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
    /// What it is good for: everything when that is `done`, else only this step of the sign-in.
    pub next: NextStep,
    /// When it begins.
    pub begins_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
    /// When the second factor was shown.
    pub factor_at: Option<DateTime<Utc>>,
    /// Where it is begun.
    pub place: SessionPlace,
}

/// Where a session is begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPlace {
    /// From which address.
    pub address: IpAddr,
    /// By what, as it calls itself.
    pub user_agent: String,
}

const SESSIONS: Question = Question {
    columns: &[
        Column::Bytes("s.id_hash"),
        Column::Plain("s.next_step"),
        Column::Plain("s.last_seen_at"),
        Column::Plain("s.expires_at"),
        Column::Id("a.id"),
        Column::Plain("a.login_id"),
        Column::Plain("a.display_name"),
        Column::Plain("a.role"),
        Column::Flag("a.is_manager"),
        Column::Flag("a.disabled_at IS NULL"),
        Column::Id("a.organization_id"),
        Column::Plain("a.organization_kind"),
        Column::Plain("o.name"),
        Column::Id("s.id"),
        Column::Plain("s.factor_at"),
    ],
    rest: "FROM session s JOIN account a ON a.id = s.account_id JOIN organization o ON o.id = a.organization_id \
     WHERE s.id_hash",
};

/// The same as Rust has it.
#[derive(Deserialize)]
struct Row(
    String,
    NextStep,
    i64,
    i64,
    Uuid,
    String,
    String,
    Role,
    bool,
    bool,
    Uuid,
    OrganizationKind,
    String,
    Uuid,
    Option<i64>,
);

/// Looks sessions up, over a connection of its own.
#[derive(Debug)]
pub struct SessionReader(Lease);

impl SessionReader {
    /// The sessions of some hashes, in one query.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn find(&mut self, hashes: &[SessionHash]) -> Result<HashMap<SessionHash, StoredSession>, StoreError> {
        let keys: Vec<_> = hashes.iter().map(|hash| vec![hash.to_vec().into()]).collect();
        let db = self.0.connection().await?;
        let mut questions = Questions::new(ConnectionTrait::get_database_backend(db));
        let place = questions.ask_in(&SESSIONS, None, &keys);
        match questions.send(db).await {
            Ok(answers) => {
                answers.rows(&place)?.into_iter().map(|row| read(row).map(|session| (session.hash, session))).collect()
            }
            Err(error) => {
                self.0.give_back();
                Err(error)
            }
        }
    }
}

impl Store {
    /// What looks sessions up.
    #[must_use]
    pub fn session_reader(&self) -> SessionReader {
        SessionReader(Lease::new(self.connections.sessions.clone()))
    }

    /// Notes when sessions were last used. Not audited: a touch is no act.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn note_sessions_seen(&self, seen: Vec<(SessionHash, DateTime<Utc>)>) -> Result<(), StoreError> {
        self.write(NoteSeen(seen)).await
    }
}

fn read(row: Row) -> Result<StoredSession, StoreError> {
    let Row(
        hash,
        next,
        seen,
        expires,
        account_id,
        login_id,
        name,
        role,
        manager,
        enabled,
        unit,
        unit_kind,
        unit_name,
        id,
        factor_at,
    ) = row;
    let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
    Ok(StoredSession {
        hash: hash.ok_or_else(|| StoreError::Damaged("a session's hash".into()))?,
        id,
        next,
        factor_at: factor_at.map(|at| Micros(at).utc()),
        caller: Caller {
            account_id,
            role,
            is_manager: manager,
            organization_id: unit,
            organization_kind: unit_kind,
            client: None,
        },
        login_id,
        display_name: name,
        organization_name: unit_name,
        account_is_enabled: enabled,
        last_seen_at: Micros(seen).utc(),
        expires_at: Micros(expires).utc(),
    })
}

struct NoteSeen(Vec<(SessionHash, DateTime<Utc>)>);

impl Write for NoteSeen {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        // All at the latest instant: they lie within a moment of each other.
        let Some(latest) = self.0.iter().map(|(_, at)| *at).max() else { return Ok(()) };
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(latest.timestamp_micros()))
            .filter(session::Column::IdHash.is_in(self.0.iter().map(|(hash, _)| hash.to_vec())))
            .filter(session::Column::LastSeenAt.lt(Micros::from(latest)))
            .exec(context.db())
            .await?;
        Ok(())
    }
}

/// Makes a session of an account, and forgets those of it that are over.
pub(super) fn begin(context: &mut WriteContext<'_>, account: Uuid, new: &NewSession) {
    let over = session::Entity::delete_many()
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::ExpiresAt.lte(Micros::from(new.begins_at)));
    context.later(&over);
    let row = session::ActiveModel {
        id_hash: sea_orm::Set(new.hash.to_vec()),
        id: sea_orm::Set(id_at(context.now())),
        account_id: sea_orm::Set(account),
        next_step: sea_orm::Set(new.next.into()),
        tries: sea_orm::Set(0),
        created_at: sea_orm::Set(new.begins_at.into()),
        last_seen_at: sea_orm::Set(new.begins_at.into()),
        expires_at: sea_orm::Set(new.ends_at.into()),
        factor_at: sea_orm::Set(new.factor_at.map(Micros::from)),
        address: sea_orm::Set(new.place.address.to_string()),
        user_agent: sea_orm::Set(new.place.user_agent.clone()),
    };
    context.later(&session::Entity::insert(row));
}

/// Ends one session of an account; whether there was one.
pub(super) async fn end(context: &WriteContext<'_>, account: Uuid, id: Uuid) -> Result<bool, StoreError> {
    let ended = session::Entity::delete_many()
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::AccountId.eq(account))
        .exec(context.db())
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Ends every session of an account.
pub(super) async fn end_all(context: &WriteContext<'_>, account: Uuid) -> Result<u64, StoreError> {
    let ended =
        session::Entity::delete_many().filter(session::Column::AccountId.eq(account)).exec(context.db()).await?;
    Ok(ended.rows_affected)
}

/// Takes one of so many tries of a session before what is typed is compared: tries that come at once would all be compared
/// else. Whether there was one left.
pub(super) async fn take_try(context: &WriteContext<'_>, hash: &SessionHash, most: i32) -> Result<bool, StoreError> {
    let taken = session::Entity::update_many()
        .col_expr(session::Column::Tries, Expr::col(session::Column::Tries).add(1))
        .filter(session::Column::IdHash.eq(hash.to_vec()))
        .filter(session::Column::Tries.lt(most))
        .exec(context.db())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Ends a session whose tries are all taken.
pub(super) async fn end_spent(context: &WriteContext<'_>, hash: &SessionHash, most: i32) -> Result<(), StoreError> {
    session::Entity::delete_many()
        .filter(session::Column::IdHash.eq(hash.to_vec()))
        .filter(session::Column::Tries.gte(most))
        .exec(context.db())
        .await?;
    Ok(())
}

/// Counts a wrong code; after so many the session ends. How many more it takes: none, too, where it is over already.
pub(super) async fn count_try(context: &WriteContext<'_>, hash: &SessionHash, most: i32) -> Result<u32, StoreError> {
    let counted = Query::update()
        .table(session::Entity)
        .value(session::Column::Tries, Expr::col(session::Column::Tries).add(1))
        .and_where(session::Column::IdHash.eq(hash.to_vec()))
        .returning_col(session::Column::Tries)
        .to_owned();
    let Some(row) = context.db().query_one(&counted).await? else { return Ok(0) };
    let tries: i32 = row.try_get_by_index(0)?;
    end_spent(context, hash, most).await?;
    Ok(u32::try_from(most - tries).unwrap_or(0))
}
