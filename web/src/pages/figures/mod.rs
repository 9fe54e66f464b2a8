//! S13 and S14: the table of a day with its coverage, its sentence and its curves, and the press sheet that is printed of it.

mod bands;
mod carry;
mod corrections;
mod fewer;
mod late;
mod multiples;
mod search;
mod sentence;
mod table;
mod tiles;
mod weeks;

use leptos::prelude::*;
use shared::account::Role;
use shared::permission::Action;
use shared::summary::{Level, RowKind, SummaryRow, SummaryView};

use crate::components::{CsvLinks, PageHeading};
use crate::load::Load;
use crate::session::use_session;
use crate::words::figures::{carried, page as says};
use crate::words::{app, t};
use crate::{api, clock, format, may, router};
use bands::Bands;
pub use carry::CarryForward;
use corrections::Corrections;
use fewer::Fewer;
use late::Late;
use multiples::Multiples;
use search::{Search, SearchForm};
use sentence::Sentence;
use table::FiguresTable;
use tiles::Tiles;
use weeks::Weeks;

/// The page; which figures stands in the address.
#[component]
pub fn Figures() -> impl IntoView {
    let session = use_session();
    let today = clock::today();
    let search = Memo::new(|_| Search::of(router::parameter));
    let load = Load::new(move || {
        today.track();
        let query = search.get().query();
        async move { api::client().summary(&query).await }
    });
    let role = Memo::new(move |_| session.view().map(|who| who.role));
    view! {
        <div class="wide figures">
            <PageHeading text=says::HEADING />
            {move || role.get().map(|role| view! { <SearchForm search=search role=role /> })}
            {load.view(10, move |view| view! { <Sheet view=view is_now=!search.get_untracked().is_past() /> })}
        </div>
    }
}

/// All that is said of the figures, in the order in which a prefecture publishes them.
#[component]
fn Sheet(
    view: SummaryView,
    /// Whether the figures are those of now.
    is_now: bool,
) -> impl IntoView {
    let total = view.rows.iter().find(|row| row.kind == RowKind::Total).cloned();
    let many = named(&view.rows).count() > 1;
    let prefectures = view.level == Level::Prefecture && many;
    let (of_day, is_wide) = (view.from == view.to, !matches!(view.level, Level::Unit | Level::Nation));
    let each = (many && view.level != Level::Unit).then(|| view! { <Multiples view=view.clone() /> });
    view! {
        <Sentence view=view.clone() />
        <Files view=view.clone() />
        <FiguresTable view=view.clone() />
        <CarriedForward view=view.clone() />
        {(of_day && view.level != Level::Nation).then(|| view! { <Corrections view=view.clone() /> })}
        {(of_day && prefectures).then(|| view! { <Late view=view.clone() /> })}
        {(of_day && is_now && is_wide).then(|| view! { <Fewer view=view.clone() /> })}
        <div class="figure-charts">
            {total.map(|total| view! { <Bands total=total /> })}
            <Weeks view=view.clone() />
            {prefectures.then(|| view! { <Tiles rows=view.rows.clone() /> })}
            {each}
        </div>
    }
}

/// The rows of organizations.
fn named(rows: &[SummaryRow]) -> impl Iterator<Item = &SummaryRow> {
    rows.iter().filter(|row| row.kind == RowKind::Organization)
}

/// What can be taken along: the same figures, as of the same instant.
#[component]
fn Files(view: SummaryView) -> impl IntoView {
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    view! {
        <p class="actions no-print">
            <button type="button" class="button" on:click=print>{t(says::PRINT)}</button>
            <CsvLinks address=search::same(&view) />
        </p>
    }
}

/// What is carried forward into the cumulative numbers, and the way to set it.
#[component]
fn CarriedForward(view: SummaryView) -> impl IntoView {
    let session = use_session();
    let sets = Memo::new(move |_| session.view().is_some_and(|who| may::may_for_own(&who, Action::SetCarriedForward)));
    let lines = view.carried_forward.into_iter().map(|one| {
        let line = move || {
            let (n, day) = (format::sum(one.total), format::long_day(one.until));
            carried::line(&day, &n, &one.organization.name, &one.source)
        };
        view! { <li>{line}</li> }
    });
    view! {
        <ul class="small plain-list carried">{lines.collect_view()}</ul>
        <Show when=move || sets.get()>
            <p class="no-print"><a href="/figures/carried-forward">{t(says::CARRY)}</a></p>
        </Show>
    }
}

/// The levels that a role may ask for, its usual one first.
fn levels(role: Role) -> &'static [Level] {
    match role {
        Role::Institution => &[Level::Unit],
        Role::HealthCenter | Role::Prefecture => &[Level::HealthCenter, Level::Unit, Level::Prefecture, Level::Nation],
        Role::Ministry => &[Level::Prefecture, Level::HealthCenter, Level::Nation],
    }
}

/// Back to the figures.
#[component]
fn Back() -> impl IntoView {
    view! {
        <p class="no-print">
            <a href="/figures">{t(carried::BACK)}</a>
            " "
            <a href="/">{t(app::BACK_HOME)}</a>
        </p>
    }
}
