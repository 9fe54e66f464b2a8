//! A choice among few, with its label and its error.

use leptos::prelude::*;

use crate::words::{Text, t};

/// One of the options: its key and its word.
pub type Choice = (&'static str, Text);

/// A list to choose from.
#[component]
pub fn ChoiceField(
    /// Its id, unique on the page.
    id: &'static str,
    /// Its label.
    label: Text,
    /// What stands first, for nothing chosen; one of the choices is always chosen without it.
    #[prop(optional)]
    none: Option<Text>,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// The key of what is chosen; empty for nothing.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let option = move |(key, word): Choice| {
        view! { <option value=key selected=move || value.with(|chosen| chosen == key)>{t(word)}</option> }
    };
    let wrong = move || error.get().map(|_| "true");
    view! {
        <div class="field" data-invalid=wrong>
            <label for=id>{t(label)}</label>
            <select
                id=id
                aria-invalid=wrong
                aria-describedby=move || error.get().map(|_| format!("{id}-error"))
                on:change=move |event| value.set(event_target_value(&event))
            >
                {none.map(|none| view! { <option value="" selected=move || value.with(String::is_empty)>{t(none)}</option> })}
                {choices.into_iter().map(option).collect_view()}
            </select>
            {move || error.get().map(|words| view! { <p class="field-error" id=format!("{id}-error")>{words}</p> })}
        </div>
    }
}
