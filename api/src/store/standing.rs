//! What becomes of an account after it was issued: a new slip, disabled, enabled, changed.

use std::net::IpAddr;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set, Unchanged};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::issuance::{AccountChange, AccountView, DisableReason, SlipReason};
use uuid::Uuid;

use super::account_list::views;
use super::audit::Event;
use super::holding::Holder;
use super::issuance::slip_row;
use super::{Store, StoreError, Write, WriteContext, session};
use crate::authorize::{Allowed, DisableAccount, EditAccount, EnableAccount, ResetAccount};
use crate::entity::{Micros, account, activation_slip, recovery_code, second_factor};

/// A new slip, which takes everything from the account that its person had.
#[derive(Debug, Clone)]
pub struct Reset {
    /// Who makes it.
    pub allowed: Allowed<ResetAccount>,
    /// For which account.
    pub account_id: Uuid,
    /// Why.
    pub reason: SlipReason,
    /// The hash of its code.
    pub code_phc: String,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// What became of a new slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResetOutcome {
    /// It is made.
    Made(Box<AccountView>),
    /// The account is disabled.
    Disabled,
}

/// An account to be disabled.
#[derive(Debug, Clone)]
pub struct Disabling {
    /// Who disables it.
    pub allowed: Allowed<DisableAccount>,
    /// Which account.
    pub account_id: Uuid,
    /// Why.
    pub reason: DisableReason,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// A disabled account to be used again.
#[derive(Debug, Clone)]
pub struct Enabling {
    /// Who enables it.
    pub allowed: Allowed<EnableAccount>,
    /// Which account.
    pub account_id: Uuid,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// A change of an account's name or manager flag.
#[derive(Debug, Clone)]
pub struct AccountEdit {
    /// Who changes it.
    pub allowed: Allowed<EditAccount>,
    /// Which account.
    pub account_id: Uuid,
    /// What changes.
    pub change: Checked<AccountChange>,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    // Each gives none where who asks for it isn't signed in any more: see `holding`.

    /// Makes a new slip for an account. Its older slip, its password, its factors and its sessions end.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn reset_account(&self, reset: Reset, by: Option<Holder>) -> Result<Option<ResetOutcome>, StoreError> {
        self.write_by(by, reset).await
    }

    /// Disables an account: its sessions and its slip end at once. What is disabled stays so.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn disable_account(
        &self,
        disabling: Disabling,
        by: Option<Holder>,
    ) -> Result<Option<AccountView>, StoreError> {
        self.write_by(by, disabling).await
    }

    /// Enables an account. What is enabled stays so.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn enable_account(
        &self,
        enabling: Enabling,
        by: Option<Holder>,
    ) -> Result<Option<AccountView>, StoreError> {
        self.write_by(by, enabling).await
    }

    /// Changes an account's name or manager flag.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn edit_account(&self, edit: AccountEdit, by: Option<Holder>) -> Result<Option<AccountView>, StoreError> {
        self.write_by(by, edit).await
    }
}

/// Takes from an account all by which its person could sign in: the password, the second factors, the recovery
/// codes and the sessions. The slip that follows is then the only way in.
pub(super) async fn reset_credentials(context: &WriteContext<'_>, account_id: Uuid) -> Result<(), StoreError> {
    let bare = account::ActiveModel {
        id: Unchanged(account_id),
        password_phc: Set(None),
        must_change_password: Set(false),
        activated_at: Set(None),
        password_changed_at: Set(None),
        ..Default::default()
    };
    bare.update(context.db()).await?;
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::AccountId.eq(account_id))
        .exec(context.db())
        .await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .exec(context.db())
        .await?;
    session::end_all(context, account_id).await?;
    Ok(())
}

/// Voids the open slip of an account, if it has one.
async fn void_slip(context: &WriteContext<'_>, account_id: Uuid) -> Result<(), StoreError> {
    let voided =
        activation_slip::ActiveModel { voided_at: Set(Some(Micros::from(context.now()))), ..Default::default() };
    activation_slip::Entity::update_many()
        .set(voided)
        .filter(activation_slip::Column::AccountId.eq(account_id))
        .filter(activation_slip::Column::UsedAt.is_null())
        .filter(activation_slip::Column::VoidedAt.is_null())
        .exec(context.db())
        .await?;
    Ok(())
}

async fn find(context: &WriteContext<'_>, account_id: Uuid) -> Result<account::Model, StoreError> {
    let found = account::Entity::find_by_id(account_id).one(context.db()).await?;
    found.ok_or_else(|| StoreError::Damaged(format!("the account {account_id} is gone")))
}

async fn view(context: &WriteContext<'_>, account_id: Uuid) -> Result<AccountView, StoreError> {
    let found = views(context.db(), &[account_id], context.now()).await?.pop();
    found.ok_or_else(|| StoreError::Damaged(format!("the account {account_id} is gone")))
}

impl Write for Reset {
    type Output = ResetOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<ResetOutcome, StoreError> {
        if find(context, self.account_id).await?.disabled_at.is_some() {
            return Ok(ResetOutcome::Disabled);
        }
        void_slip(context, self.account_id).await?;
        reset_credentials(context, self.account_id).await?;
        let by = self.allowed.caller();
        let slip = slip_row(self.account_id, &self.code_phc, self.reason, Some(by.account_id), context.now());
        activation_slip::Entity::insert(slip).exec_without_returning(context.db()).await?;
        context.audit(&Event {
            actor: Some(by.into()),
            action: AuditAction::ResetAccount,
            object: Some(self.account_id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "reason": self.reason }),
        })?;
        Ok(ResetOutcome::Made(Box::new(view(context, self.account_id).await?)))
    }
}

impl Write for Disabling {
    type Output = AccountView;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<AccountView, StoreError> {
        let row = find(context, self.account_id).await?;
        if row.disabled_at.is_none() {
            let mut row = row.into_active_model();
            row.disabled_at = Set(Some(context.now().into()));
            row.update(context.db()).await?;
            session::end_all(context, self.account_id).await?;
            void_slip(context, self.account_id).await?;
            context.audit(&Event {
                actor: Some(self.allowed.caller().into()),
                action: AuditAction::DisableAccount,
                object: Some(self.account_id),
                outcome: AuditOutcome::Ok,
                ip: self.ip,
                detail: json!({ "reason": self.reason }),
            })?;
        }
        view(context, self.account_id).await
    }
}

impl Write for Enabling {
    type Output = AccountView;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<AccountView, StoreError> {
        let row = find(context, self.account_id).await?;
        if row.disabled_at.is_some() {
            let mut row = row.into_active_model();
            row.disabled_at = Set(None);
            row.update(context.db()).await?;
            context.audit(&Event {
                actor: Some(self.allowed.caller().into()),
                action: AuditAction::EnableAccount,
                object: Some(self.account_id),
                outcome: AuditOutcome::Ok,
                ip: self.ip,
                detail: json!({}),
            })?;
        }
        view(context, self.account_id).await
    }
}

impl Write for AccountEdit {
    type Output = AccountView;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<AccountView, StoreError> {
        let row = find(context, self.account_id).await?;
        let name = self.change.display_name.clone().filter(|name| *name != row.display_name);
        let is_manager = self.change.is_manager.filter(|is_manager| *is_manager != row.is_manager);
        if name.is_some() || is_manager.is_some() {
            let mut row = row.into_active_model();
            if let Some(name) = &name {
                row.display_name = Set(name.clone());
            }
            if let Some(is_manager) = is_manager {
                row.is_manager = Set(is_manager);
                session::end_all(context, self.account_id).await?;
            }
            row.update(context.db()).await?;
            context.audit(&Event {
                actor: Some(self.allowed.caller().into()),
                action: AuditAction::EditAccount,
                object: Some(self.account_id),
                outcome: AuditOutcome::Ok,
                ip: self.ip,
                detail: json!({ "display_name": name, "is_manager": is_manager }),
            })?;
        }
        view(context, self.account_id).await
    }
}
