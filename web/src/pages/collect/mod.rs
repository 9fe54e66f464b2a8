//! S10: a health center's inbox and the grid in which it enters for its units.

mod evening;
mod finder;
mod grid;
mod inbox;
mod line;
mod panel;
mod paste;
mod reject;
mod saving;

pub use evening::units_of;
pub use line::Kept;

use leptos::prelude::*;
use shared::{ReportingDay, Role};

use crate::components::{NothingHere, PageHeading};
use crate::load::Load;
use crate::session::use_session;
use crate::words::collect::entry as words;
use crate::words::{Text, t};
use crate::{clock, format, router};
use evening::Evening;
use grid::Grid;
use inbox::Inbox;
use panel::RowPanel;
use paste::{PasteDialog, Pasting};

/// The page; which day stands in the address.
#[component]
pub fn Collect() -> impl IntoView {
    let session = use_session();
    let today = clock::today();
    let is_center = Memo::new(move |_| session.view().is_some_and(|who| who.role == Role::HealthCenter));
    let day = Memo::new(move |_| {
        let asked = router::parameter("day").and_then(|day| day.parse::<ReportingDay>().ok());
        asked.filter(|day| *day <= today.get()).unwrap_or_else(|| today.get())
    });
    let tag = move || match today.get().days_since(day.get()) {
        0 => words::TODAY_TAG,
        1 => words::YESTERDAY_TAG,
        _ => words::PAST_TAG,
    };
    let link = move |back: u32, word: Text| {
        let to =
            move || if back == 0 { "/collect".to_owned() } else { format!("/collect?day={}", today.get().minus(back)) };
        let here = move || (today.get().days_since(day.get()) == i64::from(back)).then_some("true");
        view! { <li><a href=to aria-current=here>{t(word)}</a></li> }
    };
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <Show when=move || is_center.get() fallback=|| view! { <NothingHere /> <p>{t(words::ONLY_CENTERS)}</p> }>
                <ul class="range-links no-print">
                    {link(0, words::TODAY)} {link(1, words::YESTERDAY)}
                    <li><a href="/notifications">{t(words::NOTIFICATIONS)}</a></li>
                </ul>
                <p class="lead" data-day=move || if day.get() == today.get() { "today" } else { "past" }>
                    <span class="tag" data-state=move || if day.get() == today.get() { "reported" } else { "missing" }>
                        {move || tag().get()}
                    </span>
                    " "
                    {move || words::day_line(&format::long_day(day.get()))}
                </p>
                {move || view! { <OfDay day=day.get() /> }}
            </Show>
        </div>
    }
}

#[component]
fn OfDay(day: ReportingDay) -> impl IntoView {
    let evening = Evening::new(day);
    let pasting = Pasting::none();
    let load = Load::new(move || Evening::load(day));
    view! {
        <p class="visually-hidden" role="status">{move || evening.said.get()}</p>
        {load.view(8, move |opened| {
            let asked = router::parameter("unit").and_then(|id| id.parse().ok());
            untrack(|| evening.take(opened, asked));
            view! {
                <Inbox evening=evening />
                <section aria-labelledby="grid-heading">
                    <h2 id="grid-heading">{t(words::GRID)}</h2>
                    <Grid evening=evening pasting=pasting />
                    <RowPanel evening=evening />
                </section>
                <PasteDialog evening=evening pasting=pasting />
            }
        })}
    }
}
