//! What was shown as a password, and whether it is still good.
//!
//! It takes its time to compare a password with its hash, and at the evening peak it waits its turn first. Whoever voids a
//! slip, disables an account or changes a password meanwhile expects that nothing comes of it: so the write that follows
//! asks again.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::entity::Micros;
use crate::store::rows::{Column, Question};
use crate::store::{StoreError, WriteContext};

/// What was shown as a password, and found right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The password that the account has had since it was changed last; none where it never was. Its hash may be made anew
    /// meanwhile, so that isn't what tells it apart.
    Password(Option<DateTime<Utc>>),
    /// The code of a slip.
    Slip(Uuid),
}

const PASSWORD: Question = Question {
    columns: &[Column::Plain("a.password_changed_at")],
    rest: "FROM account a WHERE a.disabled_at IS NULL AND a.password_phc IS NOT NULL AND a.id",
};

const SLIP: Question = Question {
    columns: &[Column::Id("s.account_id"), Column::Plain("s.expires_at")],
    rest: "FROM activation_slip s JOIN account a ON a.id = s.account_id \
         WHERE a.disabled_at IS NULL AND s.used_at IS NULL AND s.voided_at IS NULL AND s.id",
};

impl Shown {
    /// Whether an account can still come in with it.
    pub(super) async fn is_good(self, context: &mut WriteContext<'_>, account: Uuid) -> Result<bool, StoreError> {
        let mut questions = context.questions().await?;
        Ok(match self {
            Self::Password(since) => {
                let asked = questions.ask_in(&PASSWORD, None, &[vec![account.into()]]);
                let found: Vec<(Option<i64>,)> = questions.send(context.db()).await?.rows(&asked)?;
                found.iter().any(|(changed_at,)| changed_at.map(|at| Micros(at).utc()) == since)
            }
            Self::Slip(slip) => {
                let asked = questions.ask_in(&SLIP, None, &[vec![slip.into()]]);
                let found: Vec<(Uuid, i64)> = questions.send(context.db()).await?.rows(&asked)?;
                found.iter().any(|(of, expires_at)| *of == account && Micros(*expires_at).utc() > context.now())
            }
        })
    }
}
