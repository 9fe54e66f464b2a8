//! What can go wrong in the store, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Why the store could not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database can't be reached, is full, locked or too slow, or the writer's queue is full: try again later.
    #[error("the database is busy or out of reach")]
    Busy(#[source] Option<DbErr>),
    /// The server's clock lies far behind what was recorded last.
    #[error("the clock is behind the last recorded instant")]
    ClockSuspect,
    /// What is stored contradicts itself.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The database can't be used as it is.
    #[error("the database can't be used: {0}")]
    Unusable(String),
    /// Anything else the database said.
    #[error("the database refused a statement")]
    Database(#[source] DbErr),
}

/// The columns by which SQLite, which doesn't say its name, tells a violated unique constraint.
const UNIQUE_BY_COLUMNS: [(&str, &str); 4] = [
    (migrations::names::SUBMISSION_ONCE_PER_DAY, "submission.unit_id, submission.entry_day, submission.revision"),
    (migrations::names::RECEIPT_NUMBER_ONCE, "submission.receipt_number"),
    (migrations::names::LOGIN_ID_ONCE, "account.login_id"),
    (migrations::names::STATEMENT_ONCE_PER_DAY, "day_statement.unit_id, day_statement.day"),
];

impl StoreError {
    /// A full queue, a stopped writer.
    #[must_use]
    pub const fn busy() -> Self {
        Self::Busy(None)
    }

    /// Whether trying again later makes sense.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// Whether a statement broke the constraint of this name (see `migrations::names`).
    #[must_use]
    pub fn is_on_constraint(&self, name: &str) -> bool {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
            self
        else {
            return false;
        };
        let Some(error) = error.as_database_error() else { return false };
        if let Some(constraint) = error.constraint() {
            return constraint == name;
        }
        let message = error.message();
        if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
            return UNIQUE_BY_COLUMNS.contains(&(name, columns));
        }
        message.strip_prefix("CHECK constraint failed: ") == Some(name)
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let passing = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => will_pass(cause),
            _ => false,
        };
        if passing { Self::Busy(Some(error)) } else { Self::Database(error) }
    }
}

/// Turns a broken constraint of a name into what it means; other errors stay what they are.
///
/// # Errors
/// The error itself, when it is about something else.
pub fn on_constraint<T>(
    result: Result<T, StoreError>,
    name: &str,
    meaning: impl FnOnce() -> T,
) -> Result<T, StoreError> {
    match result {
        Err(error) if error.is_on_constraint(name) => Ok(meaning()),
        other => other,
    }
}

/// Whether an error is about the database's state at the moment and not about the statement.
fn will_pass(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        SqlxError::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// SQLite: busy, locked, read-only file, I/O error, full, can't open (in the low byte of its extended codes).
/// PostgreSQL, by SQLSTATE: connection lost, deadlock, statement canceled, lock not available, out of resources,
/// shutting down, idle in a transaction for too long.
fn is_passing_code(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
            || ["55P03", "25P03", "25006"].contains(&code);
    }
    code.parse::<u32>().is_ok_and(|code| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_database_and_a_canceled_statement_pass_and_a_broken_constraint_does_not() {
        for code in ["5", "517", "6", "13", "57014", "40P01", "53300", "08006"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["19", "2067", "1555", "23505", "23514", "42601"] {
            assert!(!is_passing_code(code), "{code}");
        }
    }

    #[test]
    fn what_passes_is_busy() {
        let error = StoreError::from(DbErr::Query(RuntimeErr::SqlxError(SqlxError::PoolTimedOut.into())));
        assert!(error.is_busy());
        assert!(!StoreError::from(DbErr::Custom("else".into())).is_busy());
    }
}
