//! One's recent sign-ins, and who else may have tried.

use leptos::prelude::*;
use shared::audit::OwnSignIn;

use crate::load::Load;
use crate::words::access::security as words;
use crate::words::t;
use crate::{api, format};

/// The list.
#[component]
pub fn SignIns() -> impl IntoView {
    let load = Load::new(|| async { api::client().sign_ins().await });
    view! {
        <section>
            <h2>{t(words::SIGN_INS)}</h2>
            <p>{t(words::SIGN_INS_WHAT)}</p>
            {load.view(4, |page| {
                if page.items.is_empty() {
                    view! { <p>{t(words::NO_SIGN_INS)}</p> }.into_any()
                } else {
                    view! { <Table items=page.items /> }.into_any()
                }
            })}
            <p><a href="/audit">{t(words::OWN_ACTS)}</a></p>
        </section>
    }
}

#[component]
fn Table(items: Vec<OwnSignIn>) -> impl IntoView {
    let row = |item: OwnSignIn| {
        let (at, succeeded, count) = (item.at, item.succeeded, item.count);
        let result = move || if succeeded { words::SUCCEEDED.get().to_owned() } else { words::failed(&count) };
        view! {
            <tr>
                <td>{move || format::day_and_time(at)}</td>
                <td>
                    <span class="tag" data-state=if succeeded { "factor_set" } else { "expired" }>
                        <span class="tag-icon" aria-hidden="true">{if succeeded { "✓" } else { "!" }}</span>
                        {result}
                    </span>
                </td>
                <td class="mono">{item.address}</td>
            </tr>
        }
    };
    view! {
        <div class="table-box list" role="region" tabindex="0" aria-label=t(words::SIGN_INS)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(words::WHEN)}</th>
                        <th scope="col">{t(words::RESULT)}</th>
                        <th scope="col">{t(words::ADDRESS)}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
