//! How the planner of the engine at hand means to answer a question, for tests of both.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::Store;

/// The steps of the plan of a question, as the engine words them.
pub(crate) async fn plan(store: &Store, text: &str, values: Vec<Value>) -> Vec<String> {
    let reading = store.reading().await.expect("reads");
    let backend = reading.backend();
    let connection = reading.transaction();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        // A table without rows is read as a whole unless that is forbidden: then a plan that has no other way shows.
        _ => ("EXPLAIN", 0),
    };
    if backend == DbBackend::Postgres {
        connection.execute_unprepared("SET LOCAL enable_seqscan = off").await.expect("set");
    }
    let statement = Statement::from_sql_and_values(backend, format!("{explain} {text}"), values);
    let rows = connection.query_all_raw(statement).await.expect("a plan");
    rows.iter().map(|row| row.try_get_by_index(column).expect("text")).collect()
}
