//! Policies against times.

use super::*;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an instant").with_timezone(&Utc)
}

fn policy() -> CorrectionPolicy {
    CorrectionPolicy::default_from(day("2026-10-01"))
}

fn entry_day() -> ReportingDay {
    day("2026-11-20")
}

/// The last moment before the entry day, its first and last, the next day's first, and two and three days later.
const TIMES: [&str; 6] = [
    "2026-11-19T23:59:59.999999+09:00",
    "2026-11-20T00:00:00+09:00",
    "2026-11-20T23:59:59.999999+09:00",
    "2026-11-21T00:00:00+09:00",
    "2026-11-22T23:59:59.999999+09:00",
    "2026-11-23T00:00:00+09:00",
];

#[test]
fn whether_a_report_can_be_corrected_follows_from_policy_and_time() {
    use Authority::{HealthCenter, Prefecture};
    use Corrector::Sender;
    let final_when_sent = policy();
    let same_day = CorrectionPolicy { correction: CorrectionRule::SameDayReplacement, ..policy() };
    let prefecture_2 = CorrectionPolicy { authority_correction_days: 2, ..policy() };
    let center_1 = CorrectionPolicy { authority: HealthCenter, authority_correction_days: 1, ..same_day };
    let cases: [(&str, CorrectionPolicy, Corrector, [u8; 6]); 10] = [
        ("final: the sender", final_when_sent, Sender, [0, 0, 0, 0, 0, 0]),
        ("final: the prefecture", final_when_sent, Corrector::Authority(Prefecture), [0, 0, 0, 0, 0, 0]),
        ("same day: the sender", same_day, Sender, [0, 1, 1, 0, 0, 0]),
        ("same day: the prefecture", same_day, Corrector::Authority(Prefecture), [0, 0, 0, 0, 0, 0]),
        ("two days: the sender", prefecture_2, Sender, [0, 0, 0, 0, 0, 0]),
        ("two days: the prefecture", prefecture_2, Corrector::Authority(Prefecture), [0, 1, 1, 1, 1, 0]),
        ("two days: the center", prefecture_2, Corrector::Authority(HealthCenter), [0, 0, 0, 0, 0, 0]),
        ("the center's day: the sender", center_1, Sender, [0, 1, 1, 0, 0, 0]),
        ("the center's day: the center", center_1, Corrector::Authority(HealthCenter), [0, 1, 1, 1, 0, 0]),
        ("the center's day: the prefecture", center_1, Corrector::Authority(Prefecture), [0, 0, 0, 0, 0, 0]),
    ];
    for (name, policy, corrector, expected) in cases {
        let allowed = TIMES.map(|time| u8::from(may_correct(&policy, corrector, entry_day(), at(time))));
        assert_eq!(allowed, expected, "{name}");
    }
}

#[test]
fn the_deadline_is_midnight_or_a_time_of_the_next_morning() {
    for (deadline_minute, expected) in
        [(0, "2026-11-21T00:00:00+09:00"), (540, "2026-11-21T09:00:00+09:00"), (600, "2026-11-21T10:00:00+09:00")]
    {
        let policy = CorrectionPolicy { deadline_minute, ..policy() };
        assert_eq!(deadline(&policy, entry_day()), at(expected));
    }
}

#[test]
fn a_proxy_report_may_be_filed_under_yesterday_until_the_time_of_the_policy() {
    let cases = [
        (Some(600), "2026-11-21T10:00:00+09:00"),
        (Some(1_440), "2026-11-22T00:00:00+09:00"),
        (None, "2026-11-21T00:00:00+09:00"),
    ];
    for (proxy_until_minute, expected) in cases {
        let policy = CorrectionPolicy { proxy_until_minute, ..policy() };
        assert_eq!(proxy_until(&policy, entry_day()), at(expected), "{proxy_until_minute:?}");
    }
}

#[test]
fn without_any_policy_a_report_is_final_and_in_time_until_midnight() {
    let unset = policy_on(entry_day(), &[Uuid::from_u128(1)], &[]);
    assert_eq!(unset.correction, CorrectionRule::Final);
    assert_eq!(deadline(&unset, entry_day()), entry_day().end());
    assert_eq!(proxy_until(&unset, entry_day()), at("2026-11-21T10:00:00+09:00"));
}

#[test]
fn the_policy_of_the_nearest_jurisdiction_wins_from_its_day_on() {
    let [unit, center, prefecture, elsewhere] = [1, 2, 3, 4].map(Uuid::from_u128);
    let placed = |organization_id, valid_from: &str, deadline_minute| PlacedPolicy {
        organization_id,
        policy: CorrectionPolicy { deadline_minute, valid_from: day(valid_from), ..policy() },
    };
    let policies = [
        placed(center, "2026-11-20", 540),
        placed(elsewhere, "2026-01-01", 111),
        placed(center, "2026-11-10", 60),
        placed(prefecture, "2026-11-15", 300),
        placed(prefecture, "2026-10-01", 600),
    ];
    let minute = |text| policy_on(day(text), &[unit, center, prefecture], &policies).deadline_minute;
    for (text, expected) in [
        ("2026-09-30", 0),
        ("2026-10-01", 600),
        ("2026-11-09", 600),
        ("2026-11-10", 60),
        ("2026-11-19", 60),
        ("2026-11-20", 540),
    ] {
        assert_eq!(minute(text), expected, "{text}");
    }
}

#[test]
fn a_policy_begins_tomorrow_at_the_earliest_and_keeps_its_bounds() {
    let today = day("2026-11-20");
    let named = |policy: CorrectionPolicy| -> Vec<String> {
        policy.violations(today).iter().map(|it| format!("{} {}", it.pointer, it.rule.key())).collect()
    };
    let largest = CorrectionPolicy {
        authority_correction_days: 366,
        proxy_until_minute: Some(1_440),
        deadline_minute: 600,
        valid_from: today.plus(1),
        ..policy()
    };
    assert!(named(largest).is_empty());
    assert_eq!(named(CorrectionPolicy { valid_from: today, ..largest }), ["/valid_from day_out_of_range"]);
    let past = CorrectionPolicy {
        authority_correction_days: 367,
        proxy_until_minute: Some(1_441),
        deadline_minute: 601,
        ..largest
    };
    assert_eq!(
        named(past),
        [
            "/authority_correction_days out_of_range",
            "/proxy_until_minute out_of_range",
            "/deadline_minute out_of_range"
        ]
    );
}

#[test]
fn a_caller_corrects_as_the_sender_or_as_an_authority() {
    use Authority::{HealthCenter, Prefecture};
    let both = CorrectionPolicy {
        correction: CorrectionRule::SameDayReplacement,
        authority: HealthCenter,
        authority_correction_days: 1,
        ..policy()
    };
    let of_prefecture = CorrectionPolicy { authority: Prefecture, ..both };
    let (same_day, next_day) = (at(TIMES[2]), at(TIMES[3]));
    let as_center = Some(Corrector::Authority(HealthCenter));
    for (policy, role, sent_it, now, expected) in [
        (both, Role::Institution, true, same_day, Some(Corrector::Sender)),
        (both, Role::Institution, true, next_day, None),
        (both, Role::Institution, false, same_day, None),
        (both, Role::HealthCenter, true, same_day, Some(Corrector::Sender)),
        (both, Role::HealthCenter, true, next_day, as_center),
        (both, Role::HealthCenter, false, same_day, as_center),
        (both, Role::Prefecture, false, next_day, None),
        (of_prefecture, Role::Prefecture, false, next_day, Some(Corrector::Authority(Prefecture))),
        (of_prefecture, Role::HealthCenter, false, same_day, None),
        (of_prefecture, Role::Ministry, false, same_day, None),
    ] {
        assert_eq!(corrector(&policy, role, sent_it, entry_day(), now), expected, "{role:?} {sent_it} {now}");
    }
}
