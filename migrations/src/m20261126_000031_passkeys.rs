//! Passkeys, and what they are to answer to.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 3] = [
    // By what authenticators call a passkey, so that none belongs to two accounts. Of a passkey, `last_step` is the last
    // number that its authenticator counted.
    "ALTER TABLE second_factor ADD COLUMN credential_id {bytes}",
    "CREATE UNIQUE INDEX second_factor_by_credential ON second_factor (credential_id)",
    // `sealed` is what the answer is checked against, sealed under the data key called `key_id`. A session has one at a
    // time, and it is good once.
    "CREATE TABLE passkey_challenge (
        id {uuid} NOT NULL PRIMARY KEY,
        session_id {uuid} NOT NULL,
        key_id TEXT NOT NULL,
        sealed {bytes} NOT NULL,
        expires_at {instant} NOT NULL,
        CONSTRAINT passkey_challenge_one_a_session UNIQUE (session_id)
    ) {strict}",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["passkey_challenge"]).await?;
        let down = ["DROP INDEX second_factor_by_credential", "ALTER TABLE second_factor DROP COLUMN credential_id"];
        define(manager, &down).await
    }
}
