//! One client: its keys, what it did last, and its end.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api_client::{ApiClient, ApiClientKey, MOST_KEYS};
use shared::client::ClientError;
use uuid::Uuid;

use super::key_form::{self, KeyField};
use super::results::Results;
use super::{State, scope_words, used_words};
use crate::components::{Banner, ErrorSummary, Failure, Mistake, NothingHere, PageHeading, Tone, Trouble, mistake_at};
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::clients as words;
use crate::words::t;
use crate::{api, format, router};

/// The page.
#[component]
pub fn ClientPage(
    /// The client's id, from the address.
    id: String,
) -> impl IntoView {
    let Ok(id) = id.parse::<Uuid>() else { return view! { <NothingHere /> }.into_any() };
    let client = RwSignal::new(None::<ApiClient>);
    let load = Load::new(move || async move { api::client().api_client(id).await });
    let heading = move || {
        let name = client.with(|client| client.as_ref().map(|client| client.name.clone()));
        name.unwrap_or_else(|| words::HEADING.get().to_owned())
    };
    let is_new = move || router::parameter("new").is_some();
    view! {
        <div class="wide">
            <PageHeading text=Signal::derive(heading) />
            <Show when=is_new>
                <Banner tone=Tone::Success heading=words::COMPARE live=true />
            </Show>
            {load.view(8, move |loaded| {
                client.set(Some(loaded));
                move || client.get().map(|shown| view! { <Whole shown=shown client=client /> })
            })}
            <Results id=id />
            <p><a href="/clients">{t(words::BACK)}</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn Whole(shown: ApiClient, client: RwSignal<Option<ApiClient>>) -> impl IntoView {
    let (id, disabled) = (shown.id, shown.disabled_at.is_some());
    let own = use_session()
        .view_untracked()
        .is_some_and(|view| view.is_manager && view.organization.id == shown.organization.id);
    let manages = use_session().view_untracked().is_some_and(|view| view.is_manager);
    let keys = shown.keys.clone();
    let (full, alone) = (keys.len() >= MOST_KEYS, keys.len() <= 1);
    view! {
        <Facts client=shown />
        <section>
            <h2>{t(words::KEYS)}</h2>
            {keys
                .into_iter()
                .map(|key| view! { <Key id=id key_shown=key removable=own && !disabled && !alone client=client /> })
                .collect_view()}
        </section>
        {(own && !disabled && !full).then(|| view! { <NextKey id=id client=client /> })}
        {(manages && !disabled).then(|| view! { <Disable id=id client=client /> })}
        <p><a class="button quiet" href="/api/docs/" rel="external">{t(words::CONSOLE)}</a></p>
    }
}

#[component]
fn Facts(client: ApiClient) -> impl IntoView {
    let (disabled, until, used) = (client.disabled_at.is_some(), client.expires_at, client.last_used_at);
    let scopes = client.scopes;
    view! {
        <dl class="summary-list">
            <div>
                <dt>{t(words::ID)}</dt>
                <dd><span class="mono">{client.id.to_string()}</span> " " <span class="small">{t(words::ID_WHAT)}</span></dd>
            </div>
            <div><dt>{t(words::STATE)}</dt><dd><State disabled=disabled until=until /></dd></div>
            <div><dt>{t(words::VENDOR)}</dt><dd>{client.vendor}</dd></div>
            <div><dt>{t(words::ORGANIZATION)}</dt><dd>{client.organization.name}</dd></div>
            <div><dt>{t(words::SCOPES)}</dt><dd>{move || scope_words(&scopes)}</dd></div>
            <div><dt>{t(words::USED)}</dt><dd>{move || used_words(used)}</dd></div>
            <div><dt>{t(words::UNTIL)}</dt><dd>{move || format::day_and_time(until)}</dd></div>
        </dl>
    }
}

#[component]
fn Key(id: Uuid, key_shown: ApiClientKey, removable: bool, client: RwSignal<Option<ApiClient>>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let kid = key_shown.kid.clone();
    let remove = move |_| {
        let kid = kid.clone();
        spawn_local(async move {
            let removed = session.call(api::client().remove_api_client_key(id, &kid)).await;
            match removed {
                Ok(()) => client.update(|client| {
                    if let Some(client) = client {
                        client.keys.retain(|key| key.kid != kid);
                    }
                }),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let (added, until) = (key_shown.added_at, key_shown.expires_at);
    view! {
        <div class="card">
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <dl class="summary-list">
                <div><dt>"kid"</dt><dd class="mono">{key_shown.kid}</dd></div>
                <div><dt>{t(words::ALGORITHM)}</dt><dd class="mono">{key_shown.alg.key()}</dd></div>
                <div><dt>{t(words::THUMBPRINT)}</dt><dd class="mono">{key_shown.thumbprint}</dd></div>
                <div><dt>{t(words::ADDED)}</dt><dd>{move || format::day_and_time(added)}</dd></div>
                <div><dt>{t(words::UNTIL)}</dt><dd>{move || format::day_and_time(until)}</dd></div>
            </dl>
            {removable
                .then(|| view! { <button type="button" class="button small" on:click=remove>{t(words::REMOVE_KEY)}</button> })}
        </div>
    }
}

#[component]
fn NextKey(id: Uuid, client: RwSignal<Option<ApiClient>>) -> impl IntoView {
    let session = use_session();
    let key = RwSignal::new(String::new());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let found = key_form::check(&key.get_untracked());
        let wrong = !found.is_empty();
        mistakes.set(found);
        if wrong {
            return;
        }
        let request = key_form::request(&key.get_untracked());
        spawn_local(async move {
            match session.call(api::client().add_api_client_key(id, &request)).await {
                Ok(changed) => client.set(Some(changed)),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    mistakes.set(problem.violations.iter().map(key_form::mistake).collect());
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let error = mistake_at(mistakes, key_form::KEY);
    view! {
        <details class="card">
            <summary>{t(words::ADD_KEY)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <p>{t(words::ADD_KEY_WHAT)}</p>
                <ErrorSummary mistakes=mistakes />
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <KeyField value=key error=error />
                <button type="submit" class="button">{t(words::SAVE)}</button>
            </form>
        </details>
    }
}

/// Disabling can't be undone, so that it wants a tick first.
#[component]
fn Disable(id: Uuid, client: RwSignal<Option<ApiClient>>) -> impl IntoView {
    let session = use_session();
    let sure = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !sure.get_untracked() {
            crate::components::focus_on("disable-sure");
            return;
        }
        spawn_local(async move {
            let disabled = match session.call(api::client().disable_api_client(id)).await {
                Ok(()) => session.call(api::client().api_client(id)).await,
                Err(error) => Err(error),
            };
            match disabled {
                Ok(changed) => client.set(Some(changed)),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    view! {
        <details class="card">
            <summary>{t(words::DISABLE)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <p>{t(words::DISABLE_WHAT)}</p>
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <p class="check-row">
                    <input
                        type="checkbox"
                        id="disable-sure"
                        prop:checked=move || sure.get()
                        on:change=move |event| sure.set(event_target_checked(&event))
                    />
                    <label for="disable-sure">{t(words::DISABLE_CONFIRM)}</label>
                </p>
                <button type="submit" class="button">{t(words::DISABLE)}</button>
            </form>
        </details>
    }
}
