//! Policies: how reports of a jurisdiction can be corrected, set from a coming day on.

use std::net::IpAddr;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, Value};
use serde_json::json;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::correction::{CorrectionPolicy, policy_set_for};
use shared::policy::{Policies, PolicyView};
use shared::{ReportingDay, reporting_day};
use uuid::Uuid;

use super::audit::Event;
use super::organization::InSight;
use super::settings::{self, POLICIES};
use super::{Reading, Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, SetPolicy};
use crate::entity::correction_policy;

/// A policy on its way: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// Who sets it, for whose jurisdiction.
    pub allowed: Allowed<SetPolicy>,
    /// What is set.
    pub checked: Checked<CorrectionPolicy>,
    /// Whether it may have begun, as in the history that the demo makes.
    pub is_history: bool,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Reading {
    /// The policies that bear on an organization: its own and those set above it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn policies(&self, of: &InSight, today: ReportingDay) -> Result<Policies, StoreError> {
        let near: Vec<Uuid> = std::iter::once(of.organization.id).chain(of.ancestors()).collect();
        let list: Vec<String> = (1..=near.len()).map(|place| format!("${place}")).collect();
        let question = format!("{POLICIES} WHERE organization_id IN ({}) ORDER BY valid_from DESC", list.join(", "));
        let mut placed = Vec::new();
        for row in self.rows(question, near.iter().map(|id| Value::from(*id))).await? {
            placed.push(settings::policy(&row, ReportingDay(row.try_get("", "day")?))?);
        }
        let reference = |id: Uuid| match id == of.organization.id {
            true => Some(of.reference()),
            false => of.above.iter().find(|above| above.id == id).map(super::organization::reference),
        };
        let in_force = match policy_set_for(today, &near, &placed) {
            Some(set) => PolicyView::new(&set.policy, reference(set.organization_id)),
            None => PolicyView::new(&CorrectionPolicy::default_from(today), None),
        };
        let of_one = |id: &Uuid| placed.iter().filter(move |one| one.organization_id == *id).collect::<Vec<_>>();
        let items =
            near.iter().flat_map(of_one).map(|one| PolicyView::new(&one.policy, reference(one.organization_id)));
        Ok(Policies { in_force, items: items.collect(), next_cursor: None })
    }
}

impl Store {
    /// Sets a policy; false where its first day has begun meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn set_policy(&self, policy: NewPolicy) -> Result<bool, StoreError> {
        self.write(policy).await
    }
}

impl Write for NewPolicy {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        use correction_policy::Column;
        let (organization_id, policy) = (self.allowed.organization_id(), &*self.checked);
        // Midnight may have passed since it was checked.
        if !self.is_history && policy.valid_from <= reporting_day(context.now()) {
            return Ok(false);
        }
        let row = correction_policy::ActiveModel {
            organization_id: Set(organization_id),
            valid_from: Set(policy.valid_from.0),
            correction: Set(policy.correction.into()),
            authority: Set(policy.authority.into()),
            authority_correction_days: Set(policy.authority_correction_days.into()),
            proxy_until_minute: Set(policy.proxy_until_minute.map(i32::from)),
            deadline_minute: Set(policy.deadline_minute.into()),
        };
        let again = OnConflict::columns([Column::OrganizationId, Column::ValidFrom])
            .update_columns([
                Column::Correction,
                Column::Authority,
                Column::AuthorityCorrectionDays,
                Column::ProxyUntilMinute,
                Column::DeadlineMinute,
            ])
            .to_owned();
        correction_policy::Entity::insert(row).on_conflict(again).exec_without_returning(context.db()).await?;
        context.audit(&Event {
            actor: Some(self.allowed.caller().into()),
            action: AuditAction::SetPolicy,
            object: Some(organization_id),
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({
                "valid_from": policy.valid_from,
                "correction": policy.correction,
                "authority": policy.authority,
                "authority_correction_days": policy.authority_correction_days,
                "proxy_until_minute": policy.proxy_until_minute,
                "deadline_minute": policy.deadline_minute,
            }),
        })?;
        Ok(true)
    }
}
