//! One's own security: second factors, recovery codes, sessions, recent sign-ins, resets.

mod browser;
mod factors;
mod resets;
mod sessions;
mod sign_ins;
mod step_up;

use leptos::prelude::*;

use crate::components::PageHeading;
use crate::words::access::security as words;
use factors::Factors;
use resets::Resets;
pub use resets::reset_words;
use sessions::Sessions;
use sign_ins::SignIns;
use step_up::StepUp;

/// The page.
#[component]
pub fn Security() -> impl IntoView {
    // What is sensitive waits here until the second factor was shown again.
    let waiting = RwSignal::new(None::<Callback<()>>);
    let left = RwSignal::new(None::<u32>);
    view! {
        <PageHeading text=words::HEADING />
        <Factors waiting=waiting left=left />
        <Sessions />
        <SignIns />
        <Resets />
        <StepUp waiting=waiting left=left />
    }
}
