//! `nippo serve`.

use std::net::SocketAddr;

use secrecy::ExposeSecret as _;
use shared::account::Role;
use shared::site::DemoAccount;

use super::Failure;
use super::maintenance::location;
use super::start_clock::StartClock;
use crate::app::AppState;
use crate::auth::SessionTimes;
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use crate::{demo, logging, serve};

pub(super) async fn serve(is_demo: bool, clock: Option<StartClock>) -> Result<(), Failure> {
    let config = Config::from_env(is_demo)?;
    logging::start(&config.log)?;
    let clock = clock.map_or_else(Clock::system, StartClock::clock);
    let location = location(config.database_url.expose_secret())?;
    if is_demo {
        let passwords = Passwords::new(config.password_cost)?;
        demo::prepare(&location, clock.now(), &passwords).await?;
    }
    let store = Store::open(&location, clock).await?;
    if !is_demo && store.is_demo().await? {
        return Err("this database holds a demo; serve it with --demo, or name another in NIPPO_DATABASE_URL".into());
    }
    let accounts = if is_demo { demo::listed_accounts() } else { Vec::new() };
    let state = AppState::new(config, store, SessionTimes::default(), accounts)?;
    announce(state.config.listen, &state.demo_accounts);
    Ok(serve::serve(state).await?)
}

/// Says where the service is, and in the demo how to get in.
fn announce(address: SocketAddr, accounts: &[DemoAccount]) {
    let host = if address.ip().is_loopback() { "localhost".to_owned() } else { address.ip().to_string() };
    println!("nippo serves http://{host}:{}", address.port());
    if accounts.is_empty() {
        return;
    }
    println!("Sign-ins of the demo (all: nippo demo accounts):");
    for role in Role::ALL {
        let Some(account) = accounts.iter().find(|account| account.role == role) else { continue };
        println!("  {}  {}  {}", account.login_id, account.password, account.organization_name);
    }
}
