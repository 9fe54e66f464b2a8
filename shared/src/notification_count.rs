//! Notification counts: how many patients of a unit's day were notified to a health center one by one (発生届).
//!
//! Those notified are of 65 years and more, and a report includes them. A report that says fewer has left them out
//! (Kochi, 2022: 3,197 cases were missing from the reports, of which 99 % were of 65 years and more).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::MAX_DAYS_BACK;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::organization::{OrganizationKind, OrganizationRef};
use crate::problem::{Problem, Rule, Violation};

/// How many counts one request has at the most.
pub const MAX_ROWS: usize = 500;
/// How many patients a count says at the most: as many as a band of a report.
pub const MAX_COUNT: u32 = 99_999;

/// How counts came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CountSource {
    /// Typed one by one.
    #[default]
    Typed,
    /// Taken over from a list.
    Imported,
}

impl CountSource {
    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Imported => "imported",
        }
    }
}

/// A count on record: the newest of its unit and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationCount {
    /// The unit.
    pub unit_id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its name.
    pub name: String,
    /// Its ten-digit code, where it has one.
    pub institution_code: Option<String>,
    /// Its telephone number as printed.
    pub telephone: String,
    /// In whose row of a table it stands today.
    pub area: OrganizationRef,
    /// The day.
    pub day: ReportingDay,
    /// How many patients of that day were notified one by one.
    pub count: u32,
    /// How it came in.
    pub source: CountSource,
    /// Who entered it.
    pub entered_by: String,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub entered_at: DateTime<Utc>,
    /// How many patients of 65 and more the unit has said for that day, by target day, with all that was corrected
    /// or adjusted since; none while it hasn't said anything.
    pub reported_65_plus: Option<u32>,
    /// The unit's report of that day in its newest revision, where there is one.
    pub report_id: Option<Uuid>,
    /// Whether the unit has said fewer than were notified.
    pub is_below: bool,
}

/// Whether a unit has said fewer patients of 65 and more than were notified. One that hasn't said anything is missing,
/// and asked about when it reports.
#[must_use]
pub fn is_below(reported_65_plus: Option<u32>, notified: u32) -> bool {
    reported_65_plus.is_some_and(|reported| reported < notified)
}

/// Which counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationCountQuery {
    /// Those of this day, today at the latest; today by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// Only that of this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// Only those of units that have said fewer, or only the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<bool>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Counts to be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationCountsRequest {
    /// How they came in; typed by default.
    #[serde(default)]
    pub source: CountSource,
    /// The counts, 1 to 500.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub counts: Vec<NotificationCountRow>,
}

/// A count to be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationCountRow {
    /// Of which unit.
    pub unit_id: Uuid,
    /// Of which day: today, or up to 60 days back.
    pub day: ReportingDay,
    /// How many patients were notified one by one, 0 to 99,999.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 99_999))]
    pub count: u32,
}

/// What became of one count of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationCountResult {
    /// Of which unit.
    pub unit_id: Uuid,
    /// Of which day.
    pub day: ReportingDay,
    /// The count.
    pub count: u32,
    /// Why it isn't stored; none where it is. Pointers begin at the count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Problem>,
}

/// What became of the counts of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationCountResults {
    /// One result a count, in the order of the request.
    pub results: Vec<NotificationCountResult>,
}

/// Checks how many counts a request has.
///
/// # Errors
/// [`Rule::OutOfRange`].
pub fn check_rows(request: &NotificationCountsRequest) -> Result<(), Violation> {
    if (1..=MAX_ROWS).contains(&request.counts.len()) {
        return Ok(());
    }
    Err(Violation::new("/counts", Rule::OutOfRange, format!("1 to {MAX_ROWS} counts.")))
}

/// Checks the count at a place of a request's, which may name each unit and day once.
///
/// # Errors
/// Every rule that is broken, in the order of the fields.
pub fn check_row(
    counts: &[NotificationCountRow],
    place: usize,
    today: ReportingDay,
) -> Result<Checked<NotificationCountRow>, Vec<Violation>> {
    let Some((row, before)) = counts.get(..=place).and_then(<[_]>::split_last) else {
        return Err(vec![Violation::new("", Rule::Required, "There is no such count.")]);
    };
    let mut violations = Vec::new();
    if before.iter().any(|earlier| (earlier.unit_id, earlier.day) == (row.unit_id, row.day)) {
        violations.push(Violation::new("/unit_id", Rule::Duplicate, "The unit and day stand before."));
    }
    if !is_day(row.day, today) {
        let message = format!("Today at the latest, and at most {MAX_DAYS_BACK} days back.");
        violations.push(Violation::new("/day", Rule::DayOutOfRange, message));
    }
    if row.count > MAX_COUNT {
        violations.push(Violation::new("/count", Rule::OutOfRange, format!("0 to {MAX_COUNT}.")));
    }
    if violations.is_empty() { Ok(Checked::new(*row)) } else { Err(violations) }
}

/// Whether counts of a day may be entered today.
#[must_use]
pub fn is_day(day: ReportingDay, today: ReportingDay) -> bool {
    (0..=i64::from(MAX_DAYS_BACK)).contains(&today.days_since(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    fn row(unit: u128, of: &str, count: u32) -> NotificationCountRow {
        NotificationCountRow { unit_id: Uuid::from_u128(unit), day: day(of), count }
    }

    fn broken(counts: &[NotificationCountRow], place: usize) -> Vec<(String, Rule)> {
        let violations = check_row(counts, place, day("2026-11-22")).expect_err("refused");
        violations.into_iter().map(|violation| (violation.pointer, violation.rule)).collect()
    }

    #[test]
    fn a_count_is_of_today_or_of_up_to_60_days_back() {
        let today = day("2026-11-22");
        for of in ["2026-11-22", "2026-11-21", "2026-09-23"] {
            assert!(check_row(&[row(1, of, 0)], 0, today).is_ok(), "{of}");
        }
        for of in ["2026-11-23", "2026-09-22"] {
            assert_eq!(broken(&[row(1, of, 0)], 0), [("/day".to_owned(), Rule::DayOutOfRange)], "{of}");
        }
    }

    #[test]
    fn a_count_is_0_to_99_999() {
        let today = "2026-11-22";
        assert!(check_row(&[row(1, today, MAX_COUNT)], 0, day(today)).is_ok());
        assert_eq!(broken(&[row(1, today, MAX_COUNT + 1)], 0), [("/count".to_owned(), Rule::OutOfRange)]);
    }

    #[test]
    fn a_unit_and_day_stand_once_and_the_second_is_refused() {
        let counts =
            [row(1, "2026-11-22", 3), row(1, "2026-11-21", 4), row(2, "2026-11-22", 5), row(1, "2026-11-22", 6)];
        for place in 0..3 {
            assert!(check_row(&counts, place, day("2026-11-22")).is_ok(), "{place}");
        }
        assert_eq!(broken(&counts, 3), [("/unit_id".to_owned(), Rule::Duplicate)]);
        assert_eq!(broken(&counts, 4), [(String::new(), Rule::Required)], "there is no fifth");
    }

    #[test]
    fn a_request_has_1_to_500_counts() {
        let of = |number| {
            let counts = vec![row(1, "2026-11-22", 0); number];
            check_rows(&NotificationCountsRequest { source: CountSource::Typed, counts })
        };
        assert!(of(1).is_ok() && of(MAX_ROWS).is_ok());
        for number in [0, MAX_ROWS + 1] {
            assert_eq!(of(number).expect_err("refused").rule, Rule::OutOfRange);
        }
    }

    #[test]
    fn fewer_than_were_notified_is_below_and_silence_is_not() {
        assert!(is_below(Some(2), 3) && is_below(Some(0), 1));
        assert!(!is_below(Some(3), 3) && !is_below(Some(4), 3) && !is_below(Some(0), 0));
        assert!(!is_below(None, 3));
    }

    #[test]
    fn a_source_is_sent_as_its_key() {
        for source in [CountSource::Typed, CountSource::Imported] {
            assert_eq!(serde_json::to_value(source).expect("serializes"), source.key());
        }
    }
}
