//! Small multiples: eight weeks of each organization beside those of the others.

use leptos::prelude::*;
use shared::summary::{SummaryRow, SummaryView};

use super::named;
use super::search::level_word;
use crate::components::Sparkline;
use crate::format;
use crate::words::figures::chart as says;
use crate::words::t;

/// A small line for each, and in a table the sums of its weeks.
#[component]
pub fn Multiples(view: SummaryView) -> impl IntoView {
    let level = view.level;
    let each = move || says::each(&level_word(level).get());
    let lines: Vec<_> = named(&view.rows).map(line).collect();
    let rows: Vec<_> = named(&view.rows).map(sums).collect();
    let starts = view.days.chunks(7).filter_map(|week| week.first()).map(|day| day.day);
    let heads: Vec<_> = starts
        .map(|day| view! { <th scope="col" class="number">{move || says::week_of(&format::short_day(day))}</th> })
        .collect();
    view! {
        <figure class="chart multiples-chart no-print">
            <figcaption>{each}</figcaption>
            <ul class="multiples plain-list">{lines.into_iter().collect_view()}</ul>
            <details>
                <summary>{t(says::AS_TABLE)}</summary>
                <div class="table-box" role="region" tabindex="0" aria-label=each>
                    <table class="day-table">
                        <thead>
                            <tr>
                                <td class="sticky"></td>
                                {heads.into_iter().collect_view()}
                            </tr>
                        </thead>
                        <tbody>{rows.into_iter().collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}

fn line(row: &SummaryRow) -> impl IntoView + use<> {
    let name = row.organization.as_ref().map(|one| one.name.clone()).unwrap_or_default();
    let highest = row.trend.iter().copied().max().unwrap_or(0);
    let last = row.trend.last().copied().unwrap_or(0);
    let shown = name.clone();
    let label = move || says::each_text(&format::sum(last), &format::sum(highest), &name);
    let values = row.trend.iter().copied().map(Some).collect();
    view! {
        <li>
            <span>{shown}</span>
            " "
            <strong class="number">{format::sum(last)}</strong>
            <Sparkline values=values label=Signal::derive(label) />
        </li>
    }
}

/// The sums of an organization's weeks.
fn sums(row: &SummaryRow) -> impl IntoView + use<> {
    let name = row.organization.as_ref().map(|one| one.name.clone());
    let cells: Vec<_> =
        row.trend.chunks(7).map(|week| view! { <td class="number">{format::sum(week.iter().sum())}</td> }).collect();
    view! {
        <tr>
            <th scope="row" class="sticky">{name}</th>
            {cells.into_iter().collect_view()}
        </tr>
    }
}
