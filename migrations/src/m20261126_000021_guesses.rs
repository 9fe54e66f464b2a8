//! How often passwords of an account were tried, and from where it was signed in to.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 3] = [
    // `about` is an account's id, or one of a fixed number of stand-ins for login IDs that don't exist, so that it refers
    // to no table. `device_until` and `network_until` say until when what was tried counts (a bucket that leaks), while
    // strangers have a number for each day.
    "CREATE TABLE guess_budget (
        about {uuid} NOT NULL PRIMARY KEY,
        device_until {instant} NOT NULL,
        network_until {instant} NOT NULL,
        day {day} NOT NULL,
        by_strangers INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        CONSTRAINT guess_budget_counts_up CHECK (by_strangers >= 0 AND refused >= 0)
    ) {strict}",
    "CREATE TABLE known_network (
        account_id {uuid} NOT NULL REFERENCES account (id),
        network TEXT NOT NULL,
        seen_at {instant} NOT NULL,
        CONSTRAINT known_network_key PRIMARY KEY (account_id, network)
    ) {clustered}",
    "CREATE INDEX known_network_by_age ON known_network (seen_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["known_network", "guess_budget"]).await
    }
}
