//! Drafts: what was typed and not sent.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 1] = ["CREATE TABLE draft (
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        entry_day {day} NOT NULL,
        version INTEGER NOT NULL,
        content TEXT NOT NULL,
        saved_by {uuid} NOT NULL REFERENCES account (id),
        saved_at {instant} NOT NULL,
        CONSTRAINT draft_key PRIMARY KEY (unit_id, entry_day),
        CONSTRAINT draft_version CHECK (version >= 1)
    ) {strict}"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["draft"]).await
    }
}
