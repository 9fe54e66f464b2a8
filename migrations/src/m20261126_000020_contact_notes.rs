//! Notes of contact with units about days of which nothing is known.

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 2] = [
    "CREATE TABLE contact_note (
        id {uuid} NOT NULL PRIMARY KEY,
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        day {day} NOT NULL,
        outcome TEXT NOT NULL,
        note TEXT,
        noted_by {uuid} NOT NULL REFERENCES account (id),
        noted_at {instant} NOT NULL,
        CONSTRAINT contact_note_outcome_known CHECK (outcome IN ('will_report', 'no_answer', 'call_back', 'other'))
    ) {strict}",
    "CREATE INDEX contact_note_by_day ON contact_note (unit_id, day, noted_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        protect(manager, "contact_note").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_protected(manager, "contact_note").await
    }
}
