//! How many patients of a unit's day were notified one by one. The newest row of a unit and day counts; earlier ones stay.

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 2] = [
    "CREATE TABLE notification_count (
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        day {day} NOT NULL,
        entered_at {instant} NOT NULL,
        notified INTEGER NOT NULL,
        source TEXT NOT NULL,
        entered_by {uuid} NOT NULL REFERENCES account (id),
        CONSTRAINT notification_count_at PRIMARY KEY (unit_id, day, entered_at),
        CONSTRAINT notification_count_in_range CHECK (notified BETWEEN 0 AND 99999),
        CONSTRAINT notification_count_source_known CHECK (source IN ('typed', 'imported'))
    ) {clustered}",
    "CREATE INDEX notification_count_by_day ON notification_count (day)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        protect(manager, "notification_count").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_protected(manager, "notification_count").await
    }
}
