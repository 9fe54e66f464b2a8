//! How many patients a health center was notified of one by one, by institution: typed, or pasted from a spreadsheet.

mod import;
mod list;
mod saving;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::client::ClientError;
use shared::coverage::UnitCoverage;
use shared::notification_count::{NotificationCount, NotificationCountQuery, is_day};
use shared::{ReportingDay, Role};

use super::collect::units_of;
use crate::components::{NothingHere, PageHeading, TextField};
use crate::load::Load;
use crate::session::use_session;
use crate::words::collect::notifications as words;
use crate::words::{Text, t};
use crate::{api, clock, format, router};
use import::{Import, Importing};
use list::Entry;
use saving::List;

/// How many items a page of a list has.
const PAGE: u32 = 200;

/// What was loaded of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    units: Vec<UnitCoverage>,
    counts: Vec<NotificationCount>,
}

/// The page; which day stands in the address.
#[component]
pub fn Notifications() -> impl IntoView {
    let session = use_session();
    let today = clock::today();
    let is_center = Memo::new(move |_| session.view().is_some_and(|who| who.role == Role::HealthCenter));
    let day = Memo::new(move |_| {
        let asked = router::parameter("day").and_then(|day| day.parse::<ReportingDay>().ok());
        asked.filter(|day| is_day(*day, today.get())).unwrap_or_else(|| today.get())
    });
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <Show when=move || is_center.get() fallback=|| view! { <NothingHere /> <p>{t(words::ONLY_CENTERS)}</p> }>
                <p>{t(words::WHAT)}</p>
                <ChooseDay day=day />
                <p class="lead">{move || words::day_line(&format::long_day(day.get()))}</p>
                {move || view! { <OfDay day=day.get() /> }}
            </Show>
        </div>
    }
}

/// Which day: two links, and a field for any other.
#[component]
fn ChooseDay(day: Memo<ReportingDay>) -> impl IntoView {
    let today = clock::today();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        typed.set(day.get().to_string());
        error.set(None);
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = typed.get_untracked().parse().ok().filter(|day| is_day(*day, today.get_untracked()));
        error.set(asked.is_none().then(|| words::BAD_DAY.get().to_owned()));
        if let Some(asked) = asked {
            router::go(&address(asked, today.get_untracked()));
        }
    };
    let link = move |back: u32, word: Text| {
        let to = move || address(today.get().minus(back), today.get());
        let here = move || (today.get().days_since(day.get()) == i64::from(back)).then_some("true");
        view! { <li><a href=to aria-current=here>{t(word)}</a></li> }
    };
    view! {
        <ul class="range-links no-print">{link(0, words::TODAY)} {link(1, words::YESTERDAY)}</ul>
        <form class="search-form no-print" novalidate on:submit=submit>
            <TextField id="day" label=words::DAY value=typed kind="date" error=error />
            <button type="submit" class="button">{t(words::SHOW)}</button>
        </form>
    }
}

fn address(day: ReportingDay, today: ReportingDay) -> String {
    if day == today { "/notifications".to_owned() } else { format!("/notifications?day={day}") }
}

#[component]
fn OfDay(day: ReportingDay) -> impl IntoView {
    let load =
        Load::new(move || async move { Ok(Opened { units: units_of(day).await?, counts: counts_of(day).await? }) });
    let (list, importing) = (List::new(day), Importing::new());
    let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
        if list.has_typed() || importing.has_text() {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    load.view(8, move |opened: Opened| {
        // What is typed outlasts a second loading, as after signing in again.
        untrack(|| list.take(&opened));
        view! {
            <Entry list=list />
            <Import list=list importing=importing />
        }
    })
}

/// All counts of a day.
async fn counts_of(day: ReportingDay) -> Result<Vec<NotificationCount>, ClientError> {
    let mut counts = Vec::new();
    let mut query = NotificationCountQuery { day: Some(day), limit: Some(PAGE), ..NotificationCountQuery::default() };
    loop {
        let page = api::client().notification_counts(&query).await?;
        counts.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(counts);
        }
    }
}
