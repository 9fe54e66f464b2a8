//! The role that serves: on PostgreSQL another one than owns the tables.

use std::path::Path;

use reqwest::Url;
use sea_orm::{ConnectionTrait as _, Database};

use crate::server::command;
use crate::{Outcome, expect};

/// The role's name.
const SERVING: &str = "nippo_serves";

/// The database as whoever serves names it. On PostgreSQL that role is made, and granted what it needs, as its operators do.
pub(crate) async fn granted(nippo: &Path, database: &str) -> Outcome<String> {
    if !database.starts_with("postgres") {
        return Ok(database.to_owned());
    }
    #[expect(clippy::disallowed_methods, reason = "a role is made past the program under test")]
    let db = Database::connect(database).await?;
    db.execute_unprepared(&format!("CREATE ROLE {SERVING} LOGIN")).await?;
    db.close().await?;
    let granted = command(nippo, database).args(["migrate", "--grant-to", SERVING]).status().await?;
    expect(granted.success(), || format!("nippo migrate --grant-to: {granted}"))?;
    let mut served = Url::parse(database)?;
    served.set_username(SERVING).map_err(|()| "the database's URL has no host")?;
    Ok(served.into())
}
