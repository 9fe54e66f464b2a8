//! Japan's public holidays, as the Cabinet Office publishes them (国民の祝日について, `syukujitsu.csv`).
//!
//! Nothing is computed: holidays are set by law year by year, were moved twice for the Olympic Games, and the equinoxes
//! are announced in February of the year before. Later years are loaded by the administrator.

use chrono::Datelike;

use crate::day::ReportingDay;

/// The first year of the table.
pub const FIRST_YEAR: i32 = 2020;
/// The last year of the table.
pub const LAST_YEAR: i32 = 2027;

/// The name of the public holiday that a day is, `休日` for a substitute or a day between two others. None where the
/// day is none, and for every day of a year that the table doesn't have.
#[must_use]
pub fn holiday(day: ReportingDay) -> Option<&'static str> {
    let date = (day.0.year(), day.0.month(), day.0.day());
    let found = HOLIDAYS.binary_search_by_key(&date, |&(year, month, day, _)| (year, month, day)).ok()?;
    HOLIDAYS.get(found).map(|&(.., name)| name)
}

/// Year, month, day, name; in order.
const HOLIDAYS: &[(i32, u32, u32, &str)] = &[
    (2020, 1, 1, "元日"),
    (2020, 1, 13, "成人の日"),
    (2020, 2, 11, "建国記念の日"),
    (2020, 2, 23, "天皇誕生日"),
    (2020, 2, 24, "休日"),
    (2020, 3, 20, "春分の日"),
    (2020, 4, 29, "昭和の日"),
    (2020, 5, 3, "憲法記念日"),
    (2020, 5, 4, "みどりの日"),
    (2020, 5, 5, "こどもの日"),
    (2020, 5, 6, "休日"),
    (2020, 7, 23, "海の日"),
    (2020, 7, 24, "スポーツの日"),
    (2020, 8, 10, "山の日"),
    (2020, 9, 21, "敬老の日"),
    (2020, 9, 22, "秋分の日"),
    (2020, 11, 3, "文化の日"),
    (2020, 11, 23, "勤労感謝の日"),
    (2021, 1, 1, "元日"),
    (2021, 1, 11, "成人の日"),
    (2021, 2, 11, "建国記念の日"),
    (2021, 2, 23, "天皇誕生日"),
    (2021, 3, 20, "春分の日"),
    (2021, 4, 29, "昭和の日"),
    (2021, 5, 3, "憲法記念日"),
    (2021, 5, 4, "みどりの日"),
    (2021, 5, 5, "こどもの日"),
    (2021, 7, 22, "海の日"),
    (2021, 7, 23, "スポーツの日"),
    (2021, 8, 8, "山の日"),
    (2021, 8, 9, "休日"),
    (2021, 9, 20, "敬老の日"),
    (2021, 9, 23, "秋分の日"),
    (2021, 11, 3, "文化の日"),
    (2021, 11, 23, "勤労感謝の日"),
    (2022, 1, 1, "元日"),
    (2022, 1, 10, "成人の日"),
    (2022, 2, 11, "建国記念の日"),
    (2022, 2, 23, "天皇誕生日"),
    (2022, 3, 21, "春分の日"),
    (2022, 4, 29, "昭和の日"),
    (2022, 5, 3, "憲法記念日"),
    (2022, 5, 4, "みどりの日"),
    (2022, 5, 5, "こどもの日"),
    (2022, 7, 18, "海の日"),
    (2022, 8, 11, "山の日"),
    (2022, 9, 19, "敬老の日"),
    (2022, 9, 23, "秋分の日"),
    (2022, 10, 10, "スポーツの日"),
    (2022, 11, 3, "文化の日"),
    (2022, 11, 23, "勤労感謝の日"),
    (2023, 1, 1, "元日"),
    (2023, 1, 2, "休日"),
    (2023, 1, 9, "成人の日"),
    (2023, 2, 11, "建国記念の日"),
    (2023, 2, 23, "天皇誕生日"),
    (2023, 3, 21, "春分の日"),
    (2023, 4, 29, "昭和の日"),
    (2023, 5, 3, "憲法記念日"),
    (2023, 5, 4, "みどりの日"),
    (2023, 5, 5, "こどもの日"),
    (2023, 7, 17, "海の日"),
    (2023, 8, 11, "山の日"),
    (2023, 9, 18, "敬老の日"),
    (2023, 9, 23, "秋分の日"),
    (2023, 10, 9, "スポーツの日"),
    (2023, 11, 3, "文化の日"),
    (2023, 11, 23, "勤労感謝の日"),
    (2024, 1, 1, "元日"),
    (2024, 1, 8, "成人の日"),
    (2024, 2, 11, "建国記念の日"),
    (2024, 2, 12, "休日"),
    (2024, 2, 23, "天皇誕生日"),
    (2024, 3, 20, "春分の日"),
    (2024, 4, 29, "昭和の日"),
    (2024, 5, 3, "憲法記念日"),
    (2024, 5, 4, "みどりの日"),
    (2024, 5, 5, "こどもの日"),
    (2024, 5, 6, "休日"),
    (2024, 7, 15, "海の日"),
    (2024, 8, 11, "山の日"),
    (2024, 8, 12, "休日"),
    (2024, 9, 16, "敬老の日"),
    (2024, 9, 22, "秋分の日"),
    (2024, 9, 23, "休日"),
    (2024, 10, 14, "スポーツの日"),
    (2024, 11, 3, "文化の日"),
    (2024, 11, 4, "休日"),
    (2024, 11, 23, "勤労感謝の日"),
    (2025, 1, 1, "元日"),
    (2025, 1, 13, "成人の日"),
    (2025, 2, 11, "建国記念の日"),
    (2025, 2, 23, "天皇誕生日"),
    (2025, 2, 24, "休日"),
    (2025, 3, 20, "春分の日"),
    (2025, 4, 29, "昭和の日"),
    (2025, 5, 3, "憲法記念日"),
    (2025, 5, 4, "みどりの日"),
    (2025, 5, 5, "こどもの日"),
    (2025, 5, 6, "休日"),
    (2025, 7, 21, "海の日"),
    (2025, 8, 11, "山の日"),
    (2025, 9, 15, "敬老の日"),
    (2025, 9, 23, "秋分の日"),
    (2025, 10, 13, "スポーツの日"),
    (2025, 11, 3, "文化の日"),
    (2025, 11, 23, "勤労感謝の日"),
    (2025, 11, 24, "休日"),
    (2026, 1, 1, "元日"),
    (2026, 1, 12, "成人の日"),
    (2026, 2, 11, "建国記念の日"),
    (2026, 2, 23, "天皇誕生日"),
    (2026, 3, 20, "春分の日"),
    (2026, 4, 29, "昭和の日"),
    (2026, 5, 3, "憲法記念日"),
    (2026, 5, 4, "みどりの日"),
    (2026, 5, 5, "こどもの日"),
    (2026, 5, 6, "休日"),
    (2026, 7, 20, "海の日"),
    (2026, 8, 11, "山の日"),
    (2026, 9, 21, "敬老の日"),
    (2026, 9, 22, "休日"),
    (2026, 9, 23, "秋分の日"),
    (2026, 10, 12, "スポーツの日"),
    (2026, 11, 3, "文化の日"),
    (2026, 11, 23, "勤労感謝の日"),
    (2027, 1, 1, "元日"),
    (2027, 1, 11, "成人の日"),
    (2027, 2, 11, "建国記念の日"),
    (2027, 2, 23, "天皇誕生日"),
    (2027, 3, 21, "春分の日"),
    (2027, 3, 22, "休日"),
    (2027, 4, 29, "昭和の日"),
    (2027, 5, 3, "憲法記念日"),
    (2027, 5, 4, "みどりの日"),
    (2027, 5, 5, "こどもの日"),
    (2027, 7, 19, "海の日"),
    (2027, 8, 11, "山の日"),
    (2027, 9, 20, "敬老の日"),
    (2027, 9, 23, "秋分の日"),
    (2027, 10, 11, "スポーツの日"),
    (2027, 11, 3, "文化の日"),
    (2027, 11, 23, "勤労感謝の日"),
];

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, Weekday};

    use super::*;

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    fn days() -> impl Iterator<Item = ReportingDay> {
        HOLIDAYS.iter().map(|&(year, month, day, _)| {
            ReportingDay(NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar"))
        })
    }

    fn names_of(year: i32) -> Vec<&'static str> {
        HOLIDAYS.iter().filter(|row| row.0 == year).map(|row| row.3).collect()
    }

    #[test]
    fn the_table_is_in_order_and_holds_whole_years() {
        assert!(days().is_sorted_by(|earlier, later| earlier < later));
        for year in FIRST_YEAR..=LAST_YEAR {
            let mut names = names_of(year);
            names.retain(|name| *name != "休日");
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 16, "the sixteen holidays of the law in {year}");
        }
        assert_eq!(days().map(|day| day.0.year()).min(), Some(FIRST_YEAR));
        assert_eq!(days().map(|day| day.0.year()).max(), Some(LAST_YEAR));
    }

    #[test]
    fn holidays_have_their_names() {
        for (text, name) in [
            ("2020-07-24", Some("スポーツの日")),
            ("2020-10-12", None),
            ("2021-08-08", Some("山の日")),
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
    fn a_holiday_on_a_sunday_moves_to_the_next_day_that_is_none() {
        for sunday in days().filter(|day| day.weekday() == Weekday::Sun) {
            let next = (1..).map(|days| sunday.plus(days)).find(|day| holiday(*day).is_none_or(|name| name == "休日"));
            assert_eq!(next.and_then(holiday), Some("休日"), "after {sunday}");
        }
    }

    #[test]
    fn every_day_off_is_a_substitute_or_stands_between_two_holidays() {
        for off in days().filter(|day| holiday(*day) == Some("休日")) {
            let between = holiday(off.minus(1)).is_some() && holiday(off.plus(1)).is_some();
            let first_of_run = (1..).map(|days| off.minus(days)).take_while(|day| holiday(*day).is_some());
            let after_sunday = first_of_run.into_iter().any(|day| day.weekday() == Weekday::Sun);
            assert!(between || after_sunday, "{off}");
        }
    }

    #[test]
    fn a_day_between_two_holidays_is_a_holiday() {
        for day in days() {
            if holiday(day.plus(2)).is_some() && day.plus(1).weekday() != Weekday::Sun {
                assert!(holiday(day.plus(1)).is_some(), "{}", day.plus(1));
            }
        }
    }

    #[test]
    fn holidays_of_the_nth_monday_fall_on_it() {
        let nth_monday = [("成人の日", 1, 2), ("海の日", 7, 3), ("敬老の日", 9, 3), ("スポーツの日", 10, 2)];
        // In 2020 and 2021 two of them were moved for the Olympic Games.
        for year in 2022..=LAST_YEAR {
            for (name, month, nth) in nth_monday {
                let expected = NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, nth).expect("exists");
                assert_eq!(holiday(ReportingDay(expected)), Some(name), "{expected}");
            }
        }
    }

    #[test]
    fn years_without_a_table_have_no_holidays() {
        assert_eq!(holiday(day("2019-01-01")), None);
        assert_eq!(holiday(day("2028-01-01")), None);
    }
}
