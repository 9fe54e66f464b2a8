//! Accounts, callers and the sign-in ceremony.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api_client::ClientAccess;
use crate::organization::{OrganizationKind, OrganizationRef};
use crate::report::Channel;
use crate::second_factor::SecondFactorOption;

/// What an account may do, given by the kind of its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Staff of an institution or a follow-up center.
    Institution,
    /// Staff of a health center.
    HealthCenter,
    /// Staff of a prefecture.
    Prefecture,
    /// Staff of the ministry.
    Ministry,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Institution, Self::HealthCenter, Self::Prefecture, Self::Ministry];

    /// The role that an organization of this kind gives its accounts.
    #[must_use]
    pub const fn of(kind: OrganizationKind) -> Self {
        match kind {
            OrganizationKind::Institution | OrganizationKind::FollowUpCenter => Self::Institution,
            OrganizationKind::HealthCenter => Self::HealthCenter,
            OrganizationKind::Prefecture => Self::Prefecture,
            OrganizationKind::Ministry => Self::Ministry,
        }
    }

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Institution => "institution",
            Self::HealthCenter => "health_center",
            Self::Prefecture => "prefecture",
            Self::Ministry => "ministry",
        }
    }
}

/// Who makes a request: an account with its organization, or an API client of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account, or the API client: the two share no id.
    pub account_id: Uuid,
    /// Its role.
    pub role: Role,
    /// Whether it handles accounts and clients of its organization.
    pub is_manager: bool,
    /// Its organization.
    pub organization_id: Uuid,
    /// What its organization is.
    pub organization_kind: OrganizationKind,
    /// What an API client may reach; none for an account.
    pub client: Option<ClientAccess>,
}

impl Caller {
    /// Through what its reports and statements arrive, where they don't state it.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        if self.client.is_some() { Channel::Api } else { Channel::Web }
    }
}

/// The first step of the sign-in ceremony.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The login ID.
    #[cfg_attr(feature = "openapi", schema(example = "P13-0001-5", max_length = 64))]
    pub login_id: String,
    /// The password.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 1024))]
    pub password: String,
}

/// A change of one's own password.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeRequest {
    /// The present password.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 1024))]
    pub current_password: String,
    /// The new one: 13 to 256 characters, any.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 1024))]
    pub new_password: String,
}

/// What the ceremony asks for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// The second factor: `POST /auth/second-factor`.
    SecondFactor,
    /// The account has none yet: `POST /auth/second-factor/enrollments`.
    EnrollSecondFactor,
    /// The password must be changed: `POST /auth/password`.
    ChangePassword,
    /// Recovery codes are made and must be kept: `POST /auth/recovery-codes`.
    KeepRecoveryCodes,
    /// Signed in.
    Done,
}

impl NextStep {
    /// Every step, in the order of a new account.
    pub const ALL: [Self; 5] =
        [Self::EnrollSecondFactor, Self::SecondFactor, Self::ChangePassword, Self::KeepRecoveryCodes, Self::Done];

    /// Whether it is the second factor that is asked for: one's own, or one to be enrolled.
    #[must_use]
    pub const fn awaits_factor(self) -> bool {
        matches!(self, Self::SecondFactor | Self::EnrollSecondFactor)
    }

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::EnrollSecondFactor => "enroll_second_factor",
            Self::ChangePassword => "change_password",
            Self::KeepRecoveryCodes => "keep_recovery_codes",
            Self::Done => "done",
        }
    }
}

/// Why a password must be changed before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PasswordChangeReason {
    /// Its owner hasn't chosen one yet: the account is new, or was reset.
    First,
    /// It is older than this installation lets passwords grow.
    Expired,
}

/// The answer to every step of the ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CeremonyStep {
    /// What is asked for next.
    pub next: NextStep,
    /// Why the password must be changed, when `next` is `change_password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_reason: Option<PasswordChangeReason>,
    /// Who is signed in, when `next` is `done`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionView>,
    /// How the second factor can be shown, when `next` is `second_factor`; the one to offer first comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<SecondFactorOption>,
    /// New recovery codes, shown this once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
    /// How many recovery codes are left, when one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes_left: Option<u32>,
}

impl CeremonyStep {
    /// A step with nothing further said.
    #[must_use]
    pub const fn new(next: NextStep) -> Self {
        Self {
            next,
            change_reason: None,
            session: None,
            methods: Vec::new(),
            recovery_codes: Vec::new(),
            recovery_codes_left: None,
        }
    }
}

/// Who is signed in, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The account.
    pub account_id: Uuid,
    /// Its login ID.
    pub login_id: String,
    /// The person's name.
    pub display_name: String,
    /// Its role.
    pub role: Role,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// Its organization.
    pub organization: OrganizationRef,
    /// The server's time of this answer.
    #[serde(deserialize_with = "crate::instant::read")]
    pub now: DateTime<Utc>,
    /// When the session ends unless a request extends it.
    #[serde(deserialize_with = "crate::instant::read")]
    pub idle_ends_at: DateTime<Utc>,
    /// When the session ends in any case.
    #[serde(deserialize_with = "crate::instant::read")]
    pub ends_at: DateTime<Utc>,
}
