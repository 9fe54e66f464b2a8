//! Questions for many rows at once, of few different texts, so that each is prepared once and then found in the cache.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

use super::error::StoreError;

/// How many keys a question takes: the fewest that suffice.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Asks for rows by keys of one or more columns: `head`, whose parameters `$1`, `$2` … are `before`, is followed by `IN`
/// and the keys. The last key is repeated until the chunk is full, so that there are few texts.
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

/// Keys as parameters, after so many others.
fn key_list(backend: DbBackend, after: usize, keys: usize, width: usize) -> String {
    // Rows of values are told apart from a list only by SQLite.
    let mut list = String::from(if width > 1 && backend == DbBackend::Sqlite { "(VALUES " } else { "(" });
    for place in 0..keys * width {
        let (opens, closes) = (width > 1 && place % width == 0, width > 1 && place % width == width - 1);
        let comma = if place > 0 { "," } else { "" };
        let (open, close) = (if opens { "(" } else { "" }, if closes { ")" } else { "" });
        let _ = write!(list, "{comma}{open}${}{close}", after + place + 1);
    }
    list.push(')');
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_each_engine_wants_them() {
        assert_eq!(key_list(DbBackend::Postgres, 1, 2, 1), "($2,$3)");
        assert_eq!(key_list(DbBackend::Postgres, 0, 2, 2), "(($1,$2),($3,$4))");
        assert_eq!(key_list(DbBackend::Sqlite, 0, 2, 2), "(VALUES ($1,$2),($3,$4))");
    }
}
