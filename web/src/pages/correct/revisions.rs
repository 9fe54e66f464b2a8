//! All revisions of a report: who entered each, when and why.

use leptos::prelude::*;
use shared::report::ReportView;
use shared::revision::Revision;

use crate::format;
use crate::words::figures::correct as words;
use crate::words::{reason_word, receipt, t};

/// All revisions, newest first; nothing where there is one.
#[component]
pub fn Revisions(report: ReportView) -> impl IntoView {
    let shown = report.id;
    let row = move |one: Revision| {
        let (at, total) = (one.recorded_at, format::count(one.total));
        let number = move || receipt::revision(&one.revision);
        let name = match one.id == shown {
            true => view! { <strong aria-current="true">{number}</strong> }.into_any(),
            false => view! { <a href=format!("/reports/{}", one.id)>{number}</a> }.into_any(),
        };
        let why = one.correction.map(|correction| {
            let reason = correction.reason.map(|reason| view! { " · " {t(reason_word(reason))} });
            view! { {reason} {correction.note.map(|note| view! { " – " {note} })} }
        });
        view! {
            <li>
                {name} " " {move || format::day_and_time(at)} " " {move || words::people(&total)} " · "
                {one.entered_by.organization.name} {why}
            </li>
        }
    };
    (!report.revisions.is_empty()).then(|| {
        let rows = report.revisions.into_iter().map(row).collect_view();
        view! { <section><h2>{t(receipt::REVISIONS)}</h2><ul>{rows}</ul></section> }
    })
}
