//! The change of one's own password.

use std::net::IpAddr;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use shared::Caller;
use shared::account::NextStep;
use shared::audit::{AuditAction, AuditOutcome};

use super::{SESSION, SessionRow, Shown, leave};
use crate::entity::{Micros, account, activation_slip};
use crate::store::session::{self, NewSession, SessionHash};
use crate::store::{StoreError, Write, WriteContext};

/// A change of one's own password, already checked.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub ip: IpAddr,
    /// The session in which it is asked for, and what that must be good for.
    pub from: (SessionHash, NextStep),
    /// What was shown as the present one.
    pub old: Shown,
    /// The hash of the new password.
    pub new_phc: String,
    /// The session that replaces all others.
    pub session: NewSession,
}

impl Write for PasswordChange {
    type Output = bool;
    const MINDS_LATER: bool = true;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let id = self.caller.account_id;
        let mut questions = context.questions().await?;
        let asked = questions.ask_in(&SESSION, None, &[vec![self.from.0.to_vec().into()]]);
        let found: Vec<SessionRow> = questions.send(context.db()).await?.rows(&asked)?;
        let holds = found.iter().any(|row| row.holds(id, self.from.1, context.now()));
        if !holds || !self.old.is_good(context, id).await? {
            return Ok(false);
        }
        let now = Micros::from(context.now());
        if let Shown::Slip(slip) = self.old {
            let used = activation_slip::Entity::update_many()
                .col_expr(activation_slip::Column::UsedAt, Expr::value(now))
                .filter(activation_slip::Column::Id.eq(slip));
            context.later(&used);
        }
        let activated = Expr::col(account::Column::ActivatedAt).if_null(Expr::value(now));
        let changed = account::Entity::update_many()
            .col_expr(account::Column::PasswordPhc, Expr::value(self.new_phc.clone()))
            .col_expr(account::Column::MustChangePassword, Expr::value(false))
            .col_expr(account::Column::ActivatedAt, activated)
            .col_expr(account::Column::PasswordChangedAt, Expr::value(now))
            .filter(account::Column::Id.eq(id));
        context.later(&changed);
        session::end_all(context, id).await?;
        session::begin(context, id, &self.session);
        leave(context, &self.caller, AuditAction::ChangePassword, id, AuditOutcome::Ok, self.ip)?;
        Ok(true)
    }
}
