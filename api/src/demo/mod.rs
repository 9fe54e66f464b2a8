//! The demo: a fictitious country with 35 days of history, made from published distributions and a fixed seed.
//!
//! [`country`] says who there is, [`accounts`] who signs in, [`activity`] what happens on a day: all three are pure.
//! `seed` plays it into a database through the same writer that takes real reports. Nothing of this runs without
//! `--demo`.

pub mod accounts;
pub mod activity;
mod clients;
pub mod country;
pub mod examples;
mod inbox;
mod issuance;
pub mod keys;
mod names;
mod notifications;
mod policies;
mod random;
pub mod scale;
mod second_factors;
mod seed;

pub use second_factors::data_keys;
pub use seed::{DemoError, prepare};

use serde::Serialize;
use shared::site::DemoAccount;

use crate::store::Store;

/// Every sign-in of the demo, the same at every start.
#[must_use]
pub fn listed_accounts() -> Vec<DemoAccount> {
    accounts::accounts(&country::places()).iter().map(accounts::Account::listed).collect()
}

/// A sign-in of the demo as the command line lists it.
#[derive(Debug, Clone, Serialize)]
pub struct DemoSignIn {
    /// The account, as the sign-in page lists it.
    #[serde(flatten)]
    pub account: DemoAccount,
    /// The seed of its authenticator app (base 32).
    pub totp_secret: String,
}

/// Every sign-in of the demo, with the seed of its authenticator app.
#[must_use]
pub fn sign_ins() -> Vec<DemoSignIn> {
    accounts::accounts(&country::places()).iter().map(sign_in).collect()
}

fn sign_in(account: &accounts::Account) -> DemoSignIn {
    let totp_secret = crate::auth::totp::text_of(&second_factors::seed_of(account.id));
    DemoSignIn { account: account.listed(), totp_secret }
}

/// The sign-ins that are told of what a database holds: of the demo all, of a country for measuring some.
///
/// # Errors
/// [`DemoError::Unfinished`]; what the database says.
pub async fn told_accounts(store: &Store) -> Result<Vec<DemoAccount>, DemoError> {
    Ok(scale::held(store).await?.map_or_else(listed_accounts, scale::listed))
}
