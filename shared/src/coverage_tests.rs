use chrono::Weekday;

use super::*;
use crate::age_band::BandCounts;
use crate::calendar::OpeningDays;
use crate::calendar::OpeningFrom;
use crate::holidays::Holidays;
use crate::reporting_day::Profile;
use crate::reporting_day::ProfileReport;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn counts(total: u32) -> BandCounts {
    let mut numbers = [0; 14];
    numbers[4] = total;
    BandCounts::new(numbers).expect("counts")
}

#[test]
fn coverage_counts_closed_out_and_extra_aside() {
    let mut coverage = Coverage::default();
    for state in [DayState::Reported, DayState::Zero, DayState::Late, DayState::Closed, DayState::Missing] {
        coverage.add(true, state);
        coverage.add(false, state);
    }
    let expected = Coverage { scheduled: 5, reported: 1, zero: 1, late: 1, closed: 1, missing: 1, extra: 2 };
    assert_eq!(coverage, expected);
    assert_eq!((coverage.expected(), coverage.covered(), coverage.percent()), (4, 3, Some(75)));
    let mut twice = coverage;
    twice.merge(&coverage);
    assert_eq!((twice.expected(), twice.covered()), (8, 6));
}

#[test]
fn the_rate_is_rounded_down_so_that_only_a_whole_day_has_100_percent() {
    let nearly = Coverage { scheduled: 1000, reported: 999, missing: 1, ..Default::default() };
    assert_eq!((nearly.percent(), nearly.is_complete()), (Some(99), false));
    let whole = Coverage { scheduled: 3, reported: 1, zero: 2, ..Default::default() };
    assert_eq!((whole.percent(), whole.is_complete()), (Some(100), true));
    let closed = Coverage { scheduled: 2, closed: 2, ..Default::default() };
    assert_eq!((closed.percent(), closed.is_complete()), (None, true));
}

/// Open on weekdays, with reports of 4 patients on Mondays and 2 on other days up to Friday, 13 November 2026.
fn profile() -> Profile {
    let last = day("2026-11-13");
    let open = (0..14).map(|back| last.minus(back)).filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    let reports = open.map(|day| {
        let total = if day.weekday() == Weekday::Mon { 4 } else { 2 };
        ProfileReport { day, counts: counts(total) }
    });
    Profile { reports: reports.collect(), notified_65_plus: None }
}

fn pattern<'a>(profile: &'a Profile, opening: &'a [OpeningFrom], holidays: &'a Holidays) -> Pattern<'a> {
    Pattern {
        kind: OrganizationKind::Institution,
        active: true,
        opening,
        holidays,
        profile,
        last_heard: Some(day("2026-11-13")),
        registered_from: day("2026-01-01"),
    }
}

fn weekdays() -> Vec<OpeningFrom> {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    vec![OpeningFrom { valid_from: day("2026-01-01"), opening: OpeningDays::new([Mon, Tue, Wed, Thu, Fri], false) }]
}

#[test]
fn silence_is_counted_in_open_days_since_the_last_word() {
    let (profile, opening, holidays) = (profile(), weekdays(), Holidays::default());
    let pattern = pattern(&profile, &opening, &holidays);
    let silence = |text: &str| pattern.silence(day(text)).map(|day| day.to_string()).collect::<Vec<_>>();
    assert_eq!(silence("2026-11-13"), Vec::<String>::new());
    assert_eq!(silence("2026-11-15"), Vec::<String>::new(), "a weekend is no silence");
    assert_eq!(silence("2026-11-17"), ["2026-11-17", "2026-11-16"]);
    assert!(!pattern.is_pointed_out(day("2026-11-17")));
    assert!(pattern.is_pointed_out(day("2026-11-18")));
    let mut imported = Holidays::default();
    imported.say(day("2026-11-16"), Some("休日".to_owned()));
    let with_holiday = Pattern { holidays: &imported, ..pattern };
    assert_eq!(with_holiday.silence(day("2026-11-17")).count(), 1, "nor is an imported holiday");
}

#[test]
fn what_is_missing_follows_the_weekday_and_adds_up() {
    let (profile, opening, holidays) = (profile(), weekdays(), Holidays::default());
    let pattern = pattern(&profile, &opening, &holidays);
    assert_eq!(pattern.usual_tenths(day("2026-11-16")), Some(40), "a Monday");
    assert_eq!(pattern.usual_tenths(day("2026-11-17")), Some(20), "a Tuesday");
    assert_eq!(pattern.usual_tenths(day("2026-11-15")), Some(24), "a Sunday has no reports: the mean of all");
    assert_eq!(pattern.missing_tenths(day("2026-11-17")), 60);
}

#[test]
fn a_unit_that_never_reported_is_silent_since_it_is_registered_and_never_pointed_out() {
    let (nothing, opening, holidays) = (Profile::default(), weekdays(), Holidays::default());
    let new =
        Pattern { last_heard: None, registered_from: day("2026-11-16"), ..pattern(&nothing, &opening, &holidays) };
    assert_eq!(new.silence(day("2026-11-18")).count(), 3);
    assert_eq!((new.usual_tenths(day("2026-11-18")), new.missing_tenths(day("2026-11-18"))), (None, 0));
    assert!(!new.is_pointed_out(day("2026-11-18")));
    let old = Pattern { registered_from: day("2020-01-01"), ..new };
    assert!(old.silence(day("2026-11-18")).count() <= 60, "no further back than anything can be entered");
}

#[test]
fn outcomes_are_written_as_their_keys() {
    for outcome in ContactOutcome::ALL {
        assert_eq!(serde_json::to_value(outcome).expect("serializes"), outcome.key());
    }
}
