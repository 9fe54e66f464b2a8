//! Loading what a page shows: once when it opens, again after a sign-in, at a press, or when what it depends on changes.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ProblemKind;
use shared::client::ClientError;

use crate::components::{Failure, Loading, NothingHere, Trouble};
use crate::session::use_session;

/// What a page loads.
pub struct Load<T: 'static> {
    answer: RwSignal<Option<Result<T, Failure>>>,
    again: Callback<()>,
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Load<T> {
    /// Loads by `fetch`, which is called anew when a signal that it reads changes.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ClientError>> + 'static,
    {
        let session = use_session();
        let presses = RwSignal::new(0_u32);
        let asked = StoredValue::new(0_u32);
        let answer = RwSignal::new(None);
        Effect::new(move || {
            presses.track();
            // A page that was refused for want of a session loads when somebody has signed in.
            session.sign_ins();
            let fetched = fetch();
            asked.update_value(|times| *times += 1);
            let mine = asked.get_value();
            spawn_local(async move {
                let fetched = session.call(fetched).await.map_err(|error| Failure::from(&error));
                // An answer to an earlier question, or of a page that was left, comes too late.
                if asked.try_get_value() != Some(mine) {
                    return;
                }
                // What is shown already stays as it is, with the focus in it; but a wait begins anew.
                let waits = fetched.as_ref().is_err_and(|failure| failure.retry_after.is_some());
                if waits || answer.with_untracked(|shown| shown.as_ref() != Some(&fetched)) {
                    answer.set(Some(fetched));
                }
            });
        });
        Self { answer, again: Callback::new(move |()| presses.update(|times| *times += 1)) }
    }

    /// Loads once more.
    pub fn again(&self) -> Callback<()> {
        self.again
    }

    /// The page in its three states: loading, failed, there.
    pub fn view<V: IntoView + 'static>(
        self,
        lines: usize,
        show: impl Fn(T) -> V + Send + Sync + 'static,
    ) -> impl IntoView {
        move || match self.answer.get() {
            None => view! { <Loading lines=lines /> },
            Some(Err(Failure { kind: Some(ProblemKind::NotFound | ProblemKind::Forbidden), .. })) => {
                view! { <NothingHere /> }
            }
            Some(Err(failure)) => view! { <Trouble failure=failure again=self.again /> },
            Some(Ok(value)) => show(value).into_any(),
        }
    }
}
