//! Registering a client for one's own unit.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api_client::{ApiClientRequest, Scope, check_client};
use shared::client::ClientError;
use shared::problem::Violation;

use super::key_form::{self, KEY, KeyField};
use crate::components::{ErrorSummary, Failure, Mistake, PageHeading, TextField, Trouble, mistake_at};
use crate::session::use_session;
use crate::words::office::clients as words;
use crate::words::t;
use crate::{api, router};

const NAME: &str = "name";
const VENDOR: &str = "vendor";
const WRITE: &str = "scope-write";

/// The page.
#[component]
pub fn RegisterClient() -> impl IntoView {
    let session = use_session();
    let (name, vendor, key) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (write, read) = (RwSignal::new(true), RwSignal::new(true));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let chosen = [(write, Scope::ReportsWrite), (read, Scope::ReportsRead)];
        let scopes = chosen.into_iter().filter(|(on, _)| on.get_untracked()).map(|(_, scope)| scope).collect();
        let request = ApiClientRequest {
            name: name.get_untracked(),
            vendor: vendor.get_untracked(),
            scopes,
            key: key_form::request(&key.get_untracked()),
        };
        if let Err(violations) = check_client(&request) {
            mistakes.set(violations.iter().map(at_field).collect());
            return;
        }
        mistakes.set(Vec::new());
        working.set(true);
        spawn_local(async move {
            match session.call(api::client().register_api_client(&request)).await {
                Ok(client) => router::go(&format!("/clients/{}?new=1", client.id)),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    mistakes.set(problem.violations.iter().map(at_field).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let at = |field| mistake_at(mistakes, field);
    let scopes_error = at(WRITE);
    let hint: Signal<String> = words::NAME_HINT.into();
    view! {
        <PageHeading text=words::ADD />
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextField id=NAME label=words::NAME value=name error=at(NAME) hint=hint />
            <TextField id=VENDOR label=words::VENDOR value=vendor error=at(VENDOR) />
            <fieldset class="field">
                <legend>{t(words::SCOPES)}</legend>
                {scope_box(WRITE, words::SCOPE_WRITE, write)}
                {scope_box("scope-read", words::SCOPE_READ, read)}
                <p class="field-error">{move || scopes_error.get()}</p>
            </fieldset>
            <KeyField value=key error=at(KEY) />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {move || if working.get() { words::WORKING.get() } else { words::SAVE.get() }}
                </button>
                <a class="button quiet" href="/clients">{t(words::BACK)}</a>
            </p>
        </form>
    }
}

fn scope_box(id: &'static str, word: crate::words::Text, on: RwSignal<bool>) -> impl IntoView {
    view! {
        <p class="check-row">
            <input
                type="checkbox"
                id=id
                prop:checked=move || on.get()
                on:change=move |event| on.set(event_target_checked(&event))
            />
            <label for=id>{t(word)}</label>
        </p>
    }
}

/// A violation at its field.
fn at_field(violation: &Violation) -> Mistake {
    match violation.pointer.as_str() {
        "/name" => Mistake::at(NAME, words::NAME, violation),
        "/vendor" => Mistake::at(VENDOR, words::VENDOR, violation),
        "/scopes" => Mistake::at(WRITE, words::SCOPES, violation),
        _ => key_form::mistake(violation),
    }
}
