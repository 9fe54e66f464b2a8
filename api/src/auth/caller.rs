//! The caller as handlers get it.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use shared::account::NextStep;
use shared::organization::OrganizationRef;
use shared::report::EnteredBy;
use shared::{Caller, ProblemKind};

use super::client::ClientCaller;
use super::session::Session;
use crate::error::{ApiError, ApiResult};
use crate::store::holding::Holder;

/// Who makes a request, as the gate found out.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Nobody we know.
    Anonymous,
    /// Somebody whose sign-in isn't finished: only its next step is open.
    HalfSignedIn(Arc<Session>),
    /// Somebody with a session.
    SignedIn(Arc<Session>),
    /// An API client with an access token.
    Client(Arc<ClientCaller>),
    /// Somebody with an `Authorization` that isn't taken.
    BadToken,
}

impl Identity {
    /// What a session makes its holder.
    #[must_use]
    pub fn of(session: Arc<Session>) -> Self {
        if session.next == NextStep::Done { Self::SignedIn(session) } else { Self::HalfSignedIn(session) }
    }

    /// The session, full or not.
    #[must_use]
    pub fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Anonymous | Self::Client(_) | Self::BadToken => None,
            Self::HalfSignedIn(session) | Self::SignedIn(session) => Some(session),
        }
    }

    /// Why this is nobody who could have a session.
    fn without_session(&self) -> ApiError {
        match self {
            Self::Client(_) => ProblemKind::Forbidden.into(),
            Self::BadToken => ProblemKind::InvalidToken.into(),
            Self::HalfSignedIn(session) => ApiError::unfinished(session.next),
            Self::Anonymous | Self::SignedIn(_) => ProblemKind::SignInRequired.into(),
        }
    }

    fn of_request(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or(Self::Anonymous)
    }
}

/// The signed-in caller, of operations that API clients don't have. It is the first argument of every handler that needs one: extractors answer in order, and
/// who isn't signed in learns nothing about the body.
#[derive(Debug, Clone)]
pub struct CurrentCaller(pub Arc<Session>);

impl CurrentCaller {
    /// The session by which it asks, for what hands out power.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        Some(Holder { account_id: self.account_id, session_id: self.0.id })
    }
}

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
            other => Err(other.without_session()),
        })
    }
}

/// Whoever may ask: the signed-in caller or an API client. The first argument of the handlers that either may call.
#[derive(Debug, Clone)]
pub enum Requester {
    /// A person with a session.
    Person(Arc<Session>),
    /// A clinic's own system with a token.
    Client(Arc<ClientCaller>),
}

impl Requester {
    /// As reports and statements name who entered them.
    #[must_use]
    pub fn entered_by(&self) -> EnteredBy {
        match self {
            Self::Person(session) => EnteredBy {
                name: session.display_name.clone(),
                organization: OrganizationRef {
                    id: session.caller.organization_id,
                    kind: session.caller.organization_kind,
                    name: session.organization_name.clone(),
                },
            },
            Self::Client(client) => EnteredBy { name: client.name.clone(), organization: client.organization.clone() },
        }
    }
}

impl Deref for Requester {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        match self {
            Self::Person(session) => &session.caller,
            Self::Client(client) => &client.caller,
        }
    }
}

impl FromRequest for Requester {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Identity::of_request(request) {
            Identity::SignedIn(session) => Ok(Self::Person(session)),
            Identity::Client(client) => Ok(Self::Client(client)),
            other => Err(other.without_session()),
        })
    }
}

/// A caller with a session of either kind: for the steps of a sign-in, and for signing out.
#[derive(Debug, Clone)]
pub struct HalfSignedIn(pub Arc<Session>);

impl FromRequest for HalfSignedIn {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Identity::of_request(request) {
            Identity::SignedIn(session) | Identity::HalfSignedIn(session) => Ok(Self(session)),
            other => Err(other.without_session()),
        })
    }
}
