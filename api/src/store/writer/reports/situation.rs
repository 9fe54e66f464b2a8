//! What the rules need to know of a batch, read at once and kept true while the batch is judged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use data_encoding::HEXLOWER_PERMISSIVE;
use sea_orm::{ConnectionTrait, Value};
use shared::ReportingDay;
use shared::history::DayFacts;
use uuid::Uuid;

use super::ReportJob;
use crate::store::error::StoreError;
use crate::store::ledger::{self, Sums, UnitDay};
use crate::store::rows::{Answers, Column, Place, Question, Questions};
use crate::store::unit::{self, OnDay, Unit};

const KEYS: Question = Question {
    columns: &[
        Column::Id("account_id"),
        Column::Plain("idempotency_key"),
        Column::Bytes("request_hash"),
        Column::Plain("answer"),
    ],
    rest: "FROM idempotency_key WHERE (account_id, idempotency_key)",
};

/// A used key: the digest of its request, and the report that answered it.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsedKey {
    pub(super) request_hash: [u8; 32],
    pub(super) report: Option<Uuid>,
}

/// The state against which a batch is judged. Accepted reports change it for those after them.
#[derive(Debug)]
pub(in crate::store::writer) struct Situation {
    pub(super) clock_suspect: bool,
    pub(super) keys: HashMap<(Uuid, String), UsedKey>,
    pub(super) existing: HashMap<UnitDay, Uuid>,
    pub(super) units: HashMap<Uuid, Unit>,
    /// What is known of the days beside reports.
    pub(super) facts: HashMap<UnitDay, DayFacts>,
    /// How many of 65 and older were notified one by one, of the days of which that is known. The same unit may report for
    /// two days in one batch.
    pub(super) notified: HashMap<UnitDay, u32>,
    /// By target day, only for what the batch's adjustments aim at.
    pub(super) sums: HashMap<UnitDay, Sums>,
    pub(super) counters: BTreeMap<(ReportingDay, String), i32>,
}

/// Where the answers that make up a situation will stand.
#[derive(Debug)]
pub(in crate::store::writer) struct Asked {
    keys: Place,
    units: Vec<(ReportingDay, Place)>,
}

impl Situation {
    /// Asks for what every batch needs.
    pub(in crate::store::writer) fn ask(questions: &mut Questions, jobs: &[&mut ReportJob]) -> Asked {
        let keys: Vec<Vec<Value>> = jobs
            .iter()
            .filter_map(|job| job.report.idempotency.as_ref())
            .map(|key| vec![key.account_id.into(), key.key.clone().into()])
            .collect();
        let keys = questions.ask_in(&KEYS, None, &keys);
        let days = units_by_day(jobs).into_iter();
        Asked { keys, units: days.map(|(day, units)| (day, unit::ask(questions, day, &units))).collect() }
    }

    /// Reads the answers, and asks for what only some batches need.
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        jobs: &[&mut ReportJob],
        (asked, answers): (&Asked, &Answers),
        clock_suspect: bool,
    ) -> Result<Self, StoreError> {
        let mut situation = Self {
            clock_suspect,
            keys: used_keys(answers, &asked.keys)?,
            existing: HashMap::new(),
            units: HashMap::new(),
            facts: HashMap::new(),
            notified: HashMap::new(),
            sums: ledger::sums_by_target_day(db, &adjusted_days(jobs)).await?,
            counters: BTreeMap::new(),
        };
        for (day, units) in &asked.units {
            for (id, OnDay { unit, report, counter, facts }) in unit::read(answers, *day, units)? {
                situation.facts.insert((id, *day), facts);
                situation.notified.extend(unit.profile.notified_65_plus.map(|notified| ((id, *day), notified)));
                situation.existing.extend(report.map(|report| ((id, *day), report)));
                situation.counters.extend(counter.map(|counter| ((*day, unit.prefecture_code.clone()), counter)));
                situation.units.insert(id, unit);
            }
        }
        Ok(situation)
    }
}

/// Which units report for which day. It is one day but in the hours in which yesterday may still be reported.
fn units_by_day(jobs: &[&mut ReportJob]) -> BTreeMap<ReportingDay, Vec<Uuid>> {
    let mut days = BTreeMap::<ReportingDay, Vec<Uuid>>::new();
    for job in jobs {
        days.entry(job.report.entry_day()).or_default().push(job.report.unit_id());
    }
    for units in days.values_mut() {
        units.sort_unstable();
        units.dedup();
    }
    days
}

fn used_keys(answers: &Answers, place: &Place) -> Result<HashMap<(Uuid, String), UsedKey>, StoreError> {
    let mut used = HashMap::new();
    for (account_id, key, hash, answer) in answers.rows::<(Uuid, String, String, String)>(place)? {
        let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
        let request_hash = hash.ok_or_else(|| StoreError::Damaged("an idempotency key".into()))?;
        used.insert((account_id, key), UsedKey { request_hash, report: answer.parse().ok() });
    }
    Ok(used)
}

fn adjusted_days(jobs: &[&mut ReportJob]) -> Vec<UnitDay> {
    let days: BTreeSet<UnitDay> = jobs
        .iter()
        .flat_map(|job| {
            job.report.checked.adjustments().iter().map(|adjustment| (job.report.unit_id(), adjustment.target_day))
        })
        .collect();
    days.into_iter().collect()
}
