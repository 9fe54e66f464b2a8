//! `/problems/{slug}`: what a kind of problem means and what to do; the `type` of every problem document leads here.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::ProblemKind;

use super::NotFound;
use crate::components::PageHeading;
use crate::words::{app, problem_advice, problem_title, problems, t};

/// The page of one kind of problem.
#[component]
pub fn ProblemPage() -> impl IntoView {
    let parameters = use_params_map();
    let kind = Memo::new(move |_| parameters.with(|map| ProblemKind::from_slug(&map.get("slug")?)));
    move || match kind.get() {
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
