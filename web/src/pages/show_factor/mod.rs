//! S2: the second factor, shown: at sign-in, and again before what is sensitive. What the service offers is a list of
//! methods; each has a form of its own here.

mod code;
mod passkey;
mod telephone;

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use shared::account::CeremonyStep;
use shared::client::ClientError;
use shared::second_factor::{SecondFactorMethod, SecondFactorOption, SecondFactorRequest};

use crate::components::{Banner, Tone};
use crate::passkeys;
use crate::session::Session;
use crate::words::{Text, signin, t};
use code::CodeForm;
use passkey::PasskeyForm;
use telephone::TelephoneForm;
pub use telephone::{ASKED, Resend, ask_after, language_of};

/// Sends what is shown.
pub type SendShown = fn(Session, SecondFactorRequest) -> Sending;
/// What is on its way.
pub type Sending = Pin<Box<dyn Future<Output = Result<CeremonyStep, ClientError>>>>;

/// Who asks for the factor, as the forms of all methods need it.
#[derive(Clone, Copy)]
pub struct Asker {
    /// Sends what is shown.
    pub send: SendShown,
    /// Goes on: what was shown was right.
    pub done: Callback<CeremonyStep>,
    /// The attempt has ended, or the session.
    pub over: Callback<()>,
    /// Who is asked; the demo tells the codes.
    pub login_id: Signal<String>,
    /// The word on the button.
    pub submit: Text,
    /// The id of the field, unique on the page.
    pub field: &'static str,
}

/// The form of the method that comes first, and the others as links.
#[component]
pub fn ShowFactor(
    /// How the factor can be shown; in this browser perhaps not by passkeys.
    mut methods: Vec<SecondFactorOption>,
    asker: Asker,
) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    methods.retain(|option| option.method != SecondFactorMethod::Passkey || passkeys::are_possible());
    let methods = StoredValue::new(methods);
    let form = move || {
        let option = methods.with_value(|all| all.get(chosen.get()).cloned());
        match option {
            Some(option) => match option.method {
                SecondFactorMethod::Passkey => view! { <PasskeyForm asker=asker /> },
                method @ (SecondFactorMethod::Totp | SecondFactorMethod::RecoveryCode) => {
                    view! { <CodeForm method=method asker=asker /> }
                }
                SecondFactorMethod::Sms | SecondFactorMethod::Voice => {
                    view! { <TelephoneForm option=option asker=asker /> }
                }
            },
            None => view! { <Banner tone=Tone::Error heading=signin::NO_METHOD live=true /> },
        }
    };
    let link = move |(place, option): (usize, SecondFactorOption)| {
        view! {
            <button type="button" class="link-button" on:click=move |_| chosen.set(place)>
                {t(use_word(option.method))} {named(option.masked_number.as_ref().unwrap_or(&option.label))}
            </button>
        }
    };
    let others = move || {
        let other = methods.get_value().into_iter().enumerate().filter(|(place, _)| *place != chosen.get());
        other.map(link).collect_view()
    };
    view! {
        {form}
        <p class="actions">{others}</p>
    }
}

/// Why what was shown isn't taken, and how many more tries there are.
fn with_tries_left(failed: Text, left: Option<u32>) -> String {
    let left = left.map(|n| signin::tries_left(&n)).unwrap_or_default();
    format!("{} {left}", failed.get())
}

/// The word that leads to a method.
const fn use_word(method: SecondFactorMethod) -> Text {
    match method {
        SecondFactorMethod::Passkey => signin::USE_PASSKEY,
        SecondFactorMethod::Totp => signin::USE_APP,
        SecondFactorMethod::Sms => signin::USE_SMS,
        SecondFactorMethod::Voice => signin::USE_VOICE,
        SecondFactorMethod::RecoveryCode => signin::USE_RECOVERY,
    }
}

/// What tells one of several ways of the same method from another.
fn named(label: &str) -> String {
    if label.is_empty() { String::new() } else { format!(" ({label})") }
}
