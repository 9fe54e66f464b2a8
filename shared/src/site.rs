//! What everybody may know about this installation before signing in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::Role;
use crate::organization::OrganizationKind;
use crate::second_factor::FactorKind;

/// Where to ask for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HelpDesk {
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub telephone: String,
    /// Opening hours, in Japanese.
    pub hours_ja: String,
    /// Opening hours, in English.
    pub hours_en: String,
}

/// A notice shown on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// The text in Japanese.
    pub ja: String,
    /// The text in English.
    pub en: String,
}

/// The bounds of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub min_length: u32,
    /// Most characters.
    pub max_length: u32,
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// Login ID and password, then a second factor.
    Password,
}

/// A sign-in of the demo country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// The login ID.
    pub login_id: String,
    /// The password, known to everybody.
    pub password: String,
    /// The role.
    pub role: Role,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// The organization.
    pub organization_id: Uuid,
    /// Its name.
    pub organization_name: String,
    /// Its kind.
    pub organization_kind: OrganizationKind,
}

/// What everybody may know about this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// The name of the service in Japanese.
    pub service_name_ja: String,
    /// The name of the service in English.
    pub service_name_en: String,
    /// The version of the program and, after `+`, of its screens: another one tells a page that it has grown old.
    pub version: String,
    /// Whether this is the demo: no real reports.
    pub demo: bool,
    /// A word on every page, such as 訓練用; none in production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<Notice>,
    /// Where to ask for help.
    pub help_desk: HelpDesk,
    /// Notices shown on every page.
    pub notices: Vec<Notice>,
    /// The bounds of a password.
    pub password_policy: PasswordPolicy,
    /// The ways to sign in.
    pub sign_in_methods: Vec<SignInMethod>,
    /// The second factors that can be enrolled; the one to offer first comes first.
    pub second_factors: Vec<FactorKind>,
    /// The server's time of this answer.
    #[serde(deserialize_with = "crate::instant::read")]
    pub now: DateTime<Utc>,
    /// The sign-ins of the demo; absent elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demo_accounts: Vec<DemoAccount>,
}
