//! S16: the audit log: who did what, and whether the chain is whole.

mod chain;
mod search;
mod table;
mod words;

use leptos::prelude::*;
use shared::audit::{AuditEvent, AuditPage, AuditQuery, ExportFormat};
use shared::organization::Page;

use crate::components::{NothingFound, PageHeading};
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::session::use_session;
use crate::words::access::audit as says;
use crate::words::t;
use crate::{api, may, router};
use chain::Chain;
use search::{Search, SearchForm};
use table::EventTable;

/// The page; what is looked for stands in the address.
#[component]
pub fn Audit() -> impl IntoView {
    let session = use_session();
    let search = Memo::new(|_| Search::of(router::parameter));
    let first = Load::new(move || {
        let query = search.get().query();
        async move { api::client().audit_events(&query).await }
    });
    let of_all = Memo::new(move |_| session.view().is_some_and(|who| may::reads_acts_of_others(&who)));
    let what = move || if of_all.get() { says::WHAT_ALL.get() } else { says::WHAT_OWN.get() };
    view! {
        <div class="wide">
            <PageHeading text=says::HEADING />
            <p>{what}</p>
            <SearchForm search=search />
            {first.view(8, move |page| view! { <Found page=page search=search.get_untracked() /> })}
        </div>
    }
}

#[component]
fn Found(page: AuditPage, search: Search) -> impl IntoView {
    let AuditPage { items, next_cursor, chain } = page;
    let list = if items.is_empty() {
        view! { <NothingFound heading=says::NOTHING what=says::NOTHING_WHAT /> }.into_any()
    } else {
        view! { <List first=Page { items, next_cursor } search=search /> }.into_any()
    };
    view! {
        <Chain state=chain />
        {list}
    }
}

#[component]
fn List(first: Page<AuditEvent>, search: Search) -> impl IntoView {
    let list = Growing::new(first, growing::ACCESS);
    let link = |format, word| view! { <a class="button" download href=search.export_address(format)>{t(word)}</a> };
    let files = [link(ExportFormat::Csv, says::CSV), link(ExportFormat::Json, says::JSON)];
    let query = search.query();
    view! {
        <EventTable items=list.items() />
        {list.footer(move |cursor| {
            let query = AuditQuery { cursor: Some(cursor), ..query.clone() };
            async move {
                let AuditPage { items, next_cursor, .. } = api::client().audit_events(&query).await?;
                Ok(Page { items, next_cursor })
            }
        })}
        <section class="no-print">
            <h2>{t(says::EXPORT)}</h2>
            <p>{t(says::EXPORT_WHAT)}</p>
            <p class="actions">{files.into_iter().collect_view()}</p>
        </section>
    }
}
