//! What a page shows when a request has no answer: what happened, what is safe, what to do.

use std::time::Duration;

use leptos::prelude::*;
use shared::client::ClientError;
use shared::problem::ProblemKind;

use super::banner::{Banner, Tone};
use crate::words::{self, state, t};
use crate::{api, format};

/// A failure as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind of problem, if the service named one.
    pub kind: Option<ProblemKind>,
    /// Whether no answer arrived.
    pub unreachable: bool,
    /// What to name when asking for help.
    pub request_id: Option<String>,
    /// After how many seconds to try again.
    pub retry_after: Option<u32>,
}

impl From<&ClientError> for Failure {
    fn from(error: &ClientError) -> Self {
        let problem = match error {
            ClientError::Problem(problem) => Some(problem),
            ClientError::Unreachable(_) | ClientError::Unexpected(_) => None,
        };
        Self {
            kind: api::kind(error),
            unreachable: matches!(error, ClientError::Unreachable(_)),
            request_id: problem.and_then(|problem| problem.instance.clone()),
            retry_after: problem.and_then(|problem| problem.retry_after),
        }
    }
}

impl Failure {
    /// The first line, tracked.
    pub fn heading(&self) -> String {
        match self.kind {
            Some(ProblemKind::NotFound) => state::NOT_FOUND.get(),
            Some(kind) => words::problem_title(kind).get(),
            None => state::FAILED.get(),
        }
        .to_owned()
    }

    /// What to do, tracked.
    pub fn advice(&self) -> String {
        match (self.kind, self.unreachable) {
            (Some(kind), _) => words::problem_advice(kind).get(),
            (None, true) => state::UNREACHABLE.get(),
            (None, false) => words::problem_advice(ProblemKind::InternalError).get(),
        }
        .to_owned()
    }
}

/// A failure with a button that tries again. While the service asks for patience it counts down; nothing is sent by itself.
#[component]
pub fn Trouble(
    /// What went wrong.
    failure: Failure,
    /// Tries again.
    #[prop(into, optional)]
    again: Option<Callback<()>>,
) -> impl IntoView {
    let wait = countdown(failure.retry_after.unwrap_or(0));
    let waits = failure.retry_after.is_some();
    let (for_heading, for_advice) = (failure.clone(), failure.clone());
    let patience = move || {
        waits.then(|| match wait.get() {
            0 => view! { <p role="status">{t(state::BUSY_OVER)}</p> }.into_any(),
            n => view! { <p>{state::busy(&format::count(n.into()))}</p> }.into_any(),
        })
    };
    let press = move |_| {
        if let Some(again) = again
            && wait.get_untracked() == 0
        {
            again.run(());
        }
    };
    view! {
        <Banner tone=Tone::Error heading=Signal::derive(move || for_heading.heading()) live=true>
            // The countdown says the same as the advice, and for how long.
            {(!waits).then(|| view! { <p>{move || for_advice.advice()}</p> })}
            {patience}
            {failure.request_id.map(|id| view! { <p class="small">{move || state::request_id(&id)}</p> })}
            {again
                .map(|_| {
                    view! {
                        <p>
                            <button
                                type="button"
                                class="button"
                                aria-disabled=move || (wait.get() > 0).then_some("true")
                                on:click=press
                            >
                                {t(state::AGAIN)}
                            </button>
                        </p>
                    }
                })}
        </Banner>
    }
}

/// Absent, or not for this user: the two can't be told apart, and trying again helps neither.
#[component]
pub fn NothingHere() -> impl IntoView {
    view! {
        <Banner tone=Tone::Error heading=state::NOT_FOUND live=true>
            <p>{t(state::NOT_FOUND_WHAT)}</p>
            <p><a href="/">{t(words::app::BACK_HOME)}</a></p>
        </Banner>
    }
}

/// Seconds that go down to 0.
pub fn countdown(seconds: u32) -> ReadSignal<u32> {
    let (left, set_left) = signal(seconds);
    if seconds > 0
        && let Ok(timer) =
            set_interval_with_handle(move || set_left.update(|n| *n = n.saturating_sub(1)), Duration::from_secs(1))
    {
        on_cleanup(move || timer.clear());
    }
    left
}
