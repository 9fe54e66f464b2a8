//! A file of SQLite is one server's own: two would each carry its log, number its receipts and play its demo.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::str::FromStr as _;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::{Location, StoreError};

/// What the name of the file that is locked has after the database's.
const SUFFIX: &str = "-server";

/// A server's hold on a file of SQLite, until it is dropped or the process ends in whichever way. On PostgreSQL any number
/// of servers share a database, and there is nothing to hold.
#[derive(Debug)]
pub struct Claim {
    /// Locked for as long as it is open.
    _file: Option<File>,
}

impl Claim {
    /// Takes hold of a database. Commands beside the server need no hold.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] while another server holds it, and when no file can be made beside it.
    pub fn of(location: &Location) -> Result<Self, StoreError> {
        // What is in memory is refused when it is opened.
        if !location.is_sqlite() || location.is_in_memory() {
            return Ok(Self { _file: None });
        }
        let options = SqliteConnectOptions::from_str(&location.url)
            .map_err(|error| StoreError::Unusable(format!("its URL: {error}")))?;
        let database = options.get_filename();
        // Beside the database and not itself: SQLite has locks of its own on that, which some systems don't tell apart.
        let mut name = OsString::from(database);
        name.push(SUFFIX);
        let unusable = |error| StoreError::Unusable(format!("{}: {error}", name.display()));
        let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Unusable(format!(
                "another nippo serves {}; stop it, or name another database in NIPPO_DATABASE_URL",
                database.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |name: &str| Location::new(format!("sqlite://{}?mode=rwc", folder.path().join(name).display()));
        let first = Claim::of(&of("one.db")).expect("nobody else's");
        let refused = Claim::of(&of("one.db")).expect_err("taken").to_string();
        assert!(refused.contains("another nippo serves") && refused.contains("one.db;"), "{refused}");
        Claim::of(&of("two.db")).expect("another file");
        drop(first);
        Claim::of(&of("one.db")).expect("free again");
    }

    #[test]
    fn a_shared_database_is_nobodys_own() {
        let location = Location::new("postgres://nippo@127.0.0.1/nippo");
        let _first = Claim::of(&location).expect("shared");
        Claim::of(&location).expect("shared");
    }
}
