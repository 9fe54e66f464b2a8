//! The register: the organizations of one's jurisdiction, found by name, kana, code, address or telephone number.

mod add;
mod change;
mod fields;
mod moving;
mod opening;
mod opening_boxes;
mod organization;
mod search;
mod table;

pub use add::{AddOrganization, Added};
pub use organization::OrganizationPage;

use leptos::prelude::*;
use shared::organization::{Organization, OrganizationQuery, Page};

use crate::api;
use crate::components::{NothingFound, PageHeading};
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::may::kinds_to_add;
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
    let session = use_session();
    let adds =
        Memo::new(move |_| session.view().is_some_and(|who| !kinds_to_add(&who, &who.organization, None).is_empty()));
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <p>{t(words::WHAT)}</p>
            <Show when=move || adds.get()>
                <p class="actions"><a class="button" href="/organizations/new">{t(words::ADD)}</a></p>
            </Show>
            <SearchForm search=search />
            {first.view(8, move |page| {
                if page.items.is_empty() {
                    view! { <NothingFound heading=words::NOTHING what=words::NOTHING_WHAT /> }.into_any()
                } else {
                    view! { <Found first=page query=search.get_untracked().query() /> }.into_any()
                }
            })}
        </div>
    }
}

/// What was found so far, and the rest by one press a page.
#[component]
fn Found(first: Page<Organization>, query: OrganizationQuery) -> impl IntoView {
    let list = Growing::new(first, growing::OFFICE);
    view! {
        <RegisterTable items=list.items() />
        {list.footer(move |cursor| {
            let query = OrganizationQuery { cursor: Some(cursor), ..query.clone() };
            async move { api::client().organizations(&query).await }
        })}
    }
}
