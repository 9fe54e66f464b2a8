//! The command line of `nippo`.

mod create_manager;
mod demo;
mod holidays;
mod maintenance;
mod serve;
mod start_clock;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::demo::scale::Scale;
use start_clock::StartClock;

/// 日報: every clinic says once a day how many patients tested positive, and everybody concerned knows the same evening.
///
/// Configured by the environment: NIPPO_DATABASE_URL names the database, and `nippo serve --help` lists all variables.
#[derive(Debug, Parser)]
#[command(name = "nippo", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and its screens until told to stop
    #[command(after_help = crate::config::variables::help())]
    Serve {
        /// Serve a fictitious country with 35 days of history, and tell everybody its sign-ins
        #[arg(long)]
        demo: bool,
        /// Let the demo's clock start at an instant; with `,frozen` it stands still there
        #[arg(long, requires = "demo", value_name = "2026-11-22T18:20+09:00[,frozen]")]
        clock: Option<StartClock>,
    },
    /// About the demo; with --scale, make a country for measuring in an empty database
    #[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
    Demo {
        /// How large the country for measuring is, whose last day is yesterday
        #[arg(long, value_enum)]
        scale: Option<Scale>,
        /// How many days of reports it has
        #[arg(long, requires = "scale", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=730))]
        days: u32,
        #[command(subcommand)]
        command: Option<DemoCommand>,
    },
    /// Bring the database to the newest schema
    ///
    /// On PostgreSQL the role that serves must not own the tables: as the one that owns them, run it with --grant-to the other
    /// one, at the first time and with each new version.
    Migrate {
        /// A role of PostgreSQL that is granted what whoever serves needs, and no more
        #[arg(long, value_name = "ROLE")]
        grant_to: Option<String>,
    },
    /// Issue a manager's account of the ministry, which is registered if it isn't yet
    CreateManager(create_manager::Options),
    /// Make a private key for NIPPO_SIGNING_KEY_FILE, readable by its owner alone
    CreateKey {
        /// The file; it must not exist yet
        file: std::path::PathBuf,
    },
    /// About the sums that tables are read from
    Rollup {
        #[command(subcommand)]
        command: RollupCommand,
    },
    /// About the chain of audit events
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// About public holidays
    Holidays {
        #[command(subcommand)]
        command: HolidaysCommand,
    },
    /// About the clock
    Clock {
        #[command(subcommand)]
        command: ClockCommand,
    },
    /// Copy an SQLite database, as it is at one instant, to a new file
    Backup {
        /// The file; it must not exist yet
        file: std::path::PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// List the sign-ins of the demo
    Accounts {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show the API client of the demo's first clinic, with its private key
    Client {
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum RollupCommand {
    /// Compare the sums with the ledger; ends with 1 when they differ
    Check,
    /// Compute the sums anew from the ledger
    Rebuild,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Compute every hash of the chain anew; ends with 1 when one doesn't fit
    Verify,
}

#[derive(Debug, Subcommand)]
enum HolidaysCommand {
    /// Take in the Cabinet Office's file of public holidays, for coming days
    ///
    /// The file is syukujitsu.csv of the Cabinet Office (内閣府「国民の祝日」について), in CP932 as it is published or in UTF-8. For
    /// the years that it covers, coming days become what it says: holidays are added, renamed and taken away. Days up to today
    /// are never changed, since which units were to be expected then is history; where the file differs there, it is told.
    Import {
        /// The file
        file: std::path::PathBuf,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List the public holidays of a year, as they hold
    List {
        /// The year; this one in Japan by default
        year: Option<i32>,
    },
}

#[derive(Debug, Subcommand)]
enum ClockCommand {
    /// Accept that the clock lies behind what was recorded last, and take reports again
    Accept,
}

/// How long the end of a command waits for what still runs beside it.
const LEFT_OVER: Duration = Duration::from_secs(5);

/// What a command ends with when it can't be carried out.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Carries out what the command line says. Ends with 0, with 1 when it failed, with 2 when it wasn't understood.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(carry_out(cli.command));
            // What was to be done is done and durable: whatever is still at work must not keep the process.
            runtime.shutdown_timeout(LEFT_OVER);
            outcome
        }
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("nippo: {}", with_causes(failure.as_ref()));
        ExitCode::FAILURE
    })
}

async fn carry_out(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve { demo, clock } => serve::serve(demo, clock).await?,
        Command::Demo { scale: Some(scale), days, .. } => demo::make(scale, days).await?,
        Command::Demo { command: Some(DemoCommand::Accounts { json }), .. } => list_accounts(json)?,
        Command::Demo { command: Some(DemoCommand::Client { json }), .. } => show_client(json)?,
        Command::Demo { .. } => return Err("say --scale, or a command; `nippo demo --help` lists them".into()),
        Command::CreateKey { file } => maintenance::create_key(&file)?,
        Command::Migrate { grant_to } => maintenance::migrate(grant_to.as_deref()).await?,
        Command::CreateManager(options) => create_manager::create(options).await?,
        Command::Rollup { command: RollupCommand::Check } => return maintenance::check_rollup().await,
        Command::Rollup { command: RollupCommand::Rebuild } => maintenance::rebuild_rollup().await?,
        Command::Audit { command: AuditCommand::Verify } => return maintenance::verify_audit().await,
        Command::Holidays { command: HolidaysCommand::Import { file, dry_run } } => {
            holidays::import(&file, dry_run).await?;
        }
        Command::Holidays { command: HolidaysCommand::List { year } } => holidays::list(year).await?,
        Command::Clock { command: ClockCommand::Accept } => maintenance::accept_clock().await?,
        Command::Backup { file } => maintenance::backup(&file).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list_accounts(json: bool) -> Result<(), Failure> {
    let sign_ins = crate::demo::sign_ins();
    if json {
        return Ok(put_out(&format!("{}\n", serde_json::to_string_pretty(&sign_ins)?))?);
    }
    Ok(demo::print(sign_ins)?)
}

fn show_client(json: bool) -> Result<(), Failure> {
    let client = crate::demo::keys::client();
    if json {
        return Ok(put_out(&format!("{}\n", serde_json::to_string_pretty(&client)?))?);
    }
    let (client_id, kid, alg, private_key) = (client.client_id, client.kid, client.alg, client.private_key);
    Ok(put_out(&format!("client_id {client_id}  kid {kid}  alg {alg}\n{private_key}"))?)
}

/// Writes to standard output. A reader that has seen enough, such as `head`, is no failure.
fn put_out(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// An error and what caused it, on one line. Who wraps another's words transparently is not repeated.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_is_told_of_in_operations_md() {
        let operations = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
        let operations = std::fs::read_to_string(operations).expect("text");
        let mut commands = Vec::new();
        for command in Cli::command().get_subcommands() {
            let below: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            let name = command.get_name();
            if below.is_empty() {
                commands.push(format!("`nippo {name}"));
            }
            commands.extend(below.into_iter().map(|below| format!("`nippo {name} {below}")));
        }
        assert!(commands.len() > 7);
        for command in commands {
            assert!(operations.contains(&command), "{command}");
        }
    }

    #[test]
    fn a_clock_is_for_the_demo_only() {
        let instant = "2026-11-22T18:20+09:00,frozen";
        assert!(Cli::try_parse_from(["nippo", "serve", "--clock", instant]).is_err());
        assert!(Cli::try_parse_from(["nippo", "serve", "--demo", "--clock", instant]).is_ok());
    }
}
