//! Arrivals: what may be logged, and when a batch is balanced.

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-22T09:20:00Z".parse().expect("an instant")
}

fn fax() -> ArrivalRequest {
    ArrivalRequest {
        batch_id: Uuid::nil(),
        channel: Channel::Fax,
        arrived_at: None,
        unit_id: None,
        sender: Some(" 見本薬局 ".to_owned()),
        pages: None,
        note: Some(" ".to_owned()),
    }
}

fn broken(request: &ArrivalRequest) -> Vec<(String, Rule)> {
    let violations = check_arrival(request, now()).expect_err("refused");
    violations.into_iter().map(|violation| (violation.pointer, violation.rule)).collect()
}

#[test]
fn an_arrival_came_now_with_one_page_unless_it_says_otherwise() {
    let checked = check_arrival(&fax(), now()).expect("sound");
    assert_eq!((checked.arrived_at, checked.pages), (now(), 1));
    assert_eq!((checked.sender.as_deref(), checked.note.as_deref()), (Some("見本薬局"), None));
    let at = now() - TimeDelta::hours(3);
    let earlier = ArrivalRequest { arrived_at: Some(at), pages: Some(99), ..fax() };
    let checked = check_arrival(&earlier, now()).expect("sound");
    assert_eq!((checked.arrived_at, checked.pages), (at, 99));
}

#[test]
fn a_sender_is_a_unit_or_a_name_and_never_both_or_neither() {
    let sender = || vec![("/sender".to_owned(), Rule::Required)];
    assert_eq!(broken(&ArrivalRequest { sender: None, ..fax() }), sender());
    assert_eq!(broken(&ArrivalRequest { sender: Some(" ".to_owned()), ..fax() }), sender());
    assert_eq!(broken(&ArrivalRequest { unit_id: Some(Uuid::nil()), ..fax() }), sender());
    assert!(check_arrival(&ArrivalRequest { unit_id: Some(Uuid::nil()), sender: None, ..fax() }, now()).is_ok());
}

#[test]
fn every_bound_is_kept() {
    for channel in [Channel::Web, Channel::Api, Channel::File] {
        assert_eq!(broken(&ArrivalRequest { channel, ..fax() }), [("/channel".to_owned(), Rule::NotAllowed)]);
    }
    for at in [now() + TimeDelta::minutes(6), now() - TimeDelta::days(62)] {
        let request = ArrivalRequest { arrived_at: Some(at), ..fax() };
        assert_eq!(broken(&request), [("/arrived_at".to_owned(), Rule::OutOfRange)]);
    }
    for pages in [0, 100] {
        let request = ArrivalRequest { pages: Some(pages), ..fax() };
        assert_eq!(broken(&request), [("/pages".to_owned(), Rule::OutOfRange)]);
    }
    let long = ArrivalRequest { sender: Some("あ".repeat(101)), note: Some("い".repeat(201)), ..fax() };
    assert_eq!(broken(&long), [("/sender".to_owned(), Rule::TooLong), ("/note".to_owned(), Rule::TooLong)]);
}

#[test]
fn a_batch_is_of_today_or_of_a_day_up_to_sixty_days_back() {
    let today: ReportingDay = "2026-11-22".parse().expect("a day");
    let check = |day| check_batch(&ArrivalBatchRequest { day }, today).map(|day| *day);
    for day in [today, today.minus(1), today.minus(60)] {
        assert_eq!(check(day), Ok(day));
    }
    for day in [today.plus(1), today.minus(61)] {
        assert_eq!(check(day).expect_err("refused").rule, Rule::DayOutOfRange);
    }
}

#[test]
fn what_is_rejected_for_another_reason_says_which() {
    let rejected = |reason, note: &str| check_rejection(&RejectRequest { reason, note: Some(note.to_owned()) });
    assert_eq!(rejected(RejectReason::Duplicate, " ").expect("sound").note, None);
    assert_eq!(rejected(RejectReason::Other, " 広告 ").expect("sound").note.as_deref(), Some("広告"));
    assert_eq!(rejected(RejectReason::Other, " ").expect_err("refused")[0].rule, Rule::NoteRequired);
    assert_eq!(rejected(RejectReason::Other, &"あ".repeat(201)).expect_err("refused")[0].rule, Rule::TooLong);
}

#[test]
fn a_batch_is_balanced_when_nothing_of_it_is_open() {
    let mut counts = ArrivalCounts::default();
    assert!(counts.is_balanced(), "nothing was received");
    for state in [ArrivalState::Entered, ArrivalState::Rejected, ArrivalState::Open] {
        counts.add(state);
    }
    assert_eq!((counts.received, counts.entered, counts.rejected, counts.open()), (3, 1, 1, 1));
    assert!(!counts.is_balanced());
    counts.entered += 1;
    assert!(counts.is_balanced());
}
