//! The change of one's own password.

use std::net::IpAddr;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use shared::Caller;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

use super::leave;
use crate::entity::{Micros, account};
use crate::store::session::{self, NewSession};
use crate::store::{StoreError, Write, WriteContext};

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
