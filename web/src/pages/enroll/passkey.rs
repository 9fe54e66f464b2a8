//! Enrolling a passkey: a name to know it by, then one press, and the browser asks for a finger, a face or a PIN.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::CeremonyStep;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::second_factor::{EnrollmentRequest, FactorKind};

use super::Enrolling;
use crate::api;
use crate::components::{Banner, Failure, TextField, Tone, Trouble};
use crate::passkeys::{self, NoPasskey};
use crate::words::access::enroll as words;
use crate::words::{Text, t};

const NAME: &str = "passkey-name";
/// Most characters of a name, as the service takes them.
const LONGEST: usize = 60;

/// Why a passkey wasn't enrolled.
enum Unmade {
    ByBrowser(NoPasskey),
    ByService(ClientError),
}

/// The form.
#[component]
pub fn EnrollPasskey(enrolling: Enrolling) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let mistake = RwSignal::new(None::<Text>);
    let refused = RwSignal::new(None::<Text>);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        refused.set(None);
        trouble.set(None);
        let label = name.get_untracked().trim().to_owned();
        let is_long = label.chars().count() > LONGEST;
        mistake.set(is_long.then_some(words::PASSKEY_NAME_LONG));
        if is_long {
            return;
        }
        working.set(true);
        spawn_local(async move {
            match made(label).await {
                Ok(step) => enrolling.done.run(step),
                Err(Unmade::ByBrowser(why)) => refused.set(Some(refusal(why))),
                Err(Unmade::ByService(error)) if enrolling.ends_with(&error) => {}
                Err(Unmade::ByService(error)) if api::kind(&error) == Some(ProblemKind::InvalidRequest) => {
                    refused.set(Some(words::PASSKEY_REFUSED));
                }
                Err(Unmade::ByService(error)) => trouble.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let error = Signal::derive(move || mistake.get().map(|words| words.get().to_owned()));
    view! {
        <form class="stack" novalidate on:submit=submit>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            {move || refused.get().map(|words| view! { <Banner tone=Tone::Error heading=words live=true /> })}
            <p>{t(words::PASSKEY_WHAT)}</p>
            <TextField id=NAME label=words::PASSKEY_NAME hint=words::PASSKEY_NAME_HINT value=name error=error />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(words::PASSKEY_MAKE)}
                </button>
            </p>
            <p role="status" class="small">{move || working.get().then(|| words::PASSKEY_WAITING.get())}</p>
        </form>
    }
}

/// Has a passkey made, and tells it to the service.
async fn made(label: String) -> Result<CeremonyStep, Unmade> {
    let label = (!label.is_empty()).then_some(label);
    let request = EnrollmentRequest { method: FactorKind::Passkey, label, telephone: None };
    let begun = api::client().enroll(&request).await.map_err(Unmade::ByService)?;
    let options = begun.challenge.and_then(|challenge| challenge.options);
    let options = options.ok_or(Unmade::ByBrowser(NoPasskey::Impossible))?;
    let passkey = passkeys::make(&options).await.map_err(Unmade::ByBrowser)?;
    api::client().confirm_enrollment(begun.id, &passkey.into()).await.map_err(Unmade::ByService)
}

const fn refusal(why: NoPasskey) -> Text {
    match why {
        NoPasskey::Cancelled => words::PASSKEY_CANCELLED,
        NoPasskey::Known => words::PASSKEY_KNOWN,
        NoPasskey::Impossible => words::PASSKEY_IMPOSSIBLE,
    }
}
