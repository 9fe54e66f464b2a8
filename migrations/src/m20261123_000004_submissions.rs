//! Submissions, and the rows that the writer keeps beside them: profiles, receipt counters, idempotency keys.

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 6] = [
    // `content` is the accepted JSON of what was said. The first revision of a report is 1; a supplement has none, so
    // that one unique constraint serves both (NULLs differ). `audit_hash` is the beginning of the hash of the event
    // `audit_seq`, as the receipt shows it.
    "CREATE TABLE submission (
        id {uuid} NOT NULL PRIMARY KEY,
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        entry_day {day} NOT NULL,
        kind TEXT NOT NULL,
        revision INTEGER,
        content TEXT NOT NULL,
        channel TEXT NOT NULL,
        entered_by {uuid} NOT NULL REFERENCES actor (id),
        by_proxy {bool} NOT NULL,
        arrived_at {instant} NOT NULL,
        recorded_at {instant} NOT NULL,
        receipt_number TEXT NOT NULL,
        warnings TEXT NOT NULL,
        audit_seq {long} NOT NULL,
        audit_hash TEXT NOT NULL,
        CONSTRAINT submission_once_per_day UNIQUE (unit_id, entry_day, revision),
        CONSTRAINT receipt_number_once UNIQUE (receipt_number),
        CONSTRAINT submission_kind_and_revision CHECK (
            (kind = 'report' AND revision IS NOT NULL AND revision >= 1) OR (kind = 'supplement' AND revision IS NULL)),
        CONSTRAINT submission_channel_known CHECK (
            channel IN ('web', 'api', 'file', 'fax', 'telephone', 'email', 'post', 'in_person'))
    ) {clustered}",
    // Derived: a unit's last 14 reports, from which warnings are computed.
    "CREATE TABLE unit_profile (
        unit_id {uuid} NOT NULL PRIMARY KEY REFERENCES organization (id),
        content TEXT NOT NULL
    ) {clustered}",
    "CREATE TABLE receipt_counter (
        entry_day {day} NOT NULL,
        prefecture_code TEXT NOT NULL,
        last INTEGER NOT NULL,
        CONSTRAINT receipt_counter_key PRIMARY KEY (entry_day, prefecture_code),
        CONSTRAINT receipt_counter_positive CHECK (last > 0)
    ) {clustered}",
    // `answer` is a report's id where the write was a report, else the JSON of the first answer.
    "CREATE TABLE idempotency_key (
        account_id {uuid} NOT NULL,
        idempotency_key TEXT NOT NULL,
        request_hash {bytes} NOT NULL,
        status INTEGER NOT NULL,
        answer TEXT NOT NULL,
        created_at {instant} NOT NULL,
        CONSTRAINT idempotency_key_key PRIMARY KEY (account_id, idempotency_key),
        CONSTRAINT idempotency_key_answered CHECK (status BETWEEN 200 AND 299),
        CONSTRAINT idempotency_key_hash_length CHECK (length(request_hash) = 32)
    ) {clustered}",
    "CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at)",
    "CREATE INDEX submission_supplements ON submission (unit_id, entry_day) WHERE revision IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        protect(manager, "submission").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idempotency_key", "receipt_counter", "unit_profile"]).await?;
        drop_protected(manager, "submission").await
    }
}
