//! The rules that need the write lock, as pure functions over the situation.

use std::collections::BTreeMap;

use shared::age_band::AgeBand;
use shared::problem::{Rule, Violation};
use shared::{ReportingDay, reporting_day};

use super::situation::Situation;
use super::{Decision, NewReport};
use crate::store::error::StoreError;
use crate::store::ledger::Sums;

/// Why a report is not accepted; none where it is. The order is the rules': a repetition first, the day included only
/// afterwards, then what is there already, then the numbers.
pub(super) fn refusal(report: &NewReport, situation: &Situation) -> Result<Option<Decision>, StoreError> {
    if let Some(repetition) = repetition(report, situation) {
        return Ok(Some(repetition));
    }
    if situation.clock_suspect {
        return Ok(Some(Decision::ClockSuspect));
    }
    let today = reporting_day(report.arrived_at);
    if report.entry_day() != today {
        return Ok(Some(Decision::DayChanged(today)));
    }
    if let Some(&existing) = situation.existing.get(&(report.unit_id(), report.entry_day())) {
        return Ok(Some(Decision::AlreadyReported(existing)));
    }
    let violations = below_zero(report, situation);
    if !violations.is_empty() {
        return Ok(Some(Decision::BelowZero(violations)));
    }
    let unit = situation.units.get(&report.unit_id());
    let unit = unit.ok_or_else(|| StoreError::Damaged(format!("no unit {}", report.unit_id())))?;
    let raised = shared::plausibility::warnings(report.checked.counts(), &unit.profile, report.entry_day());
    let unacknowledged = shared::plausibility::unacknowledged(&raised, report.checked.acknowledged());
    Ok((!unacknowledged.is_empty()).then_some(Decision::Unacknowledged(raised)))
}

fn repetition(report: &NewReport, situation: &Situation) -> Option<Decision> {
    let key = report.idempotency.as_ref()?;
    let used = situation.keys.get(&(key.account_id, key.key.clone()))?;
    Some(match used.report {
        Some(report) if used.request_hash == key.request_hash => Decision::Replayed(report),
        _ => Decision::KeyReused,
    })
}

/// The bands of earlier days that would fall below 0, each where its last decrease stands.
fn below_zero(report: &NewReport, situation: &Situation) -> Vec<Violation> {
    let mut after = BTreeMap::<ReportingDay, Sums>::new();
    for adjustment in report.checked.adjustments() {
        let day = adjustment.target_day;
        let sums = after
            .entry(day)
            .or_insert_with(|| situation.sums.get(&(report.unit_id(), day)).copied().unwrap_or_default());
        for (sum, delta) in sums.iter_mut().zip(adjustment.deltas.as_array()) {
            *sum += i64::from(*delta);
        }
    }
    let mut violations = Vec::new();
    for (day, sums) in after {
        for (band, sum) in AgeBand::ALL.into_iter().zip(sums) {
            let decrease = report
                .checked
                .adjustments()
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
