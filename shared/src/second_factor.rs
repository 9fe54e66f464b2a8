//! The second factor: how it is shown at sign-in, enrolled, listed and given up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::passkey::{NewPasskey, PasskeyOptions, ShownPasskey};
use crate::problem::{Rule, Violation};
use crate::telephone::Telephone;

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
    /// A passkey, for a challenge.
    Passkey,
    /// The code of an authenticator app.
    Totp,
    /// A code by text message, sent for a challenge.
    Sms,
    /// A code read out on the telephone, sent for a challenge.
    Voice,
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
    /// The telephone number that a code would go to, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_number: Option<String>,
}

/// What is needed before a second factor can be shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// The way: `passkey`, `sms` or `voice`. A landline takes no text.
    pub method: SecondFactorMethod,
    /// The factor, where each of several is a way of its own: the telephone that a code goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_id: Option<Uuid>,
    /// The language of what is sent.
    #[serde(default)]
    pub language: CodeLanguage,
}

/// What a second factor answers to: good once, and only for the session that asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// What names it when the factor is shown.
    pub challenge_id: Uuid,
    /// Until when the answer is taken.
    #[serde(deserialize_with = "crate::instant::read")]
    pub expires_at: DateTime<Utc>,
    /// The telephone number that a code went to, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "090-****-7709"))]
    pub masked_number: Option<String>,
    /// From when another code may be asked for in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::instant::read_option")]
    pub resend_at: Option<DateTime<Utc>>,
    /// What the browser asks its authenticators, for a passkey: what `PublicKeyCredential.parseRequestOptionsFromJSON` reads,
    /// and `parseCreationOptionsFromJSON` where one is enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub options: Option<PasskeyOptions>,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeDelivery {
    /// How far it is.
    pub status: DeliveryStatus,
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
    /// The code as it is typed, for all but `passkey`: in any width, with blanks or hyphens or without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "123456", max_length = 64))]
    pub code: Option<String>,
    /// The passkey, for `passkey`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<ShownPasskey>,
    /// The challenge: the one for which the code was sent, for `sms` and `voice`, or to which the passkey answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge_id: Option<Uuid>,
}

impl SecondFactorRequest {
    /// A code that answers to no challenge, or to one that is added to it.
    #[must_use]
    pub const fn code(method: SecondFactorMethod, code: String) -> Self {
        Self { method, code: Some(code), credential: None, challenge_id: None }
    }
}

/// A telephone number to be enrolled.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TelephoneEntry {
    /// The number as it is typed.
    #[cfg_attr(feature = "openapi", schema(example = "090-1234-7709", max_length = 40))]
    pub number: String,
    /// The number typed again: a code to a wrong one would go to a stranger.
    #[cfg_attr(feature = "openapi", schema(example = "090-1234-7709", max_length = 40))]
    pub repeated: String,
    /// The language of the message.
    #[serde(default)]
    pub language: CodeLanguage,
}

/// Says nothing of the number.
impl std::fmt::Debug for TelephoneEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TelephoneEntry")
    }
}

impl TelephoneEntry {
    /// The number, where it is one that codes go to and was typed twice the same; else what is wrong where.
    ///
    /// # Errors
    ///
    /// The violation, with a pointer into an [`EnrollmentRequest`].
    pub fn read(&self, countries: &[u16]) -> Result<Telephone, Violation> {
        let number = Telephone::read(&self.number, countries).map_err(|rule| {
            Violation::new("/telephone/number", rule, "expected a telephone number that codes can be sent to")
        })?;
        if Telephone::read(&self.repeated, countries).as_ref() == Ok(&number) {
            Ok(number)
        } else {
            Err(Violation::new("/telephone/repeated", Rule::NotRepeated, "expected the same number again"))
        }
    }
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
    /// The telephone, for `sms` and `voice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<TelephoneEntry>,
}

/// A factor that is being enrolled: it counts once it was shown.
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
    /// The code that was sent, for a telephone; what the browser is asked, for a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Until when it can be confirmed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub expires_at: DateTime<Utc>,
}

/// What confirms an enrollment: a code, or a passkey.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrollmentConfirmation {
    /// The code as it is typed, for all but a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "123456", max_length = 64))]
    pub code: Option<String>,
    /// The new passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<NewPasskey>,
}

/// A code as it is typed.
impl From<String> for EnrollmentConfirmation {
    fn from(code: String) -> Self {
        Self { code: Some(code), credential: None }
    }
}

/// A new passkey.
impl From<NewPasskey> for EnrollmentConfirmation {
    fn from(passkey: NewPasskey) -> Self {
        Self { code: None, credential: Some(passkey) }
    }
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
    /// Its telephone number, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_number: Option<String>,
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
    /// The account's login ID.
    #[cfg_attr(feature = "openapi", schema(example = "P13-0001-5"))]
    pub login_id: String,
    /// The code; none while every code that would be taken is used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// For how many seconds it is taken, or after how many seconds there is a new one.
    pub seconds: u32,
}

/// The next codes of the accounts that the demo lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoCodes {
    /// One an account, as far as it has an authenticator app, in the order of the sign-in page.
    pub items: Vec<DemoCode>,
}

/// What the demo would have sent to telephones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoMessages {
    /// The last fifty, the newest first.
    pub items: Vec<DemoMessage>,
}

/// A message that the demo would have sent to a telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoMessage {
    /// What names it: the challenge, for a code.
    pub request_id: Uuid,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub sent_at: DateTime<Utc>,
    /// `sms` or `voice`.
    pub method: FactorKind,
    /// The number, with country code.
    pub to: String,
    /// The language of the words, as a tag: `ja` or `en`.
    pub language: CodeLanguage,
    /// The words.
    pub text: String,
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
