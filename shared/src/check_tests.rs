//! Each rule of a request on both sides of its limit.

use super::*;
use crate::age_band::{AgeBand, BandDeltas};
use crate::draft::DraftContent;
use crate::organization::OrganizationKind;

const TODAY: &str = "2026-11-22";

fn today() -> ReportingDay {
    TODAY.parse().expect("a day")
}

fn report() -> ReportRequest {
    ReportRequest {
        unit_id: None,
        entry_day: today(),
        counts: BandCounts::new([1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]).expect("in range"),
        total: None,
        adjustments: Vec::new(),
        channel: None,
        acknowledged_warnings: Vec::new(),
    }
}

fn adjustment(days_back: u32) -> Adjustment {
    let mut deltas = [0; AgeBand::COUNT];
    deltas[3] = -1;
    Adjustment {
        target_day: today().minus(days_back),
        reason: AdjustmentReason::FoundLate,
        note: None,
        deltas: BandDeltas::new(deltas).expect("in range"),
    }
}

/// The rules that a unit's own report breaks, as `pointer rule`.
fn broken(request: &ReportRequest) -> Vec<String> {
    broken_by(request, Sender::Unit)
}

fn broken_by(request: &ReportRequest, sender: Sender) -> Vec<String> {
    match check(request, today(), sender) {
        Ok(_) => Vec::new(),
        Err(Refusal::Violations(violations)) => named(&violations),
        Err(refusal @ Refusal::DayChanged { .. }) => panic!("{refusal:?}"),
    }
}

fn named(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(|violation| format!("{} {}", violation.pointer, violation.rule.key())).collect()
}

#[test]
fn a_plain_report_passes_unchanged() {
    let checked = check(&report(), today(), Sender::Unit).expect("passes");
    assert_eq!(checked.entry_day(), today());
    assert_eq!(checked.counts(), &report().counts);
    assert!(checked.adjustments().is_empty() && checked.acknowledged().is_empty());
    assert_eq!(checked.stated_channel(), None);
}

#[test]
fn a_report_for_yesterday_or_tomorrow_is_told_what_day_it_is_before_anything_else() {
    for entry_day in [today().minus(1), today().plus(1)] {
        let request = ReportRequest { entry_day, total: Some(7), ..report() };
        assert_eq!(check(&request, today(), Sender::Unit), Err(Refusal::DayChanged { today: today() }));
    }
}

#[test]
fn a_stated_total_must_be_the_sum() {
    for (total, expected) in [(None, false), (Some(6), false), (Some(5), true), (Some(7), true), (Some(0), true)] {
        let request = ReportRequest { total, ..report() };
        let rules: &[&str] = if expected { &["/total total_mismatch"] } else { &[] };
        assert_eq!(broken(&request), rules, "{total:?}");
    }
}

#[test]
fn an_adjustment_reaches_one_to_sixty_days_back() {
    for (target_day, expected) in [
        (today().plus(1), true),
        (today(), true),
        (today().minus(1), false),
        (today().minus(60), false),
        (today().minus(61), true),
    ] {
        let request = ReportRequest { adjustments: vec![Adjustment { target_day, ..adjustment(1) }], ..report() };
        let rules: &[&str] = if expected { &["/adjustments/0/target_day day_out_of_range"] } else { &[] };
        assert_eq!(broken(&request), rules, "{target_day}");
    }
}

#[test]
fn an_adjustment_changes_something() {
    let nothing = Adjustment { deltas: BandDeltas::ZERO, ..adjustment(2) };
    let request = ReportRequest { adjustments: vec![adjustment(1), nothing], ..report() };
    assert_eq!(broken(&request), ["/adjustments/1/deltas all_zero"]);
}

#[test]
fn only_the_reason_other_needs_a_note_and_blanks_are_none() {
    for reason in AdjustmentReason::ALL {
        for note in [None, Some(String::new()), Some(" \u{3000}\n".to_owned())] {
            let request = ReportRequest { adjustments: vec![Adjustment { reason, note, ..adjustment(1) }], ..report() };
            let rules: &[&str] =
                if reason == AdjustmentReason::Other { &["/adjustments/0/note note_required"] } else { &[] };
            assert_eq!(broken(&request), rules, "{reason:?}");
        }
    }
}

#[test]
fn a_note_has_at_most_500_characters_whatever_their_bytes() {
    let with = |note: String| {
        let reason = AdjustmentReason::Other;
        ReportRequest { adjustments: vec![Adjustment { reason, note: Some(note), ..adjustment(1) }], ..report() }
    };
    assert!(broken(&with("患".repeat(500))).is_empty());
    assert_eq!(broken(&with("患".repeat(501))), ["/adjustments/0/note too_long"]);
    assert!(broken(&with("two\nlines\tand a tab".to_owned())).is_empty());
    assert_eq!(broken(&with("a\u{0}b".to_owned())), ["/adjustments/0/note malformed"]);
}

#[test]
fn notes_are_kept_without_the_blanks_around_them() {
    let noted = |note: &str| Adjustment { note: Some(note.to_owned()), ..adjustment(1) };
    for (typed, kept) in [("\u{3000}再検査で陽性 ", Some("再検査で陽性")), ("  ", None)] {
        let request = ReportRequest { adjustments: vec![noted(typed)], ..report() };
        let checked = check(&request, today(), Sender::Unit).expect("passes");
        assert_eq!(checked.adjustments()[0].note.as_deref(), kept);
    }
}

#[test]
fn the_same_target_day_and_reason_stand_once() {
    let wrong_band = |days_back| Adjustment { reason: AdjustmentReason::WrongBand, ..adjustment(days_back) };
    let distinct = vec![adjustment(1), adjustment(2), wrong_band(1)];
    assert!(broken(&ReportRequest { adjustments: distinct, ..report() }).is_empty());
    let twice = vec![adjustment(1), wrong_band(1), adjustment(1)];
    assert_eq!(broken(&ReportRequest { adjustments: twice, ..report() }), ["/adjustments/2/target_day duplicate"]);
}

#[test]
fn a_report_carries_at_most_sixty_adjustments() {
    let many = |count| ReportRequest { adjustments: (1..=count).map(adjustment).collect(), ..report() };
    assert!(broken(&many(60)).is_empty());
    assert_eq!(broken(&many(61)), ["/adjustments too_long"]);
}

#[test]
fn the_channel_is_required_by_proxy_optional_of_the_center_and_never_stated_by_a_unit() {
    for sender in [Sender::Unit, Sender::Center, Sender::Proxy] {
        let none: &[&str] = if sender == Sender::Proxy { &["/channel required"] } else { &[] };
        assert_eq!(broken_by(&report(), sender), none, "{sender:?}");
        for channel in Channel::ALL {
            let accepted = sender != Sender::Unit
                && [Channel::Fax, Channel::Telephone, Channel::Email, Channel::Post, Channel::InPerson]
                    .contains(&channel);
            let request = ReportRequest { channel: Some(channel), ..report() };
            match check(&request, today(), sender) {
                Ok(checked) => assert!(accepted && checked.stated_channel() == Some(channel), "{sender:?} {channel:?}"),
                Err(refusal) => {
                    assert!(!accepted, "{sender:?} {channel:?} {refusal:?}");
                    assert_eq!(broken_by(&request, sender), ["/channel not_allowed"]);
                }
            }
        }
    }
}

#[test]
fn acknowledged_warnings_are_kept_once_each_in_the_fixed_order() {
    let acknowledged_warnings = vec![WarningCode::ZeroUnusual, WarningCode::BandVeryHigh, WarningCode::ZeroUnusual];
    let checked = check(&ReportRequest { acknowledged_warnings, ..report() }, today(), Sender::Unit).expect("passes");
    assert_eq!(checked.acknowledged(), [WarningCode::BandVeryHigh, WarningCode::ZeroUnusual]);
    let ten = ReportRequest { acknowledged_warnings: WarningCode::ALL.to_vec(), ..report() };
    assert!(broken(&ten).is_empty());
    let eleven = ReportRequest { acknowledged_warnings: vec![WarningCode::ZeroUnusual; 11], ..report() };
    assert_eq!(broken(&eleven), ["/acknowledged_warnings too_long"]);
}

#[test]
fn all_broken_rules_are_named_at_once() {
    let nothing = Adjustment { deltas: BandDeltas::ZERO, ..adjustment(0) };
    let request = ReportRequest { total: Some(1), adjustments: vec![nothing], channel: Some(Channel::Fax), ..report() };
    assert_eq!(
        broken(&request),
        [
            "/total total_mismatch",
            "/adjustments/0/target_day day_out_of_range",
            "/adjustments/0/deltas all_zero",
            "/channel not_allowed"
        ]
    );
}

#[test]
fn a_sender_is_its_own_unit_a_center_or_a_proxy() {
    let caller = |kind| Caller {
        account_id: Uuid::nil(),
        role: Role::of(kind),
        is_manager: false,
        organization_id: Uuid::from_u128(1),
        organization_kind: kind,
        client: None,
    };
    let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(Sender::of(&caller(OrganizationKind::Institution), own), Sender::Unit);
    assert_eq!(Sender::of(&caller(OrganizationKind::FollowUpCenter), own), Sender::Unit);
    assert_eq!(Sender::of(&caller(OrganizationKind::HealthCenter), own), Sender::Center);
    assert_eq!(Sender::of(&caller(OrganizationKind::HealthCenter), other), Sender::Proxy);
}

fn statement(day: ReportingDay) -> StatementRequest {
    StatementRequest { unit_id: None, day, kind: StatementKind::Closed, channel: None }
}

#[test]
fn a_statement_reaches_sixty_days_back_and_a_year_ahead() {
    let cases = [
        (today().minus(61), false),
        (today().minus(60), true),
        (today(), true),
        (today().plus(366), true),
        (today().plus(367), false),
    ];
    for (day, accepted) in cases {
        match check_statement(&statement(day), today(), Sender::Unit) {
            Ok(checked) => {
                assert!(accepted, "{day}");
                assert_eq!((checked.day(), checked.kind()), (day, StatementKind::Closed));
            }
            Err(violations) => {
                assert!(!accepted, "{day}");
                assert_eq!(named(&violations), ["/day day_out_of_range"]);
            }
        }
    }
}

#[test]
fn a_statement_follows_the_same_rule_of_channels() {
    let by_proxy = check_statement(&statement(today()), today(), Sender::Proxy).expect_err("no channel");
    assert_eq!(named(&by_proxy), ["/channel required"]);
    let told = StatementRequest { channel: Some(Channel::Telephone), ..statement(today()) };
    let checked = check_statement(&told, today(), Sender::Proxy).expect("passes");
    assert_eq!(checked.stated_channel(), Some(Channel::Telephone));
    assert_eq!(named(&check_statement(&told, today(), Sender::Unit).expect_err("own")), ["/channel not_allowed"]);
}

fn draft(change: impl FnOnce(&mut DraftContent)) -> DraftRequest {
    let mut content = DraftContent::default();
    change(&mut content);
    DraftRequest { base_version: 0, content }
}

#[test]
fn a_draft_keeps_anything_within_its_bounds() {
    let kept = draft(|content| {
        content.cells[0] = "十二人ほど".to_owned();
        content.cells[1] = "あ".repeat(40);
        content.adjustments = vec![DraftAdjustment { note: "あ".repeat(500), ..DraftAdjustment::default() }; 60];
    });
    assert_eq!(check_draft(&kept), Ok(()));
}

#[test]
fn a_draft_past_its_bounds_is_refused_with_the_place() {
    let past = draft(|content| {
        content.cells[13] = "0".repeat(41);
        let mut adjustment = DraftAdjustment {
            target_day: "2".repeat(41),
            reason: "r".repeat(41),
            note: "n".repeat(501),
            ..DraftAdjustment::default()
        };
        adjustment.cells[2] = "\u{0}".to_owned();
        content.adjustments = vec![DraftAdjustment::default(), adjustment];
    });
    assert_eq!(
        named(&check_draft(&past).expect_err("past its bounds")),
        [
            "/content/cells/13 too_long",
            "/content/adjustments/1/target_day too_long",
            "/content/adjustments/1/reason too_long",
            "/content/adjustments/1/note too_long",
            "/content/adjustments/1/cells/2 malformed",
        ]
    );
    let many = draft(|content| content.adjustments = vec![DraftAdjustment::default(); 61]);
    assert_eq!(named(&check_draft(&many).expect_err("too many")), ["/content/adjustments too_long"]);
}
