//! The problems that some operations have beyond those of every operation, for the contract.

use shared::Problem;

/// Of operations that are about one thing.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Absent {
    /// There is nothing here: absent, or out of sight. The two can't be told apart.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// Of operations whose values obey rules.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Invalid {
    /// A rule is broken; `violations` say which and where.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// Of operations that change what is on record.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Conflicting {
    /// It contradicts what is on record: the type says how.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
}

/// Of operations that follow what the caller has read.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Preconditions {
    /// It was changed in the meantime.
    #[response(status = 412, content_type = "application/problem+json")]
    Changed(Problem),
    /// `If-Match` is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    Required(Problem),
}

/// Of operations that take a body.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "its variants are read by the macro alone")]
pub enum Unacceptable {
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    Timeout(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body isn't `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    Unsupported(Problem),
    /// A rule is broken; `violations` say which and where.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
}
