//! Which days: the last so many, or from a day to a day, at most 92 in all; kept in the address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::ReportingDay;
use shared::history::HistoryQuery;

use crate::components::{ErrorSummary, Mistake, TextField, mistake_at};
use crate::words::{hist, t};
use crate::{clock, router};

/// The most days that one answer holds.
const MAX_DAYS: u32 = 92;
/// The ranges that are one press away.
const CHOICES: [u32; 4] = [7, 14, 28, MAX_DAYS];

/// A range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// So many days up to today.
    Last(u32),
    /// From a day to a day.
    Between(ReportingDay, ReportingDay),
}

impl Range {
    /// The range of an address; seven days where it says nothing usable.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |key| parameter(key).and_then(|text| text.parse::<ReportingDay>().ok());
        if let (Some(from), Some(to)) = (day("from"), day("to"))
            && Self::fits(from, to)
        {
            return Self::Between(from, to);
        }
        let days = parameter("days").and_then(|text| text.parse().ok()).filter(|days| (1..=MAX_DAYS).contains(days));
        Self::Last(days.unwrap_or(7))
    }

    /// Whether it is the seven days of the first view.
    pub fn is_week(self) -> bool {
        self == Self::Last(7)
    }

    /// What is asked of the service.
    pub fn query(self) -> HistoryQuery {
        match self {
            Self::Last(days) => HistoryQuery { days: Some(days), ..HistoryQuery::default() },
            Self::Between(from, to) => HistoryQuery { from: Some(from), to: Some(to), ..HistoryQuery::default() },
        }
    }

    /// The first day and the last.
    fn days(self) -> (ReportingDay, ReportingDay) {
        let today = shared::reporting_day(clock::instant());
        match self {
            Self::Last(days) => (today.minus(days.saturating_sub(1)), today),
            Self::Between(from, to) => (from, to),
        }
    }

    fn fits(from: ReportingDay, to: ReportingDay) -> bool {
        (0..i64::from(MAX_DAYS)).contains(&to.days_since(from))
    }
}

/// Links for the usual ranges and a form for any other.
#[component]
pub fn RangePicker(range: Memo<Range>) -> impl IntoView {
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // What was typed gives way to the range that was chosen; the fields stay, and the focus with them.
    Effect::new(move || {
        let (first, last) = range.get().days();
        from.set(first.to_string());
        to.set(last.to_string());
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match chosen(&from.get_untracked(), &to.get_untracked()) {
            Ok((from, to)) => router::go(&format!("/history?from={from}&to={to}")),
            Err(found) => mistakes.set(found),
        }
    };
    let links = CHOICES.map(|days| {
        let here = move || (range.get() == Range::Last(days)).then_some("true");
        view! { <li><a href=format!("/history?days={days}") aria-current=here>{move || hist::days(&days)}</a></li> }
    });
    let at = |field| mistake_at(mistakes, field);
    view! {
        <div class="range no-print">
            <nav aria-label=t(hist::RANGE)>
                <ul class="range-links">{links.into_iter().collect_view()}</ul>
            </nav>
            <details open=move || matches!(range.get(), Range::Between(..))>
                <summary>{t(hist::CUSTOM)}</summary>
                <form class="range-form" novalidate on:submit=submit>
                    <ErrorSummary mistakes=mistakes />
                    <TextField id="from" label=hist::FROM value=from error=at("from") kind="date" />
                    <TextField id="to" label=hist::TO value=to error=at("to") kind="date" />
                    <button type="submit" class="button">{t(hist::SHOW)}</button>
                </form>
            </details>
        </div>
    }
}

/// The days of the form, or what is wrong with them.
fn chosen(from: &str, to: &str) -> Result<(ReportingDay, ReportingDay), Vec<Mistake>> {
    let mistake = |field: &str, words: &str| Mistake { field: field.to_owned(), words: words.to_owned() };
    match (from.parse::<ReportingDay>(), to.parse::<ReportingDay>()) {
        (Ok(from), Ok(to)) if Range::fits(from, to) => Ok((from, to)),
        (Ok(_), Ok(_)) => Err(vec![mistake("from", hist::BAD_RANGE.get())]),
        (from, to) => Err([("from", from.is_err()), ("to", to.is_err())]
            .into_iter()
            .filter(|(_, wrong)| *wrong)
            .map(|(field, _)| mistake(field, hist::BAD_DAY.get()))
            .collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &[(&str, &str)]) -> Range {
        Range::of(|key| query.iter().find(|(known, _)| *known == key).map(|(_, value)| (*value).to_owned()))
    }

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    #[test]
    fn an_address_without_a_usable_range_means_seven_days() {
        assert_eq!(of(&[]), Range::Last(7));
        assert_eq!(of(&[("days", "0")]), Range::Last(7));
        assert_eq!(of(&[("days", "93")]), Range::Last(7));
        assert_eq!(of(&[("from", "2026-11-22"), ("to", "2026-11-21")]), Range::Last(7));
        assert_eq!(of(&[("days", "28")]), Range::Last(28));
    }

    #[test]
    fn ninety_two_days_fit_and_one_more_does_not() {
        assert!(Range::fits(day("2026-08-23"), day("2026-11-22")));
        assert!(!Range::fits(day("2026-08-22"), day("2026-11-22")));
    }

    #[test]
    fn a_form_names_the_field_that_is_wrong() {
        let wrong = chosen("", "2026-11-22").expect_err("a blank day");
        assert_eq!(wrong.iter().map(|mistake| mistake.field.as_str()).collect::<Vec<_>>(), ["from"]);
        assert!(chosen("2026-11-01", "2026-11-22").is_ok());
    }
}
