//! What the last requests of a client came to.

use leptos::prelude::*;
use shared::api_client::ApiClientResult;
use uuid::Uuid;

use crate::load::Load;
use crate::words::office::clients as words;
use crate::words::t;
use crate::{api, format};

/// The last results, the newest first.
#[component]
pub fn Results(id: Uuid) -> impl IntoView {
    let load = Load::new(move || async move { api::client().api_client_results(id).await });
    view! {
        <section>
            <h2>{t(words::RESULTS)}</h2>
            {load.view(4, |page| {
                if page.items.is_empty() {
                    view! { <p>{t(words::NO_RESULTS)}</p> }.into_any()
                } else {
                    view! { <Table items=page.items /> }.into_any()
                }
            })}
        </section>
    }
}

#[component]
fn Table(items: Vec<ApiClientResult>) -> impl IntoView {
    let row = |item: ApiClientResult| {
        let at = item.at;
        view! {
            <tr>
                <td>{move || format::day_and_time(at)}</td>
                <td class="mono">{item.operation}</td>
                <td class="number">{item.status.to_string()}</td>
                <td class="mono">{item.problem}</td>
                <td class="mono">{item.request_id.to_string()}</td>
            </tr>
        }
    };
    view! {
        <div class="table-box list" role="region" tabindex="0" aria-label=t(words::RESULTS)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(words::WHEN)}</th>
                        <th scope="col">{t(words::OPERATION)}</th>
                        <th scope="col" class="number">{t(words::STATUS)}</th>
                        <th scope="col">{t(words::PROBLEM)}</th>
                        <th scope="col">{t(words::REQUEST)}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
