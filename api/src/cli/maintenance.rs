//! Commands of whoever runs the machine: they see no figures.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use secrecy::ExposeSecret as _;

use super::{Failure, with_causes};
use crate::auth::token::signing::{self, SigningKeys};
use crate::checkpoint;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::audit::{self, Verification, Witnesses};
use crate::store::rollup::{self, Difference};
use crate::store::{self, Location, Store};

/// The database that the environment names; a missing folder of an SQLite file is made.
pub(super) fn location(url: &str) -> Result<Location, Failure> {
    if let Some(file) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        let (file, options) = file.split_once('?').unwrap_or((file, ""));
        let file = Path::new(file);
        if !options.contains("mode=") && !url.contains(":memory:") && !file.exists() {
            let message = "there is no such file; to have it made, add ?mode=rwc to NIPPO_DATABASE_URL";
            return Err(format!("{}: {message}", file.display()).into());
        }
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        return Ok(Location::new(url));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Location::new(url));
    }
    Err("NIPPO_DATABASE_URL must begin with sqlite:// or postgres://".into())
}

pub(super) async fn open() -> Result<Store, Failure> {
    let url = Config::database_url_from_env();
    opened(&location(url.expose_secret())?, Clock::system()).await
}

/// The store at a location, or a sentence that says which setting led to it.
pub(super) async fn opened(location: &Location, clock: Clock) -> Result<Store, Failure> {
    let store = Store::open(location, clock).await;
    Ok(store.map_err(|error| format!("the database of NIPPO_DATABASE_URL can't be opened: {}", with_causes(&error)))?)
}

pub(super) async fn migrate(grant_to: Option<&str>) -> Result<(), Failure> {
    let Some(role) = grant_to else {
        open().await?;
        println!("the schema is the newest");
        return Ok(());
    };
    let url = Config::database_url_from_env();
    store::migrate_and_grant(&location(url.expose_secret())?, role).await?;
    println!("the schema is the newest, and {role} may serve it");
    Ok(())
}

pub(super) async fn check_rollup() -> Result<ExitCode, Failure> {
    let differences = rollup::check(&open().await?).await?;
    for difference in &differences {
        match difference {
            Difference::Area { key, .. } => {
                println!(
                    "{} {} {:?} {}: the sums differ from the ledger",
                    key.area_id, key.unit_kind, key.series, key.day
                );
            }
            Difference::Coverage { area_id, day } => {
                let what = day.map_or_else(|| "who is scheduled".to_owned(), |day| day.to_string());
                println!("{area_id} {what}: what is counted of its units isn't what is known of them");
            }
            Difference::Wide { key, .. } => {
                println!(
                    "{:?} {} {:?} {:?} {}: the sums differ from the ledger",
                    key.level, key.place, key.span, key.series, key.day
                );
            }
            Difference::Curve { key } => {
                println!("{} {:?} {}: the totals of its days differ from the ledger", key.place, key.series, key.month);
            }
        }
    }
    if differences.is_empty() {
        println!("the sums agree with the ledger");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("nippo: {} sums differ; `nippo rollup rebuild` computes them anew", differences.len());
    Ok(ExitCode::FAILURE)
}

pub(super) async fn rebuild_rollup() -> Result<(), Failure> {
    rollup::rebuild(&open().await?).await?;
    println!("the sums were computed anew");
    Ok(())
}

/// A database as it may be named on a screen: of a URL that can hold a password, no more than what it is.
fn named(url: &str) -> &str {
    let file = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    file.map_or("PostgreSQL, as NIPPO_DATABASE_URL says", |file| file.split_once('?').map_or(file, |(file, _)| file))
}

pub(super) async fn verify_audit() -> Result<ExitCode, Failure> {
    let (folder, key_files) = Config::audit_from_env()?;
    let url = Config::present_database_url_from_env();
    println!("database: {}", named(url.expose_secret()));
    println!("kept heads: {}; keys that may have signed them: {}", folder.display(), key_files.len());
    let mut witnesses = Witnesses::in_folder(&folder)?;
    let signed = checkpoint::add_signed(&mut witnesses, &folder, &SigningKeys::from_files(&key_files)?)?;
    let store = opened(&location(url.expose_secret())?, Clock::system()).await?;
    match audit::verify_with(&store, &mut witnesses).await? {
        Verification::Intact { events, .. } => {
            let heads = witnesses.compared();
            println!("{events} events, each in its place; {heads} kept heads agree, {signed} of them signed");
            Ok(ExitCode::SUCCESS)
        }
        Verification::Broken { seq, reason } => {
            eprintln!("nippo: the chain is broken at event {seq}: {reason}");
            Ok(ExitCode::FAILURE)
        }
    }
}

pub(super) async fn accept_clock() -> Result<(), Failure> {
    let until = open().await?.accept_clock().await?;
    println!("what is recorded from now on follows {until}");
    Ok(())
}

pub(super) fn create_key(file: &Path) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut made = options.open(file).map_err(failed)?;
    made.write_all(signing::new_key()?.as_bytes()).and_then(|()| made.sync_all()).map_err(failed)?;
    println!("{} holds a new private key", file.display());
    Ok(())
}

pub(super) async fn backup(file: &Path) -> Result<(), Failure> {
    let path = file.to_str().ok_or("the file's name must be UTF-8")?;
    if file.exists() {
        return Err(format!("{path} exists").into());
    }
    open().await?.backup(path).await?;
    println!("{path} holds the database as it was");
    Ok(())
}
