//! Accounts as those see them who hand them out: issued with a slip, reset, disabled, enabled, changed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::Role;
use crate::activation_code::ActivationCode;
use crate::checked::Checked;
use crate::organization::OrganizationRef;
use crate::problem::{Problem, Violation};
use crate::text::line;

/// How long the code of a slip can be used.
pub const SLIP_LASTS: TimeDelta = TimeDelta::days(14);
/// How many characters a person's name has at the most.
pub const MAX_PERSON_CHARS: usize = 100;
/// How many accounts a batch issues at the most.
pub const MAX_BATCH: usize = 200;

/// How far an account has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// 発行済: its slip waits to be used.
    Issued,
    /// 有効化済: the slip was used and the person has a password, but no second factor.
    Activated,
    /// 要素登録済: the person has a second factor too.
    FactorSet,
    /// 期限切れ: the slip died before anybody used it.
    Expired,
    /// 停止: nobody can sign in.
    Disabled,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Issued, Self::Activated, Self::FactorSet, Self::Expired, Self::Disabled];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Activated => "activated",
            Self::FactorSet => "factor_set",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

/// What an account's state follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whether it was disabled.
    pub is_disabled: bool,
    /// Whether its slip was used, and no reset came after.
    pub is_activated: bool,
    /// Whether its person has a second factor.
    pub has_factor: bool,
    /// Until when its open slip can be used; none where no slip is open.
    pub slip_expires_at: Option<DateTime<Utc>>,
}

/// How far an account has come at an instant.
#[must_use]
pub fn account_state(facts: &AccountFacts, now: DateTime<Utc>) -> AccountState {
    match facts {
        AccountFacts { is_disabled: true, .. } => AccountState::Disabled,
        AccountFacts { is_activated: true, has_factor: true, .. } => AccountState::FactorSet,
        AccountFacts { is_activated: true, .. } => AccountState::Activated,
        AccountFacts { slip_expires_at: Some(end), .. } if now < *end => AccountState::Issued,
        _ => AccountState::Expired,
    }
}

macro_rules! reasons {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $of:literal])+ $reason:ident = $key:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $of])+ $reason),+ }

        impl $name {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$reason),+];

            /// The name on the wire and in the database, in snake case.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$reason => $key),+ }
            }
        }
    };
}

reasons! {
    /// Why a slip was made. All but the first may be given for a new slip of an account.
    SlipReason {
        /// The account was issued.
        NewAccount = "new_account",
        /// The slip was lost or spoilt before it was used.
        Reprint = "reprint",
        /// The slip died before it was used.
        SlipExpired = "slip_expired",
        /// The person has lost the second factor.
        LostFactor = "lost_factor",
        /// The person has forgotten the password.
        ForgottenPassword = "forgotten_password",
        /// Somebody else may know or have used it.
        SuspectedMisuse = "suspected_misuse",
        /// Anything else.
        Other = "other",
    }
}

reasons! {
    /// Why an account is disabled.
    DisableReason {
        /// The person left or has other work.
        PersonLeft = "person_left",
        /// The organization takes part no more.
        OrganizationClosed = "organization_closed",
        /// Somebody else may know or have used it.
        SuspectedMisuse = "suspected_misuse",
        /// It was issued by mistake.
        IssuedByMistake = "issued_by_mistake",
        /// Anything else.
        Other = "other",
    }
}

/// A slip that waits to be used. Its code is known to nobody but who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlipView {
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// Until when its code can be used.
    pub expires_at: DateTime<Utc>,
    /// Why it was made.
    pub reason: SlipReason,
}

/// A reset of one's own account: a new slip, which took the password, the second factors and the sessions from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnReset {
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub at: DateTime<Utc>,
    /// The organization whose manager made the slip; none where the service's operator did.
    pub by: Option<OrganizationRef>,
    /// Why, as it was stated.
    pub reason: SlipReason,
}

/// An account, as who may hand it out sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    /// Its id.
    pub id: Uuid,
    /// Its login ID, which no other account ever has.
    #[cfg_attr(feature = "openapi", schema(example = "P13-0001-5"))]
    pub login_id: String,
    /// Its organization.
    pub organization: OrganizationRef,
    /// Its role, which its organization's kind gives.
    pub role: Role,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// The person's name.
    pub display_name: String,
    /// How far it has come.
    pub state: AccountState,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When its slip was used; none before, and after a reset.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it was disabled; none while it may be used.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The slip that waits to be used, or died waiting.
    pub slip: Option<SlipView>,
}

/// Which accounts to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AccountQuery {
    /// Only those of this organization; by default of every organization whose accounts the caller hands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AccountState>,
    /// Part of the login ID, the person's name, or of what the register says of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An account to be issued.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccountRequest {
    /// The organization; by default the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The person's name: 1 to 100 characters.
    pub display_name: String,
    /// Whether it handles accounts and clients.
    #[serde(default)]
    pub is_manager: bool,
}

/// An account with the code of its new slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedAccount {
    /// The account.
    pub account: AccountView,
    /// The code, in this answer and nowhere else ever. None where the answer repeats an earlier one, which nobody has
    /// kept: a new slip has a new code.
    pub code: Option<ActivationCode>,
    /// With the code: the QR code of [`activation_address`], as a file of SVG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<String>,
}

/// Where registration begins with a slip. What stands behind `#` is never sent to a server, so no log has it.
#[must_use]
pub fn activation_address(origin: &str, login_id: &str, code: &ActivationCode) -> String {
    format!("{origin}/activate#i={login_id}&c={}", code.as_str())
}

/// A row of a batch. The organization is named by its id or by its ten-digit code (or the code's last seven digits);
/// by default it is the caller's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BatchRowRequest {
    /// The organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The organization's code, as people type or paste it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution_code: Option<String>,
    /// The person's name: 1 to 100 characters.
    pub display_name: String,
    /// Whether it handles accounts and clients.
    #[serde(default)]
    pub is_manager: bool,
}

/// Accounts to be issued together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountBatchRequest {
    /// 1 to 200 rows, each issued or refused alone.
    pub rows: Vec<BatchRowRequest>,
}

/// What became, or would become, of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchRow {
    /// The organization, where it was found.
    pub organization: Option<OrganizationRef>,
    /// The person's name, as it is stored.
    pub display_name: String,
    /// Whether it handles accounts and clients.
    pub is_manager: bool,
    /// Whether the organization has an account of this name already, or an earlier row asks for one: most likely the
    /// same person.
    pub same_name: bool,
    /// The account; none where it was refused, and in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountView>,
    /// Its code, in this answer and nowhere else ever; none where the answer repeats an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ActivationCode>,
    /// With the code: the QR code of its slip, as a file of SVG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<String>,
    /// Why it was refused; its pointers lead into the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Problem>,
}

/// What became, or would become, of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountBatch {
    /// The rows, in the order of the request.
    pub rows: Vec<BatchRow>,
}

/// A new slip for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SlipRequest {
    /// Why; any but `new_account`.
    pub reason: SlipReason,
}

/// An account to be disabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisableRequest {
    /// Why.
    pub reason: DisableReason,
}

/// What changes about an account; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// The person's name: 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether it handles accounts and clients. Ends its sessions when it changes; nobody changes their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_manager: Option<bool>,
}

/// Checks a person's name.
///
/// # Errors
/// What is wrong with it, at the pointer.
pub fn check_person(name: &str, pointer: &str) -> Result<Checked<String>, Violation> {
    line(name, MAX_PERSON_CHARS, pointer).map(Checked::new)
}

/// Checks a change of an account.
///
/// # Errors
/// What is wrong with it.
pub fn check_change(change: &AccountChange) -> Result<Checked<AccountChange>, Vec<Violation>> {
    let name = change.display_name.as_deref().map(|name| line(name, MAX_PERSON_CHARS, "/display_name"));
    let display_name = name.transpose().map_err(|violation| vec![violation])?;
    Ok(Checked::new(AccountChange { display_name, is_manager: change.is_manager }))
}

#[cfg(test)]
#[path = "issuance_tests.rs"]
mod tests;
