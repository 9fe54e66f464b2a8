//! Japan's public holidays: the table that the program carries, and what the administrator's import says otherwise.

mod published;
mod table;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::day::ReportingDay;
use crate::problem::{Rule, Violation};

pub use published::{Published, Unreadable};
pub use table::{FIRST_YEAR, LAST_YEAR};

/// How many days before the holidays that are known come to their end the administrator is told. The Cabinet Office
/// publishes a year's in February of the year before.
const TELL_DAYS: i64 = 60;

/// The last year of which holidays may be asked for: the last whose days are written in ten characters.
const MOST_YEAR: i32 = 9999;

/// The public holidays: those of the program's table, but for days of which an import said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Names of days that are holidays; none of days that are none.
    otherwise: BTreeMap<ReportingDay, Option<String>>,
}

impl Holidays {
    /// Takes in what an import said of a day: the holiday's name, or none where it is no holiday.
    pub fn say(&mut self, day: ReportingDay, name: Option<String>) {
        self.otherwise.insert(day, name);
    }

    /// The name of the holiday that a day is, `休日` for a substitute or a day between two others; none where it is none,
    /// and for every day of a year of which nothing is known.
    #[must_use]
    pub fn name(&self, day: ReportingDay) -> Option<&str> {
        self.otherwise.get(&day).map_or_else(|| table::holiday(day), Option::as_deref)
    }

    /// Whether a day is a public holiday.
    #[must_use]
    pub fn contains(&self, day: ReportingDay) -> bool {
        self.name(day).is_some()
    }

    /// The holidays of a year, in order.
    #[must_use]
    pub fn of_year(&self, year: i32) -> Vec<Holiday> {
        let holiday = |day| self.name(day).map(|name| Holiday { day, name: name.to_owned() });
        days_of(year).filter_map(holiday).collect()
    }

    /// The last day of the last year of which holidays are known.
    #[must_use]
    pub fn known_until(&self) -> ReportingDay {
        let imported = self.otherwise.iter().filter(|(_, name)| name.is_some()).map(|(day, _)| day.0.year()).max();
        let year = imported.map_or(LAST_YEAR, |imported| imported.max(LAST_YEAR));
        ReportingDay(NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX))
    }

    /// Whether it is time to import the next year's.
    #[must_use]
    pub fn end_soon(&self, today: ReportingDay) -> bool {
        self.known_until().days_since(today) < TELL_DAYS
    }

    /// What a file says otherwise, in the years that it covers. Only coming days may change: which units were to be
    /// expected on days up to today is history. Of past years, those of the program's table are compared.
    #[must_use]
    pub fn compared_with(&self, published: &Published, today: ReportingDay) -> Comparison {
        let mut comparison = Comparison::default();
        for day in published.years().filter(|year| *year >= FIRST_YEAR).flat_map(days_of) {
            let (before, after) = (self.name(day), published.name(day));
            let differs = before != after;
            let difference = || Difference { day, before: before.map(str::to_owned), after: after.map(str::to_owned) };
            match (day > today, differs) {
                (true, true) => comparison.coming.push(difference()),
                (true, false) => comparison.left += usize::from(after.is_some()),
                (false, true) => comparison.past.push(difference()),
                (false, false) => {}
            }
        }
        comparison
    }
}

/// Every day of a year.
fn days_of(year: i32) -> impl Iterator<Item = ReportingDay> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    let days = first.into_iter().flat_map(|first| first.iter_days());
    days.take_while(move |day| day.year() == year).map(ReportingDay)
}

/// What the program's table says of a day, whatever was imported.
#[must_use]
pub fn of_table(day: ReportingDay) -> Option<&'static str> {
    table::holiday(day)
}

/// What a file says otherwise than what holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Coming days, in order: these change with an import.
    pub coming: Vec<Difference>,
    /// Days up to today, in order: these stay as they are.
    pub past: Vec<Difference>,
    /// How many coming holidays are the same in both.
    pub left: usize,
}

/// A day of which a file says otherwise. At least one of the two is a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The day.
    pub day: ReportingDay,
    /// The holiday that it is; none where it is none.
    pub before: Option<String>,
    /// The holiday that it is by the file; none where it is none.
    pub after: Option<String>,
}

/// A public holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holiday {
    /// The day.
    pub day: ReportingDay,
    /// Its official name, in Japanese; `休日` for a substitute or a day between two others.
    #[cfg_attr(feature = "openapi", schema(example = "勤労感謝の日"))]
    pub name: String,
}

/// The public holidays of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HolidayList {
    /// Until when holidays are known: the last day of a year. Later years have no items, since nothing is known of them.
    pub known_until: ReportingDay,
    /// The holidays, in order.
    pub items: Vec<Holiday>,
    /// Always none: a year has few.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// Which year's holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HolidayQuery {
    /// The year, 2020 to 9999; this one in Japan by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 2020, maximum = 9999))]
    pub year: Option<i32>,
}

/// Checks which year is asked for, as of today.
///
/// # Errors
/// [`Rule::OutOfRange`].
pub fn check_year(year: Option<i32>, today: ReportingDay) -> Result<i32, Violation> {
    let year = year.unwrap_or_else(|| today.0.year());
    if (FIRST_YEAR..=MOST_YEAR).contains(&year) {
        return Ok(year);
    }
    Err(Violation::new("?year", Rule::OutOfRange, format!("{FIRST_YEAR} to {MOST_YEAR}.")))
}

#[cfg(test)]
#[path = "holidays_tests.rs"]
mod tests;
