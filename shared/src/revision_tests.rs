//! Corrections against the revision before.

use super::*;
use crate::age_band::BandDeltas;
use crate::correction::Authority;

const AUTHORITY: Corrector = Corrector::Authority(Authority::Prefecture);

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn counts(first: u32) -> BandCounts {
    let mut numbers = [1; 14];
    numbers[0] = first;
    BandCounts::new(numbers).expect("in range")
}

fn adjustment(target: &str, reason: AdjustmentReason, first: i32) -> Adjustment {
    let mut numbers = [0; 14];
    numbers[0] = first;
    Adjustment { target_day: day(target), reason, note: None, deltas: BandDeltas::new(numbers).expect("in range") }
}

fn request(counts: BandCounts) -> CorrectionRequest {
    CorrectionRequest {
        counts,
        total: None,
        adjustments: None,
        reason: None,
        note: None,
        acknowledged_warnings: Vec::new(),
    }
}

fn stands<'a>(counts: &'a BandCounts, adjustments: &'a [Adjustment]) -> Stands<'a> {
    Stands { entry_day: day("2026-11-22"), counts, adjustments }
}

fn broken(request: &CorrectionRequest, corrector: Corrector) -> Vec<(String, Rule)> {
    let sent = [adjustment("2026-11-20", AdjustmentReason::FoundLate, 2)];
    let refusal = check_correction(request, stands(&counts(3), &sent), corrector).expect_err("refused");
    refusal.into_iter().map(|violation| (violation.pointer, violation.rule)).collect()
}

#[test]
fn a_correction_keeps_the_adjustments_unless_it_states_others() {
    let sent = [adjustment("2026-11-20", AdjustmentReason::FoundLate, 2)];
    let before = counts(3);
    let kept = check_correction(&request(counts(4)), stands(&before, &sent), Corrector::Sender).expect("sound");
    assert_eq!((kept.counts, kept.adjustments.as_slice()), (counts(4), &sent[..]));
    let without = CorrectionRequest { adjustments: Some(Vec::new()), ..request(before) };
    let dropped = check_correction(&without, stands(&before, &sent), Corrector::Sender).expect("sound");
    assert!(dropped.adjustments.is_empty() && !dropped.correction.by_authority);
}

#[test]
fn an_authority_says_why_and_leaves_the_adjustments_alone() {
    assert_eq!(broken(&request(counts(4)), AUTHORITY), [("/reason".into(), Rule::Required)]);
    let other = CorrectionRequest { reason: Some(AdjustmentReason::Other), ..request(counts(4)) };
    assert_eq!(broken(&other, AUTHORITY), [("/note".into(), Rule::NoteRequired)]);
    let more = CorrectionRequest {
        adjustments: Some(Vec::new()),
        reason: Some(AdjustmentReason::WrongBand),
        ..request(counts(4))
    };
    assert_eq!(broken(&more, AUTHORITY), [("/adjustments".into(), Rule::NotAllowed)]);
    let sound = CorrectionRequest { adjustments: None, note: Some(" two forms ".into()), ..more };
    let checked = check_correction(&sound, stands(&counts(3), &[]), AUTHORITY).expect("sound");
    assert_eq!(checked.correction.note.as_deref(), Some("two forms"));
    assert!(checked.correction.by_authority);
}

#[test]
fn a_correction_that_changes_nothing_or_adds_up_to_something_else_is_refused() {
    assert_eq!(broken(&request(counts(3)), Corrector::Sender), [("/counts".into(), Rule::Unchanged)]);
    let wrong = CorrectionRequest { total: Some(1), ..request(counts(4)) };
    assert_eq!(broken(&wrong, Corrector::Sender), [("/total".into(), Rule::TotalMismatch)]);
    let far = vec![adjustment("2026-11-22", AdjustmentReason::FoundLate, 1)];
    let ahead = CorrectionRequest { adjustments: Some(far), ..request(counts(3)) };
    assert_eq!(broken(&ahead, Corrector::Sender), [("/adjustments/0/target_day".into(), Rule::DayOutOfRange)]);
}

#[test]
fn differences_lead_from_one_revision_to_the_next() {
    let (late, twice) = (AdjustmentReason::FoundLate, AdjustmentReason::CountedTwice);
    let before = [adjustment("2026-11-19", late, 99_999), adjustment("2026-11-20", twice, -1)];
    let after = [adjustment("2026-11-19", late, -99_999), adjustment("2026-11-21", late, 5)];
    let (one, two) = (counts(3), counts(1));
    let found = differences(stands(&one, &before), stands(&two, &after));
    let of_first_band: Vec<_> = found.iter().map(|one| (one.target_day, one.reason, one.deltas[0])).collect();
    let expected = [
        (day("2026-11-22"), None, -2),
        (day("2026-11-19"), Some(late), -199_998),
        (day("2026-11-20"), Some(twice), 1),
        (day("2026-11-21"), Some(late), 5),
    ];
    assert_eq!(of_first_band, expected);
    assert!(found.iter().all(|one| one.deltas[1..] == [0; 13]));
    assert_eq!(differences(stands(&one, &before), stands(&one, &before)), []);
}
