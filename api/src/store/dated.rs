//! What is set for a unit by day, from a coming day on: its opening days, and the organization above it.

use std::net::IpAddr;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::calendar::OpeningDays;
use shared::checked::Checked;
use shared::organization::OrganizationRef;
use shared::register::{MoveView, OpeningDaysView};
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::audit::Event;
use super::coverage::counted::Before;
use super::coverage::schedule::Holding;
use super::{Days, Reading, Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, MoveUnit, SetOpeningDays};
use crate::entity::words::KindWord;
use crate::entity::{opening_days, organization_parent};

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
    /// All opening days that were set for a unit, in the order of their days.
    ///
    /// # Errors
    /// What the database says.
    pub async fn opening_days(&self, unit_id: Uuid) -> Result<Vec<OpeningDaysView>, StoreError> {
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
            Ok(OpeningDaysView { valid_from, open_on: opening.kinds_of_day() })
        };
        rows.iter().map(read).collect()
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

/// Puts an organization below another from a day on.
pub(super) async fn place(
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
pub(super) async fn open(
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

impl Write for OpeningChange {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        // Midnight may have come while it waited: what has begun isn't changed any more.
        if self.valid_from <= reporting_day(context.now()) {
            return Ok(false);
        }
        let unit_id = self.allowed.organization_id();
        let before = Before::change(context, unit_id, Days::since(self.valid_from)).await?;
        let holding = Holding::before(context).await?;
        opening_days::Entity::delete_many()
            .filter(opening_days::Column::UnitId.eq(unit_id))
            .filter(opening_days::Column::ValidFrom.gte(self.valid_from.0))
            .exec(context.db())
            .await?;
        open(context, unit_id, *self.opening, self.valid_from).await?;
        before.raise(context).await?;
        holding.again(context).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::SetOpeningDays,
            object: Some(unit_id),
            outcome: AuditOutcome::Ok,
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
        let before = Before::change(context, unit_id, Days::since(self.valid_from)).await?;
        let holding = Holding::before(context).await?;
        organization_parent::Entity::delete_many()
            .filter(organization_parent::Column::ChildId.eq(unit_id))
            .filter(organization_parent::Column::ValidFrom.gte(self.valid_from.0))
            .exec(context.db())
            .await?;
        place(context, unit_id, parent_id, self.valid_from).await?;
        before.raise(context).await?;
        holding.again(context).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::MoveUnit,
            object: Some(unit_id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({ "parent_id": parent_id, "valid_from": self.valid_from }),
        })?;
        Ok(true)
    }
}
