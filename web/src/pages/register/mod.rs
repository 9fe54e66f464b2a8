//! The register: the organizations of one's jurisdiction, found by name, kana, code, address or telephone number.

mod organization;
mod search;
mod table;

pub use organization::OrganizationPage;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::organization::{Organization, OrganizationQuery, Page};

use crate::api;
use crate::components::{Failure, PageHeading, Trouble};
use crate::format;
use crate::load::Load;
use crate::session::use_session;
use crate::words::office::register as words;
use crate::words::t;
use search::{Search, SearchForm};
use table::RegisterTable;

/// The list; what is looked for stands in the address.
#[component]
pub fn Register() -> impl IntoView {
    let search = Memo::new(|_| Search::of(crate::router::parameter));
    let first = Load::new(move || {
        let query = search.get().query();
        async move { api::client().organizations(&query).await }
    });
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <p>{t(words::WHAT)}</p>
            <SearchForm search=search />
            {first.view(8, move |page| {
                if page.items.is_empty() {
                    view! { <Nothing /> }.into_any()
                } else {
                    view! { <Found first=page query=search.get_untracked().query() /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="card" role="status">
            <h2>{t(words::NOTHING)}</h2>
            <p>{t(words::NOTHING_WHAT)}</p>
        </section>
    }
}

/// What was found so far, and the rest by one press a page.
#[component]
fn Found(first: Page<Organization>, query: OrganizationQuery) -> impl IntoView {
    let session = use_session();
    let cursor = RwSignal::new(first.next_cursor);
    let items = RwSignal::new(first.items);
    let failure = RwSignal::new(None::<Failure>);
    let more = Callback::new(move |()| {
        let query = OrganizationQuery { cursor: cursor.get_untracked(), ..query.clone() };
        spawn_local(async move {
            match session.call(api::client().organizations(&query)).await {
                Ok(page) => {
                    items.update(|items| items.extend(page.items));
                    cursor.set(page.next_cursor);
                    failure.set(None);
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    let unfinished = Memo::new(move |_| cursor.with(Option::is_some));
    let shown = move || {
        let n = format::count(items.with(Vec::len) as u64);
        if unfinished.get() { words::shown(&n) } else { words::shown_all(&n) }
    };
    view! {
        <RegisterTable items=items />
        <p role="status">{shown}</p>
        {move || failure.get().map(|failure| view! { <Trouble failure=failure again=more /> })}
        <Show when=move || unfinished.get()>
            <p class="actions">
                <button type="button" class="button" on:click=move |_| more.run(())>{t(words::MORE)}</button>
            </p>
        </Show>
    }
}
