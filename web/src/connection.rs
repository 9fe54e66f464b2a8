//! Whether the browser has a network.

use std::sync::LazyLock;

use leptos::ev;
use leptos::prelude::*;

static ONLINE: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(true));

/// Begins to listen to the browser.
pub fn start() {
    ONLINE.set(window().navigator().on_line());
    // The listeners live as long as the page.
    let _ = window_event_listener(ev::online, |_| ONLINE.set(true));
    let _ = window_event_listener(ev::offline, |_| ONLINE.set(false));
}

/// Whether there is a network, tracked.
pub fn online() -> bool {
    ONLINE.get()
}
