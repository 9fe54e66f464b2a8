//! Who acts: an account or an API client, in one space of ids, so that what either entered can refer to it.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, is_sqlite};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 1] = ["CREATE TABLE actor (
        id {uuid} NOT NULL PRIMARY KEY
    ) {clustered}"];

/// Lets every row of a table be an actor from its insertion on. Neither kind is ever deleted.
pub(crate) async fn enroll(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if is_sqlite(manager) {
        let sql = format!(
            "CREATE TRIGGER {table}_acts AFTER INSERT ON {table} BEGIN INSERT INTO actor (id) VALUES (NEW.id); END"
        );
        return define(manager, &[&sql]).await;
    }
    let function = format!(
        "CREATE FUNCTION {table}_acts() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN INSERT INTO actor (id) VALUES (NEW.id); RETURN NULL; END $$"
    );
    let trigger =
        format!("CREATE TRIGGER {table}_acts AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_acts()");
    define(manager, &[&function, &trigger]).await
}

/// The way back; the table itself may stay.
pub(crate) async fn dismiss(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if is_sqlite(manager) {
        return define(manager, &[&format!("DROP TRIGGER {table}_acts")]).await;
    }
    define(manager, &[&format!("DROP TRIGGER {table}_acts ON {table}"), &format!("DROP FUNCTION {table}_acts()")]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        define(manager, &UP).await?;
        enroll(manager, "account").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dismiss(manager, "account").await?;
        define(manager, &["DROP TABLE actor"]).await
    }
}
