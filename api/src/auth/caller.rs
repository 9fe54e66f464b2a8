//! The caller as handlers get it.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use shared::{Caller, ProblemKind};

use super::session::Session;
use crate::error::{ApiError, ApiResult};

/// Who makes a request, as the gate found out.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Nobody we know.
    Anonymous,
    /// Somebody who gave the first password, and must change it before anything else.
    HalfSignedIn(Arc<Session>),
    /// Somebody with a session.
    SignedIn(Arc<Session>),
}

impl Identity {
    /// What a session makes its holder.
    #[must_use]
    pub fn of(session: Arc<Session>) -> Self {
        if session.is_full { Self::SignedIn(session) } else { Self::HalfSignedIn(session) }
    }

    /// The session, full or not.
    #[must_use]
    pub fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Anonymous => None,
            Self::HalfSignedIn(session) | Self::SignedIn(session) => Some(session),
        }
    }

    fn of_request(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or(Self::Anonymous)
    }
}

/// The signed-in caller. It is the first argument of every handler that needs one: extractors answer in order, and
/// who isn't signed in learns nothing about the body.
#[derive(Debug, Clone)]
pub struct CurrentCaller(pub Arc<Session>);

impl Deref for CurrentCaller {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0.caller
    }
}

impl FromRequest for CurrentCaller {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Identity::of_request(request) {
            Identity::SignedIn(session) => Ok(Self(session)),
            Identity::HalfSignedIn(_) => Err(ProblemKind::PasswordChangeRequired.into()),
            Identity::Anonymous => Err(ProblemKind::SignInRequired.into()),
        })
    }
}

/// A caller with a session of either kind: for changing the password and signing out.
#[derive(Debug, Clone)]
pub struct HalfSignedIn(pub Arc<Session>);

impl FromRequest for HalfSignedIn {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Identity::of_request(request) {
            Identity::SignedIn(session) | Identity::HalfSignedIn(session) => Ok(Self(session)),
            Identity::Anonymous => Err(ProblemKind::SignInRequired.into()),
        })
    }
}
