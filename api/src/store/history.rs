//! A unit's days: what was reported, stated and changed later, a row a day.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, QueryResult};
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandSums};
use shared::day_statement::DayStatement;
use shared::history::{AdjustmentSent, DayFacts, DayState, History, HistoryItem, day_state};
use shared::organization::OrganizationRef;
use shared::report::ReportView;
use uuid::Uuid;

use super::author::{author, with_author};
use super::organization::{InSight, Sight};
use super::settings::Settings;
use super::{Reading, StoreError, submission};
use crate::entity::bands::BANDS;
use crate::entity::words::{StatementWord, SubmissionWord};
use crate::entity::{self, Micros};

/// What is on record of some days of a unit.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The newest revision of each day's report.
    pub(super) reports: HashMap<ReportingDay, ReportView>,
    /// The statements in force.
    pub(super) statements: HashMap<ReportingDay, DayStatement>,
    /// The sum of what later changed each day.
    changes: HashMap<ReportingDay, BandSums>,
    /// Days that a supplement covers.
    supplemented: Vec<ReportingDay>,
    /// The last instant at which anything was recorded.
    recorded_until: Option<DateTime<Utc>>,
}

/// The days `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: ReportingDay,
    /// The last day.
    pub to: ReportingDay,
}

impl Days {
    /// All days that both engines know: the years 1 to 9998.
    pub const ALL: Self = Self { from: first_of(1), to: first_of(9999) };

    /// A day alone.
    #[must_use]
    pub const fn one(day: ReportingDay) -> Self {
        Self { from: day, to: day }
    }

    /// A day and all that follow it.
    #[must_use]
    pub const fn since(day: ReportingDay) -> Self {
        Self { from: day, to: Self::ALL.to }
    }

    /// The last so many days up to and with `to`.
    #[must_use]
    pub fn back(to: ReportingDay, count: u32) -> Self {
        Self { from: to.minus(count.saturating_sub(1)), to }
    }

    /// The days one by one.
    pub(super) fn oldest_first(self) -> impl Iterator<Item = ReportingDay> {
        let count = u32::try_from(self.to.days_since(self.from) + 1).unwrap_or(0);
        (0..count).map(move |further| self.from.plus(further))
    }

    fn newest_first(self) -> impl Iterator<Item = ReportingDay> {
        let count = u32::try_from(self.to.days_since(self.from) + 1).unwrap_or(0);
        (0..count).map(move |back| self.to.minus(back))
    }
}

const fn first_of(year: i32) -> ReportingDay {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(day) => ReportingDay(day),
        None => ReportingDay(NaiveDate::MIN),
    }
}

/// The unit's submissions with their authors; the newest revision of a day comes last.
const SUBMISSIONS: &str = with_author!(
    "s.*",
    "submission",
    "entered_by",
    "WHERE s.unit_id = $1 AND s.entry_day BETWEEN $2 AND $3 ORDER BY s.entry_day, s.revision"
);

/// The unit's statements in force, with their authors.
const STATEMENTS: &str = with_author!(
    "s.id, s.unit_id, s.day, s.kind, s.channel, s.stated_at",
    "day_statement",
    "stated_by",
    "WHERE s.unit_id = $1 AND s.day BETWEEN $2 AND $3 AND s.withdrawn_at IS NULL ORDER BY s.day DESC"
);

/// One statement in force, with its author.
const STATEMENT: &str = with_author!(
    "s.id, s.unit_id, s.day, s.kind, s.channel, s.stated_at",
    "day_statement",
    "stated_by",
    "WHERE s.id = $1 AND s.withdrawn_at IS NULL"
);

impl Reading {
    /// A unit's history, newest day first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history(&self, unit: &InSight, days: Days, now: DateTime<Utc>) -> Result<History, StoreError> {
        let records = self.records(&unit.reference(), days).await?;
        let settings = self.settings(unit, days).await?;
        let items = records.items(days, &settings);
        Ok(History { unit_id: unit.organization.id, items, next_cursor: None, as_of: records.as_of(now) })
    }

    /// The statements in force of some days, newest day first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn day_statements(&self, unit_id: Uuid, days: Days) -> Result<Vec<DayStatement>, StoreError> {
        let values = [unit_id.into(), days.from.0.into(), days.to.0.into()];
        self.rows(STATEMENTS, values).await?.iter().map(statement).collect()
    }

    /// A statement in force with the unit that it is about, if the caller sees that unit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn day_statement(&self, sight: Sight, id: Uuid) -> Result<Option<(InSight, DayStatement)>, StoreError> {
        let rows = self.rows(STATEMENT, [id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let statement = statement(row)?;
        Ok(self.organization(sight, statement.unit_id).await?.map(|unit| (unit, statement)))
    }

    /// All that is on record of some days: three queries.
    pub(super) async fn records(&self, unit: &OrganizationRef, days: Days) -> Result<Records, StoreError> {
        let mut records = Records::default();
        let of_days = || [unit.id.into(), days.from.0.into(), days.to.0.into()];
        for row in self.rows(SUBMISSIONS, of_days()).await? {
            records.add_submission(unit, &row)?;
        }
        for row in self.rows(changes(), of_days()).await? {
            records.add_change(&row)?;
        }
        records.statements = self.day_statements(unit.id, days).await?.into_iter().map(|one| (one.day, one)).collect();
        Ok(records)
    }
}

/// What later changed the unit's days, summed by day, and in a row without a day the last instant of the ledger. The
/// difference that a replacement makes to the counts of its own day is left out: it is in the report itself.
fn changes() -> String {
    let sums: Vec<String> = BANDS.iter().map(|band| format!("CAST(SUM({band}) AS BIGINT) AS {band}")).collect();
    let nothing: Vec<String> = BANDS.iter().map(|_| "0".to_owned()).collect();
    format!(
        "SELECT target_day, MAX(CASE WHEN supplement THEN 1 ELSE 0 END) AS supplemented, CAST(NULL AS BIGINT) AS until, {}
        FROM (SELECT l.*, s.revision IS NULL AS supplement
            FROM ledger_entry l JOIN submission s ON s.id = l.submission_id
            WHERE l.unit_id = $1 AND l.target_day BETWEEN $2 AND $3 AND l.kind <> 'report'
                AND NOT (l.kind = 'replacement' AND l.reason IS NULL)) changes
        GROUP BY target_day
        UNION ALL SELECT NULL, 0, MAX(recorded_at), {} FROM ledger_entry",
        sums.join(", "),
        nothing.join(", ")
    )
}

impl Records {
    fn add_submission(&mut self, unit: &OrganizationRef, row: &QueryResult) -> Result<(), StoreError> {
        let model = entity::submission::Model::from_query_result(row, "")?;
        if model.kind == SubmissionWord::Report {
            let view = submission::shown(&model, unit.clone(), author(row)?)?;
            self.reports.insert(view.entry_day, view);
        }
        Ok(())
    }

    fn add_change(&mut self, row: &QueryResult) -> Result<(), StoreError> {
        let Some(day) = row.try_get::<Option<NaiveDate>>("", "target_day")? else {
            self.recorded_until = row.try_get::<Option<Micros>>("", "until")?.map(Micros::utc);
            return Ok(());
        };
        let day = ReportingDay(day);
        let sums: [i64; AgeBand::COUNT] = entity::bands::read(row)?;
        let sums = BandSums::new(sums).map_err(|band| StoreError::Damaged(format!("{band} of {day} is too large")))?;
        self.changes.insert(day, sums);
        if row.try_get::<i32>("", "supplemented")? == 1 {
            self.supplemented.push(day);
        }
        Ok(())
    }

    /// The instant for which the figures hold: whatever is recorded later bears a later one.
    pub(super) fn as_of(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.recorded_until.unwrap_or(now)
    }

    /// The rows, newest first.
    pub(super) fn items(&self, days: Days, settings: &Settings) -> Vec<HistoryItem> {
        days.newest_first().map(|day| self.item(day, settings.is_scheduled(day))).collect()
    }

    /// What is known of a day, by the rule that form and tables share.
    pub(super) fn state(&self, day: ReportingDay, scheduled: bool) -> DayState {
        let facts = DayFacts {
            scheduled,
            report: self.reports.get(&day).map(|report| report.counts),
            statement: self.statements.get(&day).map(|statement| (statement.kind, statement.stated_at)),
            supplemented: self.supplemented.contains(&day),
        };
        day_state(day, &facts)
    }

    fn item(&self, day: ReportingDay, scheduled: bool) -> HistoryItem {
        let report = self.reports.get(&day);
        let statement = self.statements.get(&day);
        let deltas_received = self.changes.get(&day).copied().unwrap_or_default();
        let known = report.is_some() || self.changes.contains_key(&day);
        let total = report.map(|report| report.total);
        HistoryItem {
            day,
            state: self.state(day, scheduled),
            counts: report.map(|report| report.counts),
            total,
            channel: report.map(|report| report.channel).or(statement.map(|statement| statement.channel)),
            by_proxy: report.is_some_and(|report| report.by_proxy),
            receipt_id: report.map(|report| report.id),
            adjustments_sent: report.map(adjustments_sent).unwrap_or_default(),
            deltas_received,
            adjusted_total: known.then(|| total.unwrap_or(0).cast_signed() + deltas_received.total()),
        }
    }
}

/// What a report changed on earlier days.
fn adjustments_sent(report: &ReportView) -> Vec<AdjustmentSent> {
    let sent = |one: &shared::report::Adjustment| AdjustmentSent {
        target_day: one.target_day,
        reason: one.reason,
        deltas: one.deltas,
    };
    report.adjustments.iter().map(sent).collect()
}

fn statement(row: &QueryResult) -> Result<DayStatement, StoreError> {
    Ok(DayStatement {
        id: row.try_get("", "id")?,
        unit_id: row.try_get("", "unit_id")?,
        day: ReportingDay(row.try_get("", "day")?),
        kind: row.try_get::<StatementWord>("", "kind")?.into(),
        channel: row.try_get::<entity::words::ChannelWord>("", "channel")?.into(),
        stated_by: author(row)?,
        stated_at: row.try_get::<Micros>("", "stated_at")?.utc(),
    })
}
