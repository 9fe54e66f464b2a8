//! Days, times and numbers as people read them, in the language of the screens.

use chrono::{DateTime, Datelike, Duration, Timelike, Utc, Weekday};
use shared::day::jst;
use shared::{AgeBand, ReportingDay};

use crate::words::{Language, band_label, language};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// 2026年11月22日（日） · Sunday 22 November 2026
pub fn long_day(day: ReportingDay) -> String {
    long_day_in(language(), day)
}

/// 11月22日（日） · Sun 22 Nov
pub fn short_day(day: ReportingDay) -> String {
    short_day_in(language(), day)
}

/// 2026/11/22, in both languages.
pub fn slash_day(day: ReportingDay) -> String {
    day.to_string().replace('-', "/")
}

/// 令和8年 · Reiwa 8
pub fn era(day: ReportingDay) -> String {
    era_in(language(), day)
}

/// 18:22, in Japan.
pub fn time(instant: DateTime<Utc>) -> String {
    let time = instant.with_timezone(&jst());
    format!("{}:{:02}", time.hour(), time.minute())
}

/// 2026年11月22日（日） 18:22 · Sunday 22 November 2026, 18:22
pub fn day_and_time(instant: DateTime<Utc>) -> String {
    let separator = match language() {
        Language::Japanese => " ",
        Language::English => ", ",
    };
    format!("{}{separator}{}", long_day(shared::reporting_day(instant)), time(instant))
}

/// The time of a deadline as seen from a day: midnight after it is 24:00.
pub fn deadline(instant: DateTime<Utc>, day: ReportingDay) -> String {
    if instant == day.end() {
        return "24:00".to_owned();
    }
    if shared::reporting_day(instant) == day {
        return time(instant);
    }
    format!("{} {}", short_day(shared::reporting_day(instant)), time(instant))
}

/// 5時間38分 · 5 h 38 min
pub fn duration(span: Duration) -> String {
    duration_in(language(), span)
}

/// 10,117
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// 10,117 or −3, with the real minus sign.
pub fn sum(number: i64) -> String {
    let digits = grouped(&number.unsigned_abs().to_string());
    if number < 0 { format!("−{digits}") } else { digits }
}

/// +3 or −3
pub fn change(number: i64) -> String {
    if number > 0 { format!("+{}", sum(number)) } else { sum(number) }
}

/// 1～4歳 +1 · 30代 −2: the bands that change, with their change.
pub fn changes(bands: impl Iterator<Item = (AgeBand, i64)>) -> String {
    let parts = bands.filter(|(_, number)| *number != 0);
    parts.map(|(band, number)| format!("{} {}", band_label(band).get(), change(number))).collect::<Vec<_>>().join(" · ")
}

/// One decimal place, from tenths: 0.3
pub fn tenths(number: u64) -> String {
    format!("{}.{}", count(number / 10), number % 10)
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn long_day_in(language: Language, day: ReportingDay) -> String {
    let (year, month, of_month) = (day.0.year(), day.0.month(), day.0.day());
    match language {
        Language::Japanese => format!("{year}年{month}月{of_month}日（{}）", weekday(language, day)),
        Language::English => format!("{} {of_month} {} {year}", full_weekday(day), month_name(day)),
    }
}

fn short_day_in(language: Language, day: ReportingDay) -> String {
    let (month, of_month) = (day.0.month(), day.0.day());
    match language {
        Language::Japanese => format!("{month}月{of_month}日（{}）", weekday(language, day)),
        Language::English => {
            let month: String = month_name(day).chars().take(3).collect();
            format!("{} {of_month} {month}", weekday(language, day))
        }
    }
}

fn era_in(language: Language, day: ReportingDay) -> String {
    /// The year before the first of Reiwa (1 May 2019).
    const BEFORE_REIWA: i32 = 2018;
    let year = day.0.year() - BEFORE_REIWA;
    match language {
        Language::Japanese => format!("令和{year}年"),
        Language::English => format!("Reiwa {year}"),
    }
}

fn duration_in(language: Language, span: Duration) -> String {
    let minutes = span.num_minutes().max(0);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (language, hours) {
        (Language::Japanese, 0) => format!("{minutes}分"),
        (Language::Japanese, _) => format!("{hours}時間{minutes}分"),
        (Language::English, 0) => format!("{minutes} min"),
        (Language::English, _) => format!("{hours} h {minutes} min"),
    }
}

fn month_name(day: ReportingDay) -> &'static str {
    MONTHS.get(day.0.month0() as usize).copied().unwrap_or_default()
}

fn weekday(language: Language, day: ReportingDay) -> &'static str {
    let (japanese, english) = match day.weekday() {
        Weekday::Mon => ("月", "Mon"),
        Weekday::Tue => ("火", "Tue"),
        Weekday::Wed => ("水", "Wed"),
        Weekday::Thu => ("木", "Thu"),
        Weekday::Fri => ("金", "Fri"),
        Weekday::Sat => ("土", "Sat"),
        Weekday::Sun => ("日", "Sun"),
    };
    if language == Language::Japanese { japanese } else { english }
}

fn full_weekday(day: ReportingDay) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_is_written_in_the_manner_of_each_language() {
        let sunday = day("2026-11-22");
        assert_eq!(long_day_in(Language::Japanese, sunday), "2026年11月22日（日）");
        assert_eq!(long_day_in(Language::English, sunday), "Sunday 22 November 2026");
        assert_eq!(short_day_in(Language::Japanese, sunday), "11月22日（日）");
        assert_eq!(short_day_in(Language::English, sunday), "Sun 22 Nov");
        assert_eq!(slash_day(sunday), "2026/11/22");
        assert_eq!(era_in(Language::Japanese, sunday), "令和8年");
    }

    #[test]
    fn times_are_those_of_japan_on_the_24_hour_clock() {
        let instant: DateTime<Utc> = "2026-11-22T09:22:00Z".parse().expect("an instant");
        assert_eq!(time(instant), "18:22");
    }

    #[test]
    fn midnight_at_the_end_of_a_day_is_written_24() {
        let sunday = day("2026-11-22");
        assert_eq!(deadline(sunday.end(), sunday), "24:00");
        assert_eq!(deadline(sunday.end() - Duration::hours(7), sunday), "17:00");
        assert_eq!(deadline(sunday.end() + Duration::hours(10), sunday), "11月23日（月） 10:00");
    }

    #[test]
    fn numbers_have_thousands_commas_and_a_real_minus() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(10_117), "10,117");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(sum(-1_234), "−1,234");
        assert_eq!(change(3), "+3");
        assert_eq!(change(-3), "−3");
        assert_eq!(tenths(23), "2.3");
    }

    #[test]
    fn a_duration_is_hours_and_minutes() {
        assert_eq!(duration_in(Language::Japanese, Duration::minutes(338)), "5時間38分");
        assert_eq!(duration_in(Language::English, Duration::minutes(338)), "5 h 38 min");
        assert_eq!(duration_in(Language::Japanese, Duration::seconds(-5)), "0分");
    }
}
