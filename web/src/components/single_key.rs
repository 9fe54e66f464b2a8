//! Keys of a single character, which count anywhere but in inputs, unless they are switched off (WCAG 2.1.4).

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::focus_on;
use crate::preference;

/// Whether this key was pressed by itself, where it is meant as a shortcut.
pub fn is_single_key(event: &ev::KeyboardEvent, key: &str) -> bool {
    let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.is_composing();
    event.key() == key && plain && preference::single_keys_untracked() && !in_input(event)
}

/// Lets `/` lead to the field of a search, for as long as what calls this is on the screen.
pub fn slash_leads_to(id: &'static str) {
    let pressed = window_event_listener(ev::keydown, move |event| {
        if is_single_key(&event, "/") {
            // The field would get the character otherwise, and Firefox would open its own search.
            event.prevent_default();
            focus_on(id);
        }
    });
    on_cleanup(move || pressed.remove());
}

fn in_input(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
