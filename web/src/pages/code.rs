//! S2: the second step of signing in. One field; nothing is sent by itself.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use shared::ProblemKind;
use shared::second_factor::{DemoCodeQuery, SecondFactorMethod, SecondFactorOption, SecondFactorRequest};

use crate::components::{Banner, Failure, TextField, Tone, Trouble};
use crate::session::use_session;
use crate::words::{signin, t};
use crate::{api, format};

const FIELD: &str = "second-factor";

/// The form.
#[component]
pub fn CodeForm(
    login_id: RwSignal<String>,
    /// How the second factor can be shown; none leads back to the first step.
    asked: RwSignal<Vec<SecondFactorOption>>,
    /// Whether the attempt has ended.
    over: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let code = RwSignal::new(String::new());
    let recovery = RwSignal::new(false);
    let mistake = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let input = NodeRef::<html::Input>::new();
    let focus = move || input.get().map(|input| input.focus());
    let has_both =
        asked.with_untracked(|methods| methods.iter().any(|one| one.method == SecondFactorMethod::RecoveryCode));
    let show = Action::new_local(move |request: &SecondFactorRequest| {
        let request = request.clone();
        async move {
            code.set(String::new());
            trouble.set(None);
            let Err(error) = session.second_factor(request).await else { return };
            match api::kind(&error) {
                Some(ProblemKind::SignInFailed) => mistake.set(Some(signin::CODE_FAILED.get().to_owned())),
                Some(ProblemKind::SignInRequired) => {
                    over.set(true);
                    asked.set(Vec::new());
                }
                _ => trouble.set(Some((&error).into())),
            }
            untrack(focus);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if show.pending().get_untracked() {
            return;
        }
        let typed = code.get_untracked();
        let is_blank = typed.trim().is_empty();
        mistake.set(is_blank.then(|| signin::CODE_MISSING.get().to_owned()));
        if is_blank {
            untrack(focus);
            return;
        }
        let method = if recovery.get_untracked() { SecondFactorMethod::RecoveryCode } else { SecondFactorMethod::Totp };
        show.dispatch_local(SecondFactorRequest { method, code: typed });
    };
    let other = move |_| {
        recovery.update(|on| *on = !*on);
        code.set(String::new());
        mistake.set(None);
        untrack(focus);
    };
    let word = move |app: crate::words::Text, of_recovery: crate::words::Text| {
        Signal::derive(move || if recovery.get() { of_recovery.get() } else { app.get() }.to_owned())
    };
    let wrong = Signal::derive(move || mistake.get());
    Effect::new(move || drop(focus()));
    view! {
        <form class="stack" novalidate on:submit=submit>
            <h2>{t(signin::CODE_HEADING)}</h2>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            {move || mistake.get().map(|_| view! { <Banner tone=Tone::Error heading=signin::CODE_FAILED live=true /> })}
            <TextField
                id=FIELD
                label=word(signin::CODE, signin::RECOVERY)
                value=code
                error=wrong
                hint=word(signin::CODE_APP, signin::CODE_RECOVERY)
                autocomplete="one-time-code"
                inputmode="numeric"
                input=input
            />
            <DemoCode login_id=login_id code=code />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || show.pending().get().then_some("true")>
                    {t(signin::SUBMIT)}
                </button>
            </p>
            <p class="actions">
                {has_both
                    .then(|| {
                        view! {
                            <button type="button" class="link-button" on:click=other>
                                {word(signin::USE_RECOVERY, signin::USE_APP)}
                            </button>
                        }
                    })}
                <button type="button" class="link-button" on:click=move |_| asked.set(Vec::new())>
                    {t(signin::CODE_BACK)}
                </button>
            </p>
        </form>
    }
}

/// In the demo: what the account's authenticator app shows, by one press.
#[component]
fn DemoCode(login_id: RwSignal<String>, code: RwSignal<String>) -> impl IntoView {
    let session = use_session();
    let seconds = RwSignal::new(None::<u32>);
    let ask = Action::new_local(move |(): &()| async move {
        let query = DemoCodeQuery { login_id: login_id.get_untracked() };
        if let Ok(told) = api::client().demo_code(&query).await {
            seconds.set(told.code.is_none().then_some(told.seconds));
            code.set(told.code.unwrap_or_default());
        }
    });
    let is_demo = Memo::new(move |_| session.site().is_some_and(|site| site.demo));
    view! {
        <Show when=move || is_demo.get()>
            <p class="actions">
                <button type="button" class="button small" on:click=move |_| drop(ask.dispatch_local(()))>
                    {t(signin::DEMO_CODE)}
                </button>
            </p>
        </Show>
        <p role="status" class="small">{move || seconds.get().map(|n| signin::demo_wait(&format::count(u64::from(n))))}</p>
    }
}
