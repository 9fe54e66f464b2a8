//! Activation slips: by whom, when and why an account was handed out, and until when its code can be used.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 3] = [
    // The code itself is nowhere kept, only its hash. `issued_by` is none where the command line issued it.
    "CREATE TABLE activation_slip (
        id {uuid} NOT NULL PRIMARY KEY,
        account_id {uuid} NOT NULL REFERENCES account (id),
        code_phc TEXT NOT NULL,
        reason TEXT NOT NULL,
        issued_at {instant} NOT NULL,
        issued_by {uuid} REFERENCES account (id),
        expires_at {instant} NOT NULL,
        used_at {instant},
        voided_at {instant},
        CONSTRAINT activation_slip_ends_once CHECK (used_at IS NULL OR voided_at IS NULL),
        CONSTRAINT activation_slip_expires CHECK (expires_at > issued_at)
    ) {strict}",
    "CREATE INDEX activation_slip_by_account ON activation_slip (account_id, issued_at)",
    "CREATE UNIQUE INDEX one_open_activation_slip ON activation_slip (account_id)
        WHERE used_at IS NULL AND voided_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["activation_slip"]).await
    }
}
