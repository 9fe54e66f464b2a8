//! Which days a question is about.

use shared::history::HistoryQuery;
use shared::{ReportingDay, Rule, Violation};

use crate::store::Days;

/// How many days one answer covers at the most.
pub const MOST: u32 = 92;
/// How many days it covers when nothing is said.
const USUAL: u32 = 7;

/// The days of a question: so many back from `today`, or from one day to another, which is at most `last`.
///
/// # Errors
///
/// Every rule that the question breaks.
pub fn asked(query: &HistoryQuery, today: ReportingDay, last: ReportingDay) -> Result<Days, Vec<Violation>> {
    match (query.from, query.to) {
        (None, None) => back(query.days.unwrap_or(USUAL), today),
        (Some(from), Some(to)) if query.days.is_none() => between(from, to, last),
        (Some(_), Some(_)) => {
            let message = "Say either `days`, or `from` and `to`.";
            Err(vec![Violation::new("?days", Rule::NotAllowed, message)])
        }
        (Some(_), None) => Err(vec![Violation::new("?to", Rule::Required, "`from` needs `to`.")]),
        (None, Some(_)) => Err(vec![Violation::new("?from", Rule::Required, "`to` needs `from`.")]),
    }
}

/// A day that has begun: today, unless another is asked for.
///
/// # Errors
///
/// [`Rule::DayOutOfRange`].
pub fn not_to_come(day: Option<ReportingDay>, today: ReportingDay) -> Result<ReportingDay, Violation> {
    let day = day.unwrap_or(today);
    if day > today {
        return Err(Violation::new("?day", Rule::DayOutOfRange, format!("At most {today}.")));
    }
    Ok(day)
}

fn back(days: u32, today: ReportingDay) -> Result<Days, Vec<Violation>> {
    if (1..=MOST).contains(&days) {
        return Ok(Days::back(today, days));
    }
    Err(vec![Violation::new("?days", Rule::OutOfRange, format!("1 to {MOST} days."))])
}

fn between(from: ReportingDay, to: ReportingDay, last: ReportingDay) -> Result<Days, Vec<Violation>> {
    let mut violations = Vec::new();
    if to > last {
        violations.push(Violation::new("?to", Rule::DayOutOfRange, format!("At most {last}.")));
    }
    if !(0..i64::from(MOST)).contains(&to.days_since(from)) {
        let message = format!("From the first day to the last, 1 to {MOST} days.");
        violations.push(Violation::new("?from", Rule::OutOfRange, message));
    }
    if violations.is_empty() { Ok(Days { from, to }) } else { Err(violations) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(days: Option<u32>, from: Option<&str>, to: Option<&str>) -> Result<Days, Vec<(String, Rule)>> {
        let today: ReportingDay = "2026-11-22".parse().expect("a day");
        let day = |text: &str| text.parse().expect("a day");
        let query = HistoryQuery { unit_id: None, days, from: from.map(day), to: to.map(day) };
        asked(&query, today, today)
            .map_err(|all| all.into_iter().map(|violation| (violation.pointer, violation.rule)).collect())
    }

    fn refused(days: Option<u32>, from: Option<&str>, to: Option<&str>) -> (String, Rule) {
        ask(days, from, to).expect_err("refused").remove(0)
    }

    #[test]
    fn a_question_without_days_is_about_the_last_seven() {
        let days = ask(None, None, None).expect("days");
        assert_eq!((days.from.to_string(), days.to.to_string()), ("2026-11-16".into(), "2026-11-22".into()));
    }

    #[test]
    fn at_most_92_days_are_answered_either_way() {
        assert!(ask(Some(92), None, None).is_ok());
        assert!(ask(None, Some("2026-08-23"), Some("2026-11-22")).is_ok());
        assert_eq!(refused(Some(93), None, None), ("?days".into(), Rule::OutOfRange));
        assert_eq!(refused(Some(0), None, None), ("?days".into(), Rule::OutOfRange));
        assert_eq!(refused(None, Some("2026-08-22"), Some("2026-11-22")), ("?from".into(), Rule::OutOfRange));
    }

    #[test]
    fn half_a_range_a_reversed_one_and_one_that_has_not_come_are_refused() {
        assert_eq!(refused(None, Some("2026-11-01"), None), ("?to".into(), Rule::Required));
        assert_eq!(refused(None, None, Some("2026-11-01")), ("?from".into(), Rule::Required));
        assert_eq!(refused(None, Some("2026-11-02"), Some("2026-11-01")), ("?from".into(), Rule::OutOfRange));
        assert_eq!(refused(None, Some("2026-11-22"), Some("2026-11-23")), ("?to".into(), Rule::DayOutOfRange));
        assert_eq!(refused(Some(7), Some("2026-11-01"), Some("2026-11-02")), ("?days".into(), Rule::NotAllowed));
    }
}
