//! Day statements: closed, or no patients.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 2] = [
    // A statement is withdrawn by its `withdrawn_at`, once: the row stays, and both acts have their audit event.
    "CREATE TABLE day_statement (
        id {uuid} NOT NULL PRIMARY KEY,
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        day {day} NOT NULL,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL,
        stated_by {uuid} NOT NULL REFERENCES actor (id),
        by_proxy {bool} NOT NULL,
        stated_at {instant} NOT NULL,
        withdrawn_at {instant},
        withdrawn_by {uuid} REFERENCES actor (id),
        CONSTRAINT day_statement_kind_known CHECK (kind IN ('closed', 'no_patients')),
        CONSTRAINT day_statement_channel_known CHECK (
            channel IN ('web', 'api', 'file', 'fax', 'telephone', 'email', 'post', 'in_person')),
        CONSTRAINT day_statement_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
    ) {strict}",
    "CREATE UNIQUE INDEX statement_once_per_day ON day_statement (unit_id, day) WHERE withdrawn_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["day_statement"]).await
    }
}
