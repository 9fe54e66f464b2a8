//! Changes that a job leaves for later: they go to the database with the next question, or with the commit.
//!
//! A change costs a trip to the database, and while passwords are hashed every trip takes a core away from them. On
//! SQLite many statements fit into one trip; on PostgreSQL each takes its own.

use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement, Value};

use super::error::StoreError;
use super::rows::Questions;

/// What was left, in its order.
#[derive(Debug)]
pub(crate) struct Later {
    backend: DbBackend,
    changes: Vec<Statement>,
}

impl Later {
    /// Nothing yet.
    pub(crate) const fn new(backend: DbBackend) -> Self {
        Self { backend, changes: Vec::new() }
    }

    /// Leaves a change.
    pub(crate) fn leave(&mut self, change: &impl QueryTrait) {
        self.changes.push(change.build(self.backend));
    }

    /// Sends what was left.
    pub(crate) async fn send(&mut self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        if self.backend == DbBackend::Sqlite && self.changes.len() > 1 {
            let (texts, values) = self.take();
            let sql = texts.join("; ");
            db.execute_raw(Statement::from_sql_and_values(self.backend, sql, values)).await?;
        }
        for change in self.changes.drain(..) {
            db.execute_raw(change).await?;
        }
        Ok(())
    }

    /// Questions that will find done what was left.
    pub(crate) async fn questions(&mut self, db: &impl ConnectionTrait) -> Result<Questions, StoreError> {
        if self.backend != DbBackend::Sqlite {
            self.send(db).await?;
            return Ok(Questions::new(self.backend));
        }
        let (texts, values) = self.take();
        let before = texts.into_iter().map(|text| text + "; ").collect();
        Ok(Questions::behind(self.backend, before, values))
    }

    /// The statements and their values, one after the other, for what goes to SQLite in one trip.
    pub(crate) fn take(&mut self) -> (Vec<String>, Vec<Value>) {
        let (texts, values): (Vec<_>, Vec<_>) = self
            .changes
            .drain(..)
            .map(|change| (change.sql, change.values.map_or_else(Vec::new, |values| values.0)))
            .unzip();
        (texts, values.concat())
    }
}
