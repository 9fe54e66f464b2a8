//! A labelled field with its hint and its error, each named by the input.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::words::{self, Text, t};

/// Keeps the Enter that confirms a conversion of the input method from submitting the form (Chromium and Firefox report
/// `isComposing`, Safari only the key code 229).
pub fn keep_conversion(event: &ev::KeyboardEvent) {
    const IN_CONVERSION: u32 = 229;
    if event.key() == "Enter" && (event.is_composing() || event.key_code() == IN_CONVERSION) {
        event.prevent_default();
    }
}

/// The ids of hint and error that an input is described by.
fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let error = has_error.then(|| format!("{id}-error"));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (one, other) => one.or(other),
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Its id, unique on the page.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// What helps to fill it in.
    #[prop(into, optional)]
    hint: Option<Signal<String>>,
    /// What a browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// `text`, `date`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keys a telephone shows first.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// The input, to move the focus to.
    #[prop(optional)]
    input: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <div class="field" data-invalid=move || error.get().map(|_| "true")>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            <input
                id=id
                name=id
                node_ref=input
                type=kind
                inputmode=inputmode
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, hint.is_some(), error.get().is_some())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:keydown=move |event| keep_conversion(&event)
            />
            <FieldError id=id error=error />
        </div>
    }
}

/// A password with a button that shows it.
#[component]
pub fn PasswordField(
    /// Its id, unique on the page.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// Whether it is readable.
    shown: RwSignal<bool>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// What helps to fill it in.
    #[prop(into, optional)]
    hint: Option<Signal<String>>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// The input, to move the focus to.
    #[prop(optional)]
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let word = move || if shown.get() { words::signin::HIDE_SHORT.get() } else { words::signin::SHOW_SHORT.get() };
    let name = move || if shown.get() { words::signin::HIDE.get() } else { words::signin::SHOW.get() };
    view! {
        <div class="field" data-invalid=move || error.get().map(|_| "true")>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            <div class="password-row">
                <input
                    id=id
                    name=id
                    node_ref=input
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || described_by(id, hint.is_some(), error.get().is_some())
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    on:keydown=move |event| keep_conversion(&event)
                />
                <button type="button" class="button small" aria-controls=id aria-label=name on:click=move |_| shown.update(|on| *on = !*on)>
                    {word}
                </button>
            </div>
            <FieldError id=id error=error />
        </div>
    }
}

/// Several lines of text, as they are pasted.
#[component]
pub fn TextArea(
    /// Its id, unique on the page.
    id: &'static str,
    /// Its label.
    label: Text,
    /// What helps to fill it in.
    hint: Text,
    /// What is pasted.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// How many lines of it are seen at once.
    rows: &'static str,
    /// Whether it is for a machine to read.
    #[prop(optional)]
    is_code: bool,
) -> impl IntoView {
    let wrong = move || error.get().map(|_| "true");
    view! {
        <div class="field" data-invalid=wrong>
            <label for=id>{t(label)}</label>
            <p class="field-hint" id=format!("{id}-hint")>{t(hint)}</p>
            <textarea
                id=id
                class:mono=is_code
                rows=rows
                spellcheck="false"
                autocomplete="off"
                aria-invalid=wrong
                aria-describedby=move || described_by(id, true, error.get().is_some())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <FieldError id=id error=error />
        </div>
    }
}

#[component]
fn FieldError(id: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    move || {
        error.get().map(|words| {
            view! {
                <p class="field-error" id=format!("{id}-error")>
                    <span class="visually-hidden">{t(words::state::ERROR)} ": "</span>
                    {words}
                </p>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_names_its_hint_and_its_error_only_when_they_are_there() {
        assert_eq!(described_by("id", false, false), None);
        assert_eq!(described_by("id", true, false).as_deref(), Some("id-hint"));
        assert_eq!(described_by("id", false, true).as_deref(), Some("id-error"));
        assert_eq!(described_by("id", true, true).as_deref(), Some("id-hint id-error"));
    }
}
