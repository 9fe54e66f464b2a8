//! A sent report corrected: the fourteen counts as they stand, changed, looked at once more, and sent.

mod form;
mod review;
mod revisions;

use std::sync::Arc;

use leptos::prelude::*;
use shared::client::ClientError;
use shared::problem::{Problem, ProblemKind};
use shared::report::ReportView;
use uuid::Uuid;

use crate::components::{Banner, PageHeading, Tone};
use crate::load::Load;
use crate::words::figures::correct as words;
use crate::words::t;
use crate::{api, format};
use form::{CorrectionForm, Typed};
use review::Review;
use revisions::Revisions;

/// The page.
#[component]
pub fn CorrectReport(
    /// The id of the report, as the address has it.
    id: String,
) -> impl IntoView {
    let id = id.parse::<Uuid>().ok();
    let report = Load::new(move || async move {
        match id {
            Some(id) => api::client().report(id).await,
            None => Err(ClientError::Problem(Box::new(Problem::new(ProblemKind::NotFound)))),
        }
    });
    view! {
        <PageHeading text=words::HEADING />
        {report.view(8, |report| view! { <Correct report=report /> })}
    }
}

#[component]
fn Correct(report: ReportView) -> impl IntoView {
    let (day, unit, id) = (report.entry_day, report.unit.name.clone(), report.id);
    let about = view! {
        <p class="lead">{move || words::about(&format::long_day(day), &unit)}</p>
    };
    if !report.correctable {
        let newest = report.revisions.first().map_or(id, |newest| newest.id);
        let (heading, to) = if newest == id { (words::FINAL, id) } else { (words::OLD, newest) };
        return view! {
            {about}
            <Banner tone=Tone::Information heading=heading>
                <p><a href=format!("/reports/{to}")>{t(words::BACK)}</a></p>
            </Banner>
            <Revisions report=report />
        }
        .into_any();
    }
    let report = Arc::new(report);
    let typed = Typed::of(&report);
    let checked = RwSignal::new(None);
    let (of_form, of_review) = (report.clone(), report.clone());
    view! {
        {about}
        {move || match checked.get() {
            None => view! { <CorrectionForm report=of_form.clone() typed=typed checked=checked /> }.into_any(),
            Some(request) => {
                view! { <Review report=of_review.clone() typed=typed request=request checked=checked /> }.into_any()
            }
        }}
        <Revisions report=ReportView::clone(&report) />
    }
    .into_any()
}
