//! Slips: one A4 page a person, shown this once. The codes are nowhere but on this page and leave with it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::activation_code::ActivationCode;
use shared::issuance::{AccountView, IssuedAccount};
use shared::organization::OrganizationRef;

use crate::components::{Badge, Banner, Tone};
use crate::session::use_session;
use crate::words::office::slip as words;
use crate::words::t;
use crate::{clock, file_address, format};

/// The way to the next account of the same organization.
#[derive(Clone)]
pub struct NextPerson {
    /// The organization.
    pub organization: OrganizationRef,
    /// Leaves the slips and begins anew.
    pub again: Callback<()>,
}

/// The slips of accounts that were just issued or reset, to be printed.
#[component]
pub fn Slips(
    issued: Vec<IssuedAccount>,
    /// Where there may be more people to issue to.
    #[prop(optional)]
    next: Option<NextPerson>,
) -> impl IntoView {
    let pages: Vec<_> =
        issued.into_iter().filter_map(|issued| Some((issued.account, issued.code?, issued.qr_code))).collect();
    let n = pages.len() as u64;
    let print = |_| {
        // A browser that can't print leaves the page as it is.
        let _ = window().print();
    };
    if pages.is_empty() {
        return view! {
            <Banner tone=Tone::Warning heading=words::AGAIN live=true />
            <p><a class="button" href="/accounts">{t(words::DONE)}</a></p>
        }
        .into_any();
    }
    view! {
        <div class="no-print">
            <Banner tone=Tone::Warning heading=words::ONCE live=true />
            <p class="actions">
                <button type="button" class="button primary" on:click=print>
                    {move || words::print(&format::count(n))}
                </button>
                {next.map(|next| view! { <Next next=next /> })}
                <a class="button" href="/accounts">{t(words::DONE)}</a>
            </p>
        </div>
        {pages
            .into_iter()
            .map(|(account, code, qr_code)| view! { <SlipPage account=account code=code qr_code=qr_code /> })
            .collect_view()}
    }
    .into_any()
}

#[component]
fn Next(next: NextPerson) -> impl IntoView {
    let name = next.organization.name;
    view! {
        <button type="button" class="button" on:click=move |_| next.again.run(())>
            {move || words::next_person(&name)}
        </button>
    }
}

#[component]
fn SlipPage(account: AccountView, code: ActivationCode, qr_code: Option<String>) -> impl IntoView {
    let host = window().location().host().unwrap_or_default();
    let until = account.slip.as_ref().map(|slip| slip.expires_at);
    let name = account.display_name.clone();
    view! {
        <article class="slip">
            // On paper it stands alone, without the page's header.
            <Badge />
            <h2>{t(words::TITLE)}</h2>
            <p class="slip-organization">{account.organization.name}</p>
            <p class="slip-person">{move || words::person(&name)}</p>
            <div class="slip-body">
                <dl>
                    <div><dt>{t(words::ID)}</dt><dd class="slip-big mono">{account.login_id}</dd></div>
                    <div><dt>{t(words::CODE)}</dt><dd class="slip-big mono slip-code">{code.to_string()}</dd></div>
                    <div><dt>{t(words::UNTIL)}</dt><dd>{move || until.map(until_words)}</dd></div>
                </dl>
                {qr_code
                    .map(|svg| {
                        view! { <img class="qr-code" src=file_address::of_svg(&svg) alt=t(words::QR) /> }
                    })}
            </div>
            <h3>{t(words::STEPS)}</h3>
            <ol>
                <li>{move || words::step_1(&host)}</li>
                <li>{t(words::STEP_2)}</li>
                <li>{t(words::STEP_3)}</li>
                <li>{t(words::STEP_4)}</li>
            </ol>
            <p class="slip-warning">{t(words::NAMED_ONLY)}</p>
            <Help />
            <p class="slip-fold" aria-hidden="true">"- - - " {t(words::FOLD)} " - - -"</p>
        </article>
    }
}

fn until_words(until: DateTime<Utc>) -> String {
    words::until_value(&format::long_day(shared::reporting_day(until)), &format::time(until))
}

/// Whom to ask, and who issued it.
#[component]
fn Help() -> impl IntoView {
    let session = use_session();
    let desk = move || session.site().map(|site| site.help_desk);
    let issued_by = move || {
        let name = session.view().map(|view| view.organization.name.clone()).unwrap_or_default();
        words::issued_by(&format::long_day(shared::reporting_day(clock::now())), &name)
    };
    view! {
        <p class="slip-help">
            {t(words::HELP)} ": "
            {move || desk().map(|desk| view! { <span class="mono">{desk.telephone}</span> " · " })}
            {issued_by}
        </p>
    }
}
