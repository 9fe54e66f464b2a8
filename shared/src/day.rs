//! Reporting days: calendar days in Asia/Tokyo.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// A calendar day in Asia/Tokyo, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Date, example = "2026-11-22"))]
#[serde(transparent)]
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
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for ReportingDay {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self)
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
    fn a_day_starts_and_ends_at_midnight_in_japan() {
        let day: ReportingDay = "2026-11-22".parse().expect("a day");
        assert_eq!(day.start(), instant("2026-11-22T00:00:00+09:00"));
        assert_eq!(day.end(), instant("2026-11-23T00:00:00+09:00"));
    }
}
