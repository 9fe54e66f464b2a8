//! How many patients of a unit's day were notified one by one: the newest row of a unit and day counts.

use std::collections::HashMap;
use std::net::IpAddr;

use sea_orm::{EntityTrait, QueryResult, Set};
use serde_json::json;
use shared::ReportingDay;
use shared::audit::{AuditAction, AuditOutcome};
use shared::checked::Checked;
use shared::notification_count::{
    CountSource, NotificationCount, NotificationCountResult, NotificationCountRow, is_below,
};
use shared::organization::OrganizationRef;
use shared::plausibility::FROM_65;
use uuid::Uuid;

use super::audit::Event;
use super::idempotency::{self, IdempotencyKey, Known};
use super::organization::{BELOW, Sight, by_code_point};
use super::writer::{content_digest, json};
use super::{Reading, Store, StoreError, Write, WriteContext};
use crate::authorize::{Allowed, EnterNotificationCounts};
use crate::entity::words::{CountSourceWord, KindWord};
use crate::entity::{Micros, notification_count};

/// A count on its way: authorized and checked.
#[derive(Debug, Clone)]
pub struct NewCount {
    /// Who enters it, of which unit.
    pub allowed: Allowed<EnterNotificationCounts>,
    /// What is entered.
    pub checked: Checked<NotificationCountRow>,
}

/// Counts to be entered together.
#[derive(Debug, Clone)]
pub struct NewCounts {
    /// What becomes of each: those that are refused say why.
    pub results: Vec<NotificationCountResult>,
    /// Those that are entered.
    pub counts: Vec<NewCount>,
    /// How they came in.
    pub source: CountSource,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The key by which a repetition is known.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of counts.
#[derive(Debug, Clone, PartialEq)]
pub enum CountsOutcome {
    /// Those that weren't refused are stored, durably.
    Entered {
        /// What became of each.
        results: Vec<NotificationCountResult>,
        /// Whether this is the answer to an earlier sending of the same request.
        replayed: bool,
    },
    /// The idempotency key was used for another request.
    KeyReused,
}

impl Store {
    /// Enters counts.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the database can't take writes.
    pub async fn enter_notification_counts(&self, counts: NewCounts) -> Result<CountsOutcome, StoreError> {
        self.write(counts).await
    }
}

impl Write for NewCounts {
    type Output = CountsOutcome;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<CountsOutcome, StoreError> {
        match idempotency::find(context.db(), self.idempotency.as_ref()).await? {
            Some(Known::Answered(results)) => return Ok(CountsOutcome::Entered { results, replayed: true }),
            Some(Known::Reused) => return Ok(CountsOutcome::KeyReused),
            None => {}
        }
        if let Some(first) = self.counts.first() {
            self.insert(context).await?;
            self.note(context, first)?;
            idempotency::remember(context.db(), self.idempotency.as_ref(), 200, &self.results, context.now()).await?;
        }
        Ok(CountsOutcome::Entered { results: self.results.clone(), replayed: false })
    }
}

impl NewCounts {
    async fn insert(&self, context: &WriteContext<'_>) -> Result<(), StoreError> {
        let rows = self.counts.iter().map(|new| notification_count::ActiveModel {
            unit_id: Set(new.allowed.organization_id()),
            day: Set(new.checked.day.0),
            entered_at: Set(context.now().into()),
            notified: Set(new.checked.count.cast_signed()),
            source: Set(self.source.into()),
            entered_by: Set(new.allowed.caller().account_id),
        });
        notification_count::Entity::insert_many(rows).exec_without_returning(context.db()).await?;
        Ok(())
    }

    /// One event a request: how many counts of which days, and the digest of what they say.
    fn note(&self, context: &mut WriteContext<'_>, first: &NewCount) -> Result<(), StoreError> {
        let rows: Vec<NotificationCountRow> = self.counts.iter().map(|new| *new.checked).collect();
        let mut days: Vec<ReportingDay> = rows.iter().map(|row| row.day).collect();
        days.sort_unstable();
        days.dedup();
        let content_sha256 = content_digest(&json(&rows)?);
        let of_one = (rows.len() == 1).then(|| first.allowed.organization_id());
        context.audit(&Event {
            actor: Some(first.allowed.caller().into()),
            action: AuditAction::EnterNotificationCounts,
            object: of_one,
            outcome: AuditOutcome::Ok,
            ip: self.ip,
            detail: json!({
                "rows": rows.len(), "days": days, "source": self.source, "content_sha256": content_sha256,
            }),
        })?;
        Ok(())
    }
}

/// The newest counts of the day `$3` of some units, each with what the unit has said of that day: its report, whatever
/// changed it since, or that it had no patients.
fn said(units: &str) -> String {
    let from_65 = FROM_65.map(|band| format!("e.{}", band.key())).join(" + ");
    format!(
        ", counted AS (
    SELECT n.unit_id, n.notified, n.source, n.entered_at, n.entered_by,
        (SELECT SUM({from_65}) FROM submission f
            JOIN ledger_entry e ON e.recorded_at = f.recorded_at AND e.kind = 'report'
            WHERE f.unit_id = n.unit_id AND f.entry_day = n.day AND f.revision IS NOT NULL) AS sent,
        (SELECT SUM({from_65}) FROM ledger_entry e
            WHERE e.kind <> 'report' AND e.unit_id = n.unit_id AND e.target_day = n.day) AS changed,
        CASE WHEN EXISTS (
            SELECT 1 FROM day_statement st WHERE st.unit_id = n.unit_id AND st.day = n.day
                AND st.kind = 'no_patients' AND st.withdrawn_at IS NULL
        ) THEN 1 ELSE 0 END AS none
    FROM {units} units JOIN notification_count n ON n.unit_id = units.id AND n.day = $3 AND n.entered_at = (
        SELECT MAX(entered_at) FROM notification_count newest WHERE newest.unit_id = units.id AND newest.day = $3)
), said AS (
    SELECT unit_id, notified, source, entered_at, entered_by,
        CASE WHEN sent IS NULL AND changed IS NULL AND none = 0 THEN NULL
            ELSE COALESCE(sent, 0) + COALESCE(changed, 0) END AS reported
    FROM counted
)\n"
    )
}

/// Counts with what one needs to telephone, the unit standing where it stands on the day `$2`.
const LIST: &str = "SELECT u.id, u.kind, u.name, u.institution_code, u.telephone, area.id AS area_id,
    area.kind AS area_kind, area.name AS area_name, said.notified, said.source, said.entered_at, said.reported,
    writer.display_name AS entered_by, (SELECT r.id FROM submission r WHERE r.unit_id = u.id AND r.entry_day = $3
        AND r.revision IS NOT NULL ORDER BY r.revision DESC LIMIT 1) AS report_id
FROM said JOIN organization u ON u.id = said.unit_id JOIN account writer ON writer.id = said.entered_by
LEFT JOIN organization_parent up ON up.child_id = u.id AND up.valid_from = (
    SELECT MAX(valid_from) FROM organization_parent dated WHERE dated.child_id = u.id AND dated.valid_from <= $2)
JOIN organization area ON area.id = CASE u.kind WHEN 'health_center' THEN u.id ELSE up.parent_id END
ORDER BY u.kana COLLATE ";

/// The units that have a count of the day `$3`, and in whose rows of a table they stood on it, in sight.
const COUNTED: &str = "(SELECT DISTINCT unit_id AS id FROM notification_count WHERE day = $3)";
const OF_AREAS: &str = "SELECT area.id AS area_id, said.notified, said.reported
FROM said JOIN organization u ON u.id = said.unit_id
LEFT JOIN organization_parent up ON up.child_id = u.id AND up.valid_from = (
    SELECT MAX(valid_from) FROM organization_parent dated WHERE dated.child_id = u.id AND dated.valid_from <= $3)
JOIN below area ON area.id = CASE u.kind WHEN 'health_center' THEN u.id ELSE up.parent_id END";

impl Reading {
    /// The newest counts of a day of every unit in sight, those first that have said fewer.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notification_counts(
        &self,
        sight: Sight,
        day: ReportingDay,
    ) -> Result<Vec<NotificationCount>, StoreError> {
        let sql = format!("{BELOW}{}{LIST}{}, u.id", said("below"), by_code_point(self.backend()));
        let values = [sight.organization_id.into(), sight.day.0.into(), day.0.into()];
        let rows = self.rows(sql, values).await?;
        let mut found = rows.iter().map(|row| shown(row, day)).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|count| !count.is_below);
        Ok(found)
    }

    /// How many units of each area in sight have said fewer than were notified on a day; areas without such a unit are
    /// left out.
    pub(super) async fn areas_below_notifications(
        &self,
        sight: Sight,
        day: ReportingDay,
    ) -> Result<HashMap<Uuid, u32>, StoreError> {
        let mut areas = HashMap::new();
        for row in self.below(sight, day, &(said(COUNTED) + OF_AREAS), None).await? {
            if is_below(reported(&row)?, notified(&row)?) {
                *areas.entry(row.try_get("", "area_id")?).or_default() += 1;
            }
        }
        Ok(areas)
    }
}

fn notified(row: &QueryResult) -> Result<u32, StoreError> {
    Ok(row.try_get::<i32>("", "notified")?.unsigned_abs())
}

fn reported(row: &QueryResult) -> Result<Option<u32>, StoreError> {
    let reported: Option<i64> = row.try_get("", "reported")?;
    let number = |sum: i64| u32::try_from(sum).map_err(|_| StoreError::Damaged(format!("{sum} of 65 and more")));
    reported.map(number).transpose()
}

fn shown(row: &QueryResult, day: ReportingDay) -> Result<NotificationCount, StoreError> {
    let (count, reported_65_plus) = (notified(row)?, reported(row)?);
    let kind = |column: &str| row.try_get::<KindWord>("", column).map(Into::into);
    Ok(NotificationCount {
        unit_id: row.try_get("", "id")?,
        kind: kind("kind")?,
        name: row.try_get("", "name")?,
        institution_code: row.try_get("", "institution_code")?,
        telephone: row.try_get("", "telephone")?,
        area: OrganizationRef {
            id: row.try_get("", "area_id")?,
            kind: kind("area_kind")?,
            name: row.try_get("", "area_name")?,
        },
        day,
        count,
        source: row.try_get::<CountSourceWord>("", "source")?.into(),
        entered_by: row.try_get("", "entered_by")?,
        entered_at: row.try_get::<Micros>("", "entered_at")?.utc(),
        reported_65_plus,
        report_id: row.try_get("", "report_id")?,
        is_below: is_below(reported_65_plus, count),
    })
}
