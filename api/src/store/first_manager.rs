//! The account with which everything begins: no caller stands behind it, but the command line.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::issuance::SlipReason;
use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::audit::Event;
use super::issuance::{account_row, draw, slip_row};
use super::writer::id_at;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::{account, activation_slip};
use crate::login_id::letter;

/// A manager of the ministry, with the code of the slip by which it is activated.
#[derive(Debug, Clone)]
pub struct FirstManager {
    /// The ministry.
    pub ministry_id: Uuid,
    /// The login ID; one that is drawn where none is named.
    pub login_id: Option<String>,
    /// The person's name.
    pub display_name: Checked<String>,
    /// The hash of the slip's code.
    pub code_phc: String,
}

impl Store {
    /// Issues a manager's account of the ministry; its login ID, or none where the one that was named is taken.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn issue_first_manager(&self, manager: FirstManager) -> Result<Option<String>, StoreError> {
        self.write(manager).await
    }
}

impl Write for FirstManager {
    type Output = Option<String>;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Option<String>, StoreError> {
        const KIND: OrganizationKind = OrganizationKind::Ministry;
        let login_id = match &self.login_id {
            Some(named) => {
                let same = account::Entity::find().filter(account::Column::LoginId.eq(named));
                if same.one(context.db()).await?.is_some() {
                    return Ok(None);
                }
                named.clone()
            }
            None => draw(context.db(), &[(letter(KIND), "00")]).await?.remove(0),
        };
        let now = context.now();
        let id = id_at(now);
        let row = account_row(id, &login_id, (self.ministry_id, KIND), true, &self.display_name, now);
        account::Entity::insert(row).exec_without_returning(context.db()).await?;
        let slip = slip_row(id, &self.code_phc, SlipReason::NewAccount, None, now);
        activation_slip::Entity::insert(slip).exec_without_returning(context.db()).await?;
        context.audit(&Event {
            actor: None,
            action: AuditAction::IssueAccount,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: None,
            detail: json!({ "organization_id": self.ministry_id, "login_id": login_id, "is_manager": true }),
        })?;
        Ok(Some(login_id))
    }
}
