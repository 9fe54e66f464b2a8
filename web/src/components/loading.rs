//! What stands in place of a page while it loads.

use std::time::Duration;

use leptos::prelude::*;

use crate::words::{state, t};

/// Grey bars after 300 ms, words after 8 s: a quick answer shows neither.
#[component]
pub fn Loading(
    /// How many bars.
    #[prop(default = 4)]
    lines: usize,
) -> impl IntoView {
    let step = RwSignal::new(0_u8);
    for (reached, after) in [(1, 300), (2, 8_000)] {
        if let Ok(timer) = set_timeout_with_handle(move || step.set(reached), Duration::from_millis(after)) {
            on_cleanup(move || timer.clear());
        }
    }
    view! {
        <div class="loading" aria-busy="true">
            <Show when=move || { step.get() > 0 }>
                <p class="visually-hidden" role="status">{t(state::LOADING)}</p>
                <div class="skeleton" aria-hidden="true">
                    {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
                </div>
            </Show>
            <Show when=move || { step.get() > 1 }>
                <p role="status">{t(state::SLOW)}</p>
            </Show>
        </div>
    }
}
