//! A modal dialog on the browser's own `<dialog>`: focus stays inside and returns to the opener by itself.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A modal dialog. Esc is the safe answer: it calls `on_close`.
#[component]
pub fn Dialog(
    /// The id of its heading, unique on the page.
    id: &'static str,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading, which takes the focus unless a part with `data-first-focus` does.
    #[prop(into)]
    heading: Signal<String>,
    /// What Esc does.
    #[prop(into)]
    on_close: Callback<()>,
    /// Hides the page behind it.
    #[prop(optional)]
    opaque: bool,
    /// What it holds; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title = NodeRef::<html::H2>::new();
    Effect::new(move || {
        let (Some(element), is_open) = (dialog.get(), open.get()) else { return };
        if is_open && !element.open() {
            // It fails only where the element has left the document.
            let _ = element.show_modal();
            // Its parts are drawn by now: one that asks for the focus goes before the heading.
            request_animation_frame(move || {
                let asking = element.query_selector("[data-first-focus]").ok().flatten();
                if let Some(first) = asking.and_then(|asking| asking.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _ = first.focus();
                } else if let Some(title) = title.get_untracked() {
                    let _ = title.focus();
                }
            });
        } else if !is_open && element.open() {
            element.close();
        }
    });
    let cancel = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    view! {
        <dialog node_ref=dialog class="dialog" class:opaque=opaque aria-labelledby=id on:cancel=cancel>
            <h2 node_ref=title id=id tabindex="-1">{heading}</h2>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
