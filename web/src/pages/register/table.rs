//! The table of the register.

use leptos::prelude::*;
use shared::organization::Organization;

use crate::components::ListTable;
use crate::words::office::register as words;
use crate::words::{kind_word, t};

/// One row an organization, in the order of the answer: by reading.
#[component]
pub fn RegisterTable(items: RwSignal<Vec<Organization>>) -> impl IntoView {
    let columns = [words::NAME, words::KIND, words::CODE, words::PLACE, words::TELEPHONE, words::PARENT];
    view! {
        <ListTable name=words::HEADING columns=columns.to_vec()>
            {move || items.get().into_iter().map(row).collect_view()}
        </ListTable>
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
