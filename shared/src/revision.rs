//! Revisions: a report as it is to stand from now on, and what that changes.
//!
//! Nothing is overwritten. A correction is a further revision of the report, and the ledger gets the *difference* to the
//! revision before, so that every figure can be summed as of any moment.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::{AgeBand, BandCounts};
use crate::check;
use crate::checked::Checked;
use crate::correction::Corrector;
use crate::day::ReportingDay;
use crate::problem::{Rule, Violation};
use crate::report::{Adjustment, AdjustmentReason, EnteredBy, WarningCode};

/// A report as it is to stand from now on, in place of the revision that `If-Match` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectionRequest {
    /// Patients by age band.
    pub counts: BandCounts,
    /// The sum of the fourteen, where the sender has one: it is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Changes to earlier days; where they aren't stated, they stay as they are. An authority can't state them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub adjustments: Option<Vec<Adjustment>>,
    /// Why; an authority must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AdjustmentReason>,
    /// What happened; required for `other`, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
    /// The warnings that a person has looked at and confirmed; codes that aren't raised are ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub acknowledged_warnings: Vec<WarningCode>,
}

/// Why a report was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correction {
    /// Why, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AdjustmentReason>,
    /// What happened, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether an authority corrected it, and not who had sent it.
    pub by_authority: bool,
}

/// One revision of a report, in the list of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revision {
    /// Under which it can be read as it stood: `/reports/{id}`.
    pub id: Uuid,
    /// 1 for the report as first accepted.
    pub revision: u32,
    /// The sum of its counts.
    pub total: u64,
    /// Who entered it.
    pub entered_by: EnteredBy,
    /// From when on it stood.
    #[serde(deserialize_with = "crate::instant::read")]
    pub recorded_at: DateTime<Utc>,
    /// Why it took the place of the one before; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

/// What a report says: what a correction compares.
#[derive(Debug, Clone, Copy)]
pub struct Stands<'a> {
    /// The day it is filed under.
    pub entry_day: ReportingDay,
    /// Patients by age band.
    pub counts: &'a BandCounts,
    /// Changes to earlier days.
    pub adjustments: &'a [Adjustment],
}

/// A correction that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCorrection {
    /// Patients by age band.
    pub counts: BandCounts,
    /// Changes to earlier days, their notes trimmed.
    pub adjustments: Vec<Adjustment>,
    /// Why.
    pub correction: Correction,
    /// The warnings that were acknowledged.
    pub acknowledged: Vec<WarningCode>,
}

/// Checks a correction against the revision that it is to follow.
///
/// # Errors
/// Every rule that is broken, in the order of the fields; or that nothing would change.
pub fn check_correction(
    request: &CorrectionRequest,
    before: Stands<'_>,
    corrector: Corrector,
) -> Result<Checked<CheckedCorrection>, Vec<Violation>> {
    let mut violations = Vec::new();
    let by_authority = matches!(corrector, Corrector::Authority(_));
    check::check_total(&request.counts, request.total, &mut violations);
    if let Some(adjustments) = &request.adjustments {
        check::check_adjustments(adjustments, before.entry_day, &mut violations);
        if by_authority && adjustments != before.adjustments {
            let message = "An authority corrects the counts; the report's adjustments stay.";
            violations.push(Violation::new("/adjustments", Rule::NotAllowed, message));
        }
    }
    check_reason(request, by_authority, &mut violations);
    if request.acknowledged_warnings.len() > WarningCode::ALL.len() {
        violations.push(check::too_many("/acknowledged_warnings", WarningCode::ALL.len()));
    }
    let stated = request.adjustments.as_deref().unwrap_or(before.adjustments);
    let adjustments: Vec<Adjustment> = stated.iter().map(check::with_trimmed_note).collect();
    if violations.is_empty() && request.counts == *before.counts && adjustments == before.adjustments {
        violations.push(Violation::new("/counts", Rule::Unchanged, "The report says just this already."));
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let note = request.note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    Ok(Checked::new(CheckedCorrection {
        counts: request.counts,
        adjustments,
        correction: Correction { reason: request.reason, note, by_authority },
        acknowledged: check::in_order(&request.acknowledged_warnings),
    }))
}

fn check_reason(request: &CorrectionRequest, by_authority: bool, violations: &mut Vec<Violation>) {
    if by_authority && request.reason.is_none() {
        violations.push(Violation::new("/reason", Rule::Required, "An authority says why."));
    }
    check::check_reason_note(request.reason, request.note.as_deref(), "/note", violations);
}

/// What a revision changes against the one before, for one target day and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The day whose patients change.
    pub target_day: ReportingDay,
    /// The adjustment's reason; none for the counts of the report's own day.
    pub reason: Option<AdjustmentReason>,
    /// The new adjustment's note.
    pub note: Option<String>,
    /// By band, −199,998 to 199,998: two adjustments of opposite sign can lie so far apart. Never all 0.
    pub deltas: [i32; AgeBand::COUNT],
}

/// What stands between two revisions of a report: first its own counts, then its adjustments by day and reason. Nothing
/// where nothing changes.
#[must_use]
pub fn differences(before: Stands<'_>, after: Stands<'_>) -> Vec<Difference> {
    let mut changes = BTreeMap::<(ReportingDay, AdjustmentReason), (Option<String>, [i32; AgeBand::COUNT])>::new();
    for (adjustments, sign) in [(before.adjustments, -1), (after.adjustments, 1)] {
        for adjustment in adjustments {
            let (note, deltas) = changes.entry((adjustment.target_day, adjustment.reason)).or_default();
            note.clone_from(&adjustment.note);
            for (sum, delta) in deltas.iter_mut().zip(adjustment.deltas.as_array()) {
                *sum += sign * delta;
            }
        }
    }
    let mut deltas = after.counts.as_array().map(u32::cast_signed);
    for (delta, count) in deltas.iter_mut().zip(before.counts.as_array()) {
        *delta -= count.cast_signed();
    }
    let own = Difference { target_day: before.entry_day, reason: None, note: None, deltas };
    let later = changes.into_iter().map(|((target_day, reason), (note, deltas))| Difference {
        target_day,
        reason: Some(reason),
        note,
        deltas,
    });
    std::iter::once(own).chain(later).filter(|one| one.deltas != [0; AgeBand::COUNT]).collect()
}

#[cfg(test)]
#[path = "revision_tests.rs"]
mod tests;
