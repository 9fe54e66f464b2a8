//! What tells an installation from the real service: that it is the demo, or what its operator calls it.

use leptos::prelude::*;

use crate::session::use_session;
use crate::words::{self, app};

/// The mark; nothing on the real service.
#[component]
pub fn Badge() -> impl IntoView {
    let session = use_session();
    move || {
        let site = session.site()?;
        let words = match (site.badge, words::language()) {
            _ if site.demo => app::DEMO_WORDS.get().to_owned(),
            (Some(badge), words::Language::Japanese) => badge.ja,
            (Some(badge), words::Language::English) => badge.en,
            (None, _) => return None,
        };
        Some(view! { <p class="badge">{words}</p> })
    }
}
