//! The second step: one of the ways in which whoever signs in shows beside the password who they are.

use leptos::prelude::*;
use shared::account::CeremonyStep;

use super::Progress;
use crate::pages::enroll::{Enroll, Enrolling};
use crate::words::access::activate as words;
use crate::words::t;

/// The step.
#[component]
pub fn FactorStep(progress: Progress) -> impl IntoView {
    let enrolling = Enrolling {
        done: Callback::new(move |step: CeremonyStep| progress.follow(&step)),
        over: Callback::new(move |()| progress.restart()),
    };
    view! {
        <h2>{t(words::STEP_FACTOR)}</h2>
        <p>{t(words::FACTOR_WHAT)}</p>
        <Enroll enrolling=enrolling />
    }
}
