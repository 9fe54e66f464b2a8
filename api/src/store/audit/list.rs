//! Events as they are shown.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use sea_orm::{QueryResult, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::ReportingDay;
use shared::audit::{AuditAction, AuditActor, AuditEvent, AuditOutcome, CheckedAudit, OwnSignIn};
use shared::organization::OrganizationRef;
use uuid::Uuid;

use crate::entity::Micros;
use crate::entity::words::KindWord;
use crate::store::organization::{BELOW, Sight};
use crate::store::{Reading, StoreError};

const COLUMNS: &str = "SELECT e.seq, e.recorded_at, e.actor_account_id, e.action, e.object_id, e.outcome, e.content, e.hash, \
    COALESCE(a.display_name, c.name) AS actor_name, o.id AS organization_id, o.kind AS organization_kind, \
    o.name AS organization_name \
FROM audit_event e LEFT JOIN account a ON a.id = e.actor_account_id LEFT JOIN api_client c ON c.id = e.actor_account_id \
LEFT JOIN organization o ON o.id = e.actor_organization_id WHERE e.seq >= $1 AND e.seq < $2";

/// Steps on the way are left out: what ends well is there, and each wrong password or code. The action isn't compared as it
/// stands: SQLite, which plans without statistics, would look through the sign-ins of the nation for those of one account.
const SIGN_INS: &str = "SELECT seq, recorded_at, outcome, content FROM audit_event \
WHERE object_id = $1 AND (action || '') = 'sign_in' AND action <> 'submit_report' AND outcome IN ('ok', 'failed') ORDER BY seq DESC";

const OF_ORGANIZATION: &str =
    "SELECT id FROM organization WHERE id = $1 AND kind IN ('institution', 'follow_up_center')";
const OF_ACTOR: &str = "SELECT o.id FROM organization o WHERE o.kind IN ('institution', 'follow_up_center') AND o.id = \
COALESCE((SELECT organization_id FROM account WHERE id = $1), (SELECT organization_id FROM api_client WHERE id = $1))";

/// Whose events of which kind are asked for, beside their days.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter {
    /// Only what this account or API client did.
    pub actor_id: Option<Uuid>,
    /// Only what was done by those of this organization.
    pub organization_id: Option<Uuid>,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only this outcome.
    pub outcome: Option<AuditOutcome>,
}

/// What the text of an event says beside its columns.
#[derive(Deserialize)]
struct Content<'a> {
    ip: Option<IpAddr>,
    #[serde(borrow)]
    detail: &'a RawValue,
}

/// Where in the chain the answer to a question lies.
#[derive(Debug, Clone)]
pub struct AuditSpan {
    sight: Sight,
    filter: AuditFilter,
    days: (ReportingDay, ReportingDay),
    from: i64,
    /// Only events before this number: where a page or an export begins.
    pub until: i64,
    alone: Option<Uuid>,
}

impl Reading {
    /// Finds where events of some days by those in sight lie.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_span(
        &self,
        sight: Sight,
        asked: &CheckedAudit,
        filter: AuditFilter,
    ) -> Result<AuditSpan, StoreError> {
        Ok(AuditSpan {
            sight,
            filter,
            days: (asked.from, asked.to),
            from: self.first_since(asked.from.start()).await?,
            until: self.first_since(asked.to.end()).await?.min(asked.before.unwrap_or(i64::MAX)),
            alone: self.only_organization(sight, &filter).await?,
        })
    }

    /// Events of a span, the newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_events(&self, span: &AuditSpan, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        let (sql, values) = question(span, limit);
        self.rows(sql, values).await?.iter().map(event).collect()
    }

    /// The last sign-ins of an account and the failures before its password, the newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sign_ins(&self, account_id: Uuid, limit: u32) -> Result<Vec<OwnSignIn>, StoreError> {
        #[derive(Default, Deserialize)]
        struct Detail {
            count: Option<u32>,
        }
        let sql = format!("{SIGN_INS} LIMIT {limit}");
        let sign_in = |row: &QueryResult| {
            let content: String = row.try_get("", "content")?;
            let content: Content<'_> = serde_json::from_str(&content).map_err(|error| damaged(row, &error))?;
            let detail: Detail = serde_json::from_str(content.detail.get()).unwrap_or_default();
            Ok(OwnSignIn {
                at: row.try_get::<Micros>("", "recorded_at")?.utc(),
                succeeded: row.try_get::<String>("", "outcome")? == AuditOutcome::Ok.key(),
                count: detail.count.unwrap_or(1),
                address: content.ip.map(|ip| ip.to_string()),
            })
        };
        self.rows(sql, [account_id.into()]).await?.iter().map(sign_in).collect()
    }

    /// The one organization whose events can answer, if it is one without others below it and without reports for others:
    /// then its events are few, and found by index.
    async fn only_organization(&self, sight: Sight, filter: &AuditFilter) -> Result<Option<Uuid>, StoreError> {
        let (sql, id) = match (filter.organization_id, filter.actor_id) {
            (None, Some(actor)) => (OF_ACTOR, actor),
            (named, _) => (OF_ORGANIZATION, named.unwrap_or(sight.organization_id)),
        };
        let row = self.rows(sql, [id.into()]).await?;
        Ok(row.first().map(|row| row.try_get_by_index(0)).transpose()?)
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

/// A question that grows by conditions, each of one value that stands where it says `?`.
struct Asking {
    sql: String,
    values: Vec<Value>,
}

impl Asking {
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('?', &format!("${}", self.values.len())));
    }
}

fn question(span: &AuditSpan, limit: u32) -> (String, Vec<Value>) {
    let AuditSpan { sight, filter, days, from, until, alone } = span;
    let mut asking = Asking { sql: COLUMNS.to_owned(), values: vec![(*from).into(), (*until).into()] };
    if let Some(id) = filter.actor_id {
        asking.and("e.actor_account_id = ?", id);
    }
    if let Some(id) = filter.organization_id {
        asking.and("e.actor_organization_id = ?", id);
    }
    // The indexes leave out what is most of all there is; they are used where the question says in so many words that it
    // leaves it out too.
    if let Some(action) = filter.action {
        asking.and("e.action = ?", action.key());
        if action != AuditAction::SubmitReport {
            asking.sql.push_str(" AND e.action <> 'submit_report'");
        }
    }
    if let Some(outcome) = filter.outcome {
        asking.and("e.outcome = ?", outcome.key());
        if outcome != AuditOutcome::Ok {
            asking.sql.push_str(" AND e.outcome <> 'ok'");
        }
    }
    if let Some(id) = *alone {
        asking.and(
            "e.seq IN (SELECT seq FROM audit_event \
            WHERE actor_organization_id = ? AND action <> 'submit_report' AND seq >= $1 AND seq < $2 \
            UNION ALL SELECT audit_seq FROM submission WHERE unit_id = ?",
            id,
        );
        // A report of the last second of a day is recorded on the next.
        asking.and("entry_day >= ?", days.0.minus(1).0);
        asking.and("entry_day <= ?)", days.1.0);
    }
    let Asking { mut sql, mut values } = asking;
    if !sight.everything {
        let below =
            BELOW.replace("$1", &format!("${}", values.len() + 1)).replace("$2", &format!("${}", values.len() + 2));
        values.extend([sight.organization_id.into(), sight.day.0.into()]);
        sql = format!("{below}{sql} AND e.actor_organization_id IN (SELECT id FROM below)");
    }
    sql.push_str(&format!(" ORDER BY e.seq DESC LIMIT {limit}"));
    (sql, values)
}

fn damaged(row: &QueryResult, error: &serde_json::Error) -> StoreError {
    let seq = row.try_get::<i64>("", "seq").unwrap_or_default();
    StoreError::Damaged(format!("audit event {seq}: {error}"))
}

fn event(row: &QueryResult) -> Result<AuditEvent, StoreError> {
    let seq: i64 = row.try_get("", "seq")?;
    let content: String = row.try_get("", "content")?;
    let content: Content<'_> = serde_json::from_str(&content).map_err(|error| damaged(row, &error))?;
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
        outcome: row.try_get("", "outcome")?,
        ip: content.ip.map(|ip| ip.to_string()),
        detail: content.detail.get().to_owned(),
        hash: HEXLOWER.encode(&row.try_get::<Vec<u8>>("", "hash")?),
    })
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
