//! Where the slip is that of a reset: by whom the account was reset, when and why. Whoever knows nothing of it should learn
//! of it before going on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::issuance::OwnReset;

use crate::api;
use crate::components::{Banner, Failure, Tone, Trouble};
use crate::pages::security::reset_words;
use crate::words::access::reset as words;
use crate::words::t;

/// The newest, and what came shortly before: a reset that its owner asked for may be the answer to one that nobody did.
const MOST: usize = 3;

/// The notice; nothing where the account is new.
#[component]
pub fn ResetNotice() -> impl IntoView {
    let resets = RwSignal::new(Vec::<OwnReset>::new());
    let trouble = RwSignal::new(None::<Failure>);
    let ask = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api::client().resets().await;
            // The page may be gone by now.
            let _ = trouble.try_set(answer.as_ref().err().map(Failure::from));
            let _ = resets.try_set(answer.map(|page| page.items).unwrap_or_default());
        });
    });
    ask.run(());
    let line = |reset: OwnReset| view! { <li>{move || reset_words(&reset)}</li> };
    let notice = move || {
        let items = resets.get();
        (!items.is_empty()).then(|| {
            view! {
                <Banner tone=Tone::Warning heading=words::HEADING live=true>
                    <ul class="plain-list">{items.into_iter().take(MOST).map(line).collect_view()}</ul>
                    <p>{t(words::UNKNOWN)}</p>
                </Banner>
            }
        })
    };
    view! {
        {move || trouble.get().map(|failure| view! { <Trouble failure=failure again=ask /> })}
        {notice}
    }
}
