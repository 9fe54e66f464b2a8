//! How much of today is there: for a center of its units, for prefecture and ministry of all areas, with a row for each.

use leptos::prelude::*;
use shared::coverage::{AreaCoverage, Coverage, CoverageQuery, CoverageView, Desk};

use crate::components::ListTable;
use crate::load::Load;
use crate::words::{Text, app, home, t};
use crate::{api, clock, format};

/// Beyond so many areas their rows are no help on a home page.
const MOST_ROWS: usize = 60;

/// The card; it loads again when the day changes.
#[component]
pub fn CoverageCard(
    /// Whether the user may see unit by unit who is missing.
    #[prop(optional)]
    unit_by_unit: bool,
    /// Whether the user enters what reaches a center.
    #[prop(optional)]
    collects: bool,
) -> impl IntoView {
    let today = clock::today();
    let load = Load::new(move || {
        today.track();
        async { api::client().coverage(&CoverageQuery::default()).await }
    });
    view! {
        <section class="card" aria-labelledby="coverage-heading">
            <h2 id="coverage-heading">{t(home::COVERAGE)}</h2>
            {load.view(2, move |view: CoverageView| view! { <Figures view=view unit_by_unit=unit_by_unit collects=collects /> })}
            {unit_by_unit.then(|| view! { <p><a class="button" href="/missing">{t(app::MISSING)}</a></p> })}
        </section>
    }
}

#[component]
fn Figures(view: CoverageView, unit_by_unit: bool, collects: bool) -> impl IntoView {
    let (total, rows) = (view.total, view.items.len());
    let desk = view.items.iter().filter_map(|area| area.desk).reduce(Desk::and);
    let fewer = view.items.iter().map(|area| area.below_notifications).sum();
    view! {
        <p class="lead">
            {total.percent().map(|_| view! { <strong>{t(home::COVERAGE_COVERED)}</strong>" " })}
            {move || covered(&total)}
        </p>
        <p>{move || missing(&total)}</p>
        {desk.map(|desk| on_desk(desk, fewer, collects))}
        {(2..=MOST_ROWS)
            .contains(&rows)
            .then(|| {
                let columns = vec![home::COVERAGE_AREA, home::COVERAGE_COVERED, home::COVERAGE_MISSING];
                view! {
                    <ListTable
                        name=home::COVERAGE
                        columns=columns
                        numbers=&[home::COVERAGE_COVERED, home::COVERAGE_MISSING]
                    >
                        {view.items.into_iter().map(|area| view! { <Row area=area unit_by_unit=unit_by_unit /> }).collect_view()}
                    </ListTable>
                }
            })}
    }
}

/// What a center has done and has to do, with the way to each.
fn on_desk(desk: Desk, fewer: u32, collects: bool) -> impl IntoView {
    let inbox = if collects { "/collect" } else { "/missing" };
    let line = |word: Text, number: u32, to: &'static str, is_waiting: bool| {
        let state = (is_waiting && number > 0).then_some("missing");
        view! {
            <div>
                <dt><a href=to>{t(word)}</a></dt>
                <dd><span class:tag=state.is_some() data-state=state>{format::count(number.into())}</span></dd>
            </div>
        }
    };
    view! {
        <dl class="summary-list">
            {line(home::DESK_WAITING, desk.waiting_arrivals, inbox, true)}
            {line(home::DESK_SILENT, desk.pointed_out, "/missing", true)}
            {line(home::DESK_FEWER, fewer, "/missing", true)}
            {line(home::DESK_PROXY, desk.by_proxy, inbox, false)}
        </dl>
    }
}

#[component]
fn Row(area: AreaCoverage, unit_by_unit: bool) -> impl IntoView {
    let (coverage, name) = (area.coverage, area.area.name);
    let name = if unit_by_unit {
        view! { <a href=format!("/missing?area={}", area.area.id)>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    view! {
        <tr>
            <th scope="row" class="sticky">{name}</th>
            <td class="number">{move || covered(&coverage)}</td>
            <td class="number">{format::count(coverage.missing.into())}</td>
        </tr>
    }
}

/// 412/428機関（96%）
fn covered(coverage: &Coverage) -> String {
    match coverage.percent() {
        Some(percent) => home::covered(
            &format::count(coverage.covered().into()),
            &format::count(coverage.expected().into()),
            &percent.to_string(),
        ),
        None => home::NONE_EXPECTED.get().to_owned(),
    }
}

fn missing(coverage: &Coverage) -> String {
    if coverage.is_complete() {
        home::COMPLETE.get().to_owned()
    } else {
        home::units_missing(&format::count(coverage.missing.into()))
    }
}
