//! Which units of which day, kept in the address so that going back finds them again.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::ReportingDay;
use shared::coverage::UnitCoverageQuery;
use shared::history::DayState;
use uuid::Uuid;

use crate::components::{ChoiceField, TextField, slash_leads_to};
use crate::words::figures::missing as words;
use crate::words::{day_state_word, t};
use crate::{clock, router};

/// How many units a page has.
const MOST: u32 = 200;
/// The word of the address for every state.
const EVERY: &str = "all";
const STATES: [DayState; 6] =
    [DayState::Missing, DayState::Reported, DayState::Zero, DayState::Late, DayState::Closed, DayState::NotScheduled];

/// A search; without a word of the address, the missing of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The day; none for today.
    pub day: Option<ReportingDay>,
    /// In which state; none for any.
    pub state: Option<DayState>,
    /// Of which area; none for all.
    pub area: Option<Uuid>,
}

impl Search {
    /// The search of an address; the missing of today where it says nothing usable.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let state = match parameter("state").as_deref() {
            Some(EVERY) => None,
            Some(key) => Some(state_of(key).unwrap_or(DayState::Missing)),
            None => Some(DayState::Missing),
        };
        let day = parameter("day").and_then(|day| day.parse().ok());
        Self { day, state, area: parameter("area").and_then(|id| id.parse().ok()) }
    }

    /// What is asked of the service.
    pub fn query(&self, cursor: Option<String>) -> UnitCoverageQuery {
        UnitCoverageQuery { day: self.day, state: self.state, area_id: self.area, cursor, limit: Some(MOST) }
    }

    /// Where the service has the same of a day, all of it.
    pub fn whole(&self, day: ReportingDay) -> String {
        let state = self.state.map(|state| format!("&state={}", state.key())).unwrap_or_default();
        let area = self.area.map(|id| format!("&area_id={id}")).unwrap_or_default();
        format!("/api/v1/coverage/units?day={day}{state}{area}")
    }

    fn address(&self) -> String {
        let state = self.state.map_or(EVERY, DayState::key);
        let day = self.day.map(|day| format!("&day={day}")).unwrap_or_default();
        let area = self.area.map(|id| format!("&area={id}")).unwrap_or_default();
        format!("/missing?state={state}{day}{area}")
    }
}

fn state_of(key: &str) -> Option<DayState> {
    STATES.into_iter().find(|state| state.key() == key)
}

/// The form. Typing asks nothing; Enter or the button does.
#[component]
pub fn SearchForm(search: Memo<Search>) -> impl IntoView {
    slash_leads_to("day");
    let today = clock::today();
    let day = RwSignal::new(String::new());
    let state = RwSignal::new(String::new());
    Effect::new(move || {
        let search = search.get();
        day.set(search.day.unwrap_or_else(|| today.get()).to_string());
        state.set(search.state.map_or(EVERY, DayState::key).to_owned());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = Search {
            day: day.get_untracked().parse().ok().filter(|day| *day != today.get_untracked()),
            state: state_of(&state.get_untracked()),
            area: search.with_untracked(|search| search.area),
        };
        router::go(&asked.address());
    };
    let link = move |back: u32, word| {
        let to = move || Search { day: (back > 0).then(|| today.get().minus(back)), ..search.get() };
        let here = move || (search.with(|search| search.day) == to().day).then_some("true");
        view! { <li><a href=move || to().address() aria-current=here>{t(word)}</a></li> }
    };
    let states = std::iter::once((EVERY, words::EVERY_STATE))
        .chain(STATES.map(|state| (state.key(), day_state_word(state))))
        .collect::<Vec<_>>();
    let every_area = move || Search { area: None, ..search.get() }.address();
    view! {
        <ul class="range-links no-print">
            {link(0, words::TODAY)} {link(1, words::YESTERDAY)}
            <Show when=move || search.with(|search| search.area.is_some())>
                <li><a href=every_area>{t(words::EVERY_AREA)}</a></li>
            </Show>
        </ul>
        <form class="search-form no-print" role="search" on:submit=submit>
            <TextField id="day" label=words::DAY value=day kind="date" />
            <ChoiceField id="state" label=words::STATE choices=states value=state />
            <button type="submit" class="button primary">{t(words::SHOW)}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &'static [(&str, &str)]) -> Search {
        Search::of(|name| query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_which_units_and_nonsense_means_the_missing_of_today() {
        let missing_today = Search { day: None, state: Some(DayState::Missing), area: None };
        assert_eq!(of(&[]), missing_today);
        assert_eq!(of(&[("day", "tomorrow"), ("state", "lost"), ("area", "here")]), missing_today);
        assert_eq!(of(&[("state", "all")]).state, None);
    }

    #[test]
    fn an_address_leads_back_to_its_search() {
        let id = "01990000-0000-7000-8000-000000000000";
        let search =
            of(&[("day", "2026-11-21"), ("state", "closed"), ("area", "01990000-0000-7000-8000-000000000000")]);
        assert_eq!(search.address(), format!("/missing?state=closed&day=2026-11-21&area={id}"));
        let query = search.query(None);
        assert_eq!((query.state, query.area_id), (Some(DayState::Closed), id.parse().ok()));
        let day = "2026-11-21".parse().expect("a day");
        let path = "/api/v1/coverage/units?day=2026-11-21";
        assert_eq!(search.whole(day), format!("{path}&state=closed&area_id={id}"));
        assert_eq!(of(&[("state", "all")]).whole(day), path);
    }
}
