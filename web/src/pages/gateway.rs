//! The demo's gateway: what would have been sent to telephones. Where there is no demo, there is nothing here.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::problem::ProblemKind;
use shared::second_factor::{CodeLanguage, DemoMessage};

use super::NotFound;
use super::enroll::name;
use crate::components::{Failure, Loading, PageHeading, Trouble};
use crate::words::access::gateway as words;
use crate::words::t;
use crate::{api, format};

/// How often the page looks for new messages.
const ASK_AFTER: Duration = Duration::from_secs(2);

/// The page.
#[component]
pub fn DemoGateway() -> impl IntoView {
    let messages = RwSignal::new(None::<Vec<DemoMessage>>);
    let failure = RwSignal::new(None::<Failure>);
    let ask = move || {
        spawn_local(async move {
            match api::client().demo_messages().await {
                Ok(told) => {
                    // What is there stays as it is: it may be selected to be copied.
                    if messages.with_untracked(|shown| shown.as_ref() != Some(&told.items)) {
                        messages.set(Some(told.items));
                    }
                    if failure.with_untracked(Option::is_some) {
                        failure.set(None);
                    }
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    ask();
    if let Ok(timer) = set_interval_with_handle(ask, ASK_AFTER) {
        on_cleanup(move || timer.clear());
    }
    let absent = Memo::new(move |_| failure.with(|failure| failure.as_ref().and_then(|failure| failure.kind)));
    move || {
        if absent.get() == Some(ProblemKind::NotFound) {
            return view! { <NotFound /> }.into_any();
        }
        view! {
            <PageHeading text=words::HEADING />
            <p>{t(words::WHAT)}</p>
            <p><a href="/sign-in">{t(words::BACK)}</a></p>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <div aria-live="polite">
                {move || match messages.get() {
                    None => view! { <Loading lines=3 /> }.into_any(),
                    Some(all) if all.is_empty() => view! { <p>{t(words::NONE)}</p> }.into_any(),
                    Some(all) => view! { <ol class="plain-list">{all.into_iter().map(message).collect_view()}</ol> }.into_any(),
                }}
            </div>
        }
            .into_any()
    }
}

fn message(message: DemoMessage) -> impl IntoView {
    let DemoMessage { sent_at, method, to, language, text, .. } = message;
    let lang = match language {
        CodeLanguage::Ja => "ja",
        CodeLanguage::En => "en",
    };
    view! {
        <li class="card">
            <p class="small">
                <strong>{t(name(method))}</strong> " " {move || words::to(&to)} " – " {move || format::day_and_time(sent_at)}
            </p>
            <p lang=lang>{text}</p>
        </li>
    }
}
