//! What is unusual about the report, each with a tick of its own.

use leptos::prelude::*;
use shared::report::Warning;

use super::desk::use_desk;
use super::send::Held;
use crate::words::{check, t, warning_sentence, warning_title};

/// The questions; nothing where nothing is unusual.
#[component]
pub fn Warnings(
    /// Why the button did not send.
    held: RwSignal<Option<Held>>,
) -> impl IntoView {
    let desk = use_desk();
    let warnings = Memo::new(move |_| desk.warnings());
    let items = move || {
        warnings.get().into_iter().map(|warning| view! { <Question warning=warning held=held /> }).collect_view()
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

#[component]
fn Question(warning: Warning, held: RwSignal<Option<Held>>) -> impl IntoView {
    let desk = use_desk();
    let code = warning.code;
    let id = format!("tick-{}", code.key());
    let about = format!("{id}-about");
    let ticked = Memo::new(move |_| desk.ticked.with(|ticked| ticked.contains(&code)));
    let missing = move || matches!(held.get(), Some(Held::Ticks(_))) && !ticked.get();
    let tick = move |_| {
        held.set(None);
        desk.ticked.update(|ticked| {
            if ticked.contains(&code) {
                ticked.retain(|known| *known != code);
            } else {
                ticked.push(code);
            }
        });
    };
    view! {
        <div class="question-box" class:missing=missing>
            <p id=about.clone()>
                <strong>{t(warning_title(code))}</strong>
                " "
                {move || warning_sentence(&warning)}
            </p>
            <label class="check" for=id.clone()>
                <input
                    type="checkbox"
                    id=id.clone()
                    aria-describedby=about
                    aria-invalid=move || missing().then_some("true")
                    prop:checked=ticked
                    on:change=tick
                />
                <span>{t(check::TICK)}</span>
            </label>
        </div>
    }
}
