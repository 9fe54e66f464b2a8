//! Reading reports back.

use sea_orm::FromQueryResult;
use shared::ReportingDay;
use shared::report::ReportView;
use shared::reporting_day::Profile;
use uuid::Uuid;

use super::author::{author, with_author};
use super::organization::{InSight, Sight};
use super::{Reading, StoreError, submission};
use crate::entity;

const REPORT: &str = with_author!("s.*", "submission", "entered_by", "WHERE s.id = $1 AND s.kind = 'report'");

impl Reading {
    /// A report with the unit that it is for, if the caller sees that unit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn report(&self, sight: Sight, id: Uuid) -> Result<Option<(InSight, ReportView)>, StoreError> {
        let rows = self.rows(REPORT, [id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let model = entity::submission::Model::from_query_result(row, "")?;
        let Some(unit) = self.organization(sight, model.unit_id).await? else { return Ok(None) };
        let report = submission::shown(&model, unit.reference(), author(row)?)?;
        Ok(Some((unit, report)))
    }

    /// The report that a unit has for a day. Whether the caller may see it was asked before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn report_of_day(&self, unit_id: Uuid, day: ReportingDay) -> Result<Option<ReportView>, StoreError> {
        let found = submission::existing(self.transaction(), day, &[unit_id]).await?;
        let Some(id) = found.get(&unit_id) else { return Ok(None) };
        submission::view(self.transaction(), *id).await
    }

    /// What a report of a unit's day is compared with.
    ///
    /// # Errors
    /// What the database says.
    pub async fn profile(&self, unit_id: Uuid, day: ReportingDay) -> Result<Profile, StoreError> {
        Ok(self.draft_and_profile(unit_id, day).await?.1)
    }
}
