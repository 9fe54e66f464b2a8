//! Second factors and recovery codes.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 3] = [
    // `sealed` holds a seed, a number or a credential, sealed under the data key called `key_id`. A factor counts once
    // it is confirmed; until then `tries` counts the wrong codes. `last_step` is the last step whose code was taken.
    "CREATE TABLE second_factor (
        id {uuid} NOT NULL PRIMARY KEY,
        account_id {uuid} NOT NULL REFERENCES account (id),
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        key_id TEXT NOT NULL,
        sealed {bytes} NOT NULL,
        last_step {long} NOT NULL,
        tries INTEGER NOT NULL,
        created_at {instant} NOT NULL,
        confirmed_at {instant},
        last_used_at {instant},
        CONSTRAINT second_factor_kind_known CHECK (kind IN ('totp', 'sms', 'voice', 'passkey')),
        CONSTRAINT second_factor_used_when_confirmed CHECK (last_used_at IS NULL OR confirmed_at IS NOT NULL)
    ) {strict}",
    "CREATE INDEX second_factor_by_account ON second_factor (account_id)",
    // The codes of a set have one salt, so that one hash tells which of them was typed.
    "CREATE TABLE recovery_code (
        account_id {uuid} NOT NULL REFERENCES account (id),
        phc TEXT NOT NULL,
        made_at {instant} NOT NULL,
        used_at {instant},
        CONSTRAINT recovery_code_key PRIMARY KEY (account_id, phc)
    ) {clustered}",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["recovery_code", "second_factor"]).await
    }
}
