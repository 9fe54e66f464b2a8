//! Which figures are asked for, kept in the address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::ReportingDay;
use shared::account::Role;
use shared::summary::{Level, MOST_DAYS, MOST_DAYS_OF_NATION, Series, SummaryQuery, SummaryView};

use super::levels;
use crate::components::{ChoiceField, ErrorSummary, Mistake, TextField, mistake_at, slash_leads_to};
use crate::words::figures::{level as level_words, page as says, series as series_words};
use crate::words::{Text, hist, t};
use crate::{clock, router};

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    days: Option<(ReportingDay, ReportingDay)>,
    level: Option<Level>,
    series: Series,
    /// As of which minute in Japan, `2026-11-22T18:00`.
    at: Option<String>,
}

impl Search {
    /// The question of an address; what it says that isn't usable is as if it weren't there.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |key| parameter(key).and_then(|text| text.parse::<ReportingDay>().ok());
        let level = parameter("level").and_then(|key| Level::ALL.into_iter().find(|level| level.key() == key));
        let series = parameter("series").and_then(|key| Series::ALL.into_iter().find(|series| series.key() == key));
        Self {
            days: day("from").or(day("to")).zip(day("to")).filter(|(from, to)| fits(*from, *to, level)),
            level,
            series: series.unwrap_or_default(),
            at: parameter("at").filter(|text| is_minute(text)),
        }
    }

    /// What is asked of the service.
    pub fn query(&self) -> SummaryQuery {
        SummaryQuery {
            level: self.level,
            from: self.days.map(|(from, _)| from),
            to: self.days.map(|(_, to)| to),
            series: Some(self.series),
            as_of: self.at.as_ref().map(|at| format!("{at}:00+09:00")),
            curve: None,
        }
    }

    /// Whether it asks for figures as they stood earlier.
    pub const fn is_past(&self) -> bool {
        self.at.is_some()
    }

    /// The address of this question.
    fn address(&self) -> String {
        let mut all = vec![format!("series={}", self.series.key())];
        if let Some((from, to)) = self.days {
            all.push(format!("from={from}&to={to}"));
        }
        all.extend(self.level.map(|level| format!("level={}", level.key())));
        all.extend(self.at.as_ref().map(|at| format!("at={at}")));
        format!("/figures?{}", all.join("&"))
    }
}

/// Where the same figures lie, as of the same instant.
pub fn same(view: &SummaryView) -> String {
    let SummaryView { level, from, to, series, as_of, .. } = view;
    let (level, series) = (level.key(), series.key());
    format!("/api/v1/summaries?level={level}&from={from}&to={to}&series={series}&as_of={as_of}")
}

/// The most days of a table.
fn most(level: Option<Level>) -> u32 {
    if matches!(level, Some(Level::Prefecture | Level::Nation)) { MOST_DAYS_OF_NATION } else { MOST_DAYS }
}

fn fits(from: ReportingDay, to: ReportingDay, level: Option<Level>) -> bool {
    (0..i64::from(most(level))).contains(&to.days_since(from))
}

/// Whether a text is a minute as a field of date and time has it.
fn is_minute(text: &str) -> bool {
    let (day, time) = text.split_at_checked(10).unwrap_or_default();
    let within = |digits: Option<&str>, most: u8| {
        digits
            .filter(|digits| digits.len() == 2)
            .and_then(|digits| digits.parse::<u8>().ok())
            .is_some_and(|n| n <= most)
    };
    day.parse::<ReportingDay>().is_ok()
        && time.len() == 6
        && time.get(..1) == Some("T")
        && within(time.get(1..3), 23)
        && time.get(3..4) == Some(":")
        && within(time.get(4..6), 59)
}

/// The word for a level.
pub fn level_word(level: Level) -> Text {
    level_words::lookup(level.key()).unwrap_or(Text::MISSING)
}

/// The word for a series.
pub fn series_word(series: Series) -> Text {
    series_words::lookup(series.key()).unwrap_or(Text::MISSING)
}

/// The form. Choosing asks nothing; the button does.
#[component]
pub fn SearchForm(search: Memo<Search>, role: Role) -> impl IntoView {
    slash_leads_to("from");
    let [from, to, level, series, at] = [(); 5].map(|()| RwSignal::new(String::new()));
    Effect::new(move || {
        let search = search.get();
        let today = shared::reporting_day(clock::instant());
        let (first, last) = search.days.unwrap_or((today, today));
        from.set(first.to_string());
        to.set(last.to_string());
        level.set(search.level.unwrap_or(Level::usual(role)).key().to_owned());
        series.set(search.series.key().to_owned());
        at.set(search.at.unwrap_or_default());
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = levels(role).iter().copied().find(|one| level.with_untracked(|key| key == one.key()));
        let today = shared::reporting_day(clock::instant());
        match days_of(&from.get_untracked(), &to.get_untracked(), chosen, today) {
            Ok(days) if at.with_untracked(|at| at.is_empty() || is_minute(at)) => {
                mistakes.set(Vec::new());
                let series = Series::ALL.into_iter().find(|one| series.with_untracked(|key| key == one.key()));
                let at = Some(at.get_untracked()).filter(|at| !at.is_empty());
                let asked = Search { days: Some(days), level: chosen, series: series.unwrap_or_default(), at };
                router::go(&asked.address());
            }
            Ok(_) => mistakes.set(vec![mistake("at", says::BAD_AT.get())]),
            Err(found) => mistakes.set(found),
        }
    };
    let choices: Vec<_> = levels(role).iter().map(|level| (level.key(), level_word(*level))).collect();
    let ways = Series::ALL.map(|series| (series.key(), series_word(series))).to_vec();
    let past = Memo::new(move |_| search.with(Search::is_past));
    let now = move || search.with(|search| Search { at: None, ..search.clone() }.address());
    view! {
        <form class="range-form no-print" role="search" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            <TextField id="from" label=hist::FROM value=from error=mistake_at(mistakes, "from") kind="date" />
            <TextField id="to" label=hist::TO value=to error=mistake_at(mistakes, "to") kind="date" />
            <ChoiceField id="level" label=says::LEVEL choices=choices value=level />
            <ChoiceField id="series" label=says::SERIES choices=ways value=series />
            <TextField
                id="at"
                label=says::AT
                value=at
                error=mistake_at(mistakes, "at")
                hint=says::AT_HINT
                kind="datetime-local"
            />
            <button type="submit" class="button primary">{t(says::SHOW)}</button>
        </form>
        <Show when=move || past.get()>
            <p class="no-print"><a href=now>{t(says::AGAIN)}</a></p>
        </Show>
    }
}

fn mistake(field: &str, words: impl Into<String>) -> Mistake {
    Mistake { field: field.to_owned(), words: words.into() }
}

/// The days of the form, or what is wrong with them.
fn days_of(
    from: &str,
    to: &str,
    level: Option<Level>,
    today: ReportingDay,
) -> Result<(ReportingDay, ReportingDay), Vec<Mistake>> {
    match (from.parse::<ReportingDay>(), to.parse::<ReportingDay>()) {
        (Ok(_), Ok(to)) if to > today => Err(vec![mistake("to", says::TO_COME.get())]),
        (Ok(from), Ok(to)) if fits(from, to, level) => Ok((from, to)),
        (Ok(_), Ok(_)) => Err(vec![mistake("from", says::bad_range(&most(level)))]),
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

    fn of(query: &[(&str, &str)]) -> Search {
        Search::of(|key| query.iter().find(|(known, _)| *known == key).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_which_figures_and_is_written_again_the_same() {
        let search = of(&[
            ("from", "2026-11-16"),
            ("to", "2026-11-22"),
            ("level", "unit"),
            ("series", "by_target_day"),
            ("at", "2026-11-22T18:00"),
        ]);
        let query = search.query();
        assert_eq!((query.level, query.series), (Some(Level::Unit), Some(Series::ByTargetDay)));
        assert_eq!(query.as_of.as_deref(), Some("2026-11-22T18:00:00+09:00"));
        let expected = "/figures?series=by_target_day&from=2026-11-16&to=2026-11-22&level=unit&at=2026-11-22T18:00";
        assert_eq!(search.address(), expected);
        assert_eq!(of(&[("to", "2026-11-22")]).query().from, "2026-11-22".parse().ok(), "one day");
    }

    #[test]
    fn nonsense_means_the_figures_of_today() {
        let nonsense = of(&[("from", "2026-11-22"), ("to", "2026-11-01"), ("level", "city"), ("at", "now")]);
        assert_eq!(nonsense, Search::default());
        let too_long = of(&[("from", "2026-11-01"), ("to", "2026-11-22"), ("level", "nation")]);
        assert_eq!(too_long.days, None);
    }

    #[test]
    fn a_minute_is_a_day_and_a_time_of_that_day() {
        assert!(is_minute("2026-11-22T18:00") && is_minute("2026-11-22T23:59"));
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T24:00",
            "2026-11-22T18:60",
            "2026-11-31T18:00",
            "2026-11-22 18:00",
            "2026-11-22T1:000",
        ] {
            assert!(!is_minute(text), "{text}");
        }
    }

    #[test]
    fn a_form_names_the_field_that_is_wrong() {
        let today = "2026-11-22".parse().expect("a day");
        let wrong = |from, to, level| days_of(from, to, level, today).expect_err("wrong").remove(0).field;
        assert_eq!(wrong("", "2026-11-22", None), "from");
        assert_eq!(wrong("2026-11-22", "2026-11-23", None), "to");
        assert_eq!(wrong("2026-10-22", "2026-11-22", None), "from");
        assert_eq!(wrong("2026-11-15", "2026-11-22", Some(Level::Nation)), "from");
        assert!(days_of("2026-10-23", "2026-11-22", None, today).is_ok());
    }
}
