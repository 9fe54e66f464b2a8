//! Everything the form needs, from one consistent picture.

use chrono::{DateTime, Utc};
use shared::ReportingDay;
use shared::reporting_day::{AllowedToday, ReportingDayView};

use super::history::Days;
use super::organization::InSight;
use super::{Reading, StoreError};

/// How many days the form shows beside today's: a week in all.
const RECENT: u32 = 7;

impl Reading {
    /// Everything the form of a unit needs at an instant: five queries, whatever is on record.
    ///
    /// # Errors
    /// What the database says.
    pub async fn reporting_day(
        &self,
        unit: &InSight,
        day: ReportingDay,
        now: DateTime<Utc>,
        allowed: AllowedToday,
    ) -> Result<ReportingDayView, StoreError> {
        let reference = unit.reference();
        let days = Days::back(day, RECENT);
        let settings = self.settings(unit, days).await?;
        let mut records = self.records(&reference, days).await?;
        let (draft, profile) = self.draft_and_profile(reference.id, day).await?;
        let recent = records.items(days, &settings);
        let state = records.state(day, settings.is_scheduled(day));
        let report = records.reports.remove(&day).map(Box::new);
        let statement = records.statements.remove(&day);
        let center = unit.center();
        Ok(ReportingDayView {
            day,
            now,
            unit: reference,
            state,
            deadline: settings.deadline(day),
            day_ends_at: day.end(),
            allowed: AllowedToday {
                report: allowed.report && report.is_none(),
                statement: allowed.statement && report.is_none(),
            },
            report,
            statement,
            draft,
            recent,
            profile,
            correction: settings.policy(day).correction,
            center_telephone: center.map(|center| center.telephone.clone()).filter(|number| !number.is_empty()),
            center_name: center.map(|center| center.name.clone()),
            client_expires_at: None,
        })
    }
}
