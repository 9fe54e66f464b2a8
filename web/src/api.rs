//! The one typed client, on the origin that the page came from.

use leptos::prelude::window;
use shared::ProblemKind;
use shared::client::{Client, ClientError};

thread_local! {
    static CLIENT: Client = Client::new(http(), window().location().origin().unwrap_or_default());
}

/// The client. What asks for a signed-in user goes through [`crate::session::Session::call`].
pub fn client() -> Client {
    CLIENT.with(Clone::clone)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the browser's fetch has no timeouts to configure: this is the one place"
)]
fn http() -> reqwest::Client {
    reqwest::Client::new()
}

/// The kind of problem that a failure is, if the service named one.
pub fn kind(error: &ClientError) -> Option<ProblemKind> {
    match error {
        ClientError::Problem(problem) => problem.kind(),
        ClientError::Unreachable(_) | ClientError::Unexpected(_) => None,
    }
}

/// How many more tries an attempt at the second factor has, where the service says so.
pub fn tries_left(error: &ClientError) -> Option<u32> {
    match error {
        ClientError::Problem(problem) => problem.tries_left,
        ClientError::Unreachable(_) | ClientError::Unexpected(_) => None,
    }
}
