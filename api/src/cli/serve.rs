//! `nippo serve`.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use secrecy::ExposeSecret as _;
use shared::account::Role;
use shared::site::DemoAccount;

use super::Failure;
use super::maintenance::{location, opened};
use super::start_clock::StartClock;
use crate::app::AppState;
use crate::auth::SessionTimes;
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Claim;
use crate::{demo, logging, serve};

/// What to do where the role may do too much.
const OTHER_ROLE: &str = "As the role that owns the tables, run `nippo migrate --grant-to` another role, and name that one in \
                          NIPPO_DATABASE_URL";

pub(super) async fn serve(is_demo: bool, clock: Option<StartClock>) -> Result<(), Failure> {
    let mut config = Config::from_env(is_demo)?;
    logging::start(&config.log)?;
    for variable in Config::unknown_in_env() {
        tracing::warn!(variable, "is set and means nothing; `nippo serve --help` lists what does");
    }
    allow_connections(config.limits.connections);
    let clock = clock.map_or_else(Clock::system, StartClock::clock);
    let location = location(config.database_url.expose_secret())?.waiting(config.limits.database_wait);
    let _claim = Claim::of(&location)?;
    if is_demo {
        let passwords = Passwords::new(config.password_cost)?;
        demo::prepare(&location, clock.now(), &passwords).await?;
    }
    let kept = match &config.audit_folder {
        Some(folder) => location.clone().keeping_heads_in(folder),
        None => location.clone(),
    };
    let store = opened(&kept, clock).await?;
    if !is_demo && store.is_demo().await? {
        return Err("this database holds a demo; serve it with --demo, or name another in NIPPO_DATABASE_URL".into());
    }
    if !is_demo && let Some(what) = store.overreach().await? {
        return Err(format!("{what}; whoever serves must not be able to alter what is recorded. {OTHER_ROLE}").into());
    }
    if is_demo {
        config.data_keys = demo::data_keys(&store).await?;
    }
    let accounts = if is_demo { demo::told_accounts(&store).await? } else { Vec::new() };
    let state = AppState::new(config, store, SessionTimes::default(), accounts).map_err(|error| error.chain())?;
    let listener = serve::listen(&state.config)?;
    // Where lines are gathered as JSON, no other is among them. The demo speaks to whoever tries it.
    if is_demo || !state.config.log.json {
        announce(state.config.listen, &state.demo_accounts);
    }
    Ok(serve::serve_on(state, listener).await?)
}

/// Asks the system for the files that so many connections need: it gives few unless asked.
fn allow_connections(connections: usize) {
    /// A connection's socket, and the handle to cut it by.
    const EACH: u64 = 2;
    /// The database's connections, the log, and what else is open.
    const OTHERS: u64 = 256;
    let wanted = connections as u64 * EACH + OTHERS;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(given) if given >= wanted => {}
        Ok(given) => tracing::warn!(wanted, given, "the system gives fewer open files than all connections need"),
        Err(error) => tracing::warn!(%error, "how many files may be open can't be told"),
    }
}

/// Says where the service is, and in the demo how to get in. Where nobody listens, it serves all the same.
fn announce(address: SocketAddr, accounts: &[DemoAccount]) {
    let host = if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() };
    let mut text = format!("nippo serves http://{host}\n");
    if !accounts.is_empty() {
        text.push_str("Sign-ins of the demo (all: nippo demo accounts; the sign-in page tells the codes):\n");
    }
    for role in Role::ALL {
        if let Some(account) = accounts.iter().find(|account| account.role == role) {
            let DemoAccount { login_id, password, organization_name, .. } = account;
            text.push_str(&format!("  {login_id}  {password}  {organization_name}\n"));
        }
    }
    let _ = io::stdout().write_all(text.as_bytes());
}
