//! Accounts: found by login ID, created, signed out.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use shared::audit::{AuditAction, AuditOutcome};
use shared::{Caller, Role};
use uuid::Uuid;

use super::audit::{Actor, Event};
use super::session;
use super::{Store, StoreError, Write, WriteContext, on_constraint};
use crate::entity::{Micros, account, organization};

/// An account, as signing in needs it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who its holder is.
    pub caller: Caller,
    /// Its login ID.
    pub login_id: String,
    /// The person's name.
    pub display_name: String,
    /// Its organization's name, and the name's reading: words that a password must not be made of.
    pub organization_name: String,
    /// The reading of the organization's name.
    pub organization_kana: String,
    /// The hash of its password; none before activation and after a reset.
    pub password_phc: Option<String>,
    /// Whether the password was given by somebody else and must be changed.
    pub must_change_password: bool,
    /// When its holder changed the password last; none before that.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// Whether it may be used.
    pub is_enabled: bool,
}

/// An account to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: Uuid,
    /// Its login ID.
    pub login_id: String,
    /// Its organization.
    pub organization_id: Uuid,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// The person's name.
    pub display_name: String,
    /// The hash of its password.
    pub password_phc: String,
    /// Whether the password must be changed at the first sign-in.
    pub must_change_password: bool,
}

/// What became of an account's creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It exists now.
    Yes,
    /// Another account has the login ID.
    LoginIdTaken,
    /// The organization doesn't exist.
    NoSuchOrganization,
}

/// Failed sign-ins of one account from one address within a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSignIns {
    /// The account; none when there is no such login ID.
    pub account: Option<Uuid>,
    /// From where.
    pub ip: IpAddr,
    /// How many.
    pub count: u32,
}

impl Store {
    /// The account of a login ID.
    ///
    /// # Errors
    ///
    /// When the database doesn't answer.
    pub async fn account_by_login_id(&self, login_id: &str) -> Result<Option<Account>, StoreError> {
        let of_login_id = account::Entity::find().filter(account::Column::LoginId.eq(login_id));
        let found = of_login_id.find_also_related(organization::Entity).one(self.read()).await?;
        Ok(found.and_then(|(account, organization)| Some(model(account, organization?))))
    }

    /// Creates an account, for the command line and the demo.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn create_account(&self, new: NewAccount) -> Result<Created, StoreError> {
        on_constraint(self.write(Create(new)).await, migrations::names::LOGIN_ID_ONCE, || Created::LoginIdTaken)
    }

    /// Ends a session at its holder's wish, by what names it also after it rose meanwhile.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn sign_out(&self, caller: &Caller, ip: IpAddr, session_id: Uuid) -> Result<(), StoreError> {
        self.write(SignOut { actor: caller.into(), ip, session_id }).await
    }

    /// Leaves one event for failed sign-ins.
    ///
    /// # Errors
    ///
    /// When the database doesn't take writes at the moment.
    pub async fn record_failed_sign_ins(&self, failed: FailedSignIns) -> Result<(), StoreError> {
        self.write(failed).await
    }
}

fn model(account: account::Model, organization: organization::Model) -> Account {
    Account {
        caller: Caller {
            account_id: account.id,
            role: account.role.into(),
            is_manager: account.is_manager,
            organization_id: account.organization_id,
            organization_kind: account.organization_kind.into(),
            client: None,
        },
        login_id: account.login_id,
        display_name: account.display_name,
        organization_name: organization.name,
        organization_kana: organization.kana,
        password_phc: account.password_phc,
        must_change_password: account.must_change_password,
        password_changed_at: account.password_changed_at.map(Micros::utc),
        is_enabled: account.disabled_at.is_none(),
    }
}

struct Create(NewAccount);

impl Write for Create {
    type Output = Created;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Created, StoreError> {
        let new = &self.0;
        let Some(organization) = organization::Entity::find_by_id(new.organization_id).one(context.db()).await? else {
            return Ok(Created::NoSuchOrganization);
        };
        let same_id =
            account::Entity::find().filter(account::Column::LoginId.eq(&new.login_id)).one(context.db()).await?;
        if same_id.is_some() {
            return Ok(Created::LoginIdTaken);
        }
        let row = account::ActiveModel {
            id: Set(new.id),
            login_id: Set(new.login_id.clone()),
            organization_id: Set(new.organization_id),
            organization_kind: Set(organization.kind),
            role: Set(Role::of(organization.kind.into()).into()),
            is_manager: Set(new.is_manager),
            display_name: Set(new.display_name.clone()),
            password_phc: Set(Some(new.password_phc.clone())),
            must_change_password: Set(new.must_change_password),
            created_at: Set(context.now().into()),
            activated_at: Set((!new.must_change_password).then(|| context.now().into())),
            password_changed_at: Set(None),
            disabled_at: Set(None),
        };
        account::Entity::insert(row).exec_without_returning(context.db()).await?;
        leave(context, None, AuditAction::CreateAccount, Some(new.id), AuditOutcome::Ok, None)?;
        Ok(Created::Yes)
    }
}

struct SignOut {
    actor: Actor,
    ip: IpAddr,
    session_id: Uuid,
}

impl Write for SignOut {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        if session::end(context, self.actor.account_id, self.session_id).await? {
            leave(
                context,
                Some(self.actor),
                AuditAction::SignOut,
                Some(self.actor.account_id),
                AuditOutcome::Ok,
                Some(self.ip),
            )?;
        }
        Ok(())
    }
}

impl Write for FailedSignIns {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let event = Event {
            actor: None,
            action: AuditAction::SignIn,
            object: self.account,
            outcome: AuditOutcome::Failed,
            ip: Some(self.ip),
            detail: serde_json::json!({ "count": self.count }),
        };
        context.audit(&event).map(|_| ())
    }
}

fn leave(
    context: &mut WriteContext<'_>,
    actor: Option<Actor>,
    action: AuditAction,
    object: Option<Uuid>,
    outcome: AuditOutcome,
    ip: Option<IpAddr>,
) -> Result<(), StoreError> {
    context.audit(&Event { actor, action, object, outcome, ip, detail: serde_json::json!({}) }).map(|_| ())
}
