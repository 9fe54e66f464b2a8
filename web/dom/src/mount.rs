//! The way into the page.

use reactive_graph::owner::Owner;

use crate::view::{IntoView, document};

/// Puts an application at the end of the page, for as long as the page lives.
pub fn mount_to_body<V: IntoView>(application: impl FnOnce() -> V) {
    // It fails only where it was called before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    if let Some(body) = document().body() {
        owner.with(|| application().append_to(&body));
    }
    std::mem::forget(owner);
}
