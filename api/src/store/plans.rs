//! How the planner of the engine at hand means to answer a question, for tests of both.

use sea_orm::sea_query::{PostgresQueryBuilder, QueryBuilder as _};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

use super::Store;

/// The steps of the plan of a question, as the engine words them.
pub(crate) async fn plan(store: &Store, text: &str, values: Vec<Value>) -> Vec<String> {
    let reading = store.reading().await.expect("reads");
    let backend = reading.backend();
    let connection = reading.transaction();
    if backend == DbBackend::Postgres {
        return of_postgres(connection, text, &values).await;
    }
    let statement = Statement::from_sql_and_values(backend, format!("EXPLAIN QUERY PLAN {text}"), values);
    let rows = connection.query_all_raw(statement).await.expect("a plan");
    rows.iter().map(|row| row.try_get_by_index(3).expect("text")).collect()
}

/// The plan that screens get: for any values, as the connection is set. Explained at once, it would be for these alone.
async fn of_postgres(connection: &DatabaseTransaction, text: &str, values: &[Value]) -> Vec<String> {
    let types: Vec<&str> = values.iter().map(|value| type_of(value).expect("a type that is known here")).collect();
    let literals: Vec<String> = values.iter().map(|value| PostgresQueryBuilder.value_to_string(value)).collect();
    let list = |of: &[String]| if of.is_empty() { String::new() } else { format!("({})", of.join(", ")) };
    let types = list(&types.into_iter().map(str::to_owned).collect::<Vec<_>>());
    // A table without rows is read as a whole unless that is forbidden: then a plan that has no other way shows.
    connection.execute_unprepared("SET LOCAL enable_seqscan = off").await.expect("set");
    connection.execute_unprepared(&format!("PREPARE asked{types} AS {text}")).await.expect("prepared");
    let explain = format!("EXPLAIN EXECUTE asked{}", list(&literals));
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, explain)).await.expect("a plan");
    connection.execute_unprepared("DEALLOCATE asked").await.expect("forgotten");
    rows.iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}

/// The type of a parameter; none of those that no question has.
fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::BigInt(_) => "bigint",
        Value::Int(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::String(_) => "text",
        Value::Uuid(_) => "uuid",
        Value::ChronoDate(_) => "date",
        _ => return None,
    })
}
