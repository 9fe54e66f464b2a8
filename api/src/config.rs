//! Configuration, read from the environment once. [`variables`] lists what is read.

use std::env::VarError;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};

mod code_gateway;
mod data_key;
mod database_url;
mod limits;
mod log;
mod network;
mod origin;
mod password_cost;
mod rates;
mod reader;
mod signing_key;
mod site;
pub mod variables;

pub use code_gateway::{CodeGateway, CodeRules};
pub use data_key::DataKey;
pub use limits::RequestLimits;
pub use log::LogConfig;
pub use network::Network;
pub use password_cost::PasswordCost;
pub use rates::Rates;
pub use site::SiteWords;

use reader::Reader;

/// What the server is configured to do.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether this is the demo.
    pub demo: bool,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The database; the URL may hold a password.
    pub database_url: SecretString,
    /// The origins that browsers may come from: one, but both loopback names in the demo.
    pub origins: Vec<String>,
    /// The files of the keys that sign access tokens: the first signs. None only in the demo, which has a key.
    pub signing_key_files: Vec<PathBuf>,
    /// Where the heads of the audit chain are kept outside the database, if anywhere.
    pub audit_folder: Option<PathBuf>,
    /// Networks whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<Network>,
    /// Who may see the API's documentation.
    pub api_docs: ApiDocs,
    /// Where metrics are served, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Threads that serve HTTP; by default as many as cores.
    pub workers: Option<usize>,
    /// What one request may take.
    pub limits: RequestLimits,
    /// Rates; none when they are off.
    pub rates: Option<Rates>,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
    /// How old a password may become; any age where none is set.
    pub password_age: Option<TimeDelta>,
    /// The keys under which secrets lie in the database: the first seals. The demo's come with its database.
    pub data_keys: Vec<DataKey>,
    /// Where codes by text message and telephone are handed over, if anywhere. The demo keeps them.
    pub code_gateway: Option<CodeGateway>,
    /// What codes may be sent.
    pub code_rules: CodeRules,
    /// The words that the site shows of itself.
    pub site: SiteWords,
}

/// Who may see the API's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiDocs {
    /// Nobody.
    Off,
    /// Whoever is signed in.
    Authenticated,
    /// Everybody.
    Public,
}

/// Why the server refuses to start.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A variable can't be read.
    #[error("{name} can't be read: expected {expected}")]
    Unreadable {
        /// The variable.
        name: &'static str,
        /// What is expected.
        expected: String,
    },
    /// A setting isn't safe.
    #[error("{0}")]
    Unsafe(&'static str),
}

impl ConfigError {
    fn unreadable(name: &'static str, expected: &str) -> Self {
        Self::Unreadable { name, expected: expected.to_owned() }
    }
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const DATABASE_URL: &str = "NIPPO_DATABASE_URL";

/// A variable of the environment. What isn't Unicode comes with replacement characters, so that it is refused or seen
/// rather than taken for absent.
fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    match std::env::var(name) {
        Ok(value) => Some(value),
        Err(VarError::NotPresent) => None,
        Err(VarError::NotUnicode(value)) => Some(value.to_string_lossy().into_owned()),
    }
}

const DATABASE_FILE: &str = "./data/nippo.db";
const DEMO_DATABASE_FILE: &str = "./data/nippo-demo.db";

fn default_database(demo: bool) -> String {
    format!("sqlite://{}?mode=rwc", if demo { DEMO_DATABASE_FILE } else { DATABASE_FILE })
}

fn audit_folder<F: Fn(&str) -> Option<String>>(read: &Reader<F>, demo: bool) -> Option<PathBuf> {
    let usual = (!demo).then(|| "./data/audit".to_owned());
    read.text("NIPPO_AUDIT_FOLDER").or(usual).map(PathBuf::from)
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// When a variable can't be read, or when what it says isn't safe to run with.
    pub fn from_env(demo: bool) -> Result<Self, ConfigError> {
        Self::from_lookup(demo, environment)
    }

    /// Where the data is, for commands that need nothing else.
    #[must_use]
    pub fn database_url_from_env() -> SecretString {
        Reader::new(environment).text(DATABASE_URL).unwrap_or_else(|| default_database(false)).into()
    }

    /// Where the demo's data is, for commands that need nothing else.
    #[must_use]
    pub fn demo_database_url_from_env() -> SecretString {
        Reader::new(environment).text(DATABASE_URL).unwrap_or_else(|| default_database(true)).into()
    }

    /// Where the data is that a command only looks at: where the environment doesn't say it, the usual place, or the demo's
    /// where nothing but a demo is there.
    #[must_use]
    pub fn present_database_url_from_env() -> SecretString {
        let named = Reader::new(environment).text(DATABASE_URL);
        let only_demo = !Path::new(DATABASE_FILE).exists() && Path::new(DEMO_DATABASE_FILE).exists();
        named.unwrap_or_else(|| default_database(only_demo)).into()
    }

    /// Where people reach the service, for a command that only tells them; none where it isn't said.
    #[must_use]
    pub fn origin_from_env() -> Option<String> {
        Reader::new(environment).text("NIPPO_ORIGIN").map(|origin| origin.trim_end_matches('/').to_owned())
    }

    /// Where the heads of the audit chain are kept, and the keys that may have signed them, for the command that compares.
    ///
    /// # Errors
    ///
    /// When a second key is named without a first.
    pub fn audit_from_env() -> Result<(PathBuf, Vec<PathBuf>), ConfigError> {
        let read = Reader::new(environment);
        Ok((audit_folder(&read, false).unwrap_or_default(), read.signing_key_files(true)?))
    }

    /// Variables of the environment that look like ours and mean nothing: most likely misspelt.
    #[must_use]
    pub fn unknown_in_env() -> Vec<String> {
        unknown(std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()))
    }

    /// Reads variables from anywhere.
    ///
    /// # Errors
    ///
    /// As [`Config::from_env`].
    pub fn from_lookup(demo: bool, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader::new(lookup);
        let listen: SocketAddr =
            read.parsed("NIPPO_LISTEN", "an address and port such as 127.0.0.1:8080")?.unwrap_or(DEFAULT_LISTEN);
        let docs = [("off", ApiDocs::Off), ("authenticated", ApiDocs::Authenticated), ("public", ApiDocs::Public)];
        let usual_docs = if demo { ApiDocs::Public } else { ApiDocs::Authenticated };
        let config = Self {
            demo,
            listen,
            database_url: read.text(DATABASE_URL).unwrap_or_else(|| default_database(demo)).into(),
            origins: read.origins(demo, listen)?,
            audit_folder: audit_folder(&read, demo),
            signing_key_files: read.signing_key_files(demo)?,
            trusted_proxies: read.list("NIPPO_TRUSTED_PROXIES", "addresses or networks such as 10.0.0.0/8")?,
            api_docs: read.choice("NIPPO_API_DOCS", &docs)?.unwrap_or(usual_docs),
            metrics_listen: read.parsed("NIPPO_METRICS_LISTEN", "an address and port such as 127.0.0.1:9090")?,
            log: read.log(demo)?,
            workers: read.above_zero("NIPPO_WORKERS")?.map(|workers| workers as usize),
            limits: read.limits()?,
            rates: read.rates(demo)?,
            password_cost: read.password_cost(demo)?,
            password_age: read.above_zero("NIPPO_PASSWORD_DAYS")?.map(|days| TimeDelta::days(i64::from(days))),
            data_keys: read.data_keys(demo)?,
            code_gateway: read.code_gateway(demo)?,
            code_rules: read.code_rules()?,
            site: read.site(demo),
        };
        config.refuse_what_is_unsafe(read.choice("NIPPO_DEMO_PUBLIC", &[("1", true)])?.unwrap_or(false))?;
        Ok(config)
    }

    /// A configuration for tests: cheap passwords, a key that everybody knows, no rates, no environment.
    ///
    /// # Errors
    ///
    /// Never, unless the defaults contradict themselves.
    pub fn for_tests(listen: SocketAddr) -> Result<Self, ConfigError> {
        let mut config = Self::from_lookup(true, |_| None)?;
        config.listen = listen;
        config.origins = vec![format!("http://{listen}")];
        config.password_cost = PasswordCost { memory: 8, passes: 1, lanes: 1 };
        config.data_keys = vec![DataKey::new("test", [7; 32])];
        config.rates = None;
        config.workers = Some(1);
        Ok(config)
    }

    fn refuse_what_is_unsafe(&self, demo_public: bool) -> Result<(), ConfigError> {
        if self.demo {
            return if self.listen.ip().is_loopback() || demo_public {
                Ok(())
            } else {
                Err(ConfigError::Unsafe("the demo listens on loopback addresses only (or set NIPPO_DEMO_PUBLIC=1)"))
            };
        }
        if self.api_docs == ApiDocs::Public {
            return Err(ConfigError::Unsafe("NIPPO_API_DOCS=public is for --demo"));
        }
        if database_url::is_remote_postgres_without_tls(self.database_url.expose_secret()) {
            return Err(ConfigError::Unsafe(
                "a remote PostgreSQL needs TLS: add sslmode=require (better verify-full) to NIPPO_DATABASE_URL",
            ));
        }
        Ok(())
    }

    /// Who issues access tokens, and where the addresses of slips lead: the first origin.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.origins.first().map_or("", String::as_str)
    }

    /// Whether an origin is this service's own.
    #[must_use]
    pub fn is_own_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|own| own == origin)
    }

    /// Whether a peer is a proxy whose `X-Forwarded-For` counts.
    #[must_use]
    pub fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }
}

/// The names among these that look like ours and aren't.
fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = |name: &String| variables::VARIABLES.iter().any(|variable| variable.name == name);
    let mut unknown: Vec<String> = names.filter(|name| name.starts_with("NIPPO_") && !known(name)).collect();
    unknown.sort();
    unknown
}

#[cfg(test)]
mod tests;
