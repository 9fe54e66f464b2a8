//! The authenticator apps of the centers' accounts, and the key under which the server keeps their seeds.

use std::io::Write as _;

use api::auth::password::Passwords;
use api::auth::seal::{Seals, about_factor};
use api::auth::totp;
use api::clock::Clock;
use api::config::DataKey;
use api::store::Store;
use api::store::second_factor::NewFactor;
use shared::second_factor::{FactorKind, SecondFactorMethod, SecondFactorRequest};
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::Outcome;

const KEY: [u8; 32] = [7; 32];
/// What all apps hold: nobody but this program signs in here.
const SEED: [u8; totp::SEED] = [0x5a; totp::SEED];

/// The key as the server reads it, in a file that nobody else can read.
pub(crate) fn data_key_file() -> Outcome<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    writeln!(file, "outages:{}", data_encoding::BASE64.encode(&KEY))?;
    Ok(file)
}

/// Gives accounts their apps.
pub(crate) async fn enroll(store: &Store, passwords: &Passwords, accounts: &[Uuid]) -> Outcome<()> {
    let seals = Seals::new(&[DataKey::new("outages", KEY)]).map_err(|error| error.to_string())?;
    let mut factors = Vec::new();
    for &account_id in accounts {
        let id = Uuid::now_v7();
        let sealed = seals.seal(&about_factor(account_id, id), &SEED).map_err(|error| error.to_string())?;
        factors.push(NewFactor { id, account_id, kind: FactorKind::Totp, label: String::new(), sealed });
    }
    // Who has recovery codes isn't asked to keep new ones.
    let phcs = passwords.hash_set(vec!["0".repeat(16)]).await.map_err(|error| error.to_string())?;
    Ok(store.register_factors(factors, phcs).await?)
}

/// What the apps show now.
pub(crate) fn shown() -> Outcome<SecondFactorRequest> {
    let step = totp::step_of(Clock::system().now());
    let code = totp::code_of(&SEED, step).map_err(|error| error.to_string())?;
    Ok(SecondFactorRequest::code(SecondFactorMethod::Totp, code))
}
