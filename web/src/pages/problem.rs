//! `/problems/{slug}`: what a kind of problem means and what to do; the `type` of every problem document leads here.

use leptos::prelude::*;
use shared::ProblemKind;

use super::NotFound;
use crate::components::PageHeading;
use crate::words::{app, problem_advice, problem_title, problems, t};

/// The page of one kind of problem.
#[component]
pub fn ProblemPage(
    /// The last segment of its type.
    slug: String,
) -> impl IntoView {
    match ProblemKind::from_slug(&slug) {
        None => view! { <NotFound /> }.into_any(),
        Some(kind) => view! {
            <PageHeading text=problem_title(kind) />
            <p class="lead">{t(problem_advice(kind))}</p>
            <p class="small">
                {move || problems::slug(&kind.slug())} " · " {move || problems::status(&kind.status())}
            </p>
            <p><a href="/">{t(app::BACK_HOME)}</a></p>
        }
        .into_any(),
    }
}
