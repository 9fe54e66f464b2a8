//! Kills nippo and its database under load, fills its disk, and counts what is lost: nothing may be.
//!
//! `scripts/outages.sh` prepares the databases and runs this on both engines. Every figure is printed; the first
//! promise that doesn't hold ends the run with 1.

mod authenticator;
mod books;
mod country;
mod disk;
mod kills;
mod load;
mod postgres;
mod role;
mod server;
mod timing;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// What ends a run: a promise that doesn't hold, or something that can't be done.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T> = Result<T, Failure>;

/// How a run goes.
#[derive(Debug, Parser)]
struct Options {
    /// The program under test
    #[arg(long)]
    nippo: PathBuf,
    /// The database of the run, empty, as NIPPO_DATABASE_URL names it
    #[arg(long)]
    database: String,
    /// How often nippo is killed
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// The folder of the PostgreSQL cluster, as `scripts/postgres.sh start` printed it
    #[arg(long)]
    cluster: Option<PathBuf>,
    /// How often the cluster is killed
    #[arg(long, default_value_t = 5)]
    cluster_kills: u32,
    /// The folder of a small file system that holds the database: it is filled up
    #[arg(long)]
    small_disk: Option<PathBuf>,
    /// What the instants of killing are drawn from
    #[arg(long, default_value_t = 20_261_122)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("outages: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Outcome<()> {
    let mut random = timing::Random::new(options.seed);
    let country = country::settle(&options.database).await?;
    let mut books = books::Books::open(&options.database).await?;
    let served = role::granted(&options.nippo, &options.database).await?;
    let mut server = server::Server::start(&options.nippo, &served).await?;
    let sender = load::Sender::sign_in(&server, country).await?;
    kills::run(options, &served, &mut random, &sender, &mut books, &mut server).await?;
    if let Some(cluster) = &options.cluster {
        postgres::run(options, cluster, &mut random, &sender, &mut books, &server).await?;
    }
    if let Some(folder) = &options.small_disk {
        disk::run(folder, &sender, &mut books, &server).await?;
    }
    books.check_everything(&sender, &server).await?;
    drop(server);
    server::assert_sound(&options.nippo, &served).await
}

/// Ends the run unless a promise holds.
fn expect(holds: bool, promise: impl FnOnce() -> String) -> Outcome<()> {
    if holds { Ok(()) } else { Err(promise().into()) }
}
