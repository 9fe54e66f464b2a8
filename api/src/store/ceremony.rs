//! The steps of a sign-in, each in one transaction: what was shown is used up, and the session rises under a new id.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    Statement,
};
use serde::Deserialize;
use serde_json::json;
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

use super::audit::Event;
use super::code_challenge;
use super::guesses::Whence;
use super::rows::{Column as RowColumn, Question};
use super::second_factor::{Sealed, codes};
use super::session::{self, NewSession, SessionHash};
use super::{Store, StoreError, Write, WriteContext, guesses};
use crate::entity::words::NextStepWord;
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

const SESSION: Question = Question {
    columns: &[
        RowColumn::Id("s.account_id"),
        RowColumn::Flag("a.disabled_at IS NULL"),
        RowColumn::Plain("s.next_step"),
        RowColumn::Plain("s.last_seen_at"),
        RowColumn::Plain("s.expires_at"),
    ],
    rest: "FROM session s JOIN account a ON a.id = s.account_id WHERE s.id_hash",
};

#[derive(Deserialize)]
struct SessionRow(Uuid, bool, NextStep, i64, i64);

impl Write for SignIn {
    type Output = ();
    // It reads nothing.
    const MINDS_LATER: bool = true;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let account = self.caller.account_id;
        if let Some(hash) = &self.replaces {
            context.later(&session_row::Entity::delete_many().filter(session_row::Column::IdHash.eq(hash.to_vec())));
        }
        if let Some(phc) = &self.rehashed {
            let rehashed = account::Entity::update_many()
                .col_expr(account::Column::PasswordPhc, Expr::value(phc.clone()))
                .filter(account::Column::Id.eq(account));
            context.later(&rehashed);
        }
        session::begin(context, account, &self.session);
        leave(context, &self.caller, AuditAction::SignIn, account, self.session.next.into(), self.ip)
    }
}

impl Write for Rise {
    type Output = bool;
    const MINDS_LATER: bool = true;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let account = self.caller.account_id;
        let (hash, next) = &self.from;
        let mut questions = context.questions().await?;
        let session = questions.ask_in(&SESSION, None, &[vec![hash.to_vec().into()]]);
        let guesses = guesses::ask(&mut questions, account, &self.whence.network);
        let answers = questions.send(context.db()).await?;
        let Some(found) = answers.rows(&session)?.into_iter().next() else { return Ok(false) };
        let SessionRow(of, is_enabled, next_step, last_seen_at, expires_at) = found;
        let holds = of == account && is_enabled && next_step == *next;
        if !holds || Micros(expires_at).utc() <= context.now() {
            return Ok(false);
        }
        if let Some(passkey) = self.proof.that_ran_back(context, account).await? {
            leave(context, &self.caller, AuditAction::SuspectPasskey, passkey, AuditOutcome::Failed, self.ip)?;
            return Ok(false);
        }
        if !self.proof.use_up(context, account).await? {
            return Ok(false);
        }
        self.raise(context, Micros(last_seen_at));
        if next.awaits_factor() {
            let known = guesses::known(&answers, &guesses, account, self.to.at)?;
            guesses::passed(context, &self.whence, known, self.to.at);
        }
        let (action, object, outcome) = self.event();
        leave(context, &self.caller, action, object, outcome, self.ip)?;
        Ok(true)
    }
}

impl Rise {
    /// Puts the session under its new id.
    fn raise(&self, context: &mut WriteContext<'_>, last_seen_at: Micros) {
        use session_row::Column;
        let now = Micros::from(self.to.at);
        let (from, next) = (&self.from.0, self.from.1);
        let mut row = session_row::Entity::update_many()
            .filter(Column::IdHash.eq(from.to_vec()))
            .col_expr(Column::IdHash, Expr::value(self.to.hash.to_vec()))
            .col_expr(Column::NextStep, Expr::value(NextStepWord::from(self.to.next)))
            .col_expr(Column::Tries, Expr::value(0))
            .col_expr(Column::LastSeenAt, Expr::value(last_seen_at.max(now)));
        if next != NextStep::Done && self.to.next == NextStep::Done {
            row = row.col_expr(Column::CreatedAt, Expr::value(now));
        }
        if let Some(ends_at) = self.to.ends_at {
            row = row.col_expr(Column::ExpiresAt, Expr::value(Micros::from(ends_at)));
        }
        if !matches!(self.proof, Proof::RecoveryCodes { .. }) {
            row = row.col_expr(Column::FactorAt, Expr::value(now));
        }
        context.later(&row);
    }

    fn event(&self) -> (AuditAction, Uuid, AuditOutcome) {
        let account = self.caller.account_id;
        match (&self.proof, self.from.1) {
            (Proof::Enrollment { factor_id, .. }, _) => (AuditAction::EnrollSecondFactor, *factor_id, AuditOutcome::Ok),
            (Proof::RecoveryCodes { .. }, _) => (AuditAction::MakeRecoveryCodes, account, AuditOutcome::Ok),
            (_, NextStep::Done) => (AuditAction::StepUp, account, AuditOutcome::Ok),
            (_, _) => (AuditAction::SignIn, account, self.to.next.into()),
        }
    }
}

impl Proof {
    /// The passkey whose authenticator has counted less far than before: there may be a copy of it (W3C Web Authentication,
    /// level 3, §6.1.1). One that doesn't count always says 0.
    async fn that_ran_back(&self, context: &WriteContext<'_>, account: Uuid) -> Result<Option<Uuid>, StoreError> {
        let Self::Passkey { factor_id, counter } = self else { return Ok(None) };
        let found = factor(context, account, *factor_id).await?;
        let counted = (i64::from(*counter), found.map_or(0, |one| one.last_step));
        Ok((counted != (0, 0) && counted.0 <= counted.1).then_some(*factor_id))
    }

    /// Uses it up; false, and nothing is written, where it isn't good any more.
    async fn use_up(&self, context: &WriteContext<'_>, account: Uuid) -> Result<bool, StoreError> {
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
        session::begin(context, id, &self.session);
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
