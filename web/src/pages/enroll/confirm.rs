//! The code that confirms a factor which is being enrolled: from then on it counts.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use uuid::Uuid;

use super::Enrolling;
use crate::api;
use crate::components::{Failure, TextField, Trouble};
use crate::words::access::enroll as words;
use crate::words::{Text, rule_text, t};

const CODE: &str = "factor-code";

/// The form.
#[component]
pub fn Confirm(
    /// The enrollment.
    id: Uuid,
    enrolling: Enrolling,
    /// Begins anew: five wrong codes end an enrollment.
    again: Callback<()>,
    /// The name of the field.
    label: Text,
) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let mistake = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let typed = code.get_untracked();
        if typed.trim().is_empty() {
            mistake.set(Some(words::CODE_MISSING.get().to_owned()));
            return;
        }
        working.set(true);
        spawn_local(async move {
            match api::client().confirm_enrollment(id, &typed.into()).await {
                Ok(step) => enrolling.done.run(step),
                Err(error) if enrolling.ends_with(&error) => {}
                Err(error) if api::kind(&error) == Some(ProblemKind::NotFound) => again.run(()),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    let words = problem.violations.first().map(|violation| rule_text(violation.rule).get().to_owned());
                    mistake.set(words);
                    code.set(String::new());
                }
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let error = Signal::derive(move || mistake.get());
    view! {
        <form class="stack" novalidate on:submit=submit>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextField
                id=CODE
                label=label
                value=code
                error=error
                autocomplete="one-time-code"
                inputmode="numeric"
            />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(words::CONFIRM)}
                </button>
            </p>
        </form>
    }
}
