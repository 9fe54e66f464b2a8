//! The register kept: organizations added and changed, opening days and moves from a coming day on.

use std::net::IpAddr;

use sea_orm::TryIntoModel as _;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set, Unchanged};
use serde_json::json;
use shared::calendar::{OpeningDays, OpeningFrom, opening_on};
use shared::checked::Checked;
use shared::organization::{Organization, OrganizationKind, OrganizationRef};
use shared::register::{MoveView, OpeningDaysView, OrganizationChange};
use shared::register_check::NewOrganization;
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::audit::Event;
use super::idempotency::{self, IdempotencyKey, Known};
use super::{Reading, Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, CreateOrganization, EditOrganization, MoveUnit, SetOpeningDays};
use crate::entity::words::KindWord;
use crate::entity::{opening_days, organization, organization_parent};

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

/// Opening days from a coming day on.
#[derive(Debug, Clone)]
pub struct OpeningChange {
    /// Who sets them, of which unit.
    pub allowed: Allowed<SetOpeningDays>,
    /// The days.
    pub opening: Checked<OpeningDays>,
    /// From when.
    pub valid_from: ReportingDay,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// A move from a coming day on.
#[derive(Debug, Clone)]
pub struct UnitMove {
    /// Who moves which unit.
    pub allowed: Allowed<MoveUnit>,
    /// The proof that it may be moved there.
    pub there: Allowed<MoveUnit>,
    /// From when.
    pub valid_from: ReportingDay,
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

    /// Sets opening days; whether their first day was still to come when they were written.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn set_opening_days(&self, change: OpeningChange) -> Result<bool, StoreError> {
        self.write(change).await
    }

    /// Moves a unit; whether the day was still to come when it was written.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn move_unit(&self, unit_move: UnitMove) -> Result<bool, StoreError> {
        self.write(unit_move).await
    }
}

impl Reading {
    /// The opening days that hold on a day and those to come, in the order of their days.
    ///
    /// # Errors
    /// What the database says.
    pub async fn opening_days(&self, unit_id: Uuid, today: ReportingDay) -> Result<Vec<OpeningDaysView>, StoreError> {
        let rows = opening_days::Entity::find()
            .filter(opening_days::Column::UnitId.eq(unit_id))
            .order_by_asc(opening_days::Column::ValidFrom)
            .all(self.transaction())
            .await?;
        let read = |row: &opening_days::Model| {
            let bits = u8::try_from(row.weekdays).ok();
            let opening = bits.and_then(|bits| OpeningDays::from_bits(bits, row.open_on_holidays));
            let valid_from = ReportingDay(row.valid_from);
            let opening = opening.ok_or_else(|| StoreError::Damaged(format!("opening days from {valid_from}")))?;
            Ok(OpeningFrom { valid_from, opening })
        };
        let all = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        let present = all.iter().filter(|opening| opening.valid_from <= today).max_by_key(|opening| opening.valid_from);
        let present = present.map(|opening| OpeningDaysView {
            valid_from: opening.valid_from,
            open_on: opening_on(today, &all).kinds_of_day(),
        });
        let coming = all
            .iter()
            .filter(|opening| opening.valid_from > today)
            .map(|opening| OpeningDaysView { valid_from: opening.valid_from, open_on: opening.opening.kinds_of_day() });
        Ok(present.into_iter().chain(coming).collect())
    }

    /// The moves of an organization that are still to come, in the order of their days. Where one goes may lie out of the
    /// caller's sight, but it is the caller's own organization that will go there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn planned_moves(&self, unit_id: Uuid, today: ReportingDay) -> Result<Vec<MoveView>, StoreError> {
        const MOVES: &str = "SELECT m.valid_from, o.id, o.kind, o.name FROM organization_parent m \
             JOIN organization o ON o.id = m.parent_id WHERE m.child_id = $1 AND m.valid_from > $2 \
             ORDER BY m.valid_from";
        let rows = self.rows(MOVES, [unit_id.into(), today.0.into()]).await?;
        let read = |row: &sea_orm::QueryResult| {
            let parent = OrganizationRef {
                id: row.try_get("", "id")?,
                kind: row.try_get::<KindWord>("", "kind")?.into(),
                name: row.try_get("", "name")?,
            };
            Ok(MoveView { unit_id, parent, valid_from: ReportingDay(row.try_get("", "valid_from")?) })
        };
        rows.iter().map(read).collect()
    }
}

impl Write for OrganizationCreation {
    type Output = Registered;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<Registered, StoreError> {
        let damaged = |error: serde_json::Error| StoreError::Damaged(error.to_string());
        if let Some(key) = &self.idempotency {
            match idempotency::find(context.db(), key).await? {
                Some(Known::Answered { answer, .. }) => {
                    let organization = serde_json::from_str(&answer).map_err(damaged)?;
                    return Ok(Registered::Yes { organization, replayed: true });
                }
                Some(Known::Reused) => return Ok(Registered::KeyReused),
                None => {}
            }
        }
        let id = self.allowed.organization_id();
        if self.is_prefecture_taken(context).await?
            || is_code_taken(context, id, self.checked.institution_code.as_deref()).await?
        {
            return Ok(Registered::CodeTaken);
        }
        let organization = self.record(context).await?;
        if let Some(key) = &self.idempotency {
            let answer = serde_json::to_string(&organization).map_err(damaged)?;
            idempotency::remember(context.db(), key, 201, answer, context.now()).await?;
        }
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
        organization::Entity::insert(row).exec_without_returning(context.db()).await?;
        place(context, id, self.parent.id, today).await?;
        if let Some(opening) = new.opening {
            open(context, id, opening, today).await?;
        }
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: "create_organization",
            object: Some(id),
            outcome: "ok",
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

/// Puts an organization below another from a day on.
async fn place(
    context: &WriteContext<'_>,
    child_id: Uuid,
    parent_id: Uuid,
    valid_from: ReportingDay,
) -> Result<(), StoreError> {
    let row = organization_parent::ActiveModel {
        child_id: Set(child_id),
        valid_from: Set(valid_from.0),
        parent_id: Set(parent_id),
    };
    organization_parent::Entity::insert(row).exec_without_returning(context.db()).await?;
    Ok(())
}

/// Lets a unit be open on some days from a day on.
async fn open(
    context: &WriteContext<'_>,
    unit_id: Uuid,
    opening: OpeningDays,
    valid_from: ReportingDay,
) -> Result<(), StoreError> {
    let row = opening_days::ActiveModel {
        unit_id: Set(unit_id),
        valid_from: Set(valid_from.0),
        weekdays: Set(opening.bits().into()),
        open_on_holidays: Set(opening.on_holidays()),
    };
    opening_days::Entity::insert(row).exec_without_returning(context.db()).await?;
    Ok(())
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
        let differs = changed.is_changed();
        let row = if differs {
            context.audit(&Event {
                actor: Some(self.allowed.caller().into()),
                action: "edit_organization",
                object: Some(id),
                outcome: "ok",
                ip: self.ip,
                detail: &*self.change,
            })?;
            changed.update(context.db()).await?
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

impl Write for OpeningChange {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        // Midnight may have come while it waited: what has begun isn't changed any more.
        if self.valid_from <= reporting_day(context.now()) {
            return Ok(false);
        }
        let unit_id = self.allowed.organization_id();
        opening_days::Entity::delete_many()
            .filter(opening_days::Column::UnitId.eq(unit_id))
            .filter(opening_days::Column::ValidFrom.gte(self.valid_from.0))
            .exec(context.db())
            .await?;
        open(context, unit_id, *self.opening, self.valid_from).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: "set_opening_days",
            object: Some(unit_id),
            outcome: "ok",
            ip: self.ip,
            detail: json!({ "valid_from": self.valid_from, "open_on": self.opening.kinds_of_day() }),
        })?;
        Ok(true)
    }
}

impl Write for UnitMove {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        // Midnight may have come while it waited: reports of today stand in the area of the old center already.
        if self.valid_from <= reporting_day(context.now()) {
            return Ok(false);
        }
        let (unit_id, parent_id) = (self.allowed.organization_id(), self.there.organization_id());
        organization_parent::Entity::delete_many()
            .filter(organization_parent::Column::ChildId.eq(unit_id))
            .filter(organization_parent::Column::ValidFrom.gte(self.valid_from.0))
            .exec(context.db())
            .await?;
        place(context, unit_id, parent_id, self.valid_from).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: "move_unit",
            object: Some(unit_id),
            outcome: "ok",
            ip: self.ip,
            detail: json!({ "parent_id": parent_id, "valid_from": self.valid_from }),
        })?;
        Ok(true)
    }
}
