//! Accounts and their sessions.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 5] = [
    // The kind is repeated from the organization so that a check can hold role and kind together; the foreign key
    // over both keeps the copy true. There is no password before activation and after a reset.
    "CREATE TABLE account (
        id {uuid} NOT NULL PRIMARY KEY,
        login_id TEXT NOT NULL,
        organization_id {uuid} NOT NULL,
        organization_kind TEXT NOT NULL,
        role TEXT NOT NULL,
        is_manager {bool} NOT NULL,
        display_name TEXT NOT NULL,
        password_phc TEXT,
        must_change_password {bool} NOT NULL,
        created_at {instant} NOT NULL,
        activated_at {instant},
        password_changed_at {instant},
        disabled_at {instant},
        CONSTRAINT login_id_once UNIQUE (login_id),
        CONSTRAINT account_organization
            FOREIGN KEY (organization_id, organization_kind) REFERENCES organization (id, kind),
        CONSTRAINT account_role_of_kind CHECK (
            (role = 'institution' AND organization_kind IN ('institution', 'follow_up_center'))
            OR (role IN ('health_center', 'prefecture', 'ministry') AND organization_kind = role))
    ) {clustered}",
    "CREATE INDEX account_by_organization ON account (organization_id)",
    // Until `next_step` is `done` a session is good for that step of the sign-in and nothing else. `id` names it where
    // its holder lists it; `factor_at` is when the second factor was shown last.
    "CREATE TABLE session (
        id_hash {bytes} NOT NULL PRIMARY KEY,
        id {uuid} NOT NULL,
        account_id {uuid} NOT NULL REFERENCES account (id),
        next_step TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        created_at {instant} NOT NULL,
        last_seen_at {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        factor_at {instant},
        address TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        CONSTRAINT session_next_step_known CHECK (next_step IN
            ('second_factor', 'enroll_second_factor', 'change_password', 'keep_recovery_codes', 'done')),
        CONSTRAINT session_id_hash_length CHECK (length(id_hash) = 32)
    ) {clustered}",
    "CREATE INDEX session_by_account ON session (account_id)",
    "CREATE INDEX session_by_end ON session (expires_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["session", "account"]).await
    }
}
