//! Why a request is refused, and the problem document that says so.
//!
//! Handlers return [`ApiError`]. The [envelope](crate::envelope) turns it into the body, adds the request id and logs
//! the chain of causes once; nothing else writes problem documents.

use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use shared::account::NextStep;
use shared::report::{ReportView, Warning};
use shared::{Problem, ProblemKind, ReportingDay, Violation};
use uuid::Uuid;

use crate::authorize::Denied;
use crate::store::StoreError;

/// A refusal: what the caller is told, and what only the log is.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    kind: ProblemKind,
    allow: Option<String>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A refusal of a kind.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self { problem: Box::new(Problem::new(kind)), kind, allow: None, cause: None }
    }

    /// What happened this time; safe to show.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem.detail = Some(detail.into());
        self
    }

    /// What the log is told, and the caller isn't.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// After how many seconds trying again makes sense; at least one.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.problem.retry_after = Some(seconds.max(1));
        self
    }

    /// `sign-in-failed` at the second factor, with how many more tries the attempt has.
    #[must_use]
    pub fn wrong_factor(tries_left: u32) -> Self {
        let mut error = Self::new(ProblemKind::SignInFailed);
        error.problem.tries_left = Some(tries_left);
        error
    }

    /// `invalid-request` with what is wrong where.
    #[must_use]
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let mut error = Self::new(ProblemKind::InvalidRequest);
        error.problem.violations = violations;
        error
    }

    /// `already-reported` with the report that is there.
    #[must_use]
    pub fn already_reported(existing: ReportView) -> Self {
        let mut error = Self::new(ProblemKind::AlreadyReported);
        error.problem.existing = Some(Box::new(existing));
        error
    }

    /// `day-changed` with the present day.
    #[must_use]
    pub fn day_changed(day: ReportingDay) -> Self {
        let mut error = Self::new(ProblemKind::DayChanged);
        error.problem.day = Some(day);
        error
    }

    /// `arrivals-open` with the arrivals.
    #[must_use]
    pub fn arrivals_open(arrivals: Vec<Uuid>) -> Self {
        let mut error = Self::new(ProblemKind::ArrivalsOpen);
        error.problem.arrivals = arrivals;
        error
    }

    /// `sign-in-unfinished` with what the sign-in asks for.
    #[must_use]
    pub fn unfinished(next: NextStep) -> Self {
        let mut error = Self::new(ProblemKind::SignInUnfinished);
        error.problem.next = Some(next);
        error
    }

    /// `unacknowledged-warnings` with the warnings.
    #[must_use]
    pub fn unacknowledged(warnings: Vec<Warning>) -> Self {
        let mut error = Self::new(ProblemKind::UnacknowledgedWarnings);
        error.problem.warnings = warnings;
        error
    }

    /// `not-found`: the same for what is absent and what is out of sight.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound)
    }

    /// `method-not-allowed` with the methods that are.
    #[must_use]
    pub fn method_not_allowed(allow: String) -> Self {
        let mut error = Self::new(ProblemKind::MethodNotAllowed);
        error.allow = Some(allow);
        error
    }

    /// `internal-error`; the cause goes to the log only.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(ProblemKind::InternalError).because(cause)
    }

    /// `busy`, with when to try again.
    #[must_use]
    pub fn busy(seconds: u32) -> Self {
        Self::new(ProblemKind::Busy).retry_after(seconds)
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The problem document, still without the request id.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The methods for the header `Allow`.
    #[must_use]
    pub fn allow(&self) -> Option<&str> {
        self.allow.as_deref()
    }

    /// The causes, outermost first, for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = String::new();
        let mut next = self.source();
        while let Some(cause) = next {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.slug())
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::new(match denied {
            Denied::Forbidden => ProblemKind::Forbidden,
            Denied::OutOfSight => ProblemKind::NotFound,
        })
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => Self::busy(1).because(error),
            StoreError::ClockSuspect => Self::new(ProblemKind::ClockSuspect).retry_after(60).because(error),
            other => Self::internal(other),
        }
    }
}

impl From<ProblemKind> for ApiError {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl From<Vec<Violation>> for ApiError {
    fn from(violations: Vec<Violation>) -> Self {
        Self::invalid(violations)
    }
}

impl From<Violation> for ApiError {
    fn from(violation: Violation) -> Self {
        Self::invalid(vec![violation])
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Only the status: the envelope finds this error in the response and writes the document.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The refusal that stands for an error of the HTTP library, such as a path or query that can't be read.
#[must_use]
pub fn of_status(status: StatusCode) -> ApiError {
    let kind = match status {
        StatusCode::UNAUTHORIZED => ProblemKind::SignInRequired,
        StatusCode::FORBIDDEN => ProblemKind::Forbidden,
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ProblemKind::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::UnsupportedMediaType,
        StatusCode::TOO_MANY_REQUESTS => ProblemKind::TooManyRequests,
        StatusCode::SERVICE_UNAVAILABLE => ProblemKind::Busy,
        other if other.is_client_error() => ProblemKind::MalformedRequest,
        _ => ProblemKind::InternalError,
    };
    ApiError::new(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_names_every_cause_and_the_problem_names_none() {
        let error = ApiError::internal(std::io::Error::other("the disk is full"));
        assert_eq!(error.chain(), "the disk is full");
        assert_eq!(error.problem().detail, None);
        assert_eq!(error.status_code(), 500);
    }

    #[test]
    fn a_status_that_no_kind_has_becomes_the_general_kind_of_its_class() {
        assert_eq!(of_status(StatusCode::EXPECTATION_FAILED).kind(), ProblemKind::MalformedRequest);
        assert_eq!(of_status(StatusCode::BAD_GATEWAY).kind(), ProblemKind::InternalError);
        assert_eq!(of_status(StatusCode::PAYLOAD_TOO_LARGE).kind(), ProblemKind::BodyTooLarge);
    }
}
