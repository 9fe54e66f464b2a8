//! The second factor: how it is shown at sign-in, enrolled, listed and given up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Digits of a one-time code.
pub const CODE_DIGITS: usize = 6;
/// Recovery codes of a set.
pub const RECOVERY_CODES: usize = 10;

/// A kind of second factor that an account can have, in the order in which they are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// A passkey.
    Passkey,
    /// An authenticator app: a new code each 30 seconds.
    Totp,
    /// A code by text message.
    Sms,
    /// A code read out on the telephone.
    Voice,
}

/// What is shown as the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorMethod {
    /// The code of an authenticator app.
    Totp,
    /// One of the recovery codes, each of which works once.
    RecoveryCode,
}

/// A way in which the second factor can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorOption {
    /// The way.
    pub method: SecondFactorMethod,
    /// The factor, where each of several is a way of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_id: Option<Uuid>,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// The language of what is sent to a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeLanguage {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// What became of a code that was sent to a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// On its way.
    Queued,
    /// It arrived, or was read out.
    Delivered,
    /// Nobody answered the telephone.
    NoAnswer,
    /// It can't be delivered.
    Failed,
}

/// The second factor, shown: at sign-in, or to step up.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRequest {
    /// The way.
    pub method: SecondFactorMethod,
    /// The code as it is typed: in any width, with blanks or hyphens or without.
    #[cfg_attr(feature = "openapi", schema(example = "123456", max_length = 64))]
    pub code: String,
}

/// A factor to be enrolled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrollmentRequest {
    /// Its kind.
    pub method: FactorKind,
    /// What its owner calls it; at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub label: Option<String>,
}

/// A factor that is being enrolled: it counts once a code of it was confirmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrollment {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub method: FactorKind,
    /// The seed as people type it (base 32), for an authenticator app. Shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What an authenticator app reads from a QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otpauth_uri: Option<String>,
    /// Until when it can be confirmed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub expires_at: DateTime<Utc>,
}

/// The code that confirms an enrollment.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrollmentConfirmation {
    /// The code as it is typed.
    #[cfg_attr(feature = "openapi", schema(example = "123456", max_length = 64))]
    pub code: String,
}

/// A factor of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactor {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub method: FactorKind,
    /// What its owner calls it.
    pub label: String,
    /// Since when it counts.
    #[serde(deserialize_with = "crate::instant::read")]
    pub confirmed_at: DateTime<Utc>,
    /// When it was shown last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// One's own factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactors {
    /// The factors, the oldest first.
    pub items: Vec<SecondFactor>,
    /// Always none: nobody has more factors than fit on a page.
    pub next_cursor: Option<String>,
    /// How many recovery codes can still be used.
    pub recovery_codes_left: u32,
    /// How one can step up; the way to offer first comes first.
    pub methods: Vec<SecondFactorOption>,
}

/// A session of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSession {
    /// What names it; not what the cookie holds.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// When it was begun.
    #[serde(deserialize_with = "crate::instant::read")]
    pub begun_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    #[serde(deserialize_with = "crate::instant::read")]
    pub ends_at: DateTime<Utc>,
    /// From where it was begun.
    pub address: String,
    /// What the browser calls itself, its first 200 characters.
    pub user_agent: String,
}

/// The next code of a demo account that its authenticator app would show and that isn't used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoCode {
    /// The code; none while every code that would be taken is used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// For how many seconds it is taken, or after how many seconds there is a new one.
    pub seconds: u32,
}

/// Whose code is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DemoCodeQuery {
    /// The login ID of a demo account.
    #[cfg_attr(feature = "openapi", param(example = "P13-0001-5"))]
    pub login_id: String,
}
