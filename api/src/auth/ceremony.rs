//! The order of a sign-in: what an account is asked for next. Pure: it decides from what the store told.
//!
//! A new account comes with the code of its slip, enrolls a second factor, sets its own password and keeps its recovery
//! codes; any other shows its factor, changes its password where it must, and is in.

use chrono::{DateTime, TimeDelta, Utc};
use shared::account::{CeremonyStep, NextStep, PasswordChangeReason};
use shared::activation_code::ActivationCode;
use shared::second_factor::{FactorKind, SecondFactorMethod, SecondFactorOption};
use shared::telephone::Telephone;

use crate::store::ceremony::Shown;
use crate::store::second_factor::{Factor, Standing};

/// How long the second factor counts as shown just now: for what is sensitive.
pub const STEP_UP: TimeDelta = TimeDelta::minutes(10);

/// After so many wrong codes or passwords an attempt, or the session that asks, ends.
pub const TRIES: i32 = 5;

/// What was typed for a password, and what it is compared with.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What it is, if it is right.
    pub shown: Shown,
    /// The text, in the form in which it was hashed.
    pub text: String,
    /// The hash; none where the account has none, or there is no such account.
    pub phc: Option<String>,
}

/// Takes what was typed for the code of a slip where it can be one and there is one, else for a password.
#[must_use]
pub fn credential(standing: Option<&Standing>, typed: String) -> Credential {
    if let Some(slip) = standing.and_then(|standing| standing.slip.as_ref())
        && let Some(code) = ActivationCode::read(&typed)
    {
        let text = code.as_str().to_owned();
        return Credential { shown: Shown::Slip(slip.id), text, phc: Some(slip.code_phc.clone()) };
    }
    let account = standing.map(|standing| &standing.account);
    let shown = Shown::Password(account.and_then(|account| account.password_changed_at));
    Credential { shown, text: typed, phc: account.and_then(|account| account.password_phc.clone()) }
}

/// What comes after the right password, or the right code of a slip.
#[must_use]
pub fn after_password(standing: &Standing) -> NextStep {
    if standing.factors.is_empty() { NextStep::EnrollSecondFactor } else { NextStep::SecondFactor }
}

/// What comes after the second factor.
#[must_use]
pub fn after_factor(standing: &Standing, now: DateTime<Utc>, max_age: Option<TimeDelta>) -> CeremonyStep {
    let change_reason = change_reason(standing, now, max_age);
    let next = if change_reason.is_some() { NextStep::ChangePassword } else { after_own_password(standing) };
    CeremonyStep { change_reason, ..CeremonyStep::new(next) }
}

/// Why the password must be changed, if it must. Passwords are older than `max_age` only where the operator lets them
/// expire; of one that its owner never chose the age says nothing.
fn change_reason(standing: &Standing, now: DateTime<Utc>, max_age: Option<TimeDelta>) -> Option<PasswordChangeReason> {
    let account = &standing.account;
    if account.must_change_password || account.password_phc.is_none() {
        return Some(PasswordChangeReason::First);
    }
    let is_expired = max_age.is_some_and(|age| account.password_changed_at.is_none_or(|changed| now - changed >= age));
    is_expired.then_some(PasswordChangeReason::Expired)
}

/// What comes after an account has a password of its own.
#[must_use]
pub fn after_own_password(standing: &Standing) -> NextStep {
    if standing.has_recovery_codes { NextStep::Done } else { NextStep::KeepRecoveryCodes }
}

/// What this installation can take for a second factor beside the codes of apps and recovery codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// Passkeys: its origin has a host name.
    pub passkeys: bool,
    /// Codes to telephones: it has a gateway.
    pub telephones: bool,
}

/// The second factors that can be enrolled; the one to offer first comes first.
#[must_use]
pub fn enrollable(means: Means) -> Vec<FactorKind> {
    let passkeys: &[FactorKind] = if means.passkeys { &[FactorKind::Passkey] } else { &[] };
    let telephones: &[FactorKind] = if means.telephones { &[FactorKind::Sms, FactorKind::Voice] } else { &[] };
    [passkeys, &[FactorKind::Totp], telephones].concat()
}

/// The ways to send a code to the telephone of a factor; the one to offer first comes first.
#[must_use]
pub fn ways_of(factor: &Factor, number: &Telephone) -> Vec<SecondFactorOption> {
    let way = |method| SecondFactorOption {
        method,
        factor_id: Some(factor.id),
        label: factor.label.clone(),
        masked_number: Some(number.masked()),
    };
    let text = (factor.kind == FactorKind::Sms && number.takes_text()).then(|| way(SecondFactorMethod::Sms));
    text.into_iter().chain([way(SecondFactorMethod::Voice)]).collect()
}

/// How an account can show its second factor; the one to offer first comes first. Any code of any of its apps is taken,
/// so that they are one way, and so are its passkeys. `telephones` are the ways of its telephones.
#[must_use]
pub fn options(standing: &Standing, means: Means, telephones: Vec<SecondFactorOption>) -> Vec<SecondFactorOption> {
    let plain = |method| SecondFactorOption { method, factor_id: None, label: String::new(), masked_number: None };
    let has = |kind| standing.factors.iter().any(|factor| factor.kind == kind);
    let of_passkeys = (means.passkeys && has(FactorKind::Passkey)).then(|| plain(SecondFactorMethod::Passkey));
    let of_apps = has(FactorKind::Totp).then(|| plain(SecondFactorMethod::Totp));
    let of_codes = (!standing.recovery_codes.is_empty()).then(|| plain(SecondFactorMethod::RecoveryCode));
    of_passkeys.into_iter().chain(of_apps).chain(telephones).chain(of_codes).collect()
}
