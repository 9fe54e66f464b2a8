//! The strip with telephone and hours at the foot of every page.

use leptos::prelude::*;

use crate::session::use_session;
use crate::words::{self, Language, app, desk, t};

/// Whom to call, on every page.
#[component]
pub fn HelpStrip() -> impl IntoView {
    let session = use_session();
    let contents = move || {
        session.site().map(|site| {
            let help = site.help_desk;
            let hours = match words::language() {
                Language::Japanese => help.hours_ja,
                Language::English => help.hours_en,
            };
            let call = format!("tel:{}", help.telephone.replace(|c: char| !c.is_ascii_digit() && c != '+', ""));
            view! {
                <dl>
                    <div><dt>{t(desk::TELEPHONE)}</dt><dd><a href=call>{help.telephone}</a></dd></div>
                    <div><dt>{t(desk::EMAIL)}</dt><dd><a href=format!("mailto:{}", help.email)>{help.email.clone()}</a></dd></div>
                    <div><dt>{t(desk::HOURS)}</dt><dd>{hours}</dd></div>
                </dl>
                <p class="small">{app::version(&site.version)}</p>
            }
        })
    };
    view! {
        <footer class="help-strip">
            <h2>{t(desk::HEADING)}</h2>
            {contents}
        </footer>
    }
}
