//! Many rows in few statements, of few different texts, so that each is prepared once and then found in the cache.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

use super::error::StoreError;

/// How many rows a statement takes: the largest that fits, again and again.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// An insertion of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Insert {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    /// What follows the rows: `ON CONFLICT …`, or nothing.
    pub(crate) conflict: &'static str,
}

/// Inserts rows, given value by value, row after row.
pub(crate) async fn insert(db: &impl ConnectionTrait, insert: &Insert, values: Vec<Value>) -> Result<(), StoreError> {
    let width = insert.columns.len();
    let backend = db.get_database_backend();
    let mut left = values.len() / width;
    let mut values = values.into_iter();
    while left > 0 {
        let rows = CHUNKS.into_iter().find(|&chunk| chunk <= left).unwrap_or(1);
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {}{}",
            insert.table,
            insert.columns.join(", "),
            tuples(backend, rows, width),
            insert.conflict
        );
        let of_these: Vec<Value> = values.by_ref().take(rows * width).collect();
        db.execute_raw(Statement::from_sql_and_values(backend, sql, of_these)).await?;
        left -= rows;
    }
    Ok(())
}

/// Asks for rows by keys of one or more columns: `head` (which has as many parameters as `before` has values) is
/// followed by `IN` and the keys. The last key is repeated until the chunk is full, so that there are few texts.
pub(crate) async fn select_in(
    db: &impl ConnectionTrait,
    head: &str,
    before: &[Value],
    keys: &[Vec<Value>],
    tail: &str,
) -> Result<Vec<QueryResult>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    let backend = db.get_database_backend();
    for some in keys.chunks(CHUNKS[0]) {
        let Some(last) = some.last() else { continue };
        let size = CHUNKS.into_iter().rev().find(|&chunk| some.len() <= chunk).unwrap_or(CHUNKS[0]);
        let list = key_list(backend, before.len(), size, last.len());
        let filled = some.iter().chain(std::iter::repeat_n(last, size - some.len())).flatten();
        let values: Vec<Value> = before.iter().chain(filled).cloned().collect();
        let sql = format!("{head} IN {list}{tail}");
        found.extend(db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?);
    }
    Ok(found)
}

/// `(?, ?), (?, ?)`, or with numbers on PostgreSQL.
fn tuples(backend: DbBackend, rows: usize, width: usize) -> String {
    tuples_after(backend, 0, rows, width)
}

fn tuples_after(backend: DbBackend, after: usize, rows: usize, width: usize) -> String {
    if backend == DbBackend::Sqlite {
        let tuple = format!("({}), ", vec!["?"; width].join(","));
        let mut all = tuple.repeat(rows);
        all.truncate(all.len().saturating_sub(2));
        return all;
    }
    let mut all = String::with_capacity(rows * (width * 6 + 4));
    for row in 0..rows {
        all.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            let separator = if column == 0 { "" } else { "," };
            let _ = write!(all, "{separator}${}", after + row * width + column + 1);
        }
        all.push(')');
    }
    all
}

fn key_list(backend: DbBackend, after: usize, rows: usize, width: usize) -> String {
    if width == 1 && backend == DbBackend::Sqlite {
        return format!("({})", vec!["?"; rows].join(","));
    }
    if width == 1 {
        let numbers: Vec<String> = (0..rows).map(|row| format!("${}", after + row + 1)).collect();
        return format!("({})", numbers.join(","));
    }
    // Rows of values are told apart from a list only by SQLite.
    let values = if backend == DbBackend::Sqlite { "VALUES " } else { "" };
    format!("({values}{})", tuples_after(backend, after, rows, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_each_engine_wants_them() {
        assert_eq!(tuples(DbBackend::Sqlite, 2, 3), "(?,?,?), (?,?,?)");
        assert_eq!(tuples(DbBackend::Postgres, 2, 2), "($1,$2), ($3,$4)");
        assert_eq!(key_list(DbBackend::Postgres, 1, 2, 1), "($2,$3)");
        assert_eq!(key_list(DbBackend::Sqlite, 0, 2, 2), "(VALUES (?,?), (?,?))");
    }
}
