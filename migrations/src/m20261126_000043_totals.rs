//! The total beside the fourteen sums of prefectures and the nation: whole curves are read of it alone.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, is_sqlite};
use crate::m20261126_000040_nation::wide_rollup;
use crate::names::BANDS;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The column that the database keeps itself.
fn total() -> String {
    format!("total {{long}} NOT NULL GENERATED ALWAYS AS ({}) STORED", BANDS.join(" + "))
}

/// SQLite adds no stored column to a table, and takes none away as if it had never been: the table is made anew.
async fn made_anew(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let columns = format!("level, span, series, day, place, follow_up, {}", BANDS.join(", "));
    let copy = format!("INSERT INTO wide_rollup ({columns}) SELECT {columns} FROM wide_rollup_before");
    let rename = "ALTER TABLE wide_rollup RENAME TO wide_rollup_before";
    define(manager, &[rename, table, &copy, "DROP TABLE wide_rollup_before"]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if is_sqlite(manager) {
            // Before the sums: a row is read from its beginning, no farther than a question asks.
            return made_anew(manager, &wide_rollup(&format!("\n{},", total()))).await;
        }
        define(manager, &[&format!("ALTER TABLE wide_rollup ADD COLUMN {}", total())]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if is_sqlite(manager) {
            return made_anew(manager, &wide_rollup("")).await;
        }
        define(manager, &["ALTER TABLE wide_rollup DROP COLUMN total"]).await
    }
}
