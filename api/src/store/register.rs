//! Registering organizations and accounts in bulk, and what the database knows of itself.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Set, Statement};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::organization::OrganizationKind;
use shared::{ReportingDay, Role};
use uuid::Uuid;

use super::audit::Event;
use super::coverage::schedule::Holding;
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::words::KindWord;
use crate::entity::{account, audit_event, nippo_meta, opening_days, organization, organization_parent};

/// Says in the database that it holds a demo.
const DEMO: &str = "demo";
/// Rows of one statement: far from the number of parameters that an engine takes.
const ROWS: usize = 100;

/// An organization to be registered.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its name.
    pub name: String,
    /// The name's reading.
    pub kana: String,
    /// Its ten-digit code.
    pub institution_code: Option<String>,
    /// Its prefecture; none for the ministry.
    pub prefecture_code: Option<String>,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub telephone: String,
    /// The organization above it, which is registered already or earlier in the same list.
    pub parent: Option<Uuid>,
    /// Weekdays (bit 0 is Monday), and whether holidays are days like any other.
    pub opening: Option<(u8, bool)>,
}

/// An account to be issued.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Its id.
    pub id: Uuid,
    /// Its login ID.
    pub login_id: String,
    /// Its organization.
    pub organization_id: Uuid,
    /// What that is.
    pub kind: OrganizationKind,
    /// Whether it handles accounts.
    pub is_manager: bool,
    /// The person's name.
    pub display_name: String,
    /// The hash of its password.
    pub password_phc: String,
    /// Whether the password must be changed.
    pub must_change_password: bool,
}

/// Organizations and accounts, registered in one transaction, each with its event.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The organizations, from the top down.
    pub organizations: Vec<OrganizationRow>,
    /// The accounts.
    pub accounts: Vec<AccountRow>,
    /// From when the tree and the opening days hold.
    pub valid_from: ReportingDay,
    /// Whether this makes the database a demo.
    pub is_demo: bool,
}

impl Store {
    /// Whether nobody is registered.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(organization::Entity::find().one(self.read()).await?.is_none())
    }

    /// Whether the database holds a demo.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn is_demo(&self) -> Result<bool, StoreError> {
        Ok(self.fact(DEMO).await?.is_some())
    }

    /// The ministry, if it is registered.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn ministry(&self) -> Result<Option<Uuid>, StoreError> {
        let is_ministry = organization::Column::Kind.eq(KindWord::from(OrganizationKind::Ministry));
        Ok(organization::Entity::find().filter(is_ministry).one(self.read()).await?.map(|found| found.id))
    }

    /// When the last event was recorded; 1970 where there is none.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn last_recorded(&self) -> Result<DateTime<Utc>, StoreError> {
        let last = audit_event::Entity::find().order_by_desc(audit_event::Column::Seq).one(self.read()).await?;
        Ok(last.map_or(DateTime::UNIX_EPOCH, |event| event.recorded_at.utc()))
    }

    /// Registers organizations and accounts.
    ///
    /// # Errors
    /// When something is registered already, or the database doesn't take writes at the moment.
    pub async fn register(&self, registration: Registration) -> Result<(), StoreError> {
        self.write(registration).await
    }

    /// Registers the ministry, unless it is registered already, and answers with its id.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn register_ministry(&self, registration: Registration) -> Result<Uuid, StoreError> {
        self.write(Ministry(registration)).await
    }

    /// Copies an SQLite database, as it is at one instant, to a new file.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] on PostgreSQL, which has tools of its own; when the file exists or can't be written.
    pub async fn backup(&self, path: &str) -> Result<(), StoreError> {
        if self.read().get_database_backend() != DbBackend::Sqlite {
            return Err(StoreError::Unusable("PostgreSQL is backed up by pg_dump or its archive of the WAL".into()));
        }
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        self.connections.write.execute_raw(statement).await?;
        Ok(())
    }
}

impl Write for Registration {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let mut holding = Holding::before(context).await?;
        for rows in self.organizations.chunks(ROWS) {
            self.organizations(rows, context).await?;
        }
        let is_area =
            |row: &&OrganizationRow| matches!(row.kind, OrganizationKind::Prefecture | OrganizationKind::HealthCenter);
        for area in self.organizations.iter().filter(is_area) {
            holding = holding.with(area.id);
        }
        holding.again(context).await?;
        for rows in self.accounts.chunks(ROWS) {
            let models = rows.iter().map(|row| account_model(row, context.now()));
            account::Entity::insert_many(models).exec_without_returning(context.db()).await?;
            for row in rows {
                leave(context, AuditAction::CreateAccount, Some(row.id), json!({}))?;
            }
        }
        if self.is_demo {
            let row = nippo_meta::ActiveModel { name: Set(DEMO.to_owned()), value: Set("1".to_owned()) };
            nippo_meta::Entity::insert(row).exec_without_returning(context.db()).await?;
        }
        Ok(())
    }
}

struct Ministry(Registration);

impl Write for Ministry {
    type Output = Uuid;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Uuid, StoreError> {
        let is_ministry = organization::Column::Kind.eq(KindWord::from(OrganizationKind::Ministry));
        if let Some(found) = organization::Entity::find().filter(is_ministry).one(context.db()).await? {
            return Ok(found.id);
        }
        self.0.run(context).await?;
        let first = self.0.organizations.first().ok_or_else(|| StoreError::Damaged("no ministry was named".into()))?;
        Ok(first.id)
    }
}

impl Registration {
    async fn organizations(&self, rows: &[OrganizationRow], context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let models = rows.iter().map(|row| organization_model(row, context.now()));
        organization::Entity::insert_many(models).exec_without_returning(context.db()).await?;
        let parents = rows.iter().filter_map(|row| {
            Some(organization_parent::ActiveModel {
                child_id: Set(row.id),
                valid_from: Set(self.valid_from.0),
                parent_id: Set(row.parent?),
            })
        });
        organization_parent::Entity::insert_many(parents).exec_without_returning(context.db()).await?;
        let opening = rows.iter().filter_map(|row| {
            let (weekdays, open_on_holidays) = row.opening?;
            Some(opening_days::ActiveModel {
                unit_id: Set(row.id),
                valid_from: Set(self.valid_from.0),
                weekdays: Set(weekdays.into()),
                open_on_holidays: Set(open_on_holidays),
            })
        });
        opening_days::Entity::insert_many(opening).exec_without_returning(context.db()).await?;
        for row in rows {
            leave(context, AuditAction::CreateOrganization, Some(row.id), json!({ "kind": row.kind.key() }))?;
        }
        Ok(())
    }
}

fn organization_model(row: &OrganizationRow, now: DateTime<Utc>) -> organization::ActiveModel {
    organization::ActiveModel {
        id: Set(row.id),
        kind: Set(row.kind.into()),
        name: Set(row.name.clone()),
        kana: Set(row.kana.clone()),
        institution_code: Set(row.institution_code.clone()),
        prefecture_code: Set(row.prefecture_code.clone()),
        address: Set(row.address.clone()),
        telephone: Set(row.telephone.clone()),
        active: Set(true),
        created_at: Set(now.into()),
    }
}

fn account_model(row: &AccountRow, now: DateTime<Utc>) -> account::ActiveModel {
    account::ActiveModel {
        id: Set(row.id),
        login_id: Set(row.login_id.clone()),
        organization_id: Set(row.organization_id),
        organization_kind: Set(row.kind.into()),
        role: Set(Role::of(row.kind).into()),
        is_manager: Set(row.is_manager),
        display_name: Set(row.display_name.clone()),
        password_phc: Set(Some(row.password_phc.clone())),
        must_change_password: Set(row.must_change_password),
        created_at: Set(now.into()),
        activated_at: Set((!row.must_change_password).then(|| now.into())),
        password_changed_at: Set(None),
        disabled_at: Set(None),
    }
}

fn leave(
    context: &mut WriteContext<'_>,
    action: AuditAction,
    object: Option<Uuid>,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    context.audit(&Event { actor: None, action, object, outcome: AuditOutcome::Ok, ip: None, detail }).map(|_| ())
}
