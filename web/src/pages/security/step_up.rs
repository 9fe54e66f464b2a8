//! The second factor shown again before what is sensitive.

use leptos::prelude::*;
use shared::account::CeremonyStep;
use shared::second_factor::SecondFactors;

use crate::api;
use crate::components::Dialog;
use crate::load::Load;
use crate::pages::show_factor::{Asker, ShowFactor};
use crate::session::use_session;
use crate::words::access::security as words;
use crate::words::{app, t};

/// The dialog; open while something waits.
#[component]
pub fn StepUp(
    waiting: RwSignal<Option<Callback<()>>>,
    /// How many recovery codes are left, where one is used here.
    left: RwSignal<Option<u32>>,
) -> impl IntoView {
    let open = Memo::new(move |_| waiting.with(Option::is_some));
    view! {
        <Dialog id="step-up" open=open heading=words::STEP_UP on_close=move |()| waiting.set(None)>
            <Form waiting=waiting left=left />
        </Dialog>
    }
}

#[component]
fn Form(waiting: RwSignal<Option<Callback<()>>>, left: RwSignal<Option<u32>>) -> impl IntoView {
    let session = use_session();
    let go_on = move |step: CeremonyStep| {
        if step.recovery_codes_left.is_some() {
            left.set(step.recovery_codes_left);
        }
        if let Some(act) = waiting.get_untracked() {
            waiting.set(None);
            act.run(());
        }
    };
    let asker = Asker {
        send: |session, request| Box::pin(async move { session.call(api::client().step_up(&request)).await }),
        done: Callback::new(go_on),
        // The session has ended with the attempt: asking finds that out, and the sign-in opens over the page.
        over: Callback::new(move |()| {
            waiting.set(None);
            session.extend();
        }),
        login_id: Signal::derive(move || session.view().map(|view| view.login_id.clone()).unwrap_or_default()),
        submit: words::STEP_UP_GO,
        field: "step-up-code",
    };
    let load = Load::new(|| async { api::client().second_factors().await });
    view! {
        <p>{t(words::STEP_UP_WHAT)}</p>
        {load.view(2, move |factors: SecondFactors| view! { <ShowFactor methods=factors.methods asker=asker /> })}
        <p class="actions">
            <button type="button" class="button" on:click=move |_| waiting.set(None)>{t(app::CLOSE)}</button>
        </p>
    }
}
