//! One consistent picture: several queries in one transaction that only reads.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value};

use super::rows::{Answers, Questions, questions_of, select_in};
use super::{Store, StoreError, connection};

/// A transaction that only reads: all its questions are answered from the same state of the database.
#[derive(Debug)]
pub struct Reading {
    transaction: DatabaseTransaction,
    statements: AtomicU32,
}

impl Store {
    /// Begins to read.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection is free in time.
    pub async fn reading(&self) -> Result<Reading, StoreError> {
        let transaction = connection::reading(&self.connections).await?;
        Ok(Reading { transaction, statements: AtomicU32::new(0) })
    }
}

impl Reading {
    /// How many queries have been asked so far.
    #[must_use]
    pub fn queries(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Ends reading, without waiting for the database to say so: the connection goes back once the answer is written.
    pub fn finish(self) {
        tokio::spawn(async move {
            if let Err(error) = self.transaction.commit().await {
                tracing::debug!(%error, "a connection that was read from could not be given back");
            }
        });
    }

    /// The rows of a query by keys of one or more columns, as [`select_in`] asks it.
    pub(super) async fn rows_in(
        &self,
        head: &str,
        before: &[Value],
        keys: &[Vec<Value>],
        tail: &str,
    ) -> Result<Vec<QueryResult>, StoreError> {
        self.statements.fetch_add(questions_of(keys), Ordering::Relaxed);
        select_in(&self.transaction, head, before, keys, tail).await
    }

    /// The rows of one query; parameters are `$1`, `$2`, … on both engines.
    pub(super) async fn rows(
        &self,
        sql: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        Ok(self.transaction.query_all_raw(statement).await?)
    }

    /// No questions yet, to be [asked](Self::answers) together.
    pub(super) fn questions(&self) -> Questions {
        Questions::new(self.backend())
    }

    /// The answers to questions, in one trip.
    pub(super) async fn answers(&self, questions: Questions) -> Result<Answers, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        questions.send(&self.transaction).await
    }

    /// The transaction, for questions that others ask too.
    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The engine, for the few words that differ.
    pub(super) fn backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }
}
