//! Eight weeks: a line through the totals of the days, and the same numbers week by week.

use leptos::prelude::*;
use shared::ReportingDay;
use shared::summary::{DayFigures, SummaryView};

use crate::components::Sparkline;
use crate::format;
use crate::words::figures::chart as says;
use crate::words::t;

/// How many days a row of the table has.
const WEEK: usize = 7;

/// The line and its table.
#[component]
pub fn Weeks(view: SummaryView) -> impl IntoView {
    let days = view.days;
    let totals: Vec<i64> = days.iter().map(|day| day.total).collect();
    let (Some(first), Some(last)) = (days.first().map(|day| day.day), days.last().map(|day| day.day)) else {
        return ().into_any();
    };
    let highest = totals.iter().copied().max().unwrap_or(0);
    let lowest = totals.iter().copied().min().unwrap_or(0);
    let latest = totals.last().copied().unwrap_or(0);
    let label = move || {
        let (from, to) = (format::short_day(first), format::short_day(last));
        says::weeks_text(&from, &format::sum(latest), &format::sum(highest), &format::sum(lowest), &to)
    };
    let values = totals.into_iter().map(Some).collect();
    view! {
        <figure class="chart weeks">
            <figcaption>{t(says::WEEKS)}</figcaption>
            <div class="axis-top number" aria-hidden="true">{format::sum(highest)}</div>
            <Sparkline values=values label=Signal::derive(label) />
            <div class="axis" aria-hidden="true">
                <span>{move || format::short_day(first)}</span>
                <span>{move || format::short_day(last)}</span>
            </div>
            <p class="small">{label}</p>
            <details class="no-print">
                <summary>{t(says::AS_TABLE)}</summary>
                <div class="table-box" role="region" tabindex="0" aria-label=t(says::WEEKS)>
                    <table class="day-table">
                        <tbody>{days.chunks(WEEK).map(week).collect::<Vec<_>>().into_iter().collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
    .into_any()
}

/// A row of seven days, each under its date.
fn week(days: &[DayFigures]) -> impl IntoView + use<> {
    let first: Option<ReportingDay> = days.first().map(|day| day.day);
    let cells = days.iter().map(|day| {
        let (of, total) = (day.day, day.total);
        view! {
            <td class="number">
                <span class="small">{move || format::short_day(of)}</span>
                " "
                {format::sum(total)}
            </td>
        }
    });
    let cells: Vec<_> = cells.collect();
    view! {
        <tr>
            <th scope="row" class="sticky">{move || first.map(|first| says::week_of(&format::short_day(first)))}</th>
            {cells.into_iter().collect_view()}
        </tr>
    }
}
