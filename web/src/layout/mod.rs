//! What stands around every page: header, notices, help, and the dialogs of session and keys.

mod header;
mod help_strip;
mod key_list;
mod notices;
mod session_dialogs;

use leptos::prelude::*;

use crate::components::focus_on;
use crate::words::{Text, app, t};
use header::Header;
use help_strip::HelpStrip;
use key_list::KeyList;
use notices::Notices;
use session_dialogs::SessionDialogs;

/// Keys, each with what it does.
pub type Keys = &'static [(&'static str, Text)];

/// The id of the main column, where the skip link leads.
const MAIN: &str = "main";

/// Header, one main column, help.
#[component]
pub fn Layout(
    /// The keys that the program has beside those of all.
    #[prop(optional)]
    own_keys: Keys,
    /// The page.
    children: Children,
) -> impl IntoView {
    let keys = RwSignal::new(false);
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        focus_on(MAIN);
    };
    view! {
        <a class="skip-link" href="#main" on:click=skip>{t(app::SKIP)}</a>
        <Header keys=keys />
        <Notices />
        <main id=MAIN tabindex="-1">{children()}</main>
        <HelpStrip />
        <SessionDialogs />
        <KeyList open=keys own=own_keys />
    }
}
