//! S11: of which units nothing is known on a day, for those who telephone.

mod act;
mod fewer;
mod row;
mod search;

use leptos::prelude::*;
use shared::ReportingDay;
use shared::coverage::UnitCoverage;
use shared::history::DayState;
use shared::organization::Page;
use uuid::Uuid;

use crate::components::{CsvLinks, ListTable, NothingFound, PageHeading};
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::words::figures::missing as words;
use crate::words::t;
use crate::{api, clock, format, router};
use act::{ActDialog, Asked};
use fewer::Fewer;
use row::row;
use search::{Search, SearchForm};

/// A unit of the list, with what was done about it here.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What is known of it.
    pub unit: UnitCoverage,
    /// The statement that was made about its day on this page, which can be withdrawn.
    pub stated: Option<Uuid>,
}

/// What every row acts with.
#[derive(Clone, Copy)]
pub struct Acts {
    /// The day of the list.
    pub day: Signal<ReportingDay>,
    /// What is being noted, about which row.
    pub asked: RwSignal<Option<Asked>>,
    /// What was done last, for those who hear the page.
    pub said: RwSignal<String>,
    /// Loads the list once more.
    pub again: Callback<()>,
}

/// The list; which units of which day stands in the address.
#[component]
pub fn MissingList() -> impl IntoView {
    let search = Memo::new(|_| Search::of(router::parameter));
    let today = clock::today();
    let first = Load::new(move || {
        today.track();
        let query = search.get().query(None);
        async move { api::client().unit_coverage(&query).await }
    });
    let acts = Acts {
        day: Signal::derive(move || search.with(|search| search.day).unwrap_or_else(|| today.get())),
        asked: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        again: first.again(),
    };
    let presses = RwSignal::new(0_u32);
    let again = move |_| {
        acts.again.run(());
        presses.update(|times| *times += 1);
    };
    let print = |_| {
        let _ = window().print();
    };
    let file = Signal::derive(move || search.with(|search| search.whole(acts.day.get())));
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <p class="no-print">{t(words::WHAT)}</p>
            <SearchForm search=search />
            <p class="actions">
                <button type="button" class="button" on:click=again>{t(words::AGAIN)}</button>
                <button type="button" class="button" on:click=print>{t(words::PRINT)}</button>
                <CsvLinks address=file />
            </p>
            <p class="visually-hidden" role="status">{move || acts.said.get()}</p>
            {first.view(8, move |page| {
                let of_address = search;
                let search = search.get_untracked();
                let asks_missing = search.state == Some(DayState::Missing);
                let list = match (page.items.is_empty(), asks_missing) {
                    (true, true) => view! { <AllIn day=acts.day /> }.into_any(),
                    (true, false) => view! { <NothingFound heading=words::NOTHING what=words::NOTHING_WHAT /> }.into_any(),
                    (false, _) => view! { <Found first=page search=search acts=acts /> }.into_any(),
                };
                view! { {list} <Fewer search=of_address again=presses /> }
            })}
            <ActDialog acts=acts />
        </div>
    }
}

/// What was found so far, and the rest by one press a page.
#[component]
fn Found(first: Page<UnitCoverage>, search: Search, acts: Acts) -> impl IntoView {
    let list = Growing::new(lines(first), growing::FIGURES);
    let items = list.items();
    let still_missing = move || {
        let missing = |line: &ArcRwSignal<Line>| {
            line.with(|line| (line.unit.state == DayState::Missing).then_some(line.unit.missing_tenths))
        };
        items.with(|items| items.iter().filter_map(missing).collect::<Vec<_>>())
    };
    let left = move || {
        let missing = still_missing();
        let people = missing.iter().copied().fold(0_u64, |sum, tenths| sum + u64::from(tenths));
        let (day, n) = (format::long_day(acts.day.get()), format::count(missing.len() as u64));
        let says = if list.is_whole() { words::left } else { words::left_some };
        says(&day, &format::tenths(people), &n)
    };
    let all_in = Memo::new(move |_| list.is_whole() && still_missing().is_empty());
    let asks_missing = search.state == Some(DayState::Missing);
    let several_areas = items.with_untracked(|items| {
        let area = |line: &ArcRwSignal<Line>| line.with_untracked(|line| line.unit.area.id);
        items.iter().any(|line| Some(area(line)) != items.first().map(area))
    });
    let mut columns = vec![words::UNIT, words::TELEPHONE];
    if several_areas {
        columns.push(words::AREA);
    }
    columns.extend([words::STATE, words::USUAL, words::SILENT, words::EXPECTED, words::CONTACT, words::ACTS]);
    let loaded_at = clock::instant();
    view! {
        <Show when=move || asks_missing && !all_in.get()>
            <p class="lead"><strong>{left}</strong></p>
        </Show>
        <Show when=move || asks_missing && all_in.get()>
            <AllIn day=acts.day />
        </Show>
        <p class="small">{move || words::as_of(&format::time(loaded_at))}</p>
        <ListTable name=words::HEADING columns=columns numbers=&[words::SILENT, words::EXPECTED]>
            {move || items.get().into_iter().map(|line| row(line, several_areas, acts)).collect_view()}
        </ListTable>
        {list.footer(move |cursor| {
            let query = search.query(Some(cursor));
            async move { api::client().unit_coverage(&query).await.map(lines) }
        })}
    }
}

fn lines(page: Page<UnitCoverage>) -> Page<ArcRwSignal<Line>> {
    let line = |unit| ArcRwSignal::new(Line { unit, stated: None });
    Page { items: page.items.into_iter().map(line).collect(), next_cursor: page.next_cursor }
}

/// Nobody is missing.
#[component]
fn AllIn(day: Signal<ReportingDay>) -> impl IntoView {
    view! {
        <section class="card" role="status">
            <h2>{t(words::ALL_IN)}</h2>
            <p>{move || words::all_in_what(&format::long_day(day.get()))}</p>
        </section>
    }
}
