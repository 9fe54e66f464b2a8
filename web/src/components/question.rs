//! A question about what is unusual in a report, with a tick of its own.

use leptos::prelude::*;
use shared::report::{Warning, WarningCode};

use crate::words::{check, t, warning_sentence, warning_title};

/// The question.
#[component]
pub fn Question(
    /// What is unusual.
    warning: Warning,
    /// What was confirmed.
    ticked: RwSignal<Vec<WarningCode>>,
    /// Whether it was to be sent without the tick.
    #[prop(into)]
    missing: Signal<bool>,
) -> impl IntoView {
    let code = warning.code;
    let id = tick_id(code);
    let about = format!("{id}-about");
    let missing = move || missing.get() && !is_ticked(ticked, code);
    let tick = move |_| {
        ticked.update(|ticked| {
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
                    prop:checked=move || is_ticked(ticked, code)
                    on:change=tick
                />
                <span>{t(check::TICK)}</span>
            </label>
        </div>
    }
}

/// Whether a warning was confirmed.
pub fn is_ticked(ticked: RwSignal<Vec<WarningCode>>, code: WarningCode) -> bool {
    ticked.with(|ticked| ticked.contains(&code))
}

/// The id of a warning's tick.
pub fn tick_id(code: WarningCode) -> String {
    format!("tick-{}", code.key())
}
