//! A passkey: one press, then the browser asks for a finger, a face or a PIN.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::account::CeremonyStep;
use shared::client::ClientError;
use shared::second_factor::{ChallengeRequest, CodeLanguage, SecondFactorMethod, SecondFactorRequest};

use super::{Asker, with_tries_left};
use crate::api;
use crate::components::{Banner, Failure, Tone, Trouble};
use crate::passkeys::{self, NoPasskey};
use crate::session::{Session, use_session};
use crate::words::{signin, t};

/// Why a passkey wasn't taken.
enum Untaken {
    ByBrowser(NoPasskey),
    ByService(ClientError),
}

/// The button that has a passkey shown.
#[component]
pub fn PasskeyForm(asker: Asker) -> impl IntoView {
    let session = use_session();
    let refused = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let refuse = move |failed, left| refused.set(Some(with_tries_left(failed, left)));
    let press = move |_| {
        if working.get_untracked() {
            return;
        }
        working.set(true);
        refused.set(None);
        trouble.set(None);
        spawn_local(async move {
            match shown(session, asker).await {
                Ok(step) => asker.done.run(step),
                Err(Untaken::ByBrowser(NoPasskey::Cancelled)) => refuse(signin::PASSKEY_CANCELLED, None),
                Err(Untaken::ByBrowser(_)) => refuse(signin::PASSKEY_FAILED, None),
                Err(Untaken::ByService(error)) => match (api::kind(&error), api::tries_left(&error)) {
                    (Some(ProblemKind::SignInRequired), _) | (_, Some(0)) => asker.over.run(()),
                    (Some(ProblemKind::SignInFailed), left) => refuse(signin::PASSKEY_FAILED, left),
                    _ => trouble.set(Some((&error).into())),
                },
            }
            working.set(false);
        });
    };
    Effect::new(move || drop(button.get().map(|button| button.focus())));
    let word =
        move || if refused.with(Option::is_some) { signin::PASSKEY_AGAIN.get() } else { signin::PASSKEY_GO.get() };
    view! {
        {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
        {move || refused.get().map(|words| view! { <Banner tone=Tone::Error heading=words live=true /> })}
        <p>{t(signin::PASSKEY_WHAT)}</p>
        <p class="actions">
            <button
                type="button"
                class="button primary"
                node_ref=button
                aria-disabled=move || working.get().then_some("true")
                on:click=press
            >
                {word}
            </button>
        </p>
        <p role="status" class="small">{move || working.get().then(|| signin::PASSKEY_WAITING.get())}</p>
    }
}

/// Has a passkey shown, and shows it to the service.
async fn shown(session: Session, asker: Asker) -> Result<CeremonyStep, Untaken> {
    let method = SecondFactorMethod::Passkey;
    let request = ChallengeRequest { method, factor_id: None, language: CodeLanguage::default() };
    let challenge = api::client().begin_challenge(&request).await.map_err(Untaken::ByService)?;
    let options = challenge.options.ok_or(Untaken::ByBrowser(NoPasskey::Impossible))?;
    let credential = Some(passkeys::show(&options).await.map_err(Untaken::ByBrowser)?);
    let challenge_id = Some(challenge.challenge_id);
    let sending = (asker.send)(session, SecondFactorRequest { method, code: None, credential, challenge_id });
    sending.await.map_err(Untaken::ByService)
}
