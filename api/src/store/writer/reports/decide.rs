//! The rules that need the write lock, as pure functions over the situation.

use std::collections::BTreeMap;

use shared::age_band::AgeBand;
use shared::problem::{Rule, Violation};
use shared::report::{Adjustment, WarningCode};
use shared::{ReportingDay, plausibility, reporting_day};

use super::situation::Situation;
use super::{Decision, NewReport};
use crate::store::error::StoreError;
use crate::store::ledger::Sums;

/// What a report's judgment is.
pub(super) enum Judgment {
    /// It is not stored, for this reason.
    Refused(Decision),
    /// It is to be stored, with the warnings that were raised and confirmed.
    Sound(Vec<WarningCode>),
}

/// Judges a report. The order is the rules': a repetition first, the day included only
/// afterwards, then what is there already, then the numbers.
pub(super) fn judge(report: &NewReport, situation: &mut Situation) -> Result<Judgment, StoreError> {
    if let Some(refusal) = refusal(report, situation) {
        return Ok(Judgment::Refused(refusal));
    }
    let notified = situation.notified.get(&(report.unit_id(), report.entry_day())).copied();
    let unit = situation.units.get_mut(&report.unit_id());
    let unit = unit.ok_or_else(|| StoreError::Damaged(format!("no unit {}", report.unit_id())))?;
    unit.profile.notified_65_plus = notified;
    let raised = plausibility::warnings(report.checked.counts(), &unit.profile, report.entry_day());
    let open = plausibility::unacknowledged(&raised, report.checked.acknowledged());
    Ok(if open.is_empty() {
        Judgment::Sound(raised.into_iter().map(|warning| warning.code).collect())
    } else {
        Judgment::Refused(Decision::Unacknowledged(raised))
    })
}

/// What speaks against a report, its unusual numbers aside.
fn refusal(report: &NewReport, situation: &Situation) -> Option<Decision> {
    if let Some(repetition) = repetition(report, situation) {
        return Some(repetition);
    }
    if situation.clock_suspect {
        return Some(Decision::ClockSuspect);
    }
    if !report.is_in_time() {
        return Some(Decision::DayChanged(reporting_day(report.arrived_at)));
    }
    if let Some(&existing) = situation.existing.get(&(report.unit_id(), report.entry_day())) {
        return Some(Decision::AlreadyReported(existing));
    }
    let sums_of = |day| situation.sums.get(&(report.unit_id(), day)).copied().unwrap_or_default();
    let violations = below_zero(report.checked.adjustments(), sums_of);
    if !violations.is_empty() {
        return Some(Decision::BelowZero(violations));
    }
    None
}

fn repetition(report: &NewReport, situation: &Situation) -> Option<Decision> {
    let key = report.idempotency.as_ref()?;
    let used = situation.keys.get(&(key.account_id, key.key.clone()))?;
    Some(match used.report {
        Some(report) if used.request_hash == key.request_hash => Decision::Replayed(report),
        _ => Decision::KeyReused,
    })
}

/// The bands of earlier days that adjustments would let fall below 0 (rule R5), each where its last decrease stands.
pub(crate) fn below_zero(adjustments: &[Adjustment], sums_of: impl Fn(ReportingDay) -> Sums) -> Vec<Violation> {
    let mut after = BTreeMap::<ReportingDay, Sums>::new();
    for adjustment in adjustments {
        let day = adjustment.target_day;
        let sums = after.entry(day).or_insert_with(|| sums_of(day));
        for (sum, delta) in sums.iter_mut().zip(adjustment.deltas.as_array()) {
            *sum += i64::from(*delta);
        }
    }
    let mut violations = Vec::new();
    for (day, sums) in after {
        for (band, sum) in AgeBand::ALL.into_iter().zip(sums) {
            let decrease = adjustments
                .iter()
                .rposition(|adjustment| adjustment.target_day == day && adjustment.deltas.get(band) < 0);
            if let (true, Some(place)) = (sum < 0, decrease) {
                let pointer = format!("/adjustments/{place}/deltas/{band}");
                let message = format!("{band} of {day} would be {sum}: no band may fall below 0.");
                violations.push(Violation::new(pointer, Rule::BelowZero, message));
            }
        }
    }
    violations.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    violations
}
