//! What figures need beside ledger and rollup: numbers carried forward, what organizations were called before, and ways
//! to what was recorded after an instant.

use std::fmt::Write as _;

use sea_orm_migration::prelude::*;

use crate::append_only::{drop_protected, protect};
use crate::dialect::define;
use crate::names::BANDS;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The newest row of an organization holds; the earlier ones stay for figures as of an earlier instant.
fn carried_forward() -> String {
    let mut sql = String::from(
        "CREATE TABLE carried_forward (
            organization_id {uuid} NOT NULL REFERENCES organization (id),
            set_at {instant} NOT NULL,
            until {day} NOT NULL,
            source TEXT NOT NULL,
            set_by {uuid} NOT NULL REFERENCES account (id),\n",
    );
    for band in BANDS {
        let _ = writeln!(sql, "{band} {{long}} NOT NULL CONSTRAINT carried_forward_{band} CHECK ({band} >= 0),");
    }
    sql.push_str("CONSTRAINT carried_forward_key PRIMARY KEY (organization_id, set_at)) {clustered}");
    sql
}

const FURTHER: [&str; 3] = [
    // A row says what an organization was called, and whether it took part, until an instant.
    "CREATE TABLE organization_before (
        organization_id {uuid} NOT NULL REFERENCES organization (id),
        until {instant} NOT NULL,
        name TEXT NOT NULL,
        kana TEXT NOT NULL,
        active {bool} NOT NULL,
        CONSTRAINT organization_before_key PRIMARY KEY (organization_id, until)
    ) {clustered}",
    // Figures as of an instant are those of now less what came after; reports come within two days of their day, and
    // are found by the ledger's key. A report writes nothing here.
    "CREATE INDEX ledger_entry_changes_by_instant ON ledger_entry (recorded_at) WHERE kind <> 'report'",
    // Cumulative numbers of a few areas. None of its columns changes when a row is raised.
    "CREATE INDEX daily_rollup_by_area ON daily_rollup (area_id, series, day)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &[&carried_forward()]).await?;
        define(manager, &FURTHER).await?;
        protect(manager, "carried_forward").await?;
        protect(manager, "organization_before").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &["DROP INDEX daily_rollup_by_area", "DROP INDEX ledger_entry_changes_by_instant"]).await?;
        drop_protected(manager, "organization_before").await?;
        drop_protected(manager, "carried_forward").await
    }
}
