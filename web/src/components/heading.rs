//! The heading of a page: it names the window and takes the focus when the page is come to.

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::html;
use leptos::prelude::*;

use crate::session::use_session;
use crate::words::{self, Language};

/// Whether a page was shown before: on the first one the focus stays where the browser has it.
static SHOWN_BEFORE: AtomicBool = AtomicBool::new(false);

/// The `<h1>`. Keep it outside of what loads, so that the focus doesn't move twice.
#[component]
pub fn PageHeading(
    /// What the page is about; also the first part of the window's title.
    #[prop(into)]
    text: Signal<String>,
    /// Whether it is read out but not seen.
    #[prop(optional)]
    hidden: bool,
) -> impl IntoView {
    let session = use_session();
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move || document().set_title(&format!("{} – {}", text.get(), service_name(session.site().as_ref()))));
    Effect::new(move || {
        let Some(element) = heading.get() else { return };
        if let Some(part) = part_of_address() {
            // The part is drawn after its heading.
            request_animation_frame(move || {
                if let Some(part) = document().get_element_by_id(&part) {
                    part.scroll_into_view();
                }
            });
        } else if SHOWN_BEFORE.swap(true, Ordering::Relaxed) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            let _ = element.focus();
        }
    });
    view! { <h1 node_ref=heading tabindex="-1" class:visually-hidden=hidden>{text}</h1> }
}

/// The part of the page that the address names.
fn part_of_address() -> Option<String> {
    window().location().hash().ok()?.strip_prefix('#').filter(|part| !part.is_empty()).map(str::to_owned)
}

/// What the service calls itself, tracked by language.
pub fn service_name(site: Option<&shared::site::Site>) -> String {
    match (site, words::language()) {
        (Some(site), Language::Japanese) => site.service_name_ja.clone(),
        (Some(site), Language::English) => site.service_name_en.clone(),
        (None, _) => words::app::TITLE.get().to_owned(),
    }
}
