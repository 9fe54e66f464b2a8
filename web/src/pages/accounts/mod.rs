//! S12: accounts, and the slips by which people get them.

mod account;
mod batch;
mod issue;
mod pasted;
mod search;
mod slip;
mod table;

pub use account::AccountPage;
pub use batch::IssueMany;
pub use issue::IssueAccount;

use leptos::prelude::*;
use shared::issuance::{AccountQuery, AccountView};
use shared::organization::Page;

use crate::components::{NothingFound, PageHeading};
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::words::office::accounts as words;
use crate::words::t;
use crate::{api, router};
use search::{Search, SearchForm};
use table::AccountTable;

/// The list; what is looked for stands in the address.
#[component]
pub fn Accounts() -> impl IntoView {
    let search = Memo::new(|_| Search::of(router::parameter));
    let first = Load::new(move || {
        let query = search.get().query();
        async move { api::client().accounts(&query).await }
    });
    view! {
        <div class="wide">
            <PageHeading text=words::HEADING />
            <p>{t(words::WHAT)}</p>
            <p class="actions">
                <a class="button primary" href="/accounts/new">{t(words::ISSUE)}</a>
                <a class="button" href="/accounts/batch">{t(words::ISSUE_MANY)}</a>
            </p>
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

#[component]
fn Found(first: Page<AccountView>, query: AccountQuery) -> impl IntoView {
    let list = Growing::new(first, growing::OFFICE);
    view! {
        <AccountTable items=list.items() />
        {list.footer(move |cursor| {
            let query = AccountQuery { cursor: Some(cursor), ..query.clone() };
            async move { api::client().accounts(&query).await }
        })}
    }
}
