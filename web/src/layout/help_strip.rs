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
            let silent = help.telephone.is_empty() && help.email.is_empty();
            let call = format!("tel:{}", help.telephone.replace(|c: char| !c.is_ascii_digit() && c != '+', ""));
            let mail = format!("mailto:{}", help.email);
            // What the installation doesn't state has no line.
            view! {
                <dl>
                    {stated(help.telephone).map(|number| view! { <div><dt>{t(desk::TELEPHONE)}</dt><dd><a href=call>{number}</a></dd></div> })}
                    {stated(help.email).map(|address| view! { <div><dt>{t(desk::EMAIL)}</dt><dd><a href=mail>{address}</a></dd></div> })}
                    {stated(hours).map(|hours| view! { <div><dt>{t(desk::HOURS)}</dt><dd>{hours}</dd></div> })}
                </dl>
                {silent.then(|| view! { <p>{t(words::signin::LOST)}</p> })}
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

fn stated(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
