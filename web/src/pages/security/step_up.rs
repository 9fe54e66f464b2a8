//! The second factor shown again before what is sensitive.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::problem::ProblemKind;
use shared::second_factor::{SecondFactorMethod, SecondFactorRequest};

use crate::api;
use crate::components::{Dialog, Failure, TextField, Trouble};
use crate::session::use_session;
use crate::words::access::security as words;
use crate::words::{app, signin, t};

/// The dialog; open while something waits.
#[component]
pub fn StepUp(waiting: RwSignal<Option<Callback<()>>>) -> impl IntoView {
    let open = Memo::new(move |_| waiting.with(Option::is_some));
    view! {
        <Dialog id="step-up" open=open heading=words::STEP_UP on_close=move |()| waiting.set(None)>
            <Form waiting=waiting />
        </Dialog>
    }
}

#[component]
fn Form(waiting: RwSignal<Option<Callback<()>>>) -> impl IntoView {
    let session = use_session();
    let code = RwSignal::new(String::new());
    let recovery = RwSignal::new(false);
    let mistake = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let method = if recovery.get_untracked() { SecondFactorMethod::RecoveryCode } else { SecondFactorMethod::Totp };
        let request = SecondFactorRequest { method, code: code.get_untracked() };
        spawn_local(async move {
            match session.call(api::client().step_up(&request)).await {
                Ok(_) => {
                    if let Some(act) = waiting.get_untracked() {
                        waiting.set(None);
                        act.run(());
                    }
                }
                Err(error) if api::kind(&error) == Some(ProblemKind::SignInFailed) => {
                    code.set(String::new());
                    mistake.set(Some(signin::CODE_FAILED.get().to_owned()));
                }
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
        });
    };
    let label = Signal::derive(move || if recovery.get() { signin::RECOVERY } else { signin::CODE }.get().to_owned());
    let other = move || if recovery.get() { signin::USE_APP } else { signin::USE_RECOVERY }.get();
    let error = Signal::derive(move || mistake.get());
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{t(words::STEP_UP_WHAT)}</p>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextField id="step-up-code" label=label value=code error=error autocomplete="one-time-code" inputmode="numeric" />
            <p class="actions">
                <button type="submit" class="button primary">{t(words::STEP_UP_GO)}</button>
                <button type="button" class="button" on:click=move |_| waiting.set(None)>{t(app::CLOSE)}</button>
            </p>
            <button type="button" class="link-button" on:click=move |_| recovery.update(|on| *on = !*on)>{other}</button>
        </form>
    }
}
