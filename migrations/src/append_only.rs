//! Tables whose rows are never changed or deleted: triggers refuse it, whoever asks.

use sea_orm_migration::prelude::*;

use crate::dialect::{define, is_sqlite};
use crate::names::APPEND_ONLY;

/// Makes a table append-only. On PostgreSQL it can't be truncated either (SQLite has no such statement). While it is a part
/// of the newest schema, it is named in [`crate::tables::APPEND_ONLY`].
pub(crate) async fn protect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if is_sqlite(manager) {
        for act in ["UPDATE", "DELETE"] {
            let name = act.to_lowercase();
            let sql = format!(
                "CREATE TRIGGER {table}_refuses_{name} BEFORE {act} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}: {table}'); END"
            );
            define(manager, &[&sql]).await?;
        }
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION {table}_refuses_change() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}: {table}'; END $$"
    );
    let rows = format!(
        "CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION {table}_refuses_change()"
    );
    let all = format!(
        "CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_change()"
    );
    define(manager, &[&function, &rows, &all]).await
}

/// Drops an append-only table with what protects it. Only a migration backwards does this.
pub(crate) async fn drop_protected(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    define(manager, &[&format!("DROP TABLE {table}")]).await?;
    if !is_sqlite(manager) {
        define(manager, &[&format!("DROP FUNCTION {table}_refuses_change()")]).await?;
    }
    Ok(())
}
