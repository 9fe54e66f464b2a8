//! Loading what a page shows: once when it opens, again after a sign-in, at a press, or when what it depends on changes.

use std::future::Future;

use leptos::prelude::*;
use shared::ProblemKind;
use shared::client::ClientError;

use crate::components::{Failure, Loading, NothingHere, Trouble};
use crate::session::use_session;

/// What a page loads.
pub struct Load<T: 'static> {
    answer: LocalResource<Result<T, Failure>>,
    again: Callback<()>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

impl<T: Clone + 'static> Load<T> {
    /// Loads by `fetch`, which is called anew when a signal that it reads changes.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ClientError>> + 'static,
    {
        let session = use_session();
        let presses = RwSignal::new(0_u32);
        let answer = LocalResource::new(move || {
            presses.track();
            // A page that was refused for want of a session loads when somebody has signed in.
            session.sign_ins();
            let answer = fetch();
            async move { session.call(answer).await.map_err(|error| Failure::from(&error)) }
        });
        Self { answer, again: Callback::new(move |()| presses.update(|times| *times += 1)) }
    }

    /// The page in its three states: loading, failed, there.
    pub fn view<V: IntoView + 'static>(
        self,
        lines: usize,
        show: impl Fn(T) -> V + Send + Sync + 'static,
    ) -> impl IntoView {
        move || match self.answer.get() {
            None => view! { <Loading lines=lines /> }.into_any(),
            Some(Err(Failure { kind: Some(ProblemKind::NotFound | ProblemKind::Forbidden), .. })) => {
                view! { <NothingHere /> }.into_any()
            }
            Some(Err(failure)) => view! { <Trouble failure=failure again=self.again /> }.into_any(),
            Some(Ok(value)) => show(value).into_any(),
        }
    }
}
