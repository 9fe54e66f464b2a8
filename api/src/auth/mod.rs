//! Who calls: sign-in, sessions, passwords; API clients and their tokens.

pub mod activation;
pub mod caller;
pub mod ceremony;
pub mod client;
pub mod cookie;
pub mod device;
pub mod failures;
pub mod passkey;
pub mod password;
pub mod password_policy;
pub mod public_key;
pub mod recovery;
mod romaji;
pub mod seal;
pub mod session;
pub mod token;
pub mod totp;
mod verifying;

pub use caller::{CurrentCaller, HalfSignedIn, Identity, Requester};
pub use session::{Session, SessionLoader, SessionTimes};

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::app::AppState;
use crate::envelope::Arrival;
use crate::error::ApiResult;

/// Finds out who makes a request: by its access token where the header `Authorization` is present (then only that
/// counts), else by its cookies. A cookie that is unknown, ended or out of date is nobody's.
///
/// # Errors
///
/// `busy` when the database doesn't answer.
pub async fn identify(request: &HttpRequest, state: &AppState, arrival: Arrival) -> ApiResult<Identity> {
    if request.headers().contains_key(AUTHORIZATION) {
        let client = client::find(request, state, arrival).await?;
        return Ok(client.map_or(Identity::BadToken, |client| Identity::Client(Arc::new(client))));
    }
    for name in [cookie::SESSION, cookie::PRE_SESSION] {
        let Some(hash) = request.cookie(name).and_then(|cookie| session::hash_of(cookie.value())) else { continue };
        if let Some(session) = state.sessions.find(hash, arrival.at).await? {
            return Ok(Identity::of(session));
        }
    }
    Ok(Identity::Anonymous)
}
