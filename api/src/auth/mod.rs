//! Who calls: sign-in, sessions, passwords.

pub mod caller;
pub mod cookie;
pub mod failures;
pub mod password;
mod romaji;
pub mod session;

pub use caller::{CurrentCaller, HalfSignedIn, Identity};
pub use session::{Session, SessionLoader, SessionTimes};

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::app::AppState;
use crate::envelope::Arrival;
use crate::error::ApiResult;

/// Finds out who makes a request, by its cookies. A cookie that is unknown, ended or out of date is nobody's. Where the
/// header `Authorization` is present only that counts, and nothing that it could carry is issued yet.
///
/// # Errors
///
/// `busy` when the database doesn't answer.
pub async fn identify(request: &HttpRequest, state: &AppState, arrival: Arrival) -> ApiResult<Identity> {
    if request.headers().contains_key(AUTHORIZATION) {
        return Ok(Identity::Anonymous);
    }
    for name in [cookie::SESSION, cookie::PRE_SESSION] {
        let Some(hash) = request.cookie(name).and_then(|cookie| session::hash_of(cookie.value())) else { continue };
        if let Some(session) = state.sessions.find(hash, arrival.at).await? {
            return Ok(Identity::of(session));
        }
    }
    Ok(Identity::Anonymous)
}
