//! Resets of one's own account: each took the password and the second factors from it.

use leptos::prelude::*;
use shared::issuance::{OwnReset, SlipReason};

use crate::load::Load;
use crate::words::access::{reset as words, reset_reason};
use crate::words::{Text, t};
use crate::{api, format};

/// The list.
#[component]
pub fn Resets() -> impl IntoView {
    let load = Load::new(|| async { api::client().resets().await });
    view! {
        <section>
            <h2>{t(words::LIST)}</h2>
            <p>{t(words::LIST_WHAT)}</p>
            {load.view(2, |page| {
                if page.items.is_empty() {
                    view! { <p>{t(words::NONE)}</p> }.into_any()
                } else {
                    let line = |reset: OwnReset| view! { <li>{move || reset_words(&reset)}</li> };
                    view! { <ul>{page.items.into_iter().map(line).collect_view()}</ul> }.into_any()
                }
            })}
        </section>
    }
}

/// By whom an account was reset, when and why; tracked.
pub fn reset_words(reset: &OwnReset) -> String {
    let by = reset.by.as_ref().map_or(words::OPERATOR.get(), |by| by.name.as_str());
    words::line(&format::day_and_time(reset.at), &by, &reason_word(reset.reason).get())
}

const fn reason_word(reason: SlipReason) -> Text {
    match reason {
        SlipReason::Reprint => reset_reason::REPRINT,
        SlipReason::SlipExpired => reset_reason::SLIP_EXPIRED,
        SlipReason::LostFactor => reset_reason::LOST_FACTOR,
        SlipReason::ForgottenPassword => reset_reason::FORGOTTEN_PASSWORD,
        SlipReason::SuspectedMisuse => reset_reason::SUSPECTED_MISUSE,
        // The slip of a new account is no reset.
        SlipReason::Other | SlipReason::NewAccount => reset_reason::OTHER,
    }
}
