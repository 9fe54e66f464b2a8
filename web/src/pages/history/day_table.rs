//! The table: date, state, fourteen bands, 合計, receipt; the first column stays when the rest scrolls.

use leptos::prelude::*;
use shared::history::HistoryItem;
use shared::organization::OrganizationKind;
use shared::{AgeBand, ReportingDay};

use crate::components::StateTag;
use crate::format;
use crate::words::{band_label, day_state, hist, t, table, unit_day_word};

/// One row a day, in the order of the answer: newest first.
#[component]
pub fn DayTable(
    items: Vec<HistoryItem>,
    kind: OrganizationKind,
    first: ReportingDay,
    last: ReportingDay,
) -> impl IntoView {
    let caption = move || hist::caption(&format::short_day(first), &format::short_day(last));
    let bands = AgeBand::ALL
        .map(|band| view! { <th scope="col" class="number">{t(band_label(band))}</th> })
        .into_iter()
        .collect_view();
    view! {
        // A box that scrolls must be reachable by keyboard, and say what it is.
        <div class="table-box" role="region" tabindex="0" aria-label=caption>
            <table class="day-table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="sticky">{t(table::DAY)}</th>
                        <th scope="col">{t(table::STATE)}</th>
                        {bands}
                        <th scope="col" class="number">{t(table::TOTAL)}</th>
                        <th scope="col">{t(table::RECEIPT)}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(|item| view! { <Row item=item kind=kind /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(item: HistoryItem, kind: OrganizationKind) -> impl IntoView {
    let day = item.day;
    let cells = AgeBand::ALL
        .map(|band| {
            let number = item.counts.map(|counts| counts.get(band));
            let shown = number.map_or_else(|| "–".to_owned(), |number| format::count(number.into()));
            view! { <td class="number" class:zero=number == Some(0)>{shown}</td> }
        })
        .into_iter()
        .collect_view();
    let adjusted = (!item.deltas_received.is_zero())
        .then_some(item.adjusted_total)
        .flatten()
        .map(|total| view! { <span class="adjusted">{move || hist::adjusted(&format::sum(total))}</span> });
    let touched = adjusted.is_some() || !item.adjustments_sent.is_empty();
    let receipt = item.receipt_id.map(|id| {
        view! {
            <a href=format!("/reports/{id}")>
                {t(table::RECEIPT)}
                <span class="visually-hidden">" " {move || format::short_day(day)}</span>
            </a>
        }
    });
    view! {
        <tr>
            <th scope="row" class="sticky">
                <span title=move || format::era(day)>{move || format::short_day(day)}</span>
            </th>
            <td class="states">
                <StateTag state=item.state word=unit_day_word(kind, item.state) />
                {item.by_proxy.then(|| view! { <span class="tag">{t(day_state::PROXY)}</span> })}
                {touched.then(|| view! { <span class="tag">{t(day_state::ADJUSTED)}</span> })}
            </td>
            {cells}
            <td class="number total">
                {item.total.map_or_else(|| "–".to_owned(), format::count)}
                {adjusted}
            </td>
            <td>{receipt}</td>
        </tr>
    }
}
