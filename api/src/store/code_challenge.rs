//! Codes that are sent to telephones: how many may be, and which is still good.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait as _, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::json;
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};
use shared::second_factor::FactorKind;
use uuid::Uuid;

use super::audit::Event;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::code_challenge::{ActiveModel, Column, Entity, Model};
use crate::entity::words::{FactorWord, NextStepWord};
use crate::entity::{Micros, second_factor, session};

/// Codes that a number is sent, and that an account has sent, within so long.
const BUDGETS: [(u64, TimeDelta); 2] = [(3, TimeDelta::minutes(10)), (10, TimeDelta::days(1))];
/// The span of the budget of the whole service, and how long a challenge is kept.
const DAY: TimeDelta = TimeDelta::days(1);
/// After so long a session may have another code sent in the same way to the same factor.
pub const RESEND: TimeDelta = TimeDelta::seconds(30);

/// A code that is about to be sent.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// Its id, and the one by which the gateway knows it.
    pub id: Uuid,
    /// The session that may show the code.
    pub session_id: Uuid,
    /// The factor whose number it goes to.
    pub factor_id: Uuid,
    /// As text, or read out.
    pub kind: FactorKind,
    /// A keyed hash of the number.
    pub number_hash: Vec<u8>,
    /// A keyed hash of the code.
    pub code_hash: Vec<u8>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// Until when the code is taken.
    pub expires_at: DateTime<Utc>,
    /// Codes a day, over all accounts.
    pub per_day: u32,
    /// Who asks.
    pub by: Caller,
    /// From where.
    pub ip: IpAddr,
}

/// Whether a code may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// It may; so many were sent by everybody within a day, this one included.
    Free(u64),
    /// The number or the account had its share, and will have more at this instant.
    Until(DateTime<Utc>),
    /// All accounts together had theirs.
    Exhausted(DateTime<Utc>),
}

/// A challenge for which a code may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: Uuid,
    /// The factor whose number it went to.
    pub factor_id: Uuid,
    /// The keyed hash of the code.
    pub code_hash: Vec<u8>,
}

impl Store {
    /// Writes down that a code is sent, within the budgets of its number, its account and the service. A sign-in for which
    /// it is sent stays open for as long as the code is taken.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn begin_challenge(&self, challenge: NewChallenge) -> Result<Budget, StoreError> {
        self.write(challenge).await
    }

    /// Counts a try and returns the challenge that it is made for; none where it isn't open to that session, or any more.
    /// Counted before codes are compared, so that no number of tries at once is more than `most`.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn try_challenge(
        &self,
        session_id: Uuid,
        which: WhichChallenge,
        most: i32,
    ) -> Result<Option<Open>, StoreError> {
        self.write(Try { session_id, which, most }).await
    }

    /// Whether a session has had a code sent under an id.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn has_challenge(&self, session_id: Uuid, id: Uuid) -> Result<bool, StoreError> {
        let found = Entity::find_by_id(id).filter(Column::SessionId.eq(session_id)).one(self.read()).await?;
        Ok(found.is_some())
    }
}

/// The challenge that a code is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichChallenge {
    /// By its id.
    Named(Uuid),
    /// The last one of a factor.
    LastOf(Uuid),
}

impl Write for NewChallenge {
    type Output = Budget;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Budget, StoreError> {
        let (db, now) = (context.db(), self.at);
        let again = Entity::find()
            .filter(Column::SessionId.eq(self.session_id))
            .filter(Column::FactorId.eq(self.factor_id))
            .filter(Column::Kind.eq(FactorWord::from(self.kind)))
            .filter(Column::SentAt.gt(Micros::from(now - RESEND)));
        if let Some(last) = again.order_by_desc(Column::SentAt).one(db).await? {
            return Ok(Budget::Until(last.sent_at.utc() + RESEND));
        }
        for of in [Column::NumberHash.eq(self.number_hash.clone()), Column::AccountId.eq(self.by.account_id)] {
            for (most, span) in BUDGETS {
                // The one that must have gone before another may be sent.
                let oldest = Entity::find()
                    .filter(of.clone())
                    .filter(Column::SentAt.gt(Micros::from(now - span)))
                    .order_by_desc(Column::SentAt)
                    .order_by_desc(Column::Id)
                    .offset(most - 1)
                    .limit(1)
                    .one(db)
                    .await?;
                if let Some(oldest) = oldest {
                    return Ok(Budget::Until(oldest.sent_at.utc() + span));
                }
            }
        }
        let of_day = || Entity::find().filter(Column::SentAt.gt(Micros::from(now - DAY)));
        let sent = of_day().count(db).await?;
        if sent >= u64::from(self.per_day) {
            let first = of_day().order_by_asc(Column::SentAt).one(db).await?;
            let until = first.map_or(now, |first| first.sent_at.utc()) + DAY;
            return Ok(Budget::Exhausted(until));
        }
        let row = ActiveModel {
            id: Set(self.id),
            account_id: Set(self.by.account_id),
            session_id: Set(self.session_id),
            factor_id: Set(self.factor_id),
            kind: Set(self.kind.into()),
            number_hash: Set(self.number_hash.clone()),
            code_hash: Set(self.code_hash.clone()),
            tries: Set(0),
            sent_at: Set(now.into()),
            expires_at: Set(self.expires_at.into()),
            used_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(db).await?;
        self.prolong_sign_in(context).await?;
        context.audit(&Event {
            actor: Some((&self.by).into()),
            action: AuditAction::BeginChallenge,
            object: Some(self.factor_id),
            outcome: AuditOutcome::Ok,
            ip: Some(self.ip),
            detail: json!({ "method": self.kind }),
        })?;
        Ok(Budget::Free(sent + 1))
    }
}

impl NewChallenge {
    async fn prolong_sign_in(&self, context: &WriteContext<'_>) -> Result<(), StoreError> {
        let until = Micros::from(self.expires_at);
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(until))
            .filter(session::Column::Id.eq(self.session_id))
            .filter(session::Column::NextStep.ne(NextStepWord::from(NextStep::Done)))
            .filter(session::Column::ExpiresAt.lt(until))
            .exec(context.db())
            .await?;
        Ok(())
    }
}

struct Try {
    session_id: Uuid,
    which: WhichChallenge,
    most: i32,
}

impl Write for Try {
    type Output = Option<Open>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Option<Open>, StoreError> {
        let open = Entity::find()
            .filter(Column::SessionId.eq(self.session_id))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(Micros::from(context.now())))
            .filter(Column::Tries.lt(self.most))
            .filter(match self.which {
                WhichChallenge::Named(id) => Column::Id.eq(id),
                WhichChallenge::LastOf(factor) => Column::FactorId.eq(factor),
            })
            .order_by_desc(Column::SentAt);
        let Some(Model { id, factor_id, code_hash, .. }) = open.one(context.db()).await? else { return Ok(None) };
        Entity::update_many()
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .filter(Column::Id.eq(id))
            .exec(context.db())
            .await?;
        Ok(Some(Open { id, factor_id, code_hash }))
    }
}

/// Uses a challenge up; false where it was used or has ended.
pub(super) async fn use_up(context: &WriteContext<'_>, id: Uuid, factor_id: Uuid) -> Result<bool, StoreError> {
    let now = context.now();
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.timestamp_micros()))
        .filter(Column::Id.eq(id))
        .filter(Column::FactorId.eq(factor_id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(Micros::from(now)))
        .exec(context.db())
        .await?;
    if used.rows_affected == 0 {
        return Ok(false);
    }
    second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastUsedAt, Expr::value(now.timestamp_micros()))
        .filter(second_factor::Column::Id.eq(factor_id))
        .filter(second_factor::Column::ConfirmedAt.is_not_null())
        .exec(context.db())
        .await?;
    Ok(true)
}

/// Forgets challenges that no budget counts any more; how many.
pub(super) async fn forget_old(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(Entity::delete_many().filter(Column::SentAt.lte(Micros::from(now - DAY))).exec(db).await?.rows_affected)
}
