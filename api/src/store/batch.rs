//! Many rows into several tables in one round trip.
//!
//! A statement costs a trip to the database whatever it does, and a batch of reports writes to seven tables. So what is
//! written is gathered and sent as one text: on SQLite as statements one after the other, whose rows are filled up to a
//! power of two, so that there are few texts and each is prepared once; on PostgreSQL as one statement whose parts take
//! their rows as JSON, so that there is one text for any number of rows.

use data_encoding::HEXLOWER;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::error::StoreError;

/// An insertion of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Insert {
    pub(crate) table: &'static str,
    /// The first is never null.
    pub(crate) columns: &'static [&'static str],
    /// What follows the rows: `ON CONFLICT …`, or nothing.
    pub(crate) conflict: &'static str,
}

/// What follows rows that are sums: one that is there already, by its key, is raised by what would have been inserted.
pub(crate) fn raising(table: &str, key: &[&str], sums: &[&str]) -> String {
    let raised: Vec<String> = sums.iter().map(|sum| format!("{sum} = {table}.{sum} + excluded.{sum}")).collect();
    format!(" ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), raised.join(", "))
}

/// What is to be written together.
#[derive(Debug)]
pub(crate) struct Batch {
    backend: DbBackend,
    parts: Vec<String>,
    values: Vec<Value>,
}

impl Batch {
    /// The most rows of one insertion on SQLite.
    pub(crate) const LARGEST: usize = 64;

    /// Nothing yet.
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend, parts: Vec::new(), values: Vec::new() }
    }

    /// Statements that come before all others, as [`super::later::Later`] gives them.
    pub(crate) fn begin_with(&mut self, (mut parts, mut values): (Vec<String>, Vec<Value>)) {
        parts.append(&mut self.parts);
        values.append(&mut self.values);
        (self.parts, self.values) = (parts, values);
    }

    /// Inserts rows, given value by value, row after row.
    pub(crate) fn insert(&mut self, insert: &Insert, values: Vec<Value>) -> Result<(), StoreError> {
        if values.is_empty() {
            return Ok(());
        }
        let (table, columns) = (insert.table, insert.columns.join(", "));
        if self.backend == DbBackend::Postgres {
            self.values.push(rows_as_json(insert.columns, &values)?.into());
            let rows = format!("json_populate_recordset(NULL::{table}, ${}::text::json)", self.values.len());
            self.parts.push(format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows}{}", insert.conflict));
            return Ok(());
        }
        let width = insert.columns.len();
        let mut values = values.into_iter().peekable();
        while values.peek().is_some() {
            let before = self.values.len();
            self.values.extend(values.by_ref().take(Self::LARGEST * width));
            let rows = (self.values.len() - before).div_ceil(width).next_power_of_two();
            self.values.resize(before + rows * width, Value::Int(None));
            let tuple = format!("({})", vec!["?"; width].join(","));
            let tuples = vec![tuple; rows].join(",");
            self.parts.push(format!(
                "INSERT INTO {table} ({columns}) SELECT * FROM (VALUES {tuples}) WHERE column1 IS NOT NULL{}",
                insert.conflict
            ));
        }
        Ok(())
    }

    /// Deletes the rows in which a column has one of some keys, and another a value where one is given.
    pub(crate) fn delete(
        &mut self,
        table: &str,
        fixed: Option<(&str, Value)>,
        column: &str,
        keys: &[Value],
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        if self.backend == DbBackend::Postgres {
            self.values.push(rows_as_json(&[column], keys)?.into());
            let rows = format!("json_populate_recordset(NULL::{table}, ${}::text::json)", self.values.len());
            let mut part = format!("DELETE FROM {table} WHERE {column} IN (SELECT {column} FROM {rows})");
            if let Some((fixed, value)) = fixed {
                self.values.push(value);
                part.push_str(&format!(" AND {fixed} = ${}", self.values.len()));
            }
            self.parts.push(part);
            return Ok(());
        }
        for some in keys.chunks(Self::LARGEST) {
            let size = some.len().next_power_of_two();
            self.values.extend_from_slice(some);
            self.values.extend(std::iter::repeat_n(Value::Int(None), size - some.len()));
            let list = vec!["?"; size].join(",");
            let mut part = format!("DELETE FROM {table} WHERE {column} IN ({list})");
            if let Some((fixed, value)) = &fixed {
                self.values.push(value.clone());
                part.push_str(&format!(" AND {fixed} = ?"));
            }
            self.parts.push(part);
        }
        Ok(())
    }

    /// Sends it.
    pub(crate) async fn run(self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let sql = self.text();
        db.execute_raw(Statement::from_sql_and_values(self.backend, sql, self.values)).await?;
        Ok(())
    }

    /// Sends it and ends the transaction: on SQLite with one trip, since there a failed commit is told apart by its code.
    pub(crate) async fn commit(mut self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        if self.backend == DbBackend::Sqlite {
            self.parts.push("COMMIT".to_owned());
            return self.run(db).await;
        }
        self.run(db).await?;
        // After a failed commit nobody knows whether it happened: "busy" asks for a repetition, which finds out.
        db.execute_unprepared("COMMIT").await.map_err(|error| StoreError::Busy(Some(error)))?;
        Ok(())
    }

    fn text(&self) -> String {
        let Some((last, others)) = self.parts.split_last() else { return String::new() };
        if self.backend == DbBackend::Sqlite || others.is_empty() {
            return self.parts.join("; ");
        }
        // Foreign keys are looked at when the whole statement is done, so that the parts may refer to each other.
        let others = (0..).zip(others).map(|(place, part): (usize, _)| format!("part_{place} AS ({part})"));
        format!("WITH {} {last}", others.collect::<Vec<_>>().join(", "))
    }
}

/// Rows as a JSON array of objects, which PostgreSQL reads into the columns' types.
fn rows_as_json(columns: &[&str], values: &[Value]) -> Result<String, StoreError> {
    let rows: Vec<_> = values.chunks(columns.len()).map(|values| Row { columns, values }).collect();
    serde_json::to_string(&rows).map_err(|error| StoreError::Damaged(error.to_string()))
}

struct Row<'a> {
    columns: &'a [&'a str],
    values: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.values.iter().map(Cell)))
    }
}

struct Cell<'a>(&'a Value);

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(value) => value.serialize(serializer),
            Value::Int(value) => value.serialize(serializer),
            Value::BigInt(value) => value.serialize(serializer),
            Value::String(value) => value.serialize(serializer),
            Value::Uuid(value) => value.serialize(serializer),
            Value::ChronoDate(value) => value.serialize(serializer),
            Value::Bytes(None) => serializer.serialize_none(),
            Value::Bytes(Some(bytes)) => serializer.collect_str(&format_args!("\\x{}", HEXLOWER.encode(bytes))),
            other => Err(S::Error::custom(format!("no column holds {other:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Insert = Insert { table: "t", columns: &["a", "b"], conflict: " ON CONFLICT DO NOTHING" };

    fn batch(backend: DbBackend) -> Batch {
        let mut batch = Batch::new(backend);
        let rows = vec![1.into(), "x".into(), 2.into(), vec![0xff_u8].into(), 3.into(), Value::Int(None)];
        batch.insert(&TABLE, rows).expect("rows");
        batch.insert(&TABLE, Vec::new()).expect("no rows");
        batch.delete("d", Some(("f", 5.into())), "k", &[7.into()]).expect("keys");
        batch
    }

    #[test]
    fn rows_are_filled_up_to_a_power_of_two_on_sqlite() {
        let batch = batch(DbBackend::Sqlite);
        let insert = "INSERT INTO t (a, b) SELECT * FROM (VALUES (?,?),(?,?),(?,?),(?,?)) WHERE column1 IS NOT NULL \
                      ON CONFLICT DO NOTHING";
        assert_eq!(batch.parts, [insert, "DELETE FROM d WHERE k IN (?) AND f = ?"]);
        assert_eq!(batch.values.len(), 10);
        assert_eq!(batch.values[6], Value::Int(None));
    }

    #[test]
    fn rows_are_json_on_postgres() {
        let batch = batch(DbBackend::Postgres);
        let insert = "INSERT INTO t (a, b) SELECT a, b FROM json_populate_recordset(NULL::t, $1::text::json) \
                      ON CONFLICT DO NOTHING";
        let delete =
            "DELETE FROM d WHERE k IN (SELECT k FROM json_populate_recordset(NULL::d, $2::text::json)) AND f = $3";
        assert_eq!(batch.parts, [insert, delete]);
        let rows = r#"[{"a":1,"b":"x"},{"a":2,"b":"\\xff"},{"a":3,"b":null}]"#;
        assert_eq!(batch.values, [Value::from(rows), Value::from(r#"[{"k":7}]"#), 5.into()]);
    }

    #[test]
    fn more_rows_than_the_most_are_several_insertions_on_sqlite() {
        let mut batch = Batch::new(DbBackend::Sqlite);
        batch.insert(&TABLE, vec![Value::from(1); 2 * (Batch::LARGEST + 1)]).expect("rows");
        assert_eq!((batch.parts.len(), batch.values.len()), (2, 2 * (Batch::LARGEST + 1)));
    }
}
