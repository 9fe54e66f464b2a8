//! The second factors of the demo's accounts, which everybody knows, and the key that seals them.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use data_encoding::BASE64;
use shared::activation_code::ActivationCode;
use shared::second_factor::{FactorKind, RECOVERY_CODES};
use uuid::Uuid;

use super::accounts::Account;
use super::country::id_of;
use super::seed::DemoError;
use crate::auth::password::Passwords;
use crate::auth::seal::{Seals, about_factor};
use crate::auth::totp::SEED;
use crate::config::DataKey;
use crate::error::ApiError;
use crate::store::Store;
use crate::store::second_factor::NewFactor;

/// The key, in the demo's own database: what it seals is known to everybody anyway.
const KEY: &str = "demo_data_key";

/// The seed of an account's authenticator app: the same in every demo.
pub(super) fn seed_of(account_id: Uuid) -> [u8; SEED] {
    first(&[b"the authenticator app of", account_id.as_bytes()])
}

/// The recovery codes of every account: the same in every demo.
fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES as u8)
        .map(|place| ActivationCode::of_bits(first(&[b"a recovery code", &[place]])).as_str().to_owned())
        .collect()
}

fn first<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bits = [0; N];
    bits.copy_from_slice(&digest(&SHA256, &parts.concat()).as_ref()[..N]);
    bits
}

/// The keys of a demo's database.
///
/// # Errors
/// When the database doesn't answer, or the demo isn't made yet.
pub async fn data_keys(store: &Store) -> Result<Vec<DataKey>, DemoError> {
    let line = store.fact(KEY).await?.unwrap_or_default();
    let key = DataKey::parse(&line).ok_or_else(|| DemoError::Refused("the demo has no data key".to_owned()))?;
    Ok(vec![key])
}

/// Makes the key and enrolls every account, unless that is done already.
pub(super) async fn enroll(store: &Store, passwords: &Passwords, accounts: &[Account]) -> Result<(), DemoError> {
    if store.fact(KEY).await?.is_some() {
        return Ok(());
    }
    let refused = |error: ApiError| DemoError::Refused(error.chain());
    let mut bits = [0; 32];
    rand::fill(&mut bits).map_err(|_| DemoError::Refused("no randomness".to_owned()))?;
    let seals = Seals::new(&[DataKey::new("demo", bits)]).map_err(refused)?;
    let mut factors = Vec::with_capacity(accounts.len());
    for (number, account) in accounts.iter().enumerate() {
        let id = id_of(&[5, number as u64]);
        let sealed = seals.seal(&about_factor(account.id, id), &seed_of(account.id)).map_err(refused)?;
        let (account_id, label) = (account.id, "デモの認証アプリ".to_owned());
        factors.push(NewFactor { id, account_id, kind: FactorKind::Totp, label, sealed });
    }
    let phcs = passwords.hash_set(recovery_codes()).await.map_err(refused)?;
    store.register_factors(factors, phcs).await?;
    Ok(store.state_fact(KEY, &format!("demo:{}", BASE64.encode(&bits))).await?)
}
