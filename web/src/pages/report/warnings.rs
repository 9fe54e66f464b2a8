//! What is unusual about the report, each with a tick of its own.

use leptos::prelude::*;

use super::desk::use_desk;
use super::send::Held;
use crate::components::Question;
use crate::words::{check, t};

/// The questions; nothing where nothing is unusual.
#[component]
pub fn Warnings(
    /// Why the button did not send.
    held: RwSignal<Option<Held>>,
) -> impl IntoView {
    let desk = use_desk();
    let missing = Signal::derive(move || matches!(held.get(), Some(Held::Ticks(_))));
    // Whoever ticks is going on: what held the report back is settled, or asked anew at the next press.
    Effect::new(move |before: Option<()>| {
        desk.ticked.track();
        if before.is_some() {
            held.set(None);
        }
    });
    let warnings = Memo::new(move |_| desk.warnings());
    let items = move || {
        let question = |warning| view! { <Question warning=warning ticked=desk.ticked missing=missing /> };
        warnings.get().into_iter().map(question).collect_view()
    };
    view! {
        <Show when=move || !warnings.with(Vec::is_empty)>
            <section class="unusual" aria-labelledby="unusual-heading">
                <h2 id="unusual-heading"><span aria-hidden="true">"! "</span>{t(check::UNUSUAL)}</h2>
                <p>{t(check::UNUSUAL_WHAT)}</p>
                {items}
            </section>
        </Show>
    }
}
