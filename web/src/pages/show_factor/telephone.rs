//! A code that goes to a telephone: sent by a press, then typed. Where it doesn't arrive, the page says so and what helps.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::second_factor::{
    Challenge, ChallengeRequest, CodeLanguage, DeliveryStatus, SecondFactorMethod, SecondFactorOption,
};
use uuid::Uuid;

use super::Asker;
use super::code::{CodeForm, Sent};
use crate::components::{Banner, Failure, Tone, Trouble, countdown};
use crate::session::use_session;
use crate::words::{Language, Text, language_untracked, signin, t};
use crate::{api, clock, format};

/// How often it is asked what became of a code.
const ASK_AFTER: Duration = Duration::from_secs(5);
/// How many times.
pub const ASKED: u32 = 24;

/// The button that has a code sent, then the form for it.
#[component]
pub fn TelephoneForm(option: SecondFactorOption, asker: Asker) -> impl IntoView {
    let challenge = RwSignal::new(None::<Challenge>);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let (method, factor_id) = (option.method, option.factor_id);
    let number = StoredValue::new(option.masked_number.unwrap_or_default());
    let send = Callback::new(move |()| {
        if working.get_untracked() {
            return;
        }
        working.set(true);
        trouble.set(None);
        spawn_local(async move {
            match api::client().begin_challenge(&ChallengeRequest { method, factor_id, language: language_of() }).await
            {
                Ok(begun) => challenge.set(Some(begun)),
                Err(error) if api::kind(&error) == Some(ProblemKind::SignInRequired) => asker.over.run(()),
                Err(error) => trouble.set(Some((&error).into())),
            }
            working.set(false);
        });
    });
    Effect::new(move || drop(button.get().map(|button| button.focus())));
    let word = move || {
        number.with_value(|number| match method {
            SecondFactorMethod::Voice => signin::send_voice(number),
            _ => signin::send_sms(number),
        })
    };
    view! {
        {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
        {move || match challenge.get() {
            None => {
                view! {
                    <p class="actions">
                        <button
                            type="button"
                            class="button primary"
                            node_ref=button
                            aria-disabled=move || working.get().then_some("true")
                            on:click=move |_| send.run(())
                        >
                            {word}
                        </button>
                    </p>
                }
                    .into_any()
            }
            Some(begun) => view! { <SentForm begun=begun method=method number=number.get_value() asker=asker send=send /> }.into_any(),
        }}
    }
}

/// The language in which a message is written or read out.
pub fn language_of() -> CodeLanguage {
    match language_untracked() {
        Language::Japanese => CodeLanguage::Ja,
        Language::English => CodeLanguage::En,
    }
}

/// The form for a code that is on its way, and what helps where it doesn't arrive.
#[component]
fn SentForm(
    begun: Challenge,
    method: SecondFactorMethod,
    number: String,
    asker: Asker,
    send: Callback<()>,
) -> impl IntoView {
    let fate = RwSignal::new(None::<Text>);
    ask_after(begun.challenge_id, ASKED, fate);
    view! {
        {move || fate.get().map(|words| view! { <Banner tone=Tone::Warning heading=words live=true /> })}
        <CodeForm method=method asker=asker sent=Sent { challenge_id: begun.challenge_id, number } />
        <Resend begun=begun send=send />
        <details>
            <summary>{t(signin::NOT_ARRIVED)}</summary>
            <p>{t(signin::NOT_ARRIVED_WHAT)}</p>
        </details>
    }
}

/// The button that has another code sent, once half a minute is over; in the demo also where to read it.
#[component]
pub fn Resend(begun: Challenge, send: Callback<()>) -> impl IntoView {
    let session = use_session();
    let wait = begun.resend_at.map_or(0, |at| (at - clock::instant()).num_seconds() + 1);
    let left = countdown(u32::try_from(wait).unwrap_or(0));
    let word = move || match left.get() {
        0 => signin::RESEND.get().to_owned(),
        n => signin::resend_wait(&format::count(n.into())),
    };
    let press = move |_| {
        if left.get_untracked() == 0 {
            send.run(());
        }
    };
    let is_demo = Memo::new(move |_| session.site().is_some_and(|site| site.demo));
    view! {
        <p class="actions">
            <button type="button" class="link-button" aria-disabled=move || (left.get() > 0).then_some("true") on:click=press>
                {word}
            </button>
            <Show when=move || is_demo.get()>
                <a href="/demo/gateway" target="_blank">{t(signin::DEMO_MESSAGES)}</a>
            </Show>
        </p>
    }
}

/// Asks what became of a code until that is known, or the form is gone.
pub fn ask_after(challenge: Uuid, times: u32, fate: RwSignal<Option<Text>>) {
    let ask = move || {
        if fate.try_get_untracked().is_none() || times == 0 {
            return;
        }
        spawn_local(async move {
            let words = match api::client().challenge_delivery(challenge).await.map(|delivery| delivery.status) {
                Ok(DeliveryStatus::Delivered) => return,
                Ok(DeliveryStatus::NoAnswer) => signin::UNANSWERED,
                Ok(DeliveryStatus::Failed) => signin::UNDELIVERED,
                Ok(DeliveryStatus::Queued) | Err(_) => return ask_after(challenge, times - 1, fate),
            };
            // The form may be gone by now.
            let _ = fate.try_set(Some(words));
        });
    };
    set_timeout(ask, ASK_AFTER);
}
