//! A code that is typed: of an authenticator app, sent to a telephone, or a recovery code. One field; nothing is sent by
//! itself.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::second_factor::{SecondFactorMethod, SecondFactorRequest};
use uuid::Uuid;

use super::{Asker, with_tries_left};
use crate::api;
use crate::components::{Banner, Failure, TextField, Tone, Trouble};
use crate::demo_codes::DemoCodes;
use crate::session::use_session;
use crate::words::{signin, t};

/// A code that was sent to a telephone.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The challenge for which it is good.
    pub challenge_id: Uuid,
    /// The number, masked.
    pub number: String,
}

/// The form.
#[component]
pub fn CodeForm(
    method: SecondFactorMethod,
    asker: Asker,
    /// For a telephone: what was sent.
    #[prop(optional, into)]
    sent: Option<Sent>,
) -> impl IntoView {
    let session = use_session();
    let challenge_id = sent.as_ref().map(|sent| sent.challenge_id);
    let code = RwSignal::new(String::new());
    let mistake = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let input = NodeRef::<html::Input>::new();
    let focus = move || input.get().map(|input| input.focus());
    let failed = match method {
        SecondFactorMethod::Sms | SecondFactorMethod::Voice => signin::SENT_FAILED,
        _ => signin::CODE_FAILED,
    };
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let typed = code.get_untracked();
        let is_blank = typed.trim().is_empty();
        mistake.set(is_blank.then(|| signin::CODE_MISSING.get().to_owned()));
        if is_blank {
            untrack(focus);
            return;
        }
        let request = SecondFactorRequest { challenge_id, ..SecondFactorRequest::code(method, typed) };
        working.set(true);
        code.set(String::new());
        trouble.set(None);
        spawn_local(async move {
            let answer = (asker.send)(session, request).await;
            working.set(false);
            let error = match answer {
                Ok(step) => return asker.done.run(step),
                Err(error) => error,
            };
            match (api::kind(&error), api::tries_left(&error)) {
                (Some(ProblemKind::SignInRequired), _) | (_, Some(0)) => return asker.over.run(()),
                (Some(ProblemKind::SignInFailed), left) => mistake.set(Some(with_tries_left(failed, left))),
                _ => trouble.set(Some((&error).into())),
            }
            untrack(focus);
        });
    };
    let of_app = method == SecondFactorMethod::Totp;
    let by_recovery = method == SecondFactorMethod::RecoveryCode;
    let label = if by_recovery { signin::RECOVERY } else { signin::CODE };
    let number = sent.map(|sent| sent.number).unwrap_or_default();
    let hint = Signal::derive(move || match method {
        SecondFactorMethod::Sms => signin::sent_sms(&number),
        SecondFactorMethod::Voice => signin::sent_voice(&number),
        SecondFactorMethod::RecoveryCode => signin::CODE_RECOVERY.get().to_owned(),
        _ => signin::CODE_APP.get().to_owned(),
    });
    let wrong = Signal::derive(move || mistake.get());
    Effect::new(move || drop(focus()));
    view! {
        <form class="stack" novalidate on:submit=submit>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            {move || mistake.get().map(|words| view! { <Banner tone=Tone::Error heading=words live=true /> })}
            <TextField
                id=asker.field
                label=label
                value=code
                error=wrong
                hint=hint
                autocomplete="one-time-code"
                inputmode=if by_recovery { "text" } else { "numeric" }
                input=input
            />
            {of_app.then(|| view! { <DemoCode login_id=asker.login_id code=code /> })}
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(asker.submit)}
                </button>
            </p>
        </form>
    }
}

/// In the demo: what the account's authenticator app shows, and for how long; one press fills it in.
#[component]
fn DemoCode(login_id: Signal<String>, code: RwSignal<String>) -> impl IntoView {
    let codes = DemoCodes::new();
    let of = move || login_id.get_untracked();
    let fill = move |_| {
        let login_id = of();
        spawn_local(async move {
            codes.ask().await;
            // The form may be gone by now.
            let _ = code.try_set(untrack(|| codes.code(&login_id)).unwrap_or_default());
        });
    };
    let listed = Memo::new(move |_| codes.is_listed(&of()));
    let words = move || {
        let seconds = codes.seconds(&of())?;
        Some(match codes.code(&of()) {
            Some(code) => signin::demo_now(&code, &seconds),
            None => signin::demo_wait(&seconds),
        })
    };
    view! {
        <Show when=move || listed.get()>
            <p class="actions">
                <button type="button" class="button small" on:click=fill>{t(signin::DEMO_CODE)}</button>
            </p>
        </Show>
        // A timer isn't read out at each second.
        <p role="timer" class="small">{words}</p>
    }
}
