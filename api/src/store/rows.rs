//! Questions for many rows at once, of few different texts, so that each is prepared once and then found in the cache.

use std::fmt::Write as _;
use std::ops::Range;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde::de::DeserializeOwned;
use shared::ReportingDay;

use super::error::StoreError;
use super::sql::Sql;

/// How many keys a statement takes: the fewest that suffice, filled up, so that there are few texts.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Asks for rows by keys of one or more columns: `head`, whose parameters `$1`, `$2` … are `before`, is followed by `IN`
/// and the keys.
pub(crate) async fn select_in(
    db: &impl ConnectionTrait,
    head: &str,
    before: &[Value],
    keys: &[Vec<Value>],
    tail: &str,
) -> Result<Vec<QueryResult>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for some in keys.chunks(CHUNKS[0]) {
        let (list, of_keys) = key_list(db.get_database_backend(), before.len(), some);
        let values: Vec<Value> = before.iter().cloned().chain(of_keys).collect();
        let sql = format!("{head} IN {list}{tail}");
        found.extend(db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?);
    }
    Ok(found)
}

/// How many questions [`select_in`] asks.
pub(crate) fn questions_of(keys: &[Vec<Value>]) -> u32 {
    u32::try_from(keys.len().div_ceil(CHUNKS[0])).unwrap_or(u32::MAX)
}

/// A question whose answer comes as one JSON text, for where much is asked often: a row at a time, SQLite's thread would
/// wake ours for each, and each value would be allocated on its own. So all that is asked together is one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    /// What is asked for.
    pub(crate) columns: &'static [Column],
    /// From `FROM` on, where there are keys to the columns that are compared with them. In both, the day that is asked
    /// for stands as `{day}`.
    pub(crate) rest: &'static str,
}

/// An expression, by how it becomes JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    /// Numbers, text, days.
    Plain(&'static str),
    /// An id, as hexadecimal digits.
    Id(&'static str),
    /// Bytes, as hexadecimal digits.
    Bytes(&'static str),
    /// Yes or no.
    Flag(&'static str),
    /// Several numbers of one type, as one list.
    Numbers(&'static [&'static str]),
}

impl Column {
    fn sql(self, backend: DbBackend) -> String {
        match (self, backend) {
            (Self::Id(column) | Self::Bytes(column), DbBackend::Sqlite) => format!("nullif(hex({column}), '')"),
            (Self::Bytes(column), _) => format!("encode({column}, 'hex')"),
            (Self::Flag(column), DbBackend::Sqlite) => format!("json(iif({column}, 'true', 'false'))"),
            (Self::Numbers(columns), DbBackend::Sqlite) => format!("json_array({})", columns.join(", ")),
            // Of one type, which takes PostgreSQL less time than finding each one's.
            (Self::Numbers(columns), _) => format!("ARRAY[{}]", columns.join(", ")),
            (Self::Plain(column) | Self::Id(column) | Self::Flag(column), _) => column.to_owned(),
        }
    }
}

/// Where an answer will stand.
#[derive(Debug, Clone)]
pub(crate) struct Place(Range<usize>);

/// Questions asked together, in one trip to the database.
#[derive(Debug)]
pub(crate) struct Questions {
    backend: DbBackend,
    before: String,
    parts: Vec<String>,
    values: Vec<Value>,
}

impl Questions {
    /// None yet.
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self::behind(backend, String::new(), Vec::new())
    }

    /// None yet, but behind statements that go the same way, whose parameters are `?`: only SQLite takes that.
    pub(crate) fn behind(backend: DbBackend, before: String, values: Vec<Value>) -> Self {
        Self { backend, before, parts: Vec::new(), values }
    }

    /// Asks for all that there is.
    pub(crate) fn ask(&mut self, question: &Question) -> Place {
        self.parts.push(self.select(question));
        Place(self.parts.len() - 1..self.parts.len())
    }

    /// Asks by keys of one or more columns.
    pub(crate) fn ask_in(&mut self, question: &Question, day: Option<ReportingDay>, keys: &[Vec<Value>]) -> Place {
        let first = self.parts.len();
        for some in keys.chunks(CHUNKS[0]) {
            let day = day.map(|day| {
                self.values.push(day.0.into());
                format!("${}", self.values.len())
            });
            let (list, values) = key_list(self.backend, self.values.len(), some);
            self.values.extend(values);
            let mut select = self.select(question);
            if let Some(day) = day {
                select = select.replace("{day}", &day);
            }
            self.parts.push(format!("{select} IN {list}"));
        }
        Place(first..self.parts.len())
    }

    /// Asks for some columns of what a `SELECT` finds that is put together with its parameters.
    pub(crate) fn ask_of(&mut self, columns: &[Column], select: impl FnOnce(&mut Sql)) -> Place {
        let mut sql = Sql { text: String::new(), values: std::mem::take(&mut self.values) };
        select(&mut sql);
        self.values = sql.values;
        self.parts.push(format!("{} FROM ({}) found", self.columns(columns), sql.text));
        Place(self.parts.len() - 1..self.parts.len())
    }

    /// The question as far as its keys.
    fn select(&self, question: &Question) -> String {
        format!("{} {}", self.columns(question.columns), question.rest)
    }

    /// A question's rows, as one text.
    fn columns(&self, columns: &[Column]) -> String {
        let columns: Vec<String> = columns.iter().map(|column| column.sql(self.backend)).collect();
        let columns = columns.join(", ");
        let rows = match self.backend {
            DbBackend::Sqlite => format!("json_group_array(json_array({columns}))"),
            _ => format!("coalesce(json_agg(json_build_array({columns})), '[]')::text"),
        };
        format!("SELECT {rows}")
    }

    /// Sends them.
    pub(crate) async fn send(self, db: &impl ConnectionTrait) -> Result<Answers, StoreError> {
        if self.parts.is_empty() {
            return Ok(Answers(Vec::new()));
        }
        let sql = format!("{}SELECT ({})", self.before, self.parts.join("), ("));
        let row = db.query_one_raw(Statement::from_sql_and_values(self.backend, sql, self.values)).await?;
        let row = row.ok_or_else(|| StoreError::Damaged("no answer to questions".to_owned()))?;
        let texts = (0..self.parts.len()).map(|place| row.try_get_by_index(place)).collect::<Result<_, _>>()?;
        Ok(Answers(texts))
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answers(Vec<String>);

impl Answers {
    /// The rows of one answer, each read as a tuple.
    pub(crate) fn rows<T: DeserializeOwned>(&self, place: &Place) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        for text in self.0.get(place.0.clone()).unwrap_or_default() {
            let some: Vec<T> = serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))?;
            rows.extend(some);
        }
        Ok(rows)
    }
}

/// Keys as parameters after so many others, and their values. The last key is repeated until the chunk is full.
fn key_list(backend: DbBackend, before: usize, keys: &[Vec<Value>]) -> (String, Vec<Value>) {
    let width = keys.first().map_or(1, Vec::len);
    let size = CHUNKS.into_iter().rev().find(|&chunk| keys.len() <= chunk).unwrap_or(CHUNKS[0]);
    // Rows of values are told apart from a list only by SQLite.
    let mut list = String::from(if width > 1 && backend == DbBackend::Sqlite { "(VALUES " } else { "(" });
    for place in 0..size * width {
        let comma = if place > 0 { "," } else { "" };
        let open = if width > 1 && place % width == 0 { "(" } else { "" };
        let close = if width > 1 && place % width == width - 1 { ")" } else { "" };
        let _ = write!(list, "{comma}{open}${}{close}", before + place + 1);
    }
    list.push(')');
    let filled = keys.iter().chain(keys.last().into_iter().cycle()).take(size).flatten();
    (list, filled.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_each_engine_wants_them_and_fill_a_chunk() {
        let single = [vec![Value::from(1)], vec![2.into()]];
        let (list, values) = key_list(DbBackend::Postgres, 1, &single);
        assert_eq!((list.as_str(), values), ("($2,$3,$4,$5)", [1, 2, 2, 2].map(Value::from).to_vec()));
        let pair = [vec![Value::from(1), 2.into()]];
        assert_eq!(key_list(DbBackend::Postgres, 0, &pair).0, "(($1,$2))");
        assert_eq!(key_list(DbBackend::Sqlite, 0, &pair).0, "(VALUES ($1,$2))");
    }
}
