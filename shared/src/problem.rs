//! The one shape of every error: a problem document (RFC 9457) of a closed set of kinds.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::NextStep;
use crate::day::ReportingDay;
use crate::report::{ReportView, Warning};

/// A problem document (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/<kind>`: the page that explains the kind.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "/problems/already-reported"))]
    pub type_uri: String,
    /// One sentence, the same for every problem of the kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time; safe to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request id, also in the header `X-Request-Id`: what to name when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is wrong where, for `invalid-request`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// The report that is there already, for `already-reported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<Box<ReportView>>,
    /// The present reporting day, for `day-changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// What must be acknowledged, for `unacknowledged-warnings`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What the ceremony asks for, for `sign-in-unfinished`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextStep>,
    /// The arrivals that are open, for `arrivals-open`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrivals: Vec<Uuid>,
    /// After how many seconds trying again makes sense, as in the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How many more tries there are, for `sign-in-failed` at the second factor; 0 where this one was the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
}

impl Problem {
    /// A problem of a kind, with nothing further said.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            type_uri: kind.type_uri(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: None,
            instance: None,
            violations: Vec::new(),
            existing: None,
            day: None,
            warnings: Vec::new(),
            next: None,
            arrivals: Vec::new(),
            retry_after: None,
            tries_left: None,
        }
    }

    /// The kind, if it is one that this version knows.
    #[must_use]
    pub fn kind(&self) -> Option<ProblemKind> {
        ProblemKind::from_slug(self.type_uri.strip_prefix("/problems/")?)
    }
}

macro_rules! problem_kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = ($slug:literal, $status:literal, $title:literal);)+) => {
        /// Every kind of problem that the API answers with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemKind { $($(#[doc = $doc])+ $name,)+ }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The last segment of the type, in kebab case.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// One English sentence, the same for every problem of the kind.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

problem_kinds! {
    /// The body is not JSON, or the query or path can't be read.
    MalformedRequest = ("malformed-request", 400, "The request can't be read.");
    /// No session, or one that has ended.
    SignInRequired = ("sign-in-required", 401, "Sign in to do this.");
    /// The one answer to every failed sign-in.
    SignInFailed = ("sign-in-failed", 401, "The sign-in failed.");
    /// An access token that isn't accepted: forged, run out, for somebody else, or its client isn't good any more.
    InvalidToken = ("invalid-token", 401, "The access token is not accepted.");
    /// Known, in sight, and not allowed.
    Forbidden = ("forbidden", 403, "This account may not do this.");
    /// A browser request without the same origin or without `X-Requested-By`.
    CrossOrigin = ("cross-origin", 403, "The request does not come from this service's own pages.");
    /// The sign-in isn't finished; `next` is what it asks for, and nothing else is open.
    SignInUnfinished = ("sign-in-unfinished", 403, "Finish signing in first.");
    /// Sensitive: the second factor must have been shown within the last ten minutes.
    StepUpRequired = ("step-up-required", 403, "Show the second factor again first.");
    /// Absent, or out of sight: the two can't be told apart.
    NotFound = ("not-found", 404, "There is nothing here.");
    /// The path exists, the method doesn't; the header `Allow` names those that do.
    MethodNotAllowed = ("method-not-allowed", 405, "This method is not available here.");
    /// The body did not arrive in time.
    RequestTimeout = ("request-timeout", 408, "The request took too long to arrive.");
    /// The unit has a report for the day; `existing` is that report.
    AlreadyReported = ("already-reported", 409, "The report of this day has been made.");
    /// The stated day isn't today; `day` is.
    DayChanged = ("day-changed", 409, "The stated day is not today.");
    /// The policy leaves the report as it is: changes go into the next report.
    ReportFinal = ("report-final", 409, "The report can no longer be changed.");
    /// Another window saved a newer draft.
    DraftChanged = ("draft-changed", 409, "The draft was changed elsewhere.");
    /// The idempotency key was used for another request.
    KeyReused = ("key-reused", 409, "The Idempotency-Key was used for another request.");
    /// The account is disabled: it gets no slip.
    AccountDisabled = ("account-disabled", 409, "The account is disabled.");
    /// Another organization has the ten-digit code, or the prefecture's.
    CodeTaken = ("code-taken", 409, "Another organization has this code.");
    /// An account keeps one second factor at least.
    LastSecondFactor = ("last-second-factor", 409, "The last second factor can't be removed.");
    /// The statement contradicts what is on record for that day.
    StatementConflict = ("statement-conflict", 409, "The day has a report or another statement.");
    /// An arrival or its batch is settled, or a batch of the day is open.
    ArrivalConflict = ("arrival-conflict", 409, "The state of the arrival or of its batch does not allow this.");
    /// A batch has arrivals of which nothing has become yet; `arrivals` names them.
    ArrivalsOpen = ("arrivals-open", 409, "Arrivals of the batch are neither entered nor rejected.");
    /// The keys of an API client, or its being disabled, don't allow it.
    ApiClientConflict = ("api-client-conflict", 409, "The state of the API client does not allow this.");
    /// The report has a newer revision than the one that `If-Match` names.
    ReportChanged = ("report-changed", 412, "The report was changed in the meantime.");
    /// The body is larger than the limit.
    BodyTooLarge = ("body-too-large", 413, "The request body is too large.");
    /// The body isn't `application/json`.
    UnsupportedMediaType = ("unsupported-media-type", 415, "Send the body as application/json.");
    /// A rule is violated; `violations` say which and where.
    InvalidRequest = ("invalid-request", 422, "The request breaks a rule.");
    /// The ten-digit code fits no check digit; `acknowledged_warnings` with `doubtful_code` takes it all the same.
    DoubtfulCode = ("doubtful-code", 422, "The code does not fit its check digit.");
    /// Unusual numbers were not acknowledged; `warnings` lists them.
    UnacknowledgedWarnings = ("unacknowledged-warnings", 422, "Unusual numbers need to be confirmed.");
    /// The request must say with `If-Match` which revision it is to follow.
    PreconditionRequired = ("precondition-required", 428, "Say which revision this is to follow.");
    /// More requests than the limit.
    TooManyRequests = ("too-many-requests", 429, "Too many requests.");
    /// Our fault; the detail is in the log under the request id.
    InternalError = ("internal-error", 500, "Something went wrong on our side.");
    /// A queue is full or the database does not answer; try again after `Retry-After`.
    Busy = ("busy", 503, "The service is busy.");
    /// Codes can't be sent to telephones at the moment; other second factors work.
    CodesUnavailable = ("codes-unavailable", 503, "Codes can't be sent to telephones at the moment.");
    /// The server's clock stands behind the last recorded instant.
    ClockSuspect = ("clock-suspect", 503, "The server's clock can't be trusted at the moment.");
}

impl ProblemKind {
    /// The `type` of the problem document: a page that the service serves.
    #[must_use]
    pub fn type_uri(self) -> String {
        format!("/problems/{}", self.slug())
    }

    /// The kind of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }
}

/// One rule that the request breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// A JSON pointer (RFC 6901) into the request body; empty for the whole body; `?name` for a query parameter.
    #[cfg_attr(feature = "openapi", schema(example = "/counts/age_10_19"))]
    pub pointer: String,
    /// The rule.
    pub rule: Rule,
    /// What is expected, in English; screens translate by `rule`.
    pub message: String,
    /// Why, for `password_too_weak`. The set may grow: leave out what you don't know.
    // Keys and not the set itself: only two pages tell them, and all five programs would hold its reader.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Vec<crate::password::Weakness>, example = json!(["common_password", "repeats"]))
    )]
    pub reasons: Vec<String>,
}

impl Violation {
    /// A violation at a pointer.
    pub fn new(pointer: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), rule, message: message.into(), reasons: Vec::new() }
    }
}

/// The rules that a request can break, a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The value is missing.
    Required,
    /// The field isn't known.
    UnknownField,
    /// The value has the wrong type or form.
    Malformed,
    /// The number lies outside its range.
    OutOfRange,
    /// The stated total isn't the sum of the fourteen.
    TotalMismatch,
    /// The target day isn't 1 to 60 days back.
    DayOutOfRange,
    /// All fourteen deltas are 0.
    AllZero,
    /// The reason `other` needs a note.
    NoteRequired,
    /// The text is too long.
    TooLong,
    /// A band of the target day would fall below 0.
    BelowZero,
    /// The same target day and reason stand twice.
    Duplicate,
    /// The field may not be stated by this caller.
    NotAllowed,
    /// The password is shorter than 13 characters.
    PasswordTooShort,
    /// The password is too easy to guess.
    PasswordTooWeak,
    /// The new password is the old one.
    PasswordUnchanged,
    /// The current password is wrong.
    PasswordWrong,
    /// A private key, where a public one belongs.
    PrivateKey,
    /// No public key that can be used: of another kind, too short, or not readable.
    UnsupportedKey,
    /// The day isn't 1 to 366 days ahead.
    TooEarlyOrLate,
    /// The code is wrong, or was used before.
    CodeWrong,
    /// What was typed again is something else.
    NotRepeated,
    /// It says what stands already.
    Unchanged,
    /// The passkey doesn't answer to the challenge, or is registered already.
    PasskeyRefused,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 23] = [
        Self::Required,
        Self::UnknownField,
        Self::Malformed,
        Self::OutOfRange,
        Self::TotalMismatch,
        Self::DayOutOfRange,
        Self::AllZero,
        Self::NoteRequired,
        Self::TooLong,
        Self::BelowZero,
        Self::Duplicate,
        Self::NotAllowed,
        Self::PasswordTooShort,
        Self::PasswordTooWeak,
        Self::PasswordUnchanged,
        Self::PasswordWrong,
        Self::PrivateKey,
        Self::UnsupportedKey,
        Self::TooEarlyOrLate,
        Self::CodeWrong,
        Self::NotRepeated,
        Self::Unchanged,
        Self::PasskeyRefused,
    ];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::Malformed => "malformed",
            Self::OutOfRange => "out_of_range",
            Self::TotalMismatch => "total_mismatch",
            Self::DayOutOfRange => "day_out_of_range",
            Self::AllZero => "all_zero",
            Self::NoteRequired => "note_required",
            Self::TooLong => "too_long",
            Self::BelowZero => "below_zero",
            Self::Duplicate => "duplicate",
            Self::NotAllowed => "not_allowed",
            Self::PasswordTooShort => "password_too_short",
            Self::PasswordTooWeak => "password_too_weak",
            Self::PasswordUnchanged => "password_unchanged",
            Self::PasswordWrong => "password_wrong",
            Self::PrivateKey => "private_key",
            Self::UnsupportedKey => "unsupported_key",
            Self::TooEarlyOrLate => "too_early_or_late",
            Self::CodeWrong => "code_wrong",
            Self::NotRepeated => "not_repeated",
            Self::Unchanged => "unchanged",
            Self::PasskeyRefused => "passkey_refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_slug_and_a_problem_knows_its_kind() {
        for &kind in ProblemKind::ALL {
            assert_eq!(Problem::new(kind).kind(), Some(kind));
        }
    }

    #[test]
    fn a_rule_is_written_as_its_key() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).expect("serializes"), rule.key());
        }
    }
}
