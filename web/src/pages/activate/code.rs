//! The first step: login ID and code of the slip, filled in where its QR code led here.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::{NextStep, SignInRequest};
use shared::problem::ProblemKind;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use super::Progress;
use crate::components::{Banner, ErrorSummary, Failure, Mistake, TextField, Tone, Trouble, mistake_at};
use crate::words::access::activate as words;
use crate::words::t;
use crate::{api, router};

const ID: &str = "login-id";
const CODE: &str = "code";

/// What a slip's QR code holds behind `#`, taken out of the address so that neither history nor a glance keeps it.
fn from_address() -> (String, String) {
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let parameters = UrlSearchParams::new_with_str(hash.trim_start_matches('#')).ok();
    let of = |name: &str| parameters.as_ref().and_then(|parameters| parameters.get(name)).unwrap_or_default();
    let found = (of("i"), of("c"));
    if !hash.is_empty()
        && let Ok(history) = window().history()
    {
        // It fails for no address of this origin.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some("/activate"));
    }
    found
}

/// The form.
#[component]
pub fn CodeStep(progress: Progress) -> impl IntoView {
    let (given_id, given_code) = from_address();
    let Progress { id, code, .. } = progress;
    if !given_id.is_empty() {
        id.set(given_id);
    }
    if !given_code.is_empty() {
        code.set(given_code);
    }
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failed = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let request = SignInRequest { login_id: id.get_untracked().trim().to_owned(), password: code.get_untracked() };
        let blank = |field: &str, is_blank: bool, words: &str| {
            is_blank.then(|| Mistake { field: field.to_owned(), words: words.to_owned() })
        };
        let found: Vec<Mistake> = [
            blank(ID, request.login_id.is_empty(), words::ID_MISSING.get()),
            blank(CODE, request.password.trim().is_empty(), words::CODE_MISSING.get()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let ready = found.is_empty();
        mistakes.set(found);
        failed.set(false);
        if !ready {
            return;
        }
        working.set(true);
        spawn_local(async move {
            match api::client().sign_in(&request).await {
                // An account that is set up already: its own page of signing in asks for the second factor.
                Ok(step) if step.next == NextStep::SecondFactor => router::go("/sign-in"),
                Ok(step) => progress.follow(&step),
                Err(error) if api::kind(&error) == Some(ProblemKind::SignInFailed) => failed.set(true),
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let at = |field| mistake_at(mistakes, field);
    let hint: Signal<String> = words::CODE_HINT.into();
    view! {
        <form class="stack" novalidate on:submit=submit>
            <h2>{t(words::STEP_CODE)}</h2>
            <ErrorSummary mistakes=mistakes />
            {move || failed.get().then(|| view! { <Banner tone=Tone::Error heading=words::CODE_FAILED live=true /> })}
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextField id=ID label=words::ID value=id error=at(ID) autocomplete="username" />
            <TextField id=CODE label=words::CODE value=code error=at(CODE) hint=hint autocomplete="one-time-code" />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(words::NEXT)}
                </button>
            </p>
        </form>
    }
}
