//! Ways to the corrections of a day, by the day that they change and by the one under which they are published.

use sea_orm_migration::prelude::*;

use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// A report writes nothing here.
const UP: [&str; 2] = [
    "CREATE INDEX ledger_entry_changes_by_target_day ON ledger_entry (target_day) WHERE kind <> 'report'",
    "CREATE INDEX ledger_entry_changes_by_entry_day ON ledger_entry (entry_day) WHERE kind <> 'report'",
];

const DOWN: [&str; 2] =
    ["DROP INDEX ledger_entry_changes_by_entry_day", "DROP INDEX ledger_entry_changes_by_target_day"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &DOWN).await
    }
}
