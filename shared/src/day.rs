//! Reporting days: calendar days in Asia/Tokyo.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// A calendar day in Asia/Tokyo, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Date, example = "2026-11-22"))]
#[serde(try_from = "String", into = "String")]
pub struct ReportingDay(pub NaiveDate);

/// Japan Standard Time, UTC+9 since 1951 without summer time: no time zone database is needed.
#[must_use]
pub fn jst() -> FixedOffset {
    const NINE_HOURS: i32 = 9 * 3600;
    #[expect(clippy::expect_used, reason = "nine hours lie within a day")]
    FixedOffset::east_opt(NINE_HOURS).expect("nine hours lie within a day")
}

/// The reporting day of an instant.
#[must_use]
pub fn reporting_day(now: DateTime<Utc>) -> ReportingDay {
    ReportingDay(now.with_timezone(&jst()).date_naive())
}

impl ReportingDay {
    /// The instant at which the day begins: 00:00 in Japan.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        let midnight = self.0.and_time(chrono::NaiveTime::MIN);
        (jst().from_utc_datetime(&midnight) - chrono::Duration::hours(9)).with_timezone(&Utc)
    }

    /// The instant at which the day has ended: 24:00 in Japan.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.plus(1).start()
    }

    /// The day so many days later. Saturates at the end of the calendar.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX))
    }

    /// The day so many days earlier. Saturates at the beginning of the calendar.
    #[must_use]
    pub fn minus(self, days: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN))
    }

    /// How many days `self` lies after `earlier`; negative when it lies before.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }
}

impl fmt::Display for ReportingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// Why a text isn't a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day of the calendar has the form YYYY-MM-DD")]
pub struct DayError;

impl FromStr for ReportingDay {
    type Err = DayError;

    /// Reads exactly `YYYY-MM-DD`. By hand, since what chrono reads formats with is larger than all rules of this crate.
    fn from_str(text: &str) -> Result<Self, DayError> {
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            digits.parse::<u16>().ok()
        };
        let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let day = || {
            let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
            NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        };
        shaped.then(day).flatten().map(Self).ok_or(DayError)
    }
}

impl TryFrom<String> for ReportingDay {
    type Error = DayError;
    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl From<ReportingDay> for String {
    fn from(day: ReportingDay) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("an instant").with_timezone(&Utc)
    }

    #[test]
    fn the_day_changes_at_midnight_in_japan_to_the_nanosecond() {
        assert_eq!(reporting_day(instant("2026-11-22T23:59:59.999999999+09:00")).to_string(), "2026-11-22");
        assert_eq!(reporting_day(instant("2026-11-23T00:00:00+09:00")).to_string(), "2026-11-23");
    }

    #[test]
    fn a_text_is_a_day_only_in_its_one_form() {
        for text in
            ["", "2026-1-2", "2026-13-01", "2026-02-29", "+026-01-02", "2026/01/02", "2026-01-02 ", "２０２６-01"]
        {
            assert_eq!(text.parse::<ReportingDay>(), Err(DayError), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn days_are_written_and_read_as_chrono_does(days in 0_u32..3_000_000) {
            let first = ReportingDay(NaiveDate::from_ymd_opt(1, 1, 1).expect("a day"));
            let day = first.plus(days);
            proptest::prop_assert_eq!(day.to_string(), day.0.format("%Y-%m-%d").to_string());
            proptest::prop_assert_eq!(day.to_string().parse(), Ok(day));
        }
    }

    #[test]
    fn a_day_starts_and_ends_at_midnight_in_japan() {
        let day: ReportingDay = "2026-11-22".parse().expect("a day");
        assert_eq!(day.start(), instant("2026-11-22T00:00:00+09:00"));
        assert_eq!(day.end(), instant("2026-11-23T00:00:00+09:00"));
    }
}
