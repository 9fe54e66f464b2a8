//! The table of the register.

use leptos::prelude::*;
use shared::organization::Organization;

use crate::words::office::register as words;
use crate::words::{kind_word, t};

/// One row an organization, in the order of the answer: by reading.
#[component]
pub fn RegisterTable(items: RwSignal<Vec<Organization>>) -> impl IntoView {
    view! {
        <div class="table-box" role="region" tabindex="0" aria-label=t(words::HEADING)>
            <table>
                <caption class="visually-hidden">{t(words::HEADING)}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="sticky">{t(words::NAME)}</th>
                        <th scope="col">{t(words::KIND)}</th>
                        <th scope="col">{t(words::CODE)}</th>
                        <th scope="col">{t(words::PLACE)}</th>
                        <th scope="col">{t(words::TELEPHONE)}</th>
                        <th scope="col">{t(words::PARENT)}</th>
                    </tr>
                </thead>
                <tbody>{move || items.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(item: Organization) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="sticky">
                <a href=format!("/organizations/{}", item.id)>{item.name}</a>
                {(!item.active).then(|| view! { " " <span class="tag">{t(words::INACTIVE)}</span> })}
            </th>
            <td>{t(kind_word(item.kind))}</td>
            <td class="mono">{item.institution_code}</td>
            <td>{item.address}</td>
            <td class="mono">{item.telephone}</td>
            <td>{item.parent.map(|parent| parent.name)}</td>
        </tr>
    }
}
