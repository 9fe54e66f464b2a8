//! The table held against the law on national holidays (国民の祝日に関する法律, Act No. 178 of 1948) and the special laws of
//! the Olympic Games.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, Weekday};

use super::*;

type Year = BTreeMap<NaiveDate, &'static str>;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn monday(year: i32, month: u32, nth: u8) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, nth).expect("every month has four Mondays")
}

/// The day on which the sun passes the equinox in Japan, by the approximation of Tsuneo Yamakawa (新こよみ便利帳), good from
/// 1980 to 2099; `at` is the instant in 1980, in days of its month.
fn equinox(year: i32, month: u32, at: f64) -> NaiveDate {
    let passed = f64::from(year - 1980);
    let day = (at + 0.242_194 * passed).floor() - (passed / 4.0).floor();
    let day = (1..=31).find(|&candidate| (f64::from(candidate) - day).abs() < 0.5).expect("a day of the month");
    date(year, month, day)
}

/// Article 2: the sixteen national holidays, as they have been since 2020.
fn national_holidays(year: i32) -> Year {
    let (sea, sports, mountain) = match year {
        // Special Measures Act for the Tokyo Games (Act No. 33 of 2015), article 32, as amended in 2018 and in 2020.
        2020 => (date(year, 7, 23), date(year, 7, 24), date(year, 8, 10)),
        2021 => (date(year, 7, 22), date(year, 7, 23), date(year, 8, 8)),
        _ => (monday(year, 7, 3), monday(year, 10, 2), date(year, 8, 11)),
    };
    Year::from([
        (date(year, 1, 1), "元日"),
        (monday(year, 1, 2), "成人の日"),
        (date(year, 2, 11), "建国記念の日"),
        (date(year, 2, 23), "天皇誕生日"),
        (equinox(year, 3, 20.8431), "春分の日"),
        (date(year, 4, 29), "昭和の日"),
        (date(year, 5, 3), "憲法記念日"),
        (date(year, 5, 4), "みどりの日"),
        (date(year, 5, 5), "こどもの日"),
        (sea, "海の日"),
        (mountain, "山の日"),
        (monday(year, 9, 3), "敬老の日"),
        (equinox(year, 9, 23.2488), "秋分の日"),
        (sports, "スポーツの日"),
        (date(year, 11, 3), "文化の日"),
        (date(year, 11, 23), "勤労感謝の日"),
    ])
}

/// Article 3: the holidays themselves (1), the next day that is none after one on a Sunday (2), and a day that is none
/// between two that are (3).
fn by_law(year: i32) -> Year {
    let national = national_holidays(year);
    let mut all = national.clone();
    for holiday in national.keys() {
        if holiday.weekday() == Weekday::Sun {
            let substitute =
                holiday.iter_days().find(|day| !national.contains_key(day)).expect("a year has other days");
            all.insert(substitute, "休日");
        }
        let between = *holiday + Days::new(1);
        if national.contains_key(&(*holiday + Days::new(2))) && !national.contains_key(&between) {
            all.insert(between, "休日");
        }
    }
    all
}

#[test]
fn every_year_of_the_table_is_what_the_law_gives() {
    for year in FIRST_YEAR..=LAST_YEAR {
        let table = HOLIDAYS.iter().filter(|row| row.0 == year);
        let table: Year = table.map(|&(year, month, day, name)| (date(year, month, day), name)).collect();
        assert_eq!(table, by_law(year), "{year}");
    }
}

#[test]
fn the_table_is_in_order_and_has_no_other_years() {
    assert!(HOLIDAYS.is_sorted_by(|one, next| (one.0, one.1, one.2) < (next.0, next.1, next.2)));
    assert!(HOLIDAYS.iter().all(|row| (FIRST_YEAR..=LAST_YEAR).contains(&row.0)));
}

/// Days that are known otherwise: they would show a mistake in the law as it is written here.
#[test]
fn holidays_that_people_remember_have_their_names() {
    for (text, name) in [
        ("2020-07-24", Some("スポーツの日")),
        ("2020-10-12", None),
        ("2021-08-08", Some("山の日")),
        ("2021-08-09", Some("休日")),
        ("2021-08-11", None),
        ("2022-09-23", Some("秋分の日")),
        ("2023-01-02", Some("休日")),
        ("2024-02-12", Some("休日")),
        ("2024-09-22", Some("秋分の日")),
        ("2025-11-24", Some("休日")),
        ("2026-05-06", Some("休日")),
        ("2026-09-22", Some("休日")),
        ("2026-11-22", None),
        ("2026-11-23", Some("勤労感謝の日")),
        ("2027-03-22", Some("休日")),
    ] {
        assert_eq!(holiday(day(text)), name, "{text}");
    }
}

#[test]
fn years_without_a_table_have_no_holidays() {
    assert_eq!(holiday(day("2019-01-01")), None);
    assert_eq!(holiday(day("2028-01-01")), None);
}
