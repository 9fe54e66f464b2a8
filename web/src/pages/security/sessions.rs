//! One's sessions: where one is signed in, and ending what one doesn't know.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::second_factor::OwnSession;

use super::browser;
use crate::components::{Failure, Trouble, focus_on};
use crate::load::Load;
use crate::session::use_session;
use crate::words::access::security as words;
use crate::words::t;
use crate::{api, format};

/// The heading.
const HEADING: &str = "sessions";

/// The list.
#[component]
pub fn Sessions() -> impl IntoView {
    let presses = RwSignal::new(0_u32);
    // What was pressed goes with the old list: the keyboard begins anew at the heading.
    let reload = Callback::new(move |()| {
        presses.update(|times| *times += 1);
        focus_on(HEADING);
    });
    let load = Load::new(move || {
        presses.track();
        async { api::client().sessions().await }
    });
    view! {
        <section>
            <h2 id=HEADING tabindex="-1">{t(words::SESSIONS)}</h2>
            <p>{t(words::SESSIONS_WHAT)}</p>
            {load.view(3, move |page| view! { <Table items=page.items reload=reload /> })}
        </section>
    }
}

#[component]
fn Table(items: Vec<OwnSession>, reload: Callback<()>) -> impl IntoView {
    let session = use_session();
    let failure = RwSignal::new(None::<Failure>);
    let end = Callback::new(move |id| {
        spawn_local(async move {
            match session.call(api::client().end_session(id)).await {
                Ok(()) => reload.run(()),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    let row = move |item: OwnSession| {
        let (begun, seen, id) = (item.begun_at, item.last_seen_at, item.id);
        view! {
            <tr>
                <td>{move || format::day_and_time(begun)}</td>
                <td>{move || format::day_and_time(seen)}</td>
                <td class="mono">{item.address}</td>
                <td title=item.user_agent.clone()>{browser::name(&item.user_agent)}</td>
                <td>
                    {if item.is_current {
                        view! { <span class="tag">{t(words::THIS_SESSION)}</span> }.into_any()
                    } else {
                        view! {
                            <button type="button" class="button small" on:click=move |_| end.run(id)>{t(words::END)}</button>
                        }
                            .into_any()
                    }}
                </td>
            </tr>
        }
    };
    view! {
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        <div class="table-box list" role="region" tabindex="0" aria-label=t(words::SESSIONS)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(words::BEGUN)}</th>
                        <th scope="col">{t(words::SEEN)}</th>
                        <th scope="col">{t(words::ADDRESS)}</th>
                        <th scope="col">{t(words::BROWSER)}</th>
                        <th scope="col">{t(words::END)}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
