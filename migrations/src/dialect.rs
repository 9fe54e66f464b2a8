//! What the two engines name differently.
//!
//! | Token | SQLite | PostgreSQL | Why |
//! |---|---|---|---|
//! | `{uuid}` | `BLOB` | `UUID` | 16 bytes on both; version 7 sorts by time |
//! | `{instant}` | `INTEGER` | `BIGINT` | microseconds since 1970 UTC: nothing is lost, comparing is exact, the same on both |
//! | `{day}` | `TEXT` | `DATE` | `YYYY-MM-DD` has a fixed width, so that text compares as days do, and people can read it |
//! | `{bool}` | `INTEGER` | `BOOLEAN` | |
//! | `{long}` | `INTEGER` | `BIGINT` | 64 bits |
//! | `{bytes}` | `BLOB` | `BYTEA` | |
//! | `{strict}` | `STRICT` | | SQLite then refuses values of another type |
//! | `{clustered}` | `STRICT, WITHOUT ROWID` | | the table lies in its primary key: one tree fewer to write |

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

const TOKENS: [(&str, &str, &str); 8] = [
    ("{uuid}", "BLOB", "UUID"),
    ("{instant}", "INTEGER", "BIGINT"),
    ("{day}", "TEXT", "DATE"),
    ("{bool}", "INTEGER", "BOOLEAN"),
    ("{long}", "INTEGER", "BIGINT"),
    ("{bytes}", "BLOB", "BYTEA"),
    ("{strict}", "STRICT", ""),
    ("{clustered}", "STRICT, WITHOUT ROWID", ""),
];

/// Whether the engine is SQLite.
#[must_use]
pub fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Sqlite
}

/// Runs statements of data definition, each with the tokens filled in for the engine at hand.
///
/// # Errors
/// What the database says.
pub async fn define(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let sqlite = is_sqlite(manager);
    for statement in statements {
        let mut sql = (*statement).to_owned();
        for (token, of_sqlite, of_postgres) in TOKENS {
            sql = sql.replace(token, if sqlite { of_sqlite } else { of_postgres });
        }
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Drops tables, the last created first.
///
/// # Errors
/// What the database says.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE {table}")).await?;
    }
    Ok(())
}
