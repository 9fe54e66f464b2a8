//! Which prefectures aren't complete though the deadline has passed: whom the ministry asks.

use leptos::prelude::*;
use shared::organization::OrganizationRef;
use shared::permission::Action;
use shared::summary::{SummaryRow, SummaryState, SummaryView};

use super::table::covered;
use crate::components::ListTable;
use crate::format;
use crate::may;
use crate::session::use_session;
use crate::words::figures::{late as says, table};
use crate::words::t;

/// The section, for the figures of one day by prefecture.
#[component]
pub fn Late(view: SummaryView) -> impl IntoView {
    let session = use_session();
    // The telephone number of a prefecture stands in the register.
    let reads = Memo::new(move |_| session.view().is_some_and(|who| may::may_for_own(&who, Action::ReadOrganizations)));
    let (day, deadline, state) = (view.to, view.deadline, view.state);
    let none = move || match state {
        SummaryState::Preliminary => says::before(&format::deadline(deadline, day)),
        _ => says::none(&format::long_day(day)),
    };
    let rows: Vec<SummaryRow> = view.late().cloned().collect();
    let list = if rows.is_empty() {
        view! { <p>{none}</p> }.into_any()
    } else {
        let columns = vec![table::NAME, says::MISSING, table::COVERAGE];
        view! {
            <ListTable name=says::HEADING columns=columns numbers=&[says::MISSING, table::COVERAGE]>
                {move || rows.iter().map(|row| late(row, reads.get())).collect_view()}
            </ListTable>
            <p class="no-print">
                <a href=format!("/figures?from={day}&to={day}&level=health_center")>{t(says::CENTERS)}</a>
            </p>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="late-heading">
            <h2 id="late-heading">{t(says::HEADING)}</h2>
            {list}
        </section>
    }
}

fn late(row: &SummaryRow, linked: bool) -> impl IntoView + use<> {
    let (coverage, missing) = (row.coverage, row.coverage.missing);
    view! {
        <tr>
            <th scope="row" class="sticky">{row.organization.clone().map(|one| name(one, linked))}</th>
            <td class="number">{move || says::units(&format::count(missing.into()))}</td>
            <td class="number">{move || covered(&coverage)}</td>
        </tr>
    }
}

fn name(one: OrganizationRef, linked: bool) -> AnyView {
    if linked {
        view! { <a href=format!("/organizations/{}", one.id)>{one.name}</a> }.into_any()
    } else {
        one.name.into_any()
    }
}
