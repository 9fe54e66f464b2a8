//! Units that have said fewer patients of 65 and more than were notified one by one.

use leptos::prelude::*;
use shared::notification_count::{NotificationCount, NotificationCountQuery};
use shared::organization::Page;
use uuid::Uuid;

use super::search::Search;
use crate::components::ListTable;
use crate::growing::{self, Growing};
use crate::load::Load;
use crate::words::figures::missing as words;
use crate::words::t;
use crate::{api, clock, format};

/// The section; nothing while there is no such unit. It loads once more when `again` changes.
#[component]
pub fn Fewer(search: Memo<Search>, again: RwSignal<u32>) -> impl IntoView {
    let today = clock::today();
    let load = Load::new(move || {
        today.track();
        again.track();
        let query = query(&search.get(), None);
        async move { api::client().notification_counts(&query).await }
    });
    load.view(2, move |page: Page<NotificationCount>| {
        let search = search.get_untracked();
        let is_shown = page.next_cursor.is_some() || page.items.iter().any(|count| is_asked_for(count, search.area));
        is_shown.then(|| view! { <Found first=page search=search /> })
    })
}

fn query(search: &Search, cursor: Option<String>) -> NotificationCountQuery {
    NotificationCountQuery { day: search.day, below: Some(true), cursor, ..NotificationCountQuery::default() }
}

/// Whether a unit is one of the area that is searched in; the API lists those of all in sight.
fn is_asked_for(count: &NotificationCount, area: Option<Uuid>) -> bool {
    area.is_none_or(|area| count.area.id == area)
}

#[component]
fn Found(first: Page<NotificationCount>, search: Search) -> impl IntoView {
    let list = Growing::new(first, growing::FIGURES);
    let items = list.items();
    let columns = vec![
        words::UNIT,
        words::TELEPHONE,
        words::AREA,
        words::FEWER_REPORTED,
        words::FEWER_NOTIFIED,
        words::FEWER_REPORT,
    ];
    let area = search.area;
    let rows = move || items.get().into_iter().filter(|count| is_asked_for(count, area)).map(row).collect_view();
    view! {
        <section aria-labelledby="fewer-heading">
            <h2 id="fewer-heading">{t(words::FEWER_HEADING)}</h2>
            <p>{t(words::FEWER_WHAT)}</p>
            <ListTable
                name=words::FEWER_HEADING
                columns=columns
                numbers=&[words::FEWER_REPORTED, words::FEWER_NOTIFIED]
            >
                {rows}
            </ListTable>
            {list.footer(move |cursor| {
                let query = query(&search, Some(cursor));
                async move { api::client().notification_counts(&query).await }
            })}
        </section>
    }
}

fn row(count: NotificationCount) -> impl IntoView {
    let reported = count.reported_65_plus.map(|reported| format::count(reported.into()));
    view! {
        <tr>
            <th scope="row" class="sticky"><a href=format!("/organizations/{}", count.unit_id)>{count.name}</a></th>
            <td class="mono"><a href=format!("tel:{}", count.telephone)>{count.telephone.clone()}</a></td>
            <td>{count.area.name}</td>
            <td class="number">{reported}</td>
            <td class="number">{format::count(count.count.into())}</td>
            <td>
                {count.report_id.map(|id| view! { <a href=format!("/reports/{id}")>{t(words::FEWER_SEE)}</a> })}
            </td>
        </tr>
    }
}
