//! Events as they are shown.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use sea_orm::{QueryResult, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::audit::{AuditActor, AuditEvent, CheckedAudit};
use shared::organization::OrganizationRef;
use uuid::Uuid;

use crate::entity::Micros;
use crate::entity::words::KindWord;
use crate::store::organization::{BELOW, Sight};
use crate::store::{Reading, StoreError};

const COLUMNS: &str = "SELECT e.seq, e.recorded_at, e.actor_account_id, e.action, e.object_id, e.content, e.hash, \
    COALESCE(a.display_name, c.name) AS actor_name, o.id AS organization_id, o.kind AS organization_kind, \
    o.name AS organization_name \
FROM audit_event e LEFT JOIN account a ON a.id = e.actor_account_id LEFT JOIN api_client c ON c.id = e.actor_account_id \
LEFT JOIN organization o ON o.id = e.actor_organization_id WHERE e.seq >= $1 AND e.seq < $2";

/// Whose events of which kind are asked for, beside their days.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only what this account or API client did.
    pub actor_id: Option<Uuid>,
    /// Only what was done by those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only this action.
    pub action: Option<String>,
    /// Only this outcome; of small letters and `_`.
    pub outcome: Option<String>,
}

/// What the text of an event says beside its columns.
#[derive(Deserialize)]
struct Content<'a> {
    outcome: String,
    ip: Option<IpAddr>,
    #[serde(borrow)]
    detail: &'a RawValue,
}

impl Reading {
    /// Events of some days by those in sight, the newest first, and one more than asked for where there are more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_events(
        &self,
        sight: Sight,
        asked: &CheckedAudit,
        filter: &AuditFilter,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let from = self.first_since(asked.from.start()).await?;
        let until = self.first_since(asked.to.end()).await?.min(asked.before.unwrap_or(i64::MAX));
        let (sql, values) = question(sight, (from, until), asked.limit + 1, filter);
        self.rows(sql, values).await?.iter().map(event).collect()
    }

    /// The number of the first event that was recorded at an instant or later; one more than the last where there is none.
    /// Instants rise with numbers, so that a handful of look-ups finds it without an index over all.
    async fn first_since(&self, instant: DateTime<Utc>) -> Result<i64, StoreError> {
        let last = self.rows("SELECT COALESCE(MAX(seq), 0) FROM audit_event", []).await?;
        let last: i64 = last.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
        let (mut low, mut high) = (1, last + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let row = self.rows("SELECT recorded_at FROM audit_event WHERE seq = $1", [middle.into()]).await?;
            let recorded: Option<Micros> = row.first().map(|row| row.try_get_by_index(0)).transpose()?;
            if recorded.is_some_and(|recorded| recorded.utc() < instant) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

fn question(sight: Sight, (from, until): (i64, i64), limit: u32, filter: &AuditFilter) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![from.into(), until.into()];
    let mut sql = COLUMNS.to_owned();
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(id) = filter.actor_id {
        and(" AND e.actor_account_id = ?", id.into());
    }
    if let Some(id) = filter.organization_id {
        and(" AND e.actor_organization_id = ?", id.into());
    }
    if let Some(action) = &filter.action {
        and(" AND e.action = ?", action.clone().into());
    }
    if let Some(outcome) = &filter.outcome {
        // In a text that was written as JSON no value can hold these quotes without a mark before them.
        let pattern = format!("%\"outcome\":\"{}\"%", outcome.replace('_', "\\_"));
        and(" AND e.content LIKE ? ESCAPE '\\'", pattern.into());
    }
    if !sight.everything {
        let below =
            BELOW.replace("$1", &format!("${}", values.len() + 1)).replace("$2", &format!("${}", values.len() + 2));
        values.extend([sight.organization_id.into(), sight.day.0.into()]);
        sql = format!("{below}{sql} AND e.actor_organization_id IN (SELECT id FROM below)");
    }
    sql.push_str(&format!(" ORDER BY e.seq DESC LIMIT {limit}"));
    (sql, values)
}

fn event(row: &QueryResult) -> Result<AuditEvent, StoreError> {
    let seq: i64 = row.try_get("", "seq")?;
    let content: String = row.try_get("", "content")?;
    let damaged = |error: serde_json::Error| StoreError::Damaged(format!("audit event {seq}: {error}"));
    let content: Content<'_> = serde_json::from_str(&content).map_err(damaged)?;
    let id: Option<Uuid> = row.try_get("", "actor_account_id")?;
    let name: Option<String> = row.try_get("", "actor_name")?;
    let actor = match id.zip(name) {
        None => None,
        Some((id, name)) => Some(AuditActor {
            id,
            name,
            organization: OrganizationRef {
                id: row.try_get("", "organization_id")?,
                kind: row.try_get::<KindWord>("", "organization_kind")?.into(),
                name: row.try_get("", "organization_name")?,
            },
        }),
    };
    Ok(AuditEvent {
        seq,
        recorded_at: row.try_get::<Micros>("", "recorded_at")?.utc(),
        actor,
        action: row.try_get("", "action")?,
        object_id: row.try_get("", "object_id")?,
        outcome: content.outcome,
        ip: content.ip.map(|ip| ip.to_string()),
        detail: content.detail.get().to_owned(),
        hash: HEXLOWER.encode(&row.try_get::<Vec<u8>>("", "hash")?),
    })
}
