//! S9: the history of one's own unit: one row a day, newest first, with everything known of the day.

mod csv;
mod day_table;
mod range;

use leptos::prelude::*;
use shared::ReportingDay;
use shared::history::{DayState, HistoryItem};
use shared::organization::OrganizationKind;

use crate::components::{PageHeading, Sparkline};
use crate::load::Load;
use crate::session::use_session;
use crate::words::{app, hist, reason_word, t};
use crate::{api, clock, format, router};
use csv::CsvLinks;
use day_table::DayTable;
use range::{Range, RangePicker};

/// The page; the range of days stands in the address.
#[component]
pub fn History() -> impl IntoView {
    let range = Memo::new(move |_| Range::of(router::parameter));
    let today = clock::today();
    let history = Load::new(move || {
        today.track();
        let query = range.get().query();
        async move { api::client().history(&query).await }
    });
    let heading = move || if range.get().is_week() { hist::WEEK.get() } else { hist::HEADING.get() }.to_owned();
    view! {
        <div class="wide">
            <PageHeading text=Signal::derive(heading) />
            <RangePicker range=range />
            {history.view(8, |history| {
                if history.items.iter().all(|item| item.state == DayState::NotScheduled || item.state == DayState::Missing) {
                    view! { <Empty /> }.into_any()
                } else {
                    view! { <Days items=history.items as_of=history.as_of /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="card">
            <h2>{t(hist::EMPTY)}</h2>
            <p>{t(hist::EMPTY_WHAT)}</p>
            <p><a class="button primary" href="/report">{t(hist::FIRST_REPORT)}</a></p>
        </section>
    }
}

#[component]
fn Days(items: Vec<HistoryItem>, as_of: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let kind = use_session().view_untracked().map_or(OrganizationKind::Institution, |view| view.organization.kind);
    let first = items.last().map(|item| item.day);
    let last = items.first().map(|item| item.day);
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    first.zip(last).map(|(first, last)| {
        view! {
            <Chart items=items.clone() first=first last=last />
            <DayTable items=items.clone() kind=kind first=first last=last />
            <p class="small">{t(hist::NOTE)} " " {move || hist::as_of(&format::day_and_time(as_of))}</p>
            <Changes items=items.clone() />
            <p class="actions no-print">
                <CsvLinks items=items kind=kind first=first last=last />
                <button type="button" class="button quiet" on:click=print>{t(app::PRINT)}</button>
            </p>
        }
    })
}

#[component]
fn Chart(items: Vec<HistoryItem>, first: ReportingDay, last: ReportingDay) -> impl IntoView {
    let values: Vec<Option<i64>> = items.iter().rev().map(|item| item.adjusted_total).collect();
    let known: Vec<i64> = values.iter().flatten().copied().collect();
    let days = known.len() as u64;
    let highest = known.iter().copied().max().unwrap_or(0);
    let tenths = u64::try_from(known.iter().sum::<i64>() * 10).unwrap_or(0).checked_div(days).unwrap_or(0);
    let words = Signal::derive(move || {
        let (from, to) = (format::short_day(first), format::short_day(last));
        hist::chart_text(&from, &format::sum(highest), &format::tenths(tenths), &format::count(days), &to)
    });
    view! {
        <figure class="chart">
            <figcaption>{t(hist::CHART)}</figcaption>
            <Sparkline values=values label=words />
            <p class="small">{words}</p>
        </figure>
    }
}

/// What the reports of these days changed on earlier ones, and what later ones changed on these.
#[component]
fn Changes(items: Vec<HistoryItem>) -> impl IntoView {
    let sent: Vec<_> = items
        .iter()
        .flat_map(|item| item.adjustments_sent.iter().map(|adjustment| (item.day, adjustment.clone())))
        .map(|(day, adjustment)| {
            let words = move || {
                let changes = format::changes(adjustment.deltas.iter().map(|(band, delta)| (band, delta.into())));
                let (day, target) = (format::short_day(day), format::short_day(adjustment.target_day));
                hist::sent(&changes, &day, &reason_word(adjustment.reason).get(), &target)
            };
            view! { <li>{words}</li> }
        })
        .collect();
    let received: Vec<_> = items
        .iter()
        .filter(|item| !item.deltas_received.is_zero())
        .map(|item| (item.day, item.deltas_received, item.adjusted_total.unwrap_or_default()))
        .map(|(day, deltas, total)| {
            let words =
                move || hist::received(&format::changes(deltas.iter()), &format::short_day(day), &format::sum(total));
            view! { <li>{words}</li> }
        })
        .collect();
    (!sent.is_empty() || !received.is_empty()).then(|| {
        view! {
            <section>
                <h2>{t(hist::ADJUSTMENTS)}</h2>
                <ul>{sent} {received}</ul>
            </section>
        }
    })
}
