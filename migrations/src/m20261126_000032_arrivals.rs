//! What reaches a health center on paper: batches, arrivals, and what has become of each. Nothing of it is changed: a
//! closing and an outcome are rows of their own.

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// In the order in which they are made.
const TABLES: [&str; 4] = ["arrival_batch", "arrival_batch_closing", "arrival", "arrival_outcome"];

const UP: [&str; 8] = [
    "CREATE TABLE arrival_batch (
        id {uuid} NOT NULL PRIMARY KEY,
        center_id {uuid} NOT NULL REFERENCES organization (id),
        day {day} NOT NULL,
        opened_by {uuid} NOT NULL REFERENCES account (id),
        opened_at {instant} NOT NULL
    ) {strict}",
    "CREATE INDEX arrival_batch_by_center ON arrival_batch (center_id, day)",
    "CREATE TABLE arrival_batch_closing (
        batch_id {uuid} NOT NULL PRIMARY KEY REFERENCES arrival_batch (id),
        closed_by {uuid} NOT NULL REFERENCES account (id),
        closed_at {instant} NOT NULL
    ) {strict}",
    "CREATE TABLE arrival (
        id {uuid} NOT NULL PRIMARY KEY,
        batch_id {uuid} NOT NULL REFERENCES arrival_batch (id),
        channel TEXT NOT NULL,
        arrived_at {instant} NOT NULL,
        unit_id {uuid} REFERENCES organization (id),
        sender TEXT,
        pages INTEGER NOT NULL,
        note TEXT,
        logged_by {uuid} NOT NULL REFERENCES account (id),
        logged_at {instant} NOT NULL,
        CONSTRAINT arrival_channel_known CHECK (channel IN ('fax', 'telephone', 'email', 'post', 'in_person')),
        CONSTRAINT arrival_of_somebody CHECK ((unit_id IS NULL) <> (sender IS NULL)),
        CONSTRAINT arrival_pages CHECK (pages BETWEEN 1 AND 99)
    ) {strict}",
    "CREATE INDEX arrival_by_batch ON arrival (batch_id, logged_at)",
    "CREATE INDEX arrival_by_unit ON arrival (unit_id) WHERE unit_id IS NOT NULL",
    // What was rejected may be entered after all; then it counts as entered.
    "CREATE TABLE arrival_outcome (
        arrival_id {uuid} NOT NULL REFERENCES arrival (id),
        state TEXT NOT NULL,
        submission_id {uuid} REFERENCES submission (id),
        reason TEXT,
        note TEXT,
        settled_by {uuid} NOT NULL REFERENCES account (id),
        settled_at {instant} NOT NULL,
        CONSTRAINT arrival_outcome_once PRIMARY KEY (arrival_id, state),
        CONSTRAINT arrival_outcome_what CHECK (
            (state = 'entered' AND submission_id IS NOT NULL AND reason IS NULL)
            OR (state = 'rejected' AND submission_id IS NULL AND reason IS NOT NULL
                AND reason IN ('unreadable', 'not_ours', 'duplicate', 'no_counts', 'other')))
    ) {strict}",
    "CREATE INDEX arrival_outcome_by_submission ON arrival_outcome (submission_id) WHERE submission_id IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        for table in TABLES {
            protect(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            drop_protected(manager, table).await?;
        }
        Ok(())
    }
}
