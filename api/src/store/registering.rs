//! The register kept: organizations added and changed.

use std::net::IpAddr;

use sea_orm::TryIntoModel as _;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set, Unchanged};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::organization::{Organization, OrganizationKind, OrganizationRef};
use shared::register::OrganizationChange;
use shared::register_check::NewOrganization;
use shared::reporting_day;
use uuid::Uuid;

use super::audit::Event;
use super::coverage::counted::Before;
use super::coverage::schedule::Holding;
use super::dated::{open, place};
use super::idempotency::{self, IdempotencyKey, Known};
use super::{Days, Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, CreateOrganization, EditOrganization};
use crate::entity::words::KindWord;
use crate::entity::{organization, organization_before};

/// An organization on its way: authorized for the id that it will have, and checked.
#[derive(Debug, Clone)]
pub struct OrganizationCreation {
    /// Who adds it.
    pub allowed: Allowed<CreateOrganization>,
    /// What is added.
    pub checked: Checked<NewOrganization>,
    /// Below which organization.
    pub parent: OrganizationRef,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of an organization to be added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// It is on record.
    Yes {
        /// As recorded; without its parent after a change.
        organization: Box<Organization>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// Another organization has its code, or its prefecture's.
    CodeTaken,
    /// The idempotency key was used for another request.
    KeyReused,
}

/// A change of an organization.
#[derive(Debug, Clone)]
pub struct OrganizationEdit {
    /// Who changes it.
    pub allowed: Allowed<EditOrganization>,
    /// What changes.
    pub change: Checked<OrganizationChange>,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Store {
    /// Adds an organization.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn create_organization(&self, creation: OrganizationCreation) -> Result<Registered, StoreError> {
        self.write(creation).await
    }

    /// Changes an organization.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn edit_organization(&self, edit: OrganizationEdit) -> Result<Registered, StoreError> {
        self.write(edit).await
    }
}

impl Write for OrganizationCreation {
    type Output = Registered;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Registered, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(organization)) => return Ok(Registered::Yes { organization, replayed: true }),
            Some(Known::Reused) => return Ok(Registered::KeyReused),
            None => {}
        }
        let id = self.allowed.organization_id();
        if self.is_prefecture_taken(context).await?
            || is_code_taken(context, id, self.checked.institution_code.as_deref()).await?
        {
            return Ok(Registered::CodeTaken);
        }
        let organization = self.record(context).await?;
        idempotency::remember(context.db(), self.idempotency.as_ref(), 201, &organization, context.now()).await?;
        Ok(Registered::Yes { organization: Box::new(organization), replayed: false })
    }
}

impl OrganizationCreation {
    async fn is_prefecture_taken(&self, context: &WriteContext<'_>) -> Result<bool, StoreError> {
        if self.checked.kind != OrganizationKind::Prefecture {
            return Ok(false);
        }
        let same = organization::Entity::find()
            .filter(organization::Column::Kind.eq(KindWord::from(OrganizationKind::Prefecture)))
            .filter(organization::Column::PrefectureCode.eq(&self.checked.prefecture_code));
        Ok(same.one(context.db()).await?.is_some())
    }

    async fn record(&self, context: &mut WriteContext<'_>) -> Result<Organization, StoreError> {
        let (id, new, today) = (self.allowed.organization_id(), &*self.checked, reporting_day(context.now()));
        let row = organization::ActiveModel {
            id: Set(id),
            kind: Set(new.kind.into()),
            name: Set(new.name.clone()),
            kana: Set(new.kana.clone()),
            institution_code: Set(new.institution_code.clone()),
            prefecture_code: Set(Some(new.prefecture_code.clone())),
            address: Set(new.address.clone()),
            telephone: Set(new.telephone.clone()),
            active: Set(true),
            created_at: Set(context.now().into()),
        };
        let holding = Holding::before(context).await?;
        organization::Entity::insert(row).exec_without_returning(context.db()).await?;
        place(context, id, self.parent.id, today).await?;
        if let Some(opening) = new.opening {
            open(context, id, opening, today).await?;
        }
        // Nothing is counted of a new area yet; a new unit counts in its area from now on.
        let is_area = matches!(new.kind, OrganizationKind::Prefecture | OrganizationKind::HealthCenter);
        let holding = if is_area { holding.with(id) } else { holding };
        holding.again(context).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::CreateOrganization,
            object: Some(id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "kind": new.kind, "parent_id": self.parent.id, "institution_code": new.institution_code }),
        })?;
        Ok(Organization {
            id,
            kind: new.kind,
            name: new.name.clone(),
            kana: new.kana.clone(),
            institution_code: new.institution_code.clone(),
            prefecture_code: Some(new.prefecture_code.clone()),
            address: new.address.clone(),
            telephone: new.telephone.clone(),
            parent: Some(self.parent.clone()),
            active: true,
        })
    }
}

/// Whether another organization has a ten-digit code.
async fn is_code_taken(context: &WriteContext<'_>, id: Uuid, code: Option<&str>) -> Result<bool, StoreError> {
    let Some(code) = code else { return Ok(false) };
    let same = organization::Entity::find()
        .filter(organization::Column::InstitutionCode.eq(code))
        .filter(organization::Column::Id.ne(id));
    Ok(same.one(context.db()).await?.is_some())
}

impl Write for OrganizationEdit {
    type Output = Registered;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Registered, StoreError> {
        let id = self.allowed.organization_id();
        let OrganizationChange { name, kana, institution_code, address, telephone, active, .. } = &*self.change;
        let code = institution_code.as_ref().map(|code| Some(code.clone()).filter(|code| !code.is_empty()));
        if is_code_taken(context, id, code.iter().flatten().next().map(String::as_str)).await? {
            return Ok(Registered::CodeTaken);
        }
        let row = organization::Entity::find_by_id(id).one(context.db()).await?;
        let row = row.ok_or_else(|| StoreError::Damaged(format!("the organization {id} is gone")))?;
        let before = organization_before::ActiveModel {
            organization_id: Set(id),
            until: Set(context.now().into()),
            name: Set(row.name.clone()),
            kana: Set(row.kana.clone()),
            active: Set(row.active),
        };
        let mut changed = row.into_active_model();
        changed.id = Unchanged(id);
        // Only what differs is written, and only a difference is an act.
        let set = |value: &Option<String>, field: &mut sea_orm::ActiveValue<String>| {
            if let Some(value) = value {
                field.set_if_not_equals(value.clone());
            }
        };
        set(name, &mut changed.name);
        set(kana, &mut changed.kana);
        set(address, &mut changed.address);
        set(telephone, &mut changed.telephone);
        if let Some(code) = code {
            changed.institution_code.set_if_not_equals(code);
        }
        if let Some(active) = active {
            changed.active.set_if_not_equals(*active);
        }
        if changed.name.is_set() || changed.kana.is_set() || changed.active.is_set() {
            // Figures as of an earlier instant name it as it was called then.
            organization_before::Entity::insert(before).exec_without_returning(context.db()).await?;
        }
        let differs = changed.is_changed();
        let row = if differs {
            context.audit(&Event {
                actor: Some(self.allowed.caller().into()),
                action: AuditAction::EditOrganization,
                object: Some(id),
                outcome: AuditOutcome::Ok,
                ip: self.ip,
                detail: &*self.change,
            })?;
            let counting = if changed.active.is_set() {
                Some((Before::change(context, id, Days::ALL).await?, Holding::before(context).await?))
            } else {
                None
            };
            let row = changed.update(context.db()).await?;
            if let Some((before, holding)) = counting {
                before.raise(context).await?;
                holding.again(context).await?;
            }
            row
        } else {
            changed.try_into_model()?
        };
        Ok(Registered::Yes { organization: Box::new(shown(row)), replayed: false })
    }
}

fn shown(row: organization::Model) -> Organization {
    Organization {
        id: row.id,
        kind: row.kind.into(),
        name: row.name,
        kana: row.kana,
        institution_code: row.institution_code,
        prefecture_code: row.prefecture_code,
        address: row.address,
        telephone: row.telephone,
        parent: None,
        active: row.active,
    }
}
