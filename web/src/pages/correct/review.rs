//! What the correction changes, before and after, with the questions about what is unusual; and the button that sends it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::AgeBand;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::report::{ReportView, Warning, WarningCode};
use shared::revision::CorrectionRequest;
use uuid::Uuid;

use super::form::{Typed, mistake};
use crate::components::{Failure, Question, Trouble, focus_on, is_ticked, tick_id};
use crate::session::use_session;
use crate::words::figures::correct as words;
use crate::words::{band_label, check, form, t, table};
use crate::{api, format, router};

const HEADING: &str = "review-heading";
const UNUSUAL: &str = "unusual-heading";

/// The page that shows it once more.
#[component]
pub fn Review(
    /// The report as it stands.
    report: Arc<ReportView>,
    /// What was typed.
    typed: Typed,
    /// What will be sent.
    request: CorrectionRequest,
    /// Empty again to go back to the form.
    checked: RwSignal<Option<CorrectionRequest>>,
) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let warnings = RwSignal::new(Vec::<Warning>::new());
    let ticked = RwSignal::new(Vec::<WarningCode>::new());
    // Whether the button was pressed without a tick.
    let asked_for = RwSignal::new(false);
    let sending = RwSignal::new(false);
    // The key belongs to the content: confirming what was asked about makes it another request.
    let key = StoredValue::new(Uuid::new_v4().to_string());
    let place = (report.id, report.revision);
    let changes = view! { <Changes report=report request=request.clone() /> };
    let send = move |_| {
        if sending.get_untracked() {
            return;
        }
        let open = warnings.with_untracked(|list| list.iter().find(|one| !is_ticked(ticked, one.code)).cloned());
        asked_for.set(open.is_some());
        if let Some(open) = open {
            return focus_on(&tick_id(open.code));
        }
        let request = CorrectionRequest { acknowledged_warnings: ticked.get_untracked(), ..request.clone() };
        sending.set(true);
        spawn_local(async move {
            let of_content = key.get_value();
            let answer = session.call(api::client().correct_report(place, &of_content, &request)).await;
            sending.set(false);
            match answer {
                Ok(answered) => router::go(&format!("/reports/{}", answered.value.id)),
                Err(ClientError::Problem(problem)) if !problem.warnings.is_empty() => {
                    key.set_value(Uuid::new_v4().to_string());
                    warnings.set(problem.warnings);
                    request_animation_frame(|| focus_on(UNUSUAL));
                }
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    checked.set(None);
                    typed.mistakes.set(problem.violations.iter().map(mistake).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let changed =
        move || failure.with(|failure| failure.as_ref().and_then(|one| one.kind) == Some(ProblemKind::ReportChanged));
    request_animation_frame(|| focus_on(HEADING));
    view! {
        <section class="stack" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">{t(words::REVIEW)}</h2>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <Show when=changed>
                <p><a href=format!("/reports/{}", place.0)>{t(words::NEWEST)}</a></p>
            </Show>
            {changes}
            <Show when=move || !warnings.with(Vec::is_empty)>
                <div class="unusual">
                    <h3 id=UNUSUAL tabindex="-1">{t(check::UNUSUAL)}</h3>
                    <p>{t(check::UNUSUAL_WHAT)}</p>
                    {move || warnings.get().into_iter().map(|one| view! { <Question warning=one ticked=ticked missing=asked_for /> }).collect_view()}
                </div>
            </Show>
            <p>{t(words::STAYS)}</p>
            <p class="actions">
                <button type="button" class="button primary" on:click=send>{t(words::SEND)}</button>
                <button type="button" class="button quiet" on:click=move |_| checked.set(None)>{t(check::BACK)}</button>
            </p>
        </section>
    }
}

/// The bands that change, and the total: before and after.
#[component]
fn Changes(report: Arc<ReportView>, request: CorrectionRequest) -> impl IntoView {
    let row = |band: AgeBand| {
        let (before, after) = (report.counts.get(band), request.counts.get(band));
        (before != after).then(|| {
            view! {
                <tr>
                    <th scope="row">{t(band_label(band))}</th>
                    <td class="number">{format::count(before.into())}</td>
                    <td class="number">{format::count(after.into())}</td>
                </tr>
            }
        })
    };
    view! {
        <table class="receipt-counts">
            <caption>{t(words::CHANGES)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(table::BAND)}</th>
                    <th scope="col" class="number">{t(words::BEFORE)}</th>
                    <th scope="col" class="number">{t(words::AFTER)}</th>
                </tr>
            </thead>
            <tbody>{AgeBand::ALL.into_iter().filter_map(row).collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t(form::TOTAL)}</th>
                    <td class="number">{format::count(report.total)}</td>
                    <td class="number total">{format::count(request.counts.total())}</td>
                </tr>
            </tfoot>
        </table>
    }
}
