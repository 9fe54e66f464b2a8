//! Codes that were sent to telephones.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 4] = [
    // `number_hash` and `code_hash` are keyed, so that the table tells neither. A row counts against the budgets for a day
    // after its code has ended. `factor_id` names a factor that may be gone by then.
    "CREATE TABLE code_challenge (
        id {uuid} NOT NULL PRIMARY KEY,
        account_id {uuid} NOT NULL REFERENCES account (id),
        session_id {uuid} NOT NULL,
        factor_id {uuid} NOT NULL,
        kind TEXT NOT NULL,
        number_hash {bytes} NOT NULL,
        code_hash {bytes} NOT NULL,
        tries INTEGER NOT NULL,
        sent_at {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        used_at {instant},
        CONSTRAINT code_challenge_kind_known CHECK (kind IN ('sms', 'voice'))
    ) {strict}",
    "CREATE INDEX code_challenge_by_account ON code_challenge (account_id, sent_at)",
    "CREATE INDEX code_challenge_by_number ON code_challenge (number_hash, sent_at)",
    "CREATE INDEX code_challenge_by_time ON code_challenge (sent_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["code_challenge"]).await
    }
}
