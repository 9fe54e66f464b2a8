//! Organizations, the tree they form by day, opening days and correction policies.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 7] = [
    "CREATE TABLE organization (
        id {uuid} NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        kana TEXT NOT NULL,
        institution_code TEXT,
        prefecture_code TEXT,
        address TEXT NOT NULL,
        telephone TEXT NOT NULL,
        active {bool} NOT NULL,
        created_at {instant} NOT NULL,
        CONSTRAINT organization_kind_known
            CHECK (kind IN ('ministry', 'prefecture', 'health_center', 'institution', 'follow_up_center')),
        CONSTRAINT organization_name_present CHECK (length(name) > 0),
        CONSTRAINT organization_prefecture CHECK (
            (kind = 'ministry' AND prefecture_code IS NULL)
            OR (kind <> 'ministry' AND prefecture_code IS NOT NULL AND length(prefecture_code) = 2)),
        CONSTRAINT institution_code_once UNIQUE (institution_code),
        CONSTRAINT organization_id_and_kind UNIQUE (id, kind)
    ) {clustered}",
    // A row says whose child an organization is from the start of a day, until a later row of the same child.
    "CREATE TABLE organization_parent (
        child_id {uuid} NOT NULL REFERENCES organization (id),
        valid_from {day} NOT NULL,
        parent_id {uuid} NOT NULL REFERENCES organization (id),
        CONSTRAINT organization_parent_key PRIMARY KEY (child_id, valid_from),
        CONSTRAINT nobody_is_its_own_parent CHECK (child_id <> parent_id)
    ) {clustered}",
    "CREATE INDEX organization_parent_by_parent ON organization_parent (parent_id, valid_from)",
    "CREATE INDEX organization_by_kind ON organization (kind, id)",
    // Bit 0 is Monday, bit 6 Sunday.
    "CREATE TABLE opening_days (
        unit_id {uuid} NOT NULL REFERENCES organization (id),
        valid_from {day} NOT NULL,
        weekdays INTEGER NOT NULL,
        open_on_holidays {bool} NOT NULL,
        CONSTRAINT opening_days_key PRIMARY KEY (unit_id, valid_from),
        CONSTRAINT opening_days_weekdays CHECK (weekdays BETWEEN 0 AND 127)
    ) {clustered}",
    // Minutes are counted from 00:00 of the day after the entry day; `proxy_until_minute` is none where no proxy
    // report may come later.
    "CREATE TABLE correction_policy (
        organization_id {uuid} NOT NULL REFERENCES organization (id),
        valid_from {day} NOT NULL,
        correction TEXT NOT NULL,
        authority TEXT NOT NULL,
        authority_correction_days INTEGER NOT NULL,
        proxy_until_minute INTEGER,
        deadline_minute INTEGER NOT NULL,
        CONSTRAINT correction_policy_key PRIMARY KEY (organization_id, valid_from),
        CONSTRAINT correction_policy_rule CHECK (correction IN ('final', 'same_day_replacement')),
        CONSTRAINT correction_policy_authority CHECK (authority IN ('prefecture', 'health_center')),
        CONSTRAINT correction_policy_days CHECK (authority_correction_days BETWEEN 0 AND 366),
        CONSTRAINT correction_policy_proxy CHECK (proxy_until_minute BETWEEN 0 AND 1440),
        CONSTRAINT correction_policy_deadline CHECK (deadline_minute BETWEEN 0 AND 600)
    ) {clustered}",
    // Holidays beyond the table that the program carries.
    "CREATE TABLE holiday (
        day {day} NOT NULL PRIMARY KEY,
        name TEXT NOT NULL
    ) {clustered}",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["holiday", "correction_policy", "opening_days", "organization_parent", "organization"])
            .await
    }
}
