use super::*;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

const TODAY: &str = "2026-11-22";

/// The program's table as the Cabinet Office's file has it, with other lines instead of some.
fn file(years: std::ops::RangeInclusive<i32>, change: impl Fn(&str) -> Option<String>) -> Published {
    let mut text = String::from("国民の祝日・休日月日,国民の祝日・休日名称\r\n");
    for Holiday { day, name } in years.flat_map(|year| Holidays::default().of_year(year)) {
        let line = format!("{}/{}/{},{name}", day.0.year(), day.0.month(), day.0.day());
        let line = change(&line).unwrap_or(line);
        text.push_str(&line);
        text.push_str("\r\n");
    }
    Published::read(&text, day(TODAY)).expect("the Cabinet Office's file")
}

fn difference(text: &str, before: Option<&str>, after: Option<&str>) -> Difference {
    Difference { day: day(text), before: before.map(str::to_owned), after: after.map(str::to_owned) }
}

#[test]
fn what_was_imported_goes_before_the_table() {
    let mut holidays = Holidays::default();
    assert_eq!(holidays.name(day("2027-01-11")), Some("成人の日"));
    holidays.say(day("2027-01-11"), None);
    holidays.say(day("2027-01-12"), Some("成人の日".to_owned()));
    assert_eq!((holidays.name(day("2027-01-11")), holidays.name(day("2027-01-12"))), (None, Some("成人の日")));
    let of_year = holidays.of_year(2027);
    assert_eq!(of_year.len(), Holidays::default().of_year(2027).len());
    assert_eq!(of_year[1], Holiday { day: day("2027-01-12"), name: "成人の日".to_owned() });
    assert!(holidays.of_year(2028).is_empty());
}

#[test]
fn holidays_are_known_until_the_end_of_the_last_year_that_has_any() {
    let mut holidays = Holidays::default();
    let last = ReportingDay(NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).expect("a day"));
    assert_eq!(holidays.known_until(), last);
    assert!(!holidays.end_soon(last.minus(60)));
    assert!(holidays.end_soon(last.minus(59)) && holidays.end_soon(last.plus(400)));
    holidays.say(last.plus(1), None);
    assert_eq!(holidays.known_until(), last, "a day that is none says nothing of its year");
    holidays.say(last.plus(1), Some("元日".to_owned()));
    assert_eq!(holidays.known_until().0.year(), LAST_YEAR + 1);
    assert!(!holidays.end_soon(last));
}

#[test]
fn a_file_that_says_the_same_changes_nothing() {
    let comparison = Holidays::default().compared_with(&file(2020..=2027, |_| None), day(TODAY));
    // The 23rd of November, and 2027's.
    assert_eq!(comparison, Comparison { left: 1 + 17, ..Comparison::default() });
}

#[test]
fn coming_days_follow_the_file_and_past_ones_are_only_told() {
    let moved = |line: &str| match line {
        "2026/11/3,文化の日" => Some("2026/11/4,文化の日".to_owned()),
        "2026/11/23,勤労感謝の日" => Some("2026/11/22,勤労感謝の日\r\n2026/11/23,休日".to_owned()),
        "2027/7/19,海の日" => Some("2027/7/22,海の日".to_owned()),
        _ => None,
    };
    let comparison = Holidays::default().compared_with(&file(2020..=2027, moved), day(TODAY));
    let coming = [
        difference("2026-11-23", Some("勤労感謝の日"), Some("休日")),
        difference("2027-07-19", Some("海の日"), None),
        difference("2027-07-22", None, Some("海の日")),
    ];
    let past = [
        difference("2026-11-03", Some("文化の日"), None),
        difference("2026-11-04", None, Some("文化の日")),
        difference(TODAY, None, Some("勤労感謝の日")),
    ];
    assert_eq!(comparison, Comparison { coming: coming.to_vec(), past: past.to_vec(), left: 16 });
}

#[test]
fn years_that_a_file_does_not_cover_stay_as_they_are() {
    let mut holidays = Holidays::default();
    holidays.say(day("2028-01-01"), Some("元日".to_owned()));
    let comparison = holidays.compared_with(&file(2026..=2026, |_| None), day(TODAY));
    assert_eq!(comparison, Comparison { left: 1, ..Comparison::default() });
}

#[test]
fn the_year_asked_for_is_this_one_unless_said_otherwise() {
    assert_eq!(check_year(None, day(TODAY)), Ok(2026));
    assert_eq!(check_year(Some(2020), day(TODAY)), Ok(2020));
    for year in [i32::MIN, 2019, 10_000] {
        assert_eq!(check_year(Some(year), day(TODAY)).expect_err("refused").rule, Rule::OutOfRange);
    }
}
