//! What a list shows when it is empty: why, and what next.

use leptos::prelude::*;

use crate::words::{Text, t};

/// An empty list.
#[component]
pub fn NothingFound(
    /// What isn't there.
    heading: Text,
    /// What to do about it.
    what: Text,
) -> impl IntoView {
    view! {
        <section class="card" role="status">
            <h2>{t(heading)}</h2>
            <p>{t(what)}</p>
        </section>
    }
}
