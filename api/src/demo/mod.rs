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
mod issuance;
pub mod keys;
mod names;
mod random;
mod seed;

pub use seed::{DemoError, prepare};

use shared::site::DemoAccount;

/// Every sign-in of the demo, the same at every start.
#[must_use]
pub fn listed_accounts() -> Vec<DemoAccount> {
    accounts::accounts(&country::places()).iter().map(accounts::Account::listed).collect()
}
