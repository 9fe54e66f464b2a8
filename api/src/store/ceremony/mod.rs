//! The steps of a sign-in, each in one transaction: what was shown is used up, and the session rises under a new id.

mod password;
mod proof;
mod shown;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::json;
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

use super::audit::Event;
use super::guesses::{self, Whence};
use super::rows::{Column as RowColumn, Question};
use super::session::{self, NewSession, SessionHash};
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::words::NextStepWord;
use crate::entity::{Micros, account, session as session_row};

pub use password::PasswordChange;
pub use proof::{ConfirmedPasskey, Proof};
pub use shown::Shown;

/// The first step, passed: the password, or the code of a slip.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub ip: IpAddr,
    /// What was shown.
    pub shown: Shown,
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

impl Store {
    /// Writes the first step of a sign-in down: its session, and its event; whether what was shown was still good.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<bool, StoreError> {
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

    /// Changes a password, ends all sessions and begins a new one; whether what was shown was still good.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn change_password(&self, change: PasswordChange) -> Result<bool, StoreError> {
        self.write(change).await
    }

    /// Takes one of the `most` tries of a session, before what is typed is compared; whether there was one left.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn take_try(&self, hash: SessionHash, most: i32) -> Result<bool, StoreError> {
        self.write(TakeTry { hash, most }).await
    }

    /// Ends a session whose `most` tries are taken, after the last was wrong.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn end_spent_session(&self, hash: SessionHash, most: i32) -> Result<(), StoreError> {
        self.write(EndSpent { hash, most }).await
    }

    /// Counts a wrong code of a session, and says how many more it takes; after `most` the session ends.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn count_wrong_try(&self, hash: SessionHash, most: i32) -> Result<u32, StoreError> {
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
#[serde(from = "(Uuid, bool, NextStep, i64, i64)")]
struct SessionRow {
    of: Uuid,
    is_enabled: bool,
    next_step: NextStep,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<(Uuid, bool, NextStep, i64, i64)> for SessionRow {
    fn from((of, is_enabled, next_step, last_seen_at, expires_at): (Uuid, bool, NextStep, i64, i64)) -> Self {
        Self { of, is_enabled, next_step, last_seen_at, expires_at }
    }
}

impl SessionRow {
    /// Whether the session is still an account's, at this step.
    fn holds(&self, account: Uuid, next: NextStep, now: DateTime<Utc>) -> bool {
        let is_open = self.is_enabled && Micros(self.expires_at).utc() > now;
        is_open && self.of == account && self.next_step == next
    }
}

impl Write for SignIn {
    type Output = bool;
    const MINDS_LATER: bool = true;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let account = self.caller.account_id;
        if !self.shown.is_good(context, account).await? {
            return Ok(false);
        }
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
        leave(context, &self.caller, AuditAction::SignIn, account, self.session.next.into(), self.ip)?;
        Ok(true)
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
        let Some::<SessionRow>(found) = answers.rows(&session)?.into_iter().next() else { return Ok(false) };
        if !found.holds(account, *next, context.now()) || self.proof.comes_too_late(context, account, *next).await? {
            return Ok(false);
        }
        if let Some(passkey) = self.proof.that_ran_back(context, account).await? {
            leave(context, &self.caller, AuditAction::SuspectPasskey, passkey, AuditOutcome::Failed, self.ip)?;
            return Ok(false);
        }
        if !self.proof.use_up(context, account).await? {
            return Ok(false);
        }
        self.raise(context, Micros(found.last_seen_at));
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

struct TakeTry {
    hash: SessionHash,
    most: i32,
}

impl Write for TakeTry {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        session::take_try(context, &self.hash, self.most).await
    }
}

struct EndSpent {
    hash: SessionHash,
    most: i32,
}

impl Write for EndSpent {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        session::end_spent(context, &self.hash, self.most).await
    }
}

struct CountTry {
    hash: SessionHash,
    most: i32,
}

impl Write for CountTry {
    type Output = u32;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<u32, StoreError> {
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
