//! Days of the program's own table can be said to be no holidays: laws move holidays of coming years.

use sea_orm_migration::prelude::*;

use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A day that isn't what the program's table says: a holiday by this name, or, without one, none. SQLite takes back no
/// `NOT NULL`, so that the table is made anew.
const UP: [&str; 4] = [
    "ALTER TABLE holiday RENAME TO holiday_before",
    "CREATE TABLE holiday (
        day {day} NOT NULL,
        name TEXT,
        CONSTRAINT holiday_key PRIMARY KEY (day),
        CONSTRAINT holiday_name_present CHECK (length(name) > 0)
    ) {clustered}",
    "INSERT INTO holiday (day, name) SELECT day, name FROM holiday_before WHERE length(name) > 0",
    "DROP TABLE holiday_before",
];

/// The older schema can't say that a day is no holiday: the program's table holds again there.
const DOWN: [&str; 4] = [
    "ALTER TABLE holiday RENAME TO holiday_after",
    "CREATE TABLE holiday (
        day {day} NOT NULL PRIMARY KEY,
        name TEXT NOT NULL
    ) {clustered}",
    "INSERT INTO holiday (day, name) SELECT day, name FROM holiday_after WHERE name IS NOT NULL",
    "DROP TABLE holiday_after",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &DOWN).await
    }
}
