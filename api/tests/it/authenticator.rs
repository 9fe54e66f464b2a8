//! The authenticator apps of the tests' accounts: seeds that follow from their ids, and codes that weren't used yet.

use api::auth::password::Passwords;
use api::auth::seal::{Seals, about_factor};
use api::auth::totp;
use api::config::DataKey;
use api::store::Store;
use api::store::second_factor::NewFactor;
use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use shared::second_factor::{FactorKind, SecondFactorMethod, SecondFactorRequest};
use uuid::Uuid;

use crate::database::rows;

/// Recovery codes that every enrolled account has.
pub const RECOVERY_CODES: [&str; 2] = ["0123-4567-89AB-CDEF", "7K2M-9QXA-10Z1-BHCJ"];

/// The key of `Config::for_tests`, as a program reads it.
pub fn data_key_file() -> tempfile::NamedTempFile {
    // The library makes files that nobody else can read.
    let file = tempfile::NamedTempFile::new().expect("a file");
    let line = format!("test:{}\n", data_encoding::BASE64.encode(&[7; 32]));
    std::fs::write(file.path(), line).expect("written");
    file
}

/// What an account's app holds.
pub fn seed(account: Uuid) -> [u8; totp::SEED] {
    let mut seed = [0x5a; totp::SEED];
    seed[..16].copy_from_slice(account.as_bytes());
    seed
}

/// Gives an account an app and recovery codes.
pub async fn enroll(store: &Store, passwords: &Passwords, account_id: Uuid) {
    let seals = Seals::new(&[DataKey::new("test", [7; 32])]).expect("seals");
    let id = Uuid::now_v7();
    let sealed = seals.seal(&about_factor(account_id, id), &seed(account_id)).expect("sealed");
    let (kind, label) = (FactorKind::Totp, "受付の電話機".to_owned());
    let codes = RECOVERY_CODES.map(|code| code.replace('-', "")).to_vec();
    let phcs = passwords.hash_set(codes).await.expect("hashed");
    let factor = NewFactor { id, account_id, kind, label, sealed };
    store.register_factors(vec![factor], phcs).await.expect("registered");
}

/// A code of an account's app that wasn't used yet: the present one, or the next. After that the clock must go on.
pub async fn code(db: &DatabaseConnection, account: Uuid, now: DateTime<Utc>) -> String {
    let id = account.simple().to_string();
    let id =
        if db.get_database_backend() == sea_orm::DbBackend::Sqlite { format!("x'{id}'") } else { format!("'{id}'") };
    let sql = format!("SELECT last_step FROM second_factor WHERE account_id = {id} ORDER BY created_at LIMIT 1");
    let last: i64 = rows(db, &sql).await[0].try_get("", "last_step").expect("a step");
    let present = totp::step_of(now);
    let step = (present..=present + 1).find(|&step| step > last).expect("a code that wasn't used: let the clock go on");
    totp::code_of(&seed(account), step).expect("a code")
}

/// An app's code, as it is shown to the API.
pub fn shown(code: impl Into<String>) -> SecondFactorRequest {
    SecondFactorRequest::code(SecondFactorMethod::Totp, code.into())
}
