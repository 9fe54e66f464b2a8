//! The list of keys: `?` opens it from anywhere but an input.

use leptos::ev;
use leptos::prelude::*;

use super::Keys;
use crate::components::{Dialog, is_single_key};
use crate::preference;
use crate::words::{Text, app, keys, t};

const KEYS: [(&str, Text); 8] = [
    ("Enter · ↓ · Tab", keys::NEXT),
    ("Shift+Enter · ↑ · Shift+Tab", keys::PREVIOUS),
    ("Ctrl+Enter", keys::CHECK),
    ("Alt+0", keys::ZERO),
    ("Ctrl+V", keys::PASTE),
    ("Ctrl+Z", keys::UNDO),
    ("?", keys::LIST),
    ("Esc", keys::ESCAPE),
];

/// The list of keys as a dialog.
#[component]
pub fn KeyList(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The keys that the program has beside those of all.
    own: Keys,
) -> impl IntoView {
    // The listener lives as long as the page.
    let _ = window_event_listener(ev::keydown, move |event| {
        if is_single_key(&event, "?") {
            event.prevent_default();
            open.set(true);
        }
    });
    let rows = move || {
        KEYS.iter()
            .chain(own)
            .map(|&(key, word)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{t(word)}</dd></div> })
            .collect_view()
    };
    view! {
        <Dialog id="keys-heading" open=open heading=keys::HEADING on_close=move |()| open.set(false)>
            <dl class="key-list">{rows()}</dl>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=preference::single_keys
                    on:change=|event| preference::choose_single_keys(event_target_checked(&event))
                />
                <span>{t(keys::SINGLE)}</span>
            </label>
            <p class="actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{t(app::CLOSE)}</button>
            </p>
        </Dialog>
    }
}
