//! The two roles on PostgreSQL: one owns the tables and migrates, the other one serves.
//!
//! Triggers refuse to change what is append-only, but a table's owner may drop them. So whoever serves owns nothing, and
//! is granted what it needs of each table and no more.

use std::iter::once;
use std::sync::LazyLock;

use migrations::{Migrator, MigratorTrait, tables};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement, TransactionTrait, Value};

use crate::store::StoreError;

/// Where migrations are written down that were applied; whoever serves only looks.
const APPLIED: &str = "seaql_migrations";

/// Each table, and what whoever serves does there.
fn needed() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let with = |needs: &'static [&'static str]| move |table: &&'static str| (*table, needs);
    once((APPLIED, ["SELECT"].as_slice()))
        .chain(tables::APPEND_ONLY.iter().map(with(&["SELECT", "INSERT"])))
        .chain(tables::ORDINARY.iter().map(with(&["SELECT", "INSERT", "UPDATE", "DELETE"])))
}

/// Whether the role of a connection may migrate: it owns what is there, or may make the first table.
const MAY_MIGRATE: &str = "SELECT COALESCE(\
    (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relname = 'seaql_migrations'), \
    has_schema_privilege(current_schema(), 'CREATE'), false)";

/// The schema, as a value: a server may have many with the same tables.
const HERE: &str = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// What the role of a connection may not do at a table, though whoever serves does it.
static LACKING: LazyLock<String> = LazyLock::new(|| {
    let pairs: Vec<String> =
        needed().flat_map(|(table, needs)| needs.iter().map(move |need| format!("('{need}', '{table}')"))).collect();
    format!(
        "SELECT needed.act, needed.name FROM (VALUES {}) AS needed (act, name) \
         JOIN pg_class c ON c.relname = needed.name AND c.relnamespace = {HERE} \
         WHERE NOT has_table_privilege(c.oid, needed.act) LIMIT 1",
        pairs.join(", ")
    )
});

/// How far down [`OVERREACH`] goes what no grant gave and none takes away.
const OWNING: i32 = 5;
/// How far down it goes.
const ANYTHING: i32 = 7;

/// What a role could do that whoever serves must not, the worst first: by itself, or as a role that it may become. Up to
/// version 15, who may make roles may also become any of them that is no superuser. Who may create in the schema could lay
/// traps there for the owner, such as a function under a name that a migration calls.
static OVERREACH: LazyLock<String> = LazyLock::new(|| {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    let (all, append_only) = (needed().map(|(table, _)| table).collect::<Vec<_>>(), tables::APPEND_ONLY);
    format!(
        "WITH self AS (SELECT r.* FROM pg_roles r WHERE pg_has_role($1::name, r.oid, 'MEMBER')), \
         here AS (SELECT * FROM pg_namespace WHERE nspname = current_schema()), \
         ours AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = {HERE} AND c.relname IN ({})), \
         found AS (\
         SELECT 1 AS place, rolname, 'is a superuser' AS what FROM self WHERE rolsuper \
         UNION ALL SELECT 2, rolname, 'may make roles' FROM self \
           WHERE rolcreaterole AND current_setting('server_version_num')::int < 160000 \
         UNION ALL SELECT 3, rolname, 'owns the database' FROM self JOIN pg_database ON datdba = self.oid \
           WHERE datname = current_database() \
         UNION ALL SELECT 4, rolname, 'owns the schema ' || nspname FROM self JOIN here ON nspowner = self.oid \
         UNION ALL SELECT 5, rolname, 'owns the table ' || relname FROM self JOIN ours ON relowner = self.oid \
         UNION ALL SELECT 6, rolname, 'may change or delete rows of ' || relname FROM self, ours \
           WHERE relname IN ({}) AND (has_any_column_privilege(self.oid, ours.oid, 'UPDATE') \
           OR has_table_privilege(self.oid, ours.oid, 'DELETE, TRUNCATE')) \
         UNION ALL SELECT 7, rolname, 'may create in the schema ' || nspname FROM self, here \
           WHERE has_schema_privilege(self.oid, here.oid, 'CREATE')) \
         SELECT rolname::text, what::text FROM found WHERE place <= $2 ORDER BY place, rolname <> $1::name, what LIMIT 1",
        quoted(&all),
        quoted(&append_only)
    )
});

/// Whether the role of a connection may migrate.
pub(super) async fn may_migrate(connection: &DatabaseConnection) -> Result<bool, StoreError> {
    Ok(answer(connection, MAY_MIGRATE, Vec::new()).await?.try_get_by_index(0)?)
}

/// Refuses a role that may not migrate unless there is nothing to migrate, and it may do what whoever serves does.
pub(super) async fn expect_ready(connection: &DatabaseConnection) -> Result<(), StoreError> {
    let role = current(connection).await?;
    let refused = |why: String| {
        let remedy = format!("run `nippo migrate --grant-to {role}` as the role that owns the tables");
        Err(StoreError::Unusable(format!("{why}; {remedy}")))
    };
    if let Some(row) = ask(connection, &LACKING, Vec::new()).await? {
        let (act, table): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        return refused(format!("the role {role} lacks the privilege to {act} at the table {table}"));
    }
    if !Migrator::get_pending_migrations_read_only(connection).await?.is_empty() {
        return refused(format!("the role {role} doesn't find the newest schema, and may not migrate"));
    }
    Ok(())
}

/// Refuses the name of a role that doesn't exist.
pub(super) async fn expect_known(connection: &DatabaseConnection, role: &str) -> Result<(), StoreError> {
    match ask(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1::name", vec![role.into()]).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::Unusable(format!("there is no role {role}; make it by CREATE ROLE … LOGIN"))),
    }
}

/// Refuses to go on as a role that may not migrate.
pub(super) async fn expect_owner(connection: &DatabaseConnection) -> Result<(), StoreError> {
    if may_migrate(connection).await? {
        return Ok(());
    }
    let role = current(connection).await?;
    Err(StoreError::Unusable(format!("the role {role} doesn't own the tables; only the role that does can grant them")))
}

/// Grants a role what whoever serves needs of the newest schema, and takes from it what else it was granted there. Changes
/// nothing when that role could alter what is recorded all the same.
pub(super) async fn grant(connection: &DatabaseConnection, role: &str) -> Result<(), StoreError> {
    let refused =
        |what| Err(StoreError::Unusable(format!("{what}; whoever serves must not be able to alter what is recorded")));
    let transaction = connection.begin().await?;
    if let Some(what) = overreach_of(&transaction, role, OWNING).await? {
        return refused(what);
    }
    let schema: String =
        answer(&transaction, "SELECT current_schema()::text", Vec::new()).await?.try_get_by_index(0)?;
    let (schema, grantee) = (quoted(&schema), quoted(role));
    let mut statements =
        format!("REVOKE ALL ON SCHEMA {schema} FROM {grantee}; GRANT USAGE ON SCHEMA {schema} TO {grantee};");
    for (table, needs) in needed() {
        let needs = needs.join(", ");
        // Of single columns, too: what is revoked from a table is revoked from each of its columns.
        statements.push_str(&format!(
            "REVOKE ALL ON {schema}.{table} FROM {grantee}; GRANT {needs} ON {schema}.{table} TO {grantee};"
        ));
    }
    transaction.execute_unprepared(&statements).await?;
    if let Some(what) = overreach_of(&transaction, role, ANYTHING).await? {
        return refused(what);
    }
    Ok(transaction.commit().await?)
}

/// What the role of a connection could do that whoever serves must not be able to, if it is one of PostgreSQL.
pub(in crate::store) async fn overreach(connection: &DatabaseConnection) -> Result<Option<String>, StoreError> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let role = current(connection).await?;
    overreach_of(connection, &role, ANYTHING).await
}

async fn overreach_of(connection: &impl ConnectionTrait, role: &str, until: i32) -> Result<Option<String>, StoreError> {
    let Some(row) = ask(connection, &OVERREACH, vec![role.into(), until.into()]).await? else { return Ok(None) };
    let (by, what): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let as_another = if by == role { String::new() } else { format!("may become {by}, which ") };
    Ok(Some(format!("the role {role} {as_another}{what}")))
}

/// The role whose privileges a connection has.
async fn current(connection: &impl ConnectionTrait) -> Result<String, StoreError> {
    Ok(answer(connection, "SELECT current_user::text", Vec::new()).await?.try_get_by_index(0)?)
}

async fn answer(connection: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<QueryResult, StoreError> {
    let row = ask(connection, sql, values).await?;
    row.ok_or_else(|| StoreError::Unusable(format!("{sql} has no answer")))
}

async fn ask(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<QueryResult>, StoreError> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(connection.query_one_raw(statement).await?)
}

/// A name as PostgreSQL takes it for one, whatever characters it has.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_it_ends() {
        assert_eq!(quoted("nippo"), "\"nippo\"");
        assert_eq!(quoted("a\"; DROP TABLE x; --"), "\"a\"\"; DROP TABLE x; --\"");
    }
}
