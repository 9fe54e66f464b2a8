//! What is shown for a session to rise, and how it is used up.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use shared::account::NextStep;
use uuid::Uuid;

use crate::entity::{Micros, recovery_code, second_factor};
use crate::store::second_factor::{Sealed, codes};
use crate::store::{StoreError, WriteContext, code_challenge};

/// What is shown to rise. Each is used up by it.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The code of a step of an authenticator app.
    Totp {
        /// The factor.
        factor_id: Uuid,
        /// The step: it must be a later one than the last that was taken.
        step: i64,
    },
    /// A passkey that answered to a challenge, which was used up before it was checked.
    Passkey {
        /// The factor.
        factor_id: Uuid,
        /// How often its authenticator says that it was used: more often than the last time, unless it doesn't count.
        counter: u32,
    },
    /// The code that was sent for a challenge.
    Code {
        /// The challenge.
        challenge_id: Uuid,
        /// The factor whose number it went to.
        factor_id: Uuid,
    },
    /// A recovery code.
    RecoveryCode {
        /// Its hash.
        phc: String,
    },
    /// The first code of a factor, which counts from then on.
    Enrollment {
        /// The factor.
        factor_id: Uuid,
        /// The step of an app's code, or how far a passkey has counted; 0 for others.
        step: i64,
        /// The challenge of the code that was sent to a telephone.
        challenge_id: Option<Uuid>,
        /// The passkey, for one.
        passkey: Option<ConfirmedPasskey>,
        /// Factors and recovery codes from before this instant are given up: that of the slip by which it is enrolled.
        forget_before: Option<DateTime<Utc>>,
    },
    /// A new set of recovery codes, in place of all others.
    RecoveryCodes {
        /// Their hashes.
        phcs: Vec<String>,
    },
}

/// A passkey that was checked and may be kept.
#[derive(Debug, Clone)]
pub struct ConfirmedPasskey {
    /// What authenticators call it. If an account has one that is called so, it isn't taken.
    pub credential_id: Vec<u8>,
    /// What is kept of it.
    pub sealed: Sealed,
}

impl Proof {
    /// The passkey whose authenticator has counted less far than before: there may be a copy of it (W3C Web Authentication,
    /// level 3, §6.1.1). One that doesn't count always says 0.
    pub(super) async fn that_ran_back(
        &self,
        context: &WriteContext<'_>,
        account: Uuid,
    ) -> Result<Option<Uuid>, StoreError> {
        let Self::Passkey { factor_id, counter } = self else { return Ok(None) };
        let found = factor(context, account, *factor_id).await?;
        let counted = (i64::from(*counter), found.map_or(0, |one| one.last_step));
        Ok((counted != (0, 0) && counted.0 <= counted.1).then_some(*factor_id))
    }

    /// Whether it is the first factor of a sign-in whose account has got one since, by somebody else with the same slip: from
    /// then on that one is asked for. Those from before a reset's slip don't count.
    pub(super) async fn comes_too_late(
        &self,
        context: &WriteContext<'_>,
        account: Uuid,
        next: NextStep,
    ) -> Result<bool, StoreError> {
        let (NextStep::EnrollSecondFactor, Self::Enrollment { forget_before, .. }) = (next, self) else {
            return Ok(false);
        };
        let since = Micros::from(forget_before.unwrap_or(DateTime::UNIX_EPOCH));
        let other = second_factor::Entity::find()
            .filter(second_factor::Column::AccountId.eq(account))
            .filter(second_factor::Column::ConfirmedAt.is_not_null())
            .filter(second_factor::Column::CreatedAt.gte(since))
            .one(context.db())
            .await?;
        Ok(other.is_some())
    }

    /// Uses it up; false, and nothing is written, where it isn't good any more.
    pub(super) async fn use_up(&self, context: &WriteContext<'_>, account: Uuid) -> Result<bool, StoreError> {
        let (db, now) = (context.db(), Micros::from(context.now()));
        match self {
            Self::Totp { factor_id, step } => {
                use second_factor::Column;
                let used = second_factor::Entity::update_many()
                    .col_expr(Column::LastStep, Expr::value(*step))
                    .col_expr(Column::LastUsedAt, Expr::value(now))
                    .filter(Column::Id.eq(*factor_id))
                    .filter(Column::AccountId.eq(account))
                    .filter(Column::ConfirmedAt.is_not_null())
                    .filter(Column::LastStep.lt(*step))
                    .exec(db)
                    .await?;
                return Ok(used.rows_affected == 1);
            }
            Self::Passkey { factor_id, counter } => {
                let found = factor(context, account, *factor_id).await?;
                let Some(found) = found.filter(|one| one.confirmed_at.is_some()) else { return Ok(false) };
                let mut row = found.into_active_model();
                (row.last_step, row.last_used_at) = (Set((*counter).into()), Set(Some(now)));
                row.update(db).await?;
            }
            Self::Code { challenge_id, factor_id } => {
                let found = factor(context, account, *factor_id).await?;
                if found.is_none_or(|one| one.confirmed_at.is_none()) {
                    return Ok(false);
                }
                return code_challenge::use_up(context, *challenge_id, *factor_id).await;
            }
            Self::RecoveryCode { phc } => {
                let found = recovery_code::Entity::find_by_id((account, phc.clone())).one(db).await?;
                let Some(found) = found.filter(|one| one.used_at.is_none()) else { return Ok(false) };
                let mut row = found.into_active_model();
                row.used_at = Set(Some(now));
                row.update(db).await?;
            }
            Self::Enrollment { factor_id, step, challenge_id, passkey, forget_before } => {
                let found = factor(context, account, *factor_id).await?;
                let Some(found) = found.filter(|one| one.confirmed_at.is_none()) else { return Ok(false) };
                if let Some(challenge_id) = challenge_id
                    && !code_challenge::use_up(context, *challenge_id, *factor_id).await?
                {
                    return Ok(false);
                }
                let mut row = found.into_active_model();
                (row.last_step, row.confirmed_at, row.last_used_at) = (Set(*step), Set(Some(now)), Set(Some(now)));
                if let Some(ConfirmedPasskey { credential_id, sealed }) = passkey {
                    if is_registered(context, credential_id).await? {
                        return Ok(false);
                    }
                    row.credential_id = Set(Some(credential_id.clone()));
                    (row.key_id, row.sealed) = (Set(sealed.key_id.clone()), Set(sealed.bytes.clone()));
                }
                row.update(db).await?;
                if let Some(before) = forget_before {
                    forget(context, account, (*before).into()).await?;
                }
            }
            Self::RecoveryCodes { phcs } => {
                let of_account = recovery_code::Column::AccountId.eq(account);
                recovery_code::Entity::delete_many().filter(of_account).exec(db).await?;
                let rows = codes(account, phcs, context.now());
                recovery_code::Entity::insert_many(rows).exec_without_returning(db).await?;
            }
        }
        Ok(true)
    }
}

async fn factor(
    context: &WriteContext<'_>,
    account: Uuid,
    id: Uuid,
) -> Result<Option<second_factor::Model>, StoreError> {
    let found = second_factor::Entity::find_by_id(id).one(context.db()).await?;
    Ok(found.filter(|one| one.account_id == account))
}

/// Whether an account, whosever it is, has a passkey that is called so.
async fn is_registered(context: &WriteContext<'_>, credential_id: &[u8]) -> Result<bool, StoreError> {
    let called = second_factor::Column::CredentialId.eq(credential_id);
    Ok(second_factor::Entity::find().filter(called).one(context.db()).await?.is_some())
}

/// Gives up what an account could show before an instant.
async fn forget(context: &WriteContext<'_>, account: Uuid, before: Micros) -> Result<(), StoreError> {
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::AccountId.eq(account))
        .filter(second_factor::Column::CreatedAt.lt(before))
        .exec(context.db())
        .await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account))
        .filter(recovery_code::Column::MadeAt.lt(before))
        .exec(context.db())
        .await?;
    Ok(())
}
