//! Reporting days: calendar days in Asia/Tokyo.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Utc, Weekday};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day in Asia/Tokyo, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Date, example = "2026-11-22"))]
pub struct ReportingDay(pub NaiveDate);

/// A text that isn't a day of the calendar, written `YYYY-MM-DD` and in no other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day of the calendar as YYYY-MM-DD")]
pub struct NotADay;

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

impl FromStr for ReportingDay {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let is_written_so = bytes.len() == 10
            && bytes.iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_written_so {
            return Err(NotADay);
        }
        let number = |place: std::ops::Range<usize>| bytes[place].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        NaiveDate::from_ymd_opt(number(0..4).cast_signed(), number(5..7), number(8..10)).map(Self).ok_or(NotADay)
    }
}

impl Serialize for ReportingDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReportingDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = ReportingDay;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day of the calendar as YYYY-MM-DD")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<ReportingDay, E> {
                text.parse().map_err(|NotADay| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
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
    fn a_day_is_written_in_one_way() {
        let day: ReportingDay = serde_json::from_str("\"2028-02-29\"").expect("a day");
        assert_eq!(serde_json::to_string(&day).expect("text"), "\"2028-02-29\"");
        for text in [
            "2026-11-5",
            " 2026-11-05",
            "2026-11-05 ",
            "+026-11-05",
            "2026-11 -5",
            "2026/11/05",
            "12026-11-05",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "20261105",
            "２０２６-11-05",
            "",
        ] {
            assert_eq!(text.parse::<ReportingDay>(), Err(NotADay), "{text}");
            let refused = serde_json::from_value::<ReportingDay>(text.into()).expect_err(text).to_string();
            assert!(refused.ends_with("expected a day of the calendar as YYYY-MM-DD"), "{refused}");
        }
    }

    #[test]
    fn a_day_starts_and_ends_at_midnight_in_japan() {
        let day: ReportingDay = "2026-11-22".parse().expect("a day");
        assert_eq!(day.start(), instant("2026-11-22T00:00:00+09:00"));
        assert_eq!(day.end(), instant("2026-11-23T00:00:00+09:00"));
    }
}
