//! Which figures may be asked for.

use chrono::{DateTime, Utc};

use super::{Curve, Level, Series, SummaryQuery};
use crate::account::Role;
use crate::day::{ReportingDay, reporting_day};
use crate::problem::{Rule, Violation};

/// The most days of one table.
pub const MOST_DAYS: u32 = 31;
/// The most days of a table of prefectures or the nation, whose coverage is that of tens of thousands of units.
pub const MOST_DAYS_OF_NATION: u32 = 7;
/// How many days the curves beside a table cover: eight weeks.
const TREND_DAYS: u32 = 56;
/// How many days weekly curves cover: 52 weeks.
const TREND_DAYS_OF_WEEKS: u32 = 364;
/// How many days before the last the sentence needs: as far as the same weekday of the week before.
const TREND_DAYS_OF_UNITS: u32 = 8;

/// A question for figures, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedSummary {
    /// Which organizations the rows are.
    pub level: Level,
    /// The first day.
    pub from: ReportingDay,
    /// The last day.
    pub to: ReportingDay,
    /// Which series.
    pub series: Series,
    /// As of which instant; none for now.
    pub as_of: Option<DateTime<Utc>>,
    /// What a point of the curves is.
    pub curve: Curve,
}

impl CheckedSummary {
    /// The first day of the curves.
    #[must_use]
    pub fn trend_from(&self) -> ReportingDay {
        let days = match self.curve {
            Curve::Weeks => TREND_DAYS_OF_WEEKS,
            Curve::Days if self.level == Level::Unit => TREND_DAYS_OF_UNITS,
            Curve::Days => TREND_DAYS,
        };
        self.to.minus(days - 1)
    }

    /// The days of the curves, oldest first.
    pub fn trend_days(&self) -> impl Iterator<Item = ReportingDay> + use<> {
        days(self.trend_from(), self.to)
    }

    /// The days of the table, oldest first.
    pub fn days(&self) -> impl Iterator<Item = ReportingDay> + use<> {
        days(self.from, self.to)
    }
}

fn days(from: ReportingDay, to: ReportingDay) -> impl Iterator<Item = ReportingDay> {
    let count = u32::try_from(to.days_since(from) + 1).unwrap_or(0);
    (0..count).map(move |days| from.plus(days))
}

/// Checks what a caller of a role asks for, as of an instant.
///
/// # Errors
/// Every rule that it breaks.
pub fn check_summary(query: &SummaryQuery, role: Role, now: DateTime<Utc>) -> Result<CheckedSummary, Vec<Violation>> {
    let mut violations = Vec::new();
    let as_of = query.as_of.as_deref().map(|text| read_as_of(text, now)).transpose();
    let as_of = as_of.unwrap_or_else(|violation| {
        violations.push(violation);
        None
    });
    let today = reporting_day(now);
    let level = query.level.unwrap_or(Level::usual(role));
    let to = query.to.unwrap_or(as_of.map_or(today, reporting_day));
    let from = query.from.unwrap_or(to);
    if to > today {
        violations.push(Violation::new("?to", Rule::DayOutOfRange, format!("At most {today}.")));
    }
    let (is_wide, curve) = (matches!(level, Level::Prefecture | Level::Nation), query.curve.unwrap_or_default());
    if curve == Curve::Weeks && !is_wide {
        violations.push(Violation::new("?curve", Rule::OutOfRange, "Weeks are for prefectures and the nation."));
    }
    let most = if is_wide { MOST_DAYS_OF_NATION } else { MOST_DAYS };
    if !(0..i64::from(most)).contains(&to.days_since(from)) {
        violations.push(Violation::new("?from", Rule::DayOutOfRange, format!("1 to {most} days, up to `to`.")));
    }
    if violations.is_empty() {
        Ok(CheckedSummary { level, from, to, series: query.series.unwrap_or_default(), as_of, curve })
    } else {
        Err(violations)
    }
}

/// Reads an instant of which figures are asked for.
pub(super) fn read_as_of(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Violation> {
    let instant = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Violation::new("?as_of", Rule::Malformed, "An instant of RFC 3339."))?;
    let instant = instant.with_timezone(&Utc);
    // The last recorded instant may lie a little ahead of a clock, and is asked for again as it was stated.
    if reporting_day(instant) > reporting_day(now) {
        return Err(Violation::new("?as_of", Rule::OutOfRange, "Today at the latest."));
    }
    Ok(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T09:00:00Z".parse().expect("an instant")
    }

    fn refused(query: &SummaryQuery) -> Vec<(String, Rule)> {
        let violations = check_summary(query, Role::Prefecture, now()).expect_err("refused");
        violations.into_iter().map(|violation| (violation.pointer, violation.rule)).collect()
    }

    fn of_days(level: Level, from: &str, to: &str) -> SummaryQuery {
        let day = |text: &str| Some(text.parse().expect("a day"));
        SummaryQuery { level: Some(level), from: day(from), to: day(to), ..SummaryQuery::default() }
    }

    #[test]
    fn each_role_is_shown_today_at_its_own_level() {
        for (role, level) in [
            (Role::Institution, Level::Unit),
            (Role::HealthCenter, Level::HealthCenter),
            (Role::Prefecture, Level::HealthCenter),
            (Role::Ministry, Level::Prefecture),
        ] {
            let checked = check_summary(&SummaryQuery::default(), role, now()).expect("sound");
            let today = reporting_day(now());
            assert_eq!((checked.level, checked.from, checked.to), (level, today, today));
            assert_eq!((checked.series, checked.as_of), (Series::AsEntered, None));
        }
    }

    #[test]
    fn an_instant_names_the_day_and_lies_not_ahead() {
        let as_of = |text: &str| SummaryQuery { as_of: Some(text.to_owned()), ..SummaryQuery::default() };
        let checked = check_summary(&as_of("2026-11-20T23:59:59.999999+09:00"), Role::Prefecture, now());
        let checked = checked.expect("sound");
        assert_eq!(checked.to.to_string(), "2026-11-20");
        assert_eq!(checked.as_of.map(|at| at.timestamp_subsec_micros()), Some(999_999));
        assert_eq!(refused(&as_of("2026-11-23T00:00:00+09:00")), [("?as_of".into(), Rule::OutOfRange)]);
        for text in ["", "today", "2026-11-20", "2026-11-20T23:59:59"] {
            assert_eq!(refused(&as_of(text)), [("?as_of".into(), Rule::Malformed)], "{text}");
        }
    }

    #[test]
    fn days_are_few_in_order_and_not_to_come() {
        for (level, from, to, pointer) in [
            (Level::HealthCenter, "2026-11-22", "2026-11-23", "?to"),
            (Level::HealthCenter, "2026-11-21", "2026-11-20", "?from"),
            (Level::Unit, "2026-10-20", "2026-11-20", "?from"),
            (Level::Nation, "2026-11-13", "2026-11-20", "?from"),
        ] {
            let violations = refused(&of_days(level, from, to));
            assert_eq!(violations, [(pointer.to_owned(), Rule::DayOutOfRange)], "{from} {to}");
        }
        for (level, from) in [(Level::Unit, "2026-10-21"), (Level::Nation, "2026-11-14")] {
            let checked = check_summary(&of_days(level, from, "2026-11-20"), Role::Prefecture, now()).expect("sound");
            assert_eq!(checked.days().next().map(|day| day.to_string()).as_deref(), Some(from));
            assert_eq!(checked.days().last(), Some(checked.to));
        }
    }

    #[test]
    fn weeks_are_for_prefectures_and_the_nation() {
        for (level, is_fine) in
            [(Level::Unit, false), (Level::HealthCenter, false), (Level::Prefecture, true), (Level::Nation, true)]
        {
            let query = SummaryQuery { curve: Some(Curve::Weeks), ..of_days(level, "2026-11-20", "2026-11-20") };
            let checked = check_summary(&query, Role::Ministry, now());
            assert_eq!(checked.is_ok(), is_fine, "{level:?}");
            assert!(checked.is_err() || checked.is_ok_and(|checked| checked.trend_days().count() == 52 * 7));
        }
    }

    #[test]
    fn curves_cover_eight_weeks_or_for_units_what_the_sentence_needs() {
        for (level, days) in [(Level::Unit, 8), (Level::HealthCenter, 56), (Level::Nation, 56)] {
            let checked = check_summary(&of_days(level, "2026-11-20", "2026-11-20"), Role::Ministry, now());
            assert_eq!(checked.expect("sound").trend_days().count(), days);
        }
    }
}
