//! What the database knows of itself: whether it holds a demo, up to which instant a clock was accepted.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 1] = ["CREATE TABLE nippo_meta (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) {strict}"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["nippo_meta"]).await
    }
}
