//! What stands at every address that leads nowhere, or nowhere for this user: the two can't be told apart.

use leptos::prelude::*;

use crate::components::PageHeading;
use crate::words::{app, state, t};

/// Nothing here.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageHeading text=state::NOT_FOUND />
        <p>{t(state::NOT_FOUND_WHAT)}</p>
        <p><a href="/">{t(app::BACK_HOME)}</a></p>
    }
}
