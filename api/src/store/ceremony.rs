//! The steps of a sign-in, each in one transaction: what was shown is used up, and the session rises under a new id.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    Statement, Unchanged,
};
use serde_json::json;
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

use super::audit::Event;
use super::code_challenge;
use super::guesses::Whence;
use super::second_factor::codes;
use super::session::{self, NewSession, SessionHash};
use super::{Store, StoreError, Write, WriteContext, guesses};
use crate::entity::{Micros, account, recovery_code, second_factor, session as session_row};

/// The first step, passed: the password, or the code of a slip.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub ip: IpAddr,
    /// The new session.
    pub session: NewSession,
    /// The session that the browser had before: it ends.
    pub replaces: Option<SessionHash>,
    /// A new hash of the same password, when the parameters rose.
    pub rehashed: Option<String>,
}

/// A later step, passed: a session becomes good for more, or shows its second factor anew.
#[derive(Debug, Clone)]
pub struct Rise {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub ip: IpAddr,
    /// The session, and what it must be good for.
    pub from: (SessionHash, NextStep),
    /// What was shown for it.
    pub proof: Proof,
    /// What is known of where it comes from.
    pub whence: Whence,
    /// What becomes of it.
    pub to: Raised,
}

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
        /// The step of an app's code; 0 for others.
        step: i64,
        /// The challenge of the code that was sent to a telephone.
        challenge_id: Option<Uuid>,
        /// Factors and recovery codes from before this instant are given up: that of the slip by which it is enrolled.
        forget_before: Option<DateTime<Utc>>,
    },
    /// A new set of recovery codes, in place of all others.
    RecoveryCodes {
        /// Their hashes.
        phcs: Vec<String>,
    },
}

/// A session after it rose.
#[derive(Debug, Clone)]
pub struct Raised {
    /// SHA-256 of its new id.
    pub hash: SessionHash,
    /// When what is shown for it arrived.
    pub at: DateTime<Utc>,
    /// What it is good for.
    pub next: NextStep,
    /// When it ends in any case; as before where none is given.
    pub ends_at: Option<DateTime<Utc>>,
}

/// A change of one's own password, already checked.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub ip: IpAddr,
    /// What was shown as the present one: if it is another by now, somebody else was faster.
    pub old: OldPassword,
    /// The hash of the new password.
    pub new_phc: String,
    /// The session that replaces all others.
    pub session: NewSession,
}

/// What was shown as the present password.
#[derive(Debug, Clone)]
pub enum OldPassword {
    /// The password with this hash.
    Hash(String),
    /// The code of a slip, which is used up by it.
    Slip(Uuid),
}

impl Store {
    /// Writes the first step of a sign-in down: its session, and its event.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<(), StoreError> {
        self.write(sign_in).await
    }

    /// Lets a session rise; whether what was shown was still good.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn rise(&self, rise: Rise) -> Result<bool, StoreError> {
        self.write(rise).await
    }

    /// Changes a password, ends all sessions and begins a new one; whether the old password was still the same.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn change_password(&self, change: PasswordChange) -> Result<bool, StoreError> {
        self.write(change).await
    }

    /// Counts a wrong password or code of a session; after `most` the session ends.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn count_wrong_try(&self, hash: SessionHash, most: i32) -> Result<(), StoreError> {
        self.write(CountTry { hash, most }).await
    }
}

impl Write for SignIn {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let account = self.caller.account_id;
        if let Some(hash) = &self.replaces {
            session::end(context, hash).await?;
        }
        if let Some(phc) = &self.rehashed {
            let password_phc = Set(Some(phc.clone()));
            account::ActiveModel { id: Unchanged(account), password_phc, ..Default::default() }
                .update(context.db())
                .await?;
        }
        session::begin(context, account, &self.session).await?;
        leave(context, &self.caller, AuditAction::SignIn, account, self.session.next.into(), self.ip)
    }
}

impl Write for Rise {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let account = self.caller.account_id;
        let (hash, next) = &self.from;
        let Some(found) = session_row::Entity::find_by_id(hash.to_vec()).one(context.db()).await? else {
            return Ok(false);
        };
        let holds = found.account_id == account && found.next_step == (*next).into();
        if !holds || found.expires_at.utc() <= context.now() || !is_enabled(context, account).await? {
            return Ok(false);
        }
        if !self.proof.use_up(context, account).await? {
            return Ok(false);
        }
        self.raise(context, &found).await?;
        if self.from.1.awaits_factor() {
            guesses::passed(context, account, &self.whence, self.to.at).await?;
        }
        let (action, object, outcome) = self.event();
        leave(context, &self.caller, action, object, outcome, self.ip)?;
        Ok(true)
    }
}

impl Rise {
    /// Puts the session under its new id.
    async fn raise(&self, context: &WriteContext<'_>, found: &session_row::Model) -> Result<(), StoreError> {
        let now = Micros::from(self.to.at);
        let begins = found.next_step != NextStep::Done.into() && self.to.next == NextStep::Done;
        let shown = !matches!(self.proof, Proof::RecoveryCodes { .. });
        let row = session_row::ActiveModel {
            id_hash: Set(self.to.hash.to_vec()),
            next_step: Set(self.to.next.into()),
            tries: Set(0),
            created_at: Set(if begins { now } else { found.created_at }),
            last_seen_at: Set(found.last_seen_at.max(now)),
            expires_at: Set(self.to.ends_at.map_or(found.expires_at, Micros::from)),
            factor_at: Set(if shown { Some(now) } else { found.factor_at }),
            ..found.clone().into_active_model().reset_all()
        };
        session_row::Entity::delete_by_id(found.id_hash.clone()).exec(context.db()).await?;
        session_row::Entity::insert(row).exec_without_returning(context.db()).await?;
        Ok(())
    }

    fn event(&self) -> (AuditAction, Uuid, AuditOutcome) {
        let account = self.caller.account_id;
        match (&self.proof, self.from.1) {
            (Proof::Enrollment { factor_id, .. }, _) => (AuditAction::EnrollSecondFactor, *factor_id, AuditOutcome::Ok),
            (Proof::RecoveryCodes { .. }, _) => (AuditAction::MakeRecoveryCodes, account, AuditOutcome::Ok),
            (Proof::Totp { .. } | Proof::Code { .. } | Proof::RecoveryCode { .. }, NextStep::Done) => {
                (AuditAction::StepUp, account, AuditOutcome::Ok)
            }
            (Proof::Totp { .. } | Proof::Code { .. } | Proof::RecoveryCode { .. }, _) => {
                (AuditAction::SignIn, account, self.to.next.into())
            }
        }
    }
}

impl Proof {
    /// Uses it up; false, and nothing is written, where it isn't good any more.
    async fn use_up(&self, context: &WriteContext<'_>, account: Uuid) -> Result<bool, StoreError> {
        let (db, now) = (context.db(), Micros::from(context.now()));
        match self {
            Self::Totp { factor_id, step } => {
                let found = factor(context, account, *factor_id).await?;
                let Some(found) = found.filter(|one| one.confirmed_at.is_some() && one.last_step < *step) else {
                    return Ok(false);
                };
                let mut row = found.into_active_model();
                (row.last_step, row.last_used_at) = (Set(*step), Set(Some(now)));
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
            Self::Enrollment { factor_id, step, challenge_id, forget_before } => {
                let found = factor(context, account, *factor_id).await?;
                let Some(found) = found.filter(|one| one.confirmed_at.is_none()) else { return Ok(false) };
                if let Some(challenge_id) = challenge_id
                    && !code_challenge::use_up(context, *challenge_id, *factor_id).await?
                {
                    return Ok(false);
                }
                let mut row = found.into_active_model();
                (row.last_step, row.confirmed_at, row.last_used_at) = (Set(*step), Set(Some(now)), Set(Some(now)));
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

async fn is_enabled(context: &WriteContext<'_>, account: Uuid) -> Result<bool, StoreError> {
    let found = account::Entity::find_by_id(account).one(context.db()).await?;
    Ok(found.is_some_and(|account| account.disabled_at.is_none()))
}

impl Write for PasswordChange {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let id = self.caller.account_id;
        let row = account::Entity::find_by_id(id).one(context.db()).await?;
        let Some(row) = row.filter(|row| row.disabled_at.is_none()) else { return Ok(false) };
        let is_same = match &self.old {
            OldPassword::Hash(phc) => row.password_phc.as_ref() == Some(phc),
            OldPassword::Slip(slip) => use_slip_up(context, id, *slip).await?,
        };
        if !is_same {
            return Ok(false);
        }
        let now = Micros::from(context.now());
        let activated_at = row.activated_at.unwrap_or(now);
        let mut row = row.into_active_model();
        row.password_phc = Set(Some(self.new_phc.clone()));
        row.must_change_password = Set(false);
        row.activated_at = Set(Some(activated_at));
        row.password_changed_at = Set(Some(now));
        row.update(context.db()).await?;
        session::end_all(context, id).await?;
        session::begin(context, id, &self.session).await?;
        leave(context, &self.caller, AuditAction::ChangePassword, id, AuditOutcome::Ok, self.ip)?;
        Ok(true)
    }
}

const USE_SLIP: &str = "UPDATE activation_slip SET used_at = $1 \
WHERE id = $2 AND account_id = $3 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $1";

async fn use_slip_up(context: &WriteContext<'_>, account: Uuid, slip: Uuid) -> Result<bool, StoreError> {
    let values = [context.now().timestamp_micros().into(), slip.into(), account.into()];
    let db = context.db();
    let used = db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), USE_SLIP, values)).await?;
    Ok(used.rows_affected() == 1)
}

struct CountTry {
    hash: SessionHash,
    most: i32,
}

impl Write for CountTry {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        session::count_try(context, &self.hash, self.most).await
    }
}

fn leave(
    context: &mut WriteContext<'_>,
    caller: &Caller,
    action: AuditAction,
    object: Uuid,
    outcome: AuditOutcome,
    ip: IpAddr,
) -> Result<(), StoreError> {
    let (actor, object, ip) = (Some(caller.into()), Some(object), Some(ip));
    context.audit(&Event { actor, action, object, outcome, ip, detail: json!({}) }).map(|_| ())
}
