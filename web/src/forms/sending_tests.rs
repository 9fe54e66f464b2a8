//! Where a report stands after each thing that can be heard.

use chrono::{DateTime, Utc};
use shared::age_band::BandSums;
use shared::history::{DayState, HistoryItem};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::receipt::Receipt;
use shared::report::{Channel, EnteredBy};
use shared::reporting_day::{AllowedToday, CorrectionRule, Profile};

use super::*;
use crate::forms::report_form;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn request() -> ReportRequest {
    report_form::zero(Uuid::nil(), day("2026-11-22"))
}

fn unit() -> OrganizationRef {
    OrganizationRef { id: Uuid::nil(), kind: OrganizationKind::Institution, name: "青葉内科".to_owned() }
}

fn report(first: u32) -> Box<ReportView> {
    let mut numbers = [0; 14];
    numbers[0] = first;
    let counts = shared::BandCounts::new(numbers).expect("in range");
    let at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    Box::new(ReportView {
        id: Uuid::from_u128(7),
        unit: unit(),
        entry_day: day("2026-11-22"),
        counts,
        total: counts.total(),
        adjustments: Vec::new(),
        channel: Channel::Web,
        by_proxy: false,
        entered_by: EnteredBy { name: "田中 恵".to_owned(), organization: unit() },
        acknowledged_warnings: Vec::new(),
        revision: 1,
        arrived_at: at,
        receipt: Receipt {
            number: "261122-35-00217-K".to_owned(),
            accepted_at: at,
            unit: unit(),
            entry_day: day("2026-11-22"),
            total: counts.total(),
            audit_hash: "3f9a1c0277be".to_owned(),
            qr_code: None,
        },
        correction: None,
        revisions: Vec::new(),
        correctable: false,
    })
}

fn seen_on(today: &str, report: Option<Box<ReportView>>, recent: Vec<HistoryItem>) -> Heard {
    let today = day(today);
    Heard::Day(Box::new(ReportingDayView {
        day: today,
        now: today.start(),
        unit: unit(),
        state: DayState::Missing,
        deadline: today.end(),
        day_ends_at: today.end(),
        report,
        statement: None,
        draft: None,
        recent,
        profile: Profile::default(),
        correction: CorrectionRule::Final,
        allowed: AllowedToday::default(),
        center_telephone: None,
        center_name: None,
        client_expires_at: None,
    }))
}

fn refused(kind: ProblemKind) -> Heard {
    Heard::Refused(Box::new(Problem::new(kind)))
}

#[test]
fn the_same_content_keeps_its_key_and_another_gets_another() {
    let mut keys = ContentKey::default();
    let first = keys.of(&request(), || Uuid::from_u128(1));
    assert_eq!(keys.of(&request(), || Uuid::from_u128(2)), first);
    let other = ReportRequest { counts: report(1).counts, ..request() };
    assert_eq!(keys.of(&other, || Uuid::from_u128(3)), Uuid::from_u128(3));
}

#[test]
fn an_answer_that_is_lost_is_unknown_and_not_a_failure() {
    let unknown = Sending::UnderWay.after(Heard::Nothing, &request());
    assert_eq!(unknown, Sending::Unknown);
    assert!(!unknown.may_send());
    assert_eq!(unknown.clone().after(refused(ProblemKind::Busy), &request()), Sending::Unknown);
    assert_eq!(unknown.after(refused(ProblemKind::InternalError), &request()), Sending::Unknown);
}

#[test]
fn a_report_that_arrived_after_all_is_accepted() {
    let heard = seen_on("2026-11-22", Some(report(0)), Vec::new());
    assert_eq!(Sending::Unknown.after(heard, &request()), Sending::Accepted(report(0)));
}

#[test]
fn a_report_with_other_numbers_is_somebody_elses() {
    let heard = seen_on("2026-11-22", Some(report(4)), Vec::new());
    assert_eq!(Sending::Unknown.after(heard, &request()), Sending::Existing(report(4)));
}

#[test]
fn a_report_that_did_not_arrive_may_be_sent_again_by_a_person() {
    let after = Sending::Unknown.after(seen_on("2026-11-22", None, Vec::new()), &request());
    assert_eq!(after, Sending::NotArrived);
    assert!(after.may_send());
}

#[test]
fn after_midnight_the_history_tells_and_nothing_is_sent_again() {
    let over = Sending::Unknown.after(seen_on("2026-11-23", None, Vec::new()), &request());
    assert_eq!(over, Sending::DayChanged(Some(day("2026-11-23"))));
    assert!(!over.may_send());
    let item = HistoryItem {
        day: day("2026-11-22"),
        state: DayState::Zero,
        counts: Some(shared::BandCounts::ZERO),
        total: Some(0),
        channel: Some(Channel::Web),
        by_proxy: false,
        receipt_id: Some(Uuid::from_u128(7)),
        adjustments_sent: Vec::new(),
        deltas_received: BandSums::ZERO,
        adjusted_total: Some(0),
    };
    let arrived = Sending::Unknown.after(seen_on("2026-11-23", None, vec![item]), &request());
    assert_eq!(arrived, Sending::AcceptedEarlier(Uuid::from_u128(7)));
}

#[test]
fn a_late_acceptance_counts_and_a_late_refusal_does_not() {
    assert_eq!(Sending::NotArrived.after(Heard::Accepted(report(0)), &request()), Sending::Accepted(report(0)));
    assert_eq!(Sending::NotArrived.after(refused(ProblemKind::Busy), &request()), Sending::NotArrived);
}

#[test]
fn each_refusal_leads_to_its_own_state() {
    let after = |heard| Sending::UnderWay.after(heard, &request());
    let taken = Problem { existing: Some(report(4)), ..Problem::new(ProblemKind::AlreadyReported) };
    assert_eq!(after(Heard::Refused(Box::new(taken))), Sending::Existing(report(4)));
    let over = Problem { day: Some(day("2026-11-23")), ..Problem::new(ProblemKind::DayChanged) };
    assert_eq!(after(Heard::Refused(Box::new(over))), Sending::DayChanged(Some(day("2026-11-23"))));
    assert_eq!(after(refused(ProblemKind::SignInRequired)), Sending::SignedOut);
    assert_eq!(after(refused(ProblemKind::UnacknowledgedWarnings)), Sending::Questioned(Vec::new()));
    assert_eq!(after(refused(ProblemKind::InvalidRequest)), Sending::Invalid(Vec::new()));
    assert!(matches!(after(refused(ProblemKind::InternalError)), Sending::Failed(_)));
}

#[test]
fn a_busy_service_is_counted_down_and_then_a_person_may_press() {
    let busy = Problem { retry_after: Some(2), ..Problem::new(ProblemKind::Busy) };
    let waiting = Sending::UnderWay.after(Heard::Refused(Box::new(busy)), &request());
    assert!(!waiting.may_send());
    let over = waiting.second_passed().second_passed().second_passed();
    assert_eq!((over.clone(), over.may_send()), (Sending::Busy(0), true));
}
