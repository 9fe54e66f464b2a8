//! The last seven days at a glance: a number, 0件, 休診 and 未報告 look different.

use leptos::prelude::*;
use shared::history::{DayState, HistoryItem};
use shared::organization::OrganizationKind;

use crate::components::StateTag;
use crate::format;
use crate::words::{day_state, home, t, unit_day_word};

/// The strip of the last seven days, newest first.
#[component]
pub fn Week(items: Vec<HistoryItem>, kind: OrganizationKind) -> impl IntoView {
    view! {
        <section aria-labelledby="week-heading">
            <h2 id="week-heading">{t(home::RECENT)}</h2>
            <ol class="week">{items.into_iter().take(7).map(|item| view! { <Day item=item kind=kind /> }).collect_view()}</ol>
            <p><a href="/history">{t(home::RECENT_MORE)}</a></p>
        </section>
    }
}

#[component]
fn Day(item: HistoryItem, kind: OrganizationKind) -> impl IntoView {
    let day = item.day;
    let total = item.adjusted_total.or_else(|| item.total.and_then(|total| i64::try_from(total).ok()));
    let number = total
        .filter(|_| item.state == DayState::Reported || item.state == DayState::Late)
        .map(|total| view! { <span class="week-number">{move || home::people(&format::sum(total))}</span> });
    let by_proxy = item.by_proxy;
    let body = view! {
        <span class="week-day">{move || format::short_day(day)}</span>
        {number}
        <StateTag state=item.state word=unit_day_word(kind, item.state) />
        {by_proxy.then(|| view! { <span class="week-note">{t(day_state::PROXY)}</span> })}
    };
    match item.receipt_id {
        Some(id) => view! { <li><a class="week-cell" href=format!("/reports/{id}")>{body}</a></li> }.into_any(),
        None => view! { <li><div class="week-cell">{body}</div></li> }.into_any(),
    }
}
