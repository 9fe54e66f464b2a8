//! The prefecture's code beside each area that is counted: a nation's day by prefecture looks none up among all organizations.

use sea_orm_migration::prelude::*;

use crate::dialect::define;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A column that is never empty is only added to a table without rows.
const UP: [&str; 5] = [
    "CREATE TABLE area_counted_before AS SELECT area_id FROM area_counted",
    "DELETE FROM area_counted",
    "ALTER TABLE area_counted ADD COLUMN prefecture_code TEXT
        CONSTRAINT area_counted_prefecture_code_known CHECK (prefecture_code IS NOT NULL)",
    "INSERT INTO area_counted (area_id, prefecture_code)
        SELECT o.id, COALESCE(o.prefecture_code, '') FROM area_counted_before b JOIN organization o ON o.id = b.area_id",
    "DROP TABLE area_counted_before",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &["ALTER TABLE area_counted DROP COLUMN prefecture_code"]).await
    }
}
