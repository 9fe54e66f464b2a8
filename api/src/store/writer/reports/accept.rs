//! What accepting reports writes: gathered in memory, stored in a few statements.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use sea_orm::Value;
use serde::Serialize;
use shared::ReportingDay;
use shared::audit::{AuditAction, AuditOutcome};
use shared::history::DayFacts;
use shared::receipt::{Receipt, ReceiptNumber};
use shared::report::{ReportView, WarningCode};
use uuid::{NoContext, Timestamp, Uuid};

use super::situation::{Situation, UsedKey};
use super::{NewReport, ReportJob};
use crate::clock::Clock;
use crate::entity::Micros;
use crate::store::audit::{Chain, Event};
use crate::store::batch::{Batch, Insert};
use crate::store::coverage::counted::Counted;
use crate::store::entering::Entered;
use crate::store::error::StoreError;
use crate::store::ledger::Common;
use crate::store::profile::{self, PROFILES};
use crate::store::submission::SUBMISSIONS;
use crate::store::unit::Unit;

pub(crate) const COUNTERS: Insert = Insert {
    table: "receipt_counter",
    columns: &["entry_day", "prefecture_code", "last"],
    conflict: " ON CONFLICT (entry_day, prefecture_code) DO UPDATE SET last = excluded.last",
};

const KEYS: Insert = Insert {
    table: "idempotency_key",
    columns: &["account_id", "idempotency_key", "request_hash", "status", "answer", "created_at"],
    conflict: "",
};

/// The accepted reports of a batch, as rows to be stored.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    submissions: Vec<Value>,
    entered: Entered,
    counted: Counted,
    profiles: BTreeMap<Uuid, String>,
    /// The units that have reported for a day, whose drafts of that day are done with.
    done: BTreeMap<ReportingDay, Vec<Value>>,
    keys: Vec<Value>,
}

/// What an event says of a report: enough to see that the stored one is the accepted one, and no numbers.
#[derive(Serialize)]
struct Detail<'a> {
    unit_id: Uuid,
    entry_day: ReportingDay,
    revision: u32,
    receipt: &'a str,
    channel: &'static str,
    by_proxy: bool,
    content_sha256: &'a str,
}

impl Accepted {
    /// Takes a report that nothing speaks against.
    pub(super) fn add(
        &mut self,
        job: &ReportJob,
        warnings: &[WarningCode],
        situation: &mut Situation,
        chain: &mut Chain,
        clock: &Clock,
    ) -> Result<ReportView, StoreError> {
        let report = &job.report;
        let recorded_at = chain.next_instant(clock.now());
        let id = report.id.unwrap_or_else(|| id_at(recorded_at));
        let unit = situation.units.get_mut(&report.unit_id());
        let unit = unit.ok_or_else(|| StoreError::Damaged(format!("no unit {}", report.unit_id())))?;

        let counter = situation.counters.entry((report.entry_day(), unit.prefecture_code.clone())).or_default();
        *counter += 1;
        let number = receipt_number(report.entry_day(), &unit.prefecture_code, *counter)?;

        let link = chain.append(
            recorded_at,
            &Event {
                actor: Some(report.allowed.caller().into()),
                action: AuditAction::SubmitReport,
                object: Some(id),
                outcome: AuditOutcome::Ok,
                ip: report.ip,
                detail: Detail {
                    unit_id: report.unit_id(),
                    entry_day: report.entry_day(),
                    revision: 1,
                    receipt: &number,
                    channel: report.channel().key(),
                    by_proxy: report.allowed.is_by_proxy(),
                    content_sha256: &job.content_sha256,
                },
            },
        )?;

        self.enter(report, unit, id, recorded_at);
        let facts = situation.facts.get(&(report.unit_id(), report.entry_day())).copied().unwrap_or_default();
        self.count(report, unit, facts);
        profile::add(&mut unit.profile, report.entry_day(), *report.checked.counts());
        self.profiles.insert(report.unit_id(), profile::compact(&unit.profile)?);
        self.done.entry(report.entry_day()).or_default().push(report.unit_id().into());

        let view = view(report, unit, id, recorded_at, &number, link.short(), warnings);
        self.submissions.extend::<[Value; 15]>([
            id.into(),
            report.unit_id().into(),
            report.entry_day().0.into(),
            "report".into(),
            1.into(),
            job.content.clone().into(),
            report.channel().key().into(),
            report.allowed.caller().account_id.into(),
            report.allowed.is_by_proxy().into(),
            Micros::from(report.arrived_at).into(),
            Micros::from(recorded_at).into(),
            number.into(),
            json(&warnings)?.into(),
            link.seq.into(),
            link.short().into(),
        ]);
        self.note(report, situation, id, recorded_at);
        Ok(view)
    }

    /// Enters the report and its adjustments into ledger and rollup.
    fn enter(&mut self, report: &NewReport, unit: &Unit, id: Uuid, recorded_at: DateTime<Utc>) {
        let entry_day = report.entry_day();
        let common = Common {
            recorded_at: recorded_at.into(),
            submission_id: id,
            unit_id: report.unit_id(),
            unit_kind: unit.organization.kind.into(),
            entry_day,
            entry_day_area: unit.area(entry_day).id,
        };
        let area_of = |day| unit.area(day);
        self.entered.report(&common, area_of, report.checked.counts(), report.checked.adjustments());
    }

    /// Counts the unit's day as it stands by the report, and no longer as it stood before.
    fn count(&mut self, report: &NewReport, unit: &Unit, before: DayFacts) {
        let day = report.entry_day();
        if let Some(place) = unit.counted_in(day) {
            self.counted.add(place, day, &before, -1);
            self.counted.add(place, day, &DayFacts { report: Some(*report.checked.counts()), ..before }, 1);
        }
    }

    /// Makes the report known to those after it in the batch, and its key to those after the batch.
    fn note(&mut self, report: &NewReport, situation: &mut Situation, id: Uuid, recorded_at: DateTime<Utc>) {
        situation.existing.insert((report.unit_id(), report.entry_day()), id);
        for adjustment in report.checked.adjustments() {
            let sums = situation.sums.entry((report.unit_id(), adjustment.target_day)).or_default();
            for (sum, delta) in sums.iter_mut().zip(adjustment.deltas.as_array()) {
                *sum += i64::from(*delta);
            }
        }
        if let Some(sums) = situation.sums.get_mut(&(report.unit_id(), report.entry_day())) {
            for (sum, count) in sums.iter_mut().zip(report.checked.counts().as_array()) {
                *sum += i64::from(*count);
            }
        }
        if let Some(key) = &report.idempotency {
            let used = UsedKey { request_hash: key.request_hash, report: Some(id) };
            situation.keys.insert((key.account_id, key.key.clone()), used);
            self.keys.extend::<[Value; 6]>([
                key.account_id.into(),
                key.key.clone().into(),
                key.request_hash.to_vec().into(),
                201.into(),
                id.to_string().into(),
                Micros::from(recorded_at).into(),
            ]);
        }
    }

    /// Adds everything but the events, which the chain adds at the end, to what is to be written.
    pub(super) fn store(self, situation: Situation, batch: &mut Batch) -> Result<(), StoreError> {
        if self.submissions.is_empty() {
            return Ok(());
        }
        batch.insert(&SUBMISSIONS, self.submissions)?;
        self.entered.entries.store(batch)?;
        self.entered.raises.store(batch)?;
        self.counted.store(batch)?;
        // What was typed has been sent.
        for (day, units) in self.done {
            batch.delete("draft", Some(("entry_day", day.0.into())), "unit_id", &units)?;
        }
        let profiles = self.profiles.into_iter().flat_map(|(id, content)| [Value::from(id), content.into()]);
        batch.insert(&PROFILES, profiles.collect())?;
        batch.insert(&KEYS, self.keys)?;
        let counters = situation.counters.into_iter();
        let counters = counters.flat_map(|((day, prefecture), last)| [day.0.into(), prefecture.into(), last.into()]);
        batch.insert(&COUNTERS, counters.collect())
    }
}

fn view(
    report: &NewReport,
    unit: &Unit,
    id: Uuid,
    recorded_at: DateTime<Utc>,
    number: &str,
    audit_hash: String,
    warnings: &[WarningCode],
) -> ReportView {
    let total = report.checked.counts().total();
    ReportView {
        id,
        unit: unit.organization.clone(),
        entry_day: report.entry_day(),
        counts: *report.checked.counts(),
        total,
        adjustments: report.checked.adjustments().to_vec(),
        channel: report.channel(),
        by_proxy: report.allowed.is_by_proxy(),
        entered_by: report.entered_by.clone(),
        acknowledged_warnings: warnings.to_vec(),
        revision: 1,
        arrived_at: report.arrived_at,
        receipt: Receipt {
            number: number.to_owned(),
            accepted_at: recorded_at,
            unit: unit.organization.clone(),
            entry_day: report.entry_day(),
            total,
            audit_hash,
            qr_code: None,
        },
        correction: None,
        revisions: Vec::new(),
        correctable: false,
    }
}

pub(crate) fn receipt_number(day: ReportingDay, prefecture_code: &str, counter: i32) -> Result<String, StoreError> {
    let prefecture = prefecture_code.parse().ok();
    let number = prefecture.and_then(|prefecture| ReceiptNumber::new(day, prefecture, counter.unsigned_abs()));
    let number = number.ok_or_else(|| {
        StoreError::Damaged(format!("no receipt number for {day}, prefecture {prefecture_code}, {counter}"))
    })?;
    Ok(number.to_string())
}

/// The digest of a stored content, as its event names it.
pub(crate) fn content_digest(content: &str) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, content.as_bytes()).as_ref())
}

/// An id that sorts by the instant at which it was given.
pub(crate) fn id_at(instant: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(instant.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, instant.timestamp_subsec_nanos()))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged(error.to_string()))
}
