//! Addresses: where the screens are, and going elsewhere without loading the page anew.

use std::sync::{LazyLock, OnceLock};

use leptos::ev;
use leptos::prelude::*;
use shared::screens::Program;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent, UrlSearchParams};

/// Path and query of the present address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    path: String,
    query: String,
}

/// The program that runs.
static HERE: OnceLock<Program> = OnceLock::new();
static PLACE: LazyLock<ArcRwSignal<Place>> = LazyLock::new(|| ArcRwSignal::new(Place::default()));

/// Takes up the present address, and follows the back button and every link within this program from then on.
pub fn start(program: Program) {
    // A page starts once.
    let _ = HERE.set(program);
    arrive();
    // The listeners live as long as the page.
    let _ = window_event_listener(ev::popstate, |_| arrive());
    let _ = window_event_listener(ev::click, |event| follow(&event));
}

/// The path of the address, without a slash at its end; tracked.
pub fn path() -> String {
    PLACE.with(|place| place.path.clone())
}

/// A parameter of the address's query; tracked.
pub fn parameter(name: &str) -> Option<String> {
    let query = PLACE.with(|place| place.query.clone());
    UrlSearchParams::new_with_str(&query).ok()?.get(name)
}

/// Goes to an address of the screens; the back button leads back here.
pub fn go(to: &str) {
    if !is_here(to) {
        // It fails for no address of this origin.
        let _ = window().location().assign(to);
    } else if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(to));
        arrive();
    }
}

/// Goes to an address of the screens in place of the present one.
pub fn replace(to: &str) {
    if !is_here(to) {
        let _ = window().location().replace(to);
    } else if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(to));
        arrive();
    }
}

/// Whether the program that runs shows an address. Another program's is for the browser to load.
fn is_here(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    HERE.get() == Some(&Program::of(path))
}

/// The present address within this origin, its query included.
pub fn address() -> String {
    PLACE.with_untracked(|place| format!("{}{}", place.path, place.query))
}

/// Reads the address. Pages that stay hear only of what changes.
fn arrive() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let shortened = path.trim_end_matches('/');
    let path = if shortened.is_empty() { "/" } else { shortened }.to_owned();
    let place = Place { path, query: location.search().unwrap_or_default() };
    if PLACE.with_untracked(|before| *before != place) {
        PLACE.set(place);
    }
}

/// Goes where a link leads, unless that is for the browser: another origin, program or window, a file, a part of this page.
fn follow(event: &MouseEvent) {
    let plain = event.button() == 0
        && !(event.default_prevented() || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let Some(link) = Some(event).filter(|_| plain).and_then(link_of) else { return };
    let location = window().location();
    let ours = link.target().is_empty()
        && !link.has_attribute("download")
        && link.rel() != "external"
        && location.origin().is_ok_and(|origin| origin == link.origin());
    let within = !link.hash().is_empty()
        && location.pathname().is_ok_and(|path| path == link.pathname())
        && location.search().is_ok_and(|query| query == link.search());
    if ours && !within && is_here(&link.pathname()) {
        event.prevent_default();
        go(&format!("{}{}{}", link.pathname(), link.search(), link.hash()));
    }
}

/// The link with an address that was pressed, or in which what was pressed stands.
fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let pressed = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    pressed.closest("a[href]").ok()??.dyn_into().ok()
}
