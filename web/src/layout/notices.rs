//! What every page says above its own content: notices of the service, no network, a new version.

use leptos::prelude::*;

use crate::components::{Banner, Tone};
use crate::session::use_session;
use crate::words::{self, Language, app, state, t};
use crate::{connection, preference, router};

/// Banners above the page.
#[component]
pub fn Notices() -> impl IntoView {
    let session = use_session();
    let notices = Memo::new(move |_| session.site().map(|site| site.notices).unwrap_or_default());
    // The service tells its version as soon as the page has begun, and again and again: the first is this page's own.
    let own = StoredValue::new(String::new());
    let outdated = Memo::new(move |_| {
        let version = session.site().map(|site| site.version).unwrap_or_default();
        own.update_value(|own| {
            if own.is_empty() {
                own.clone_from(&version);
            }
        });
        own.with_value(|own| *own != version)
    });
    reload_when_outdated(outdated);
    let online = Memo::new(|_| connection::online());
    let spoken = move || {
        notices
            .get()
            .into_iter()
            .map(|notice| {
                let words = move || match words::language() {
                    Language::Japanese => notice.ja.clone(),
                    Language::English => notice.en.clone(),
                };
                view! { <Banner tone=Tone::Information heading=Signal::derive(words) /> }
            })
            .collect_view()
    };
    view! {
        <section class="notices" aria-label=t(app::NOTICES)>
            {spoken}
            <Show when=move || outdated.get()>
                <Banner tone=Tone::Information heading=app::NEW_VERSION live=true />
            </Show>
            <Show when=preference::is_without_words>
                <Banner tone=Tone::Warning heading=app::NO_WORDS live=true />
            </Show>
            <div role="status">
                <Show when=move || !online.get()>
                    <Banner tone=Tone::Warning heading=state::OFFLINE>
                        <p>{t(state::OFFLINE_WHAT)}</p>
                    </Banner>
                </Show>
            </div>
        </section>
    }
}

/// A new version starts with the next page, but not between the form and its check, which share what was typed.
fn reload_when_outdated(outdated: Memo<bool>) {
    Effect::new(move |before: Option<String>| {
        let here = router::path();
        let moved = before.is_some_and(|before| before != here);
        if moved && outdated.get_untracked() && !here.starts_with("/report/") {
            // A browser that refuses to reload goes on with the old version.
            let _ = window().location().reload();
        }
        here
    });
}
