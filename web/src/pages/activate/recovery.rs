//! Recovery codes: shown once, to be printed, copied or written down; and only then on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use crate::api;
use crate::components::{Failure, Trouble, focus_on};
use crate::words::access::activate as words;
use crate::words::{app, t};

const KEPT: &str = "codes-kept";

/// The fourth step.
#[component]
pub fn RecoveryStep() -> impl IntoView {
    let codes = RwSignal::new(Vec::<String>::new());
    let trouble = RwSignal::new(None::<Failure>);
    let make = Callback::new(move |()| {
        spawn_local(async move {
            match api::client().make_recovery_codes().await {
                Ok(step) => codes.set(step.recovery_codes),
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
        });
    });
    let home = Callback::new(|()| crate::router::go("/"));
    view! {
        <h2>{t(words::STEP_RECOVERY)}</h2>
        <p>{t(words::RECOVERY_WHAT)}</p>
        {move || trouble.get().map(|failure| view! { <Trouble failure=failure again=make /> })}
        <Show
            when=move || !codes.with(Vec::is_empty)
            fallback=move || {
                view! {
                    <p class="actions">
                        <button type="button" class="button primary" on:click=move |_| make.run(())>
                            {t(words::RECOVERY_MAKE)}
                        </button>
                    </p>
                }
            }
        >
            <RecoveryCodes codes=codes done=home />
        </Show>
    }
}

/// The codes, and the way on for who says that they are kept.
#[component]
pub fn RecoveryCodes(
    codes: RwSignal<Vec<String>>,
    /// Goes on.
    done: Callback<()>,
) -> impl IntoView {
    let kept = RwSignal::new(false);
    let asked = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            let text = codes.get_untracked().join("\n");
            let written = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            copied.set(written.is_ok());
        });
    };
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    let next = move |_| {
        if kept.get_untracked() {
            done.run(());
        } else {
            asked.set(true);
            focus_on(KEPT);
        }
    };
    view! {
        <ul class="recovery-codes mono">
            {move || codes.get().into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}
        </ul>
        <p class="actions no-print">
            <button type="button" class="button" on:click=print>{t(app::PRINT)}</button>
            <button type="button" class="button" on:click=copy>{t(words::RECOVERY_COPY)}</button>
        </p>
        <p role="status" class="small">{move || copied.get().then(|| words::RECOVERY_COPIED.get())}</p>
        <p class="check-row no-print">
            <input
                type="checkbox"
                id=KEPT
                aria-invalid=move || (asked.get() && !kept.get()).then_some("true")
                aria-describedby="codes-kept-error"
                prop:checked=move || kept.get()
                on:change=move |event| kept.set(event_target_checked(&event))
            />
            <label for=KEPT>{t(words::RECOVERY_KEPT)}</label>
        </p>
        <p class="field-error" id="codes-kept-error" role="alert">
            {move || (asked.get() && !kept.get()).then(|| words::RECOVERY_KEPT_MISSING.get())}
        </p>
        <p class="actions no-print">
            <button type="button" class="button primary" on:click=next>{t(words::FINISH)}</button>
        </p>
    }
}
