//! The list of what is wrong, above the form: it takes the focus and links to each field.

use leptos::html;
use leptos::prelude::*;
use shared::problem::Violation;

use crate::format;
use crate::words::{Text, field, form, rule_text};

/// One mistake: the id of its field and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The id of the field.
    pub field: String,
    /// The same words as at the field.
    pub words: String,
}

impl Mistake {
    /// A violation in words, with the name of its field before it.
    pub fn at(field: &str, label: Text, violation: &Violation) -> Self {
        Self { field: field.to_owned(), words: form::at_field(&label.get(), &rule_text(violation.rule).get()) }
    }
}

/// The list of mistakes; nothing while there are none. It takes the focus each time `mistakes` changes to some.
#[component]
pub fn ErrorSummary(
    /// What is wrong.
    #[prop(into)]
    mistakes: Signal<Vec<Mistake>>,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if !mistakes.get().is_empty()
            && let Some(element) = summary.get()
        {
            let _ = element.focus();
        }
    });
    let items = move || {
        mistakes
            .get()
            .into_iter()
            .map(|mistake| {
                let id = mistake.field.clone();
                let go = move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    focus_on(&id);
                };
                view! { <li><a href=format!("#{}", mistake.field) on:click=go>{mistake.words}</a></li> }
            })
            .collect_view()
    };
    let heading = move || field::summary(&format::count(mistakes.with(Vec::len) as u64));
    view! {
        <Show when=move || !mistakes.with(Vec::is_empty)>
            <div class="error-summary" role="alert" tabindex="-1" node_ref=summary>
                <h2>{heading}</h2>
                <ul>{items}</ul>
            </div>
        </Show>
    }
}

/// The words about a field that is wrong, for the field itself.
pub fn mistake_at(mistakes: RwSignal<Vec<Mistake>>, field: &'static str) -> Signal<Option<String>> {
    let words =
        move |list: &Vec<Mistake>| list.iter().find(|mistake| mistake.field == field).map(|found| found.words.clone());
    Signal::derive(move || mistakes.with(words))
}

/// Moves the focus to the element of an id.
pub fn focus_on(id: &str) {
    use wasm_bindgen::JsCast;
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = element.focus();
    }
}
