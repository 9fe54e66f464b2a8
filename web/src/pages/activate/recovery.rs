//! Recovery codes: shown once, to be printed, saved, copied or written down; and only then on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use wasm_bindgen_futures::JsFuture;

use crate::components::{Failure, Trouble, focus_on};
use crate::words::access::activate as words;
use crate::words::{app, t};
use crate::{api, clock, file_address, format};

const KEPT: &str = "codes-kept";

/// The fourth step.
#[component]
pub fn RecoveryStep() -> impl IntoView {
    let codes = RwSignal::new(Vec::<String>::new());
    let login_id = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<Failure>);
    let make = Callback::new(move |()| {
        spawn_local(async move {
            match api::client().make_recovery_codes().await {
                Ok(step) => {
                    // The codes end the sign-in, so that the answer says who is in.
                    login_id.set(step.session.map(|view| view.login_id).unwrap_or_default());
                    codes.set(step.recovery_codes);
                }
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
            <RecoveryCodes codes=codes login_id=login_id done=home />
        </Show>
    }
}

/// The codes, and the way on for who says that they are kept.
#[component]
pub fn RecoveryCodes(
    codes: RwSignal<Vec<String>>,
    /// Whose they are.
    #[prop(into)]
    login_id: Signal<String>,
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
            <SaveLink codes=codes login_id=login_id />
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

/// The codes as a text file.
#[component]
fn SaveLink(codes: RwSignal<Vec<String>>, login_id: Signal<String>) -> impl IntoView {
    // They are shown when they are made, and only then.
    let day = shared::reporting_day(clock::instant());
    let name = move || format!("nippo-recovery-codes-{}.txt", login_id.get());
    let file = move || {
        let text = codes.with(|codes| login_id.with(|id| text_of(codes, id, day)));
        // By the byte order mark an older Notepad knows the characters.
        file_address::of("text/plain;charset=utf-8", "\u{feff}".bytes().chain(text.bytes()))
    };
    view! { <a class="button" download=name href=file>{t(words::RECOVERY_SAVE)}</a> }
}

/// What the file says: whose codes they are and since when, the codes, and how they are used.
fn text_of(codes: &[String], login_id: &str, day: ReportingDay) -> String {
    let (whose, since) = (words::recovery_of(&login_id), words::recovery_made(&format::long_day(day)));
    format!("{whose}\r\n{since}\r\n\r\n{}\r\n\r\n{}\r\n", codes.join("\r\n"), words::RECOVERY_ONCE.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_says_whose_codes_they_are_and_has_each_on_a_line_of_its_own() {
        let codes = ["7K2M-9QXA-10Z1-BHCJ", "0000-1111-2222-3333"].map(str::to_owned);
        let text = text_of(&codes, "P13-0001-5", "2026-11-22".parse().expect("a day"));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains("P13-0001-5") && lines[1].contains("2026年11月22日"), "{text}");
        assert_eq!(lines[3..5], codes);
        assert_eq!(lines[6..], [words::RECOVERY_ONCE.get()]);
    }
}
