//! Configuration, read from the environment once.
//!
//! | Variable | Default | Meaning |
//! |---|---|---|
//! | `NIPPO_LISTEN` | `127.0.0.1:8080` | Address and port that the server listens on; with `--demo` a loopback one |
//! | `NIPPO_DATABASE_URL` | `sqlite://./data/nippo.db?mode=rwc`; with `--demo` `…/nippo-demo.db…` | SQLite file or `postgres://…` |
//! | `NIPPO_ORIGIN` | – ; with `--demo` both loopback names of the port | The one origin of browsers, `https://…`; required without `--demo` |
//! | `NIPPO_TRUSTED_PROXIES` | none | Addresses or networks (`10.0.0.0/8,::1`), separated by commas, whose `X-Forwarded-For` counts |
//! | `NIPPO_API_DOCS` | `authenticated`; with `--demo` `public` | Swagger UI: `off`, `authenticated`, `public` (`public` with `--demo` only) |
//! | `NIPPO_METRICS_LISTEN` | off | Address and port of the metrics, apart from the API |
//! | `NIPPO_LOG` | `info` | What is logged: a level, or directives such as `info,api=debug` |
//! | `NIPPO_LOG_FORMAT` | `json`; with `--demo` `text` | One JSON object a line, or text for people |
//! | `NIPPO_WORKERS` | number of cores | Threads that serve HTTP |
//! | `NIPPO_MAX_IN_FLIGHT` | `1024` | Requests under way at once; further ones are answered 503 |
//! | `NIPPO_RATE_LIMITS` | `on` | `off` with `--demo` only |
//! | `NIPPO_SIGN_INS_PER_MINUTE` | `20` | Sign-ins per address, with a burst of twice as many |
//! | `NIPPO_WRITES_PER_MINUTE` | `120` | Writes per account, with as large a burst; a health center has ten times as many |
//! | `NIPPO_READS_PER_MINUTE` | `600` | Reads per account, with as large a burst |
//! | `NIPPO_PASSWORD_COST` | `19456,2,1` | Argon2id memory in KiB, passes, lanes; less with `--demo` only |
//! | `NIPPO_DEMO_PUBLIC` | – | `1` lets `--demo` listen on other than loopback addresses |
//! | `NIPPO_SERVICE_NAME_JA`, `NIPPO_SERVICE_NAME_EN` | `日報`, `nippo` | The name on every page |
//! | `NIPPO_HELP_DESK_EMAIL`, `NIPPO_HELP_DESK_TELEPHONE` | empty | Where to ask for help |
//! | `NIPPO_HELP_DESK_HOURS_JA`, `NIPPO_HELP_DESK_HOURS_EN` | empty | When |
//! | `NIPPO_BADGE_JA`, `NIPPO_BADGE_EN` | none; with `--demo` デモ | A word on every page, such as 訓練用 |
//! | `NIPPO_NOTICE_JA`, `NIPPO_NOTICE_EN` | none | A notice on every page |

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};
use shared::site::{HelpDesk, Notice};

mod network;

pub use network::Network;

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
    /// Requests under way at once.
    pub max_in_flight: usize,
    /// Rates; none when they are off.
    pub rates: Option<Rates>,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
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

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A level, or directives.
    pub filter: String,
    /// Whether a line is a JSON object.
    pub json: bool,
}

/// Requests a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Sign-ins per address; the burst is twice as large.
    pub sign_ins: u32,
    /// Writes per account; the burst is as large.
    pub writes: u32,
    /// Writes per account of a health center.
    pub center_writes: u32,
    /// What a health center may write at once.
    pub center_burst: u32,
    /// Reads per account; the burst is as large.
    pub reads: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { sign_ins: 20, writes: 120, center_writes: 1_200, center_burst: 400, reads: 600 }
    }
}

/// What a password hash (Argon2id) costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, lanes: 1 }
    }
}

/// The words that the site shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteWords {
    /// The service's name in Japanese.
    pub name_ja: String,
    /// The service's name in English.
    pub name_en: String,
    /// Where to ask for help.
    pub help_desk: HelpDesk,
    /// A word on every page.
    pub badge: Option<Notice>,
    /// A notice on every page.
    pub notice: Option<Notice>,
}

/// Why the server refuses to start.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A variable can't be read.
    #[error("{name} can't be read: {reason}")]
    Unreadable {
        /// The variable.
        name: &'static str,
        /// What is expected.
        reason: String,
    },
    /// A setting isn't safe.
    #[error("{0}")]
    Unsafe(&'static str),
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// When a variable can't be read, or when what it says isn't safe to run with.
    pub fn from_env(demo: bool) -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        Self::from_lookup(demo, |name| std::env::var(name).ok())
    }

    /// Where the data is, for commands that need nothing else.
    #[must_use]
    pub fn database_url_from_env() -> SecretString {
        #[expect(clippy::disallowed_methods, reason = "beside `from_env`, the one place that reads the environment")]
        let url = std::env::var("NIPPO_DATABASE_URL").ok().filter(|url| !url.is_empty());
        url.unwrap_or_else(|| "sqlite://./data/nippo.db?mode=rwc".to_owned()).into()
    }

    /// Reads variables from anywhere.
    ///
    /// # Errors
    ///
    /// As [`Config::from_env`].
    pub fn from_lookup(demo: bool, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader { lookup: |name: &str| lookup(name).filter(|value| !value.is_empty()) };
        let listen: SocketAddr = read.parsed("NIPPO_LISTEN", "an address and port")?.unwrap_or(DEFAULT_LISTEN);
        let file = if demo { "nippo-demo.db" } else { "nippo.db" };
        let database_url =
            read.text("NIPPO_DATABASE_URL").unwrap_or_else(|| format!("sqlite://./data/{file}?mode=rwc"));
        let config = Self {
            demo,
            listen,
            database_url: database_url.into(),
            origins: read.origins(demo, listen)?,
            trusted_proxies: read.list("NIPPO_TRUSTED_PROXIES", "addresses or networks such as 10.0.0.0/8")?,
            api_docs: read.api_docs(demo)?,
            metrics_listen: read.parsed("NIPPO_METRICS_LISTEN", "an address and port")?,
            log: read.log(demo)?,
            workers: read.parsed("NIPPO_WORKERS", "a number")?.filter(|&workers| workers > 0),
            max_in_flight: read.parsed("NIPPO_MAX_IN_FLIGHT", "a number")?.unwrap_or(1024),
            rates: read.rates(demo)?,
            password_cost: read.password_cost(demo)?,
            site: read.site(demo),
        };
        config.refuse_what_is_unsafe(read.text("NIPPO_DEMO_PUBLIC").as_deref() == Some("1"))?;
        Ok(config)
    }

    /// A configuration for tests: cheap passwords, no rates, no environment.
    ///
    /// # Errors
    ///
    /// Never, unless the defaults contradict themselves.
    pub fn for_tests(listen: SocketAddr) -> Result<Self, ConfigError> {
        let mut config = Self::from_lookup(true, |_| None)?;
        config.listen = listen;
        config.origins = vec![format!("http://{listen}")];
        config.password_cost = PasswordCost { memory: 8, passes: 1, lanes: 1 };
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
        if is_remote_postgres_without_tls(self.database_url.expose_secret()) {
            return Err(ConfigError::Unsafe(
                "a remote PostgreSQL needs TLS: add sslmode=require (better verify-full) to NIPPO_DATABASE_URL",
            ));
        }
        Ok(())
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

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Whether a database URL names another machine and doesn't insist on TLS.
fn is_remote_postgres_without_tls(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")) else {
        return false;
    };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = authority.split('/').next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let host = parameter("host").unwrap_or(host);
    let name = if let Some(bracketed) = host.strip_prefix('[') {
        bracketed.split(']').next().unwrap_or_default()
    } else {
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    };
    let local = name.is_empty()
        || name == "localhost"
        || name.starts_with('/')
        || name.starts_with("%2F")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !local && !matches!(parameter("sslmode"), Some("require" | "verify-ca" | "verify-full"))
}

struct Reader<F> {
    lookup: F,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    fn parsed<T: FromStr>(&self, name: &'static str, expected: &str) -> Result<Option<T>, ConfigError> {
        let unreadable = |_| ConfigError::Unreadable { name, reason: format!("expected {expected}") };
        self.text(name).map(|value| value.trim().parse().map_err(unreadable)).transpose()
    }

    fn list<T: FromStr>(&self, name: &'static str, expected: &str) -> Result<Vec<T>, ConfigError> {
        let unreadable = |_| ConfigError::Unreadable { name, reason: format!("expected {expected}") };
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(unreadable))
            .collect()
    }

    fn origins(&self, demo: bool, listen: SocketAddr) -> Result<Vec<String>, ConfigError> {
        match self.text("NIPPO_ORIGIN") {
            Some(origin) => {
                let scheme_is_right = origin.starts_with("https://") || (demo && origin.starts_with("http://"));
                let host = origin.split_once("://").map_or("", |(_, host)| host);
                if !scheme_is_right || host.is_empty() || host.contains('/') {
                    let reason = "expected https://host, without a path".to_owned();
                    return Err(ConfigError::Unreadable { name: "NIPPO_ORIGIN", reason });
                }
                Ok(vec![origin])
            }
            None if demo => {
                let port = listen.port();
                Ok(vec![format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")])
            }
            None => Err(ConfigError::Unsafe("NIPPO_ORIGIN is required: the https origin that browsers see")),
        }
    }

    fn api_docs(&self, demo: bool) -> Result<ApiDocs, ConfigError> {
        match self.text("NIPPO_API_DOCS").as_deref() {
            None if demo => Ok(ApiDocs::Public),
            None | Some("authenticated") => Ok(ApiDocs::Authenticated),
            Some("off") => Ok(ApiDocs::Off),
            Some("public") => Ok(ApiDocs::Public),
            Some(_) => Err(ConfigError::Unreadable {
                name: "NIPPO_API_DOCS",
                reason: "expected off, authenticated or public".to_owned(),
            }),
        }
    }

    fn log(&self, demo: bool) -> Result<LogConfig, ConfigError> {
        let json = match self.text("NIPPO_LOG_FORMAT").as_deref() {
            None => !demo,
            Some("json") => true,
            Some("text") => false,
            Some(_) => {
                let reason = "expected json or text".to_owned();
                return Err(ConfigError::Unreadable { name: "NIPPO_LOG_FORMAT", reason });
            }
        };
        Ok(LogConfig { filter: self.text("NIPPO_LOG").unwrap_or_else(|| "info".to_owned()), json })
    }

    fn rates(&self, demo: bool) -> Result<Option<Rates>, ConfigError> {
        match self.text("NIPPO_RATE_LIMITS").as_deref() {
            None | Some("on") => {}
            Some("off") if demo => return Ok(None),
            Some("off") => return Err(ConfigError::Unsafe("NIPPO_RATE_LIMITS=off is for --demo")),
            Some(_) => {
                let reason = "expected on or off".to_owned();
                return Err(ConfigError::Unreadable { name: "NIPPO_RATE_LIMITS", reason });
            }
        }
        let mut rates = Rates::default();
        if let Some(sign_ins) = self.parsed::<std::num::NonZeroU32>("NIPPO_SIGN_INS_PER_MINUTE", "a number above 0")? {
            rates.sign_ins = sign_ins.get();
        }
        if let Some(writes) = self.parsed::<std::num::NonZeroU32>("NIPPO_WRITES_PER_MINUTE", "a number above 0")? {
            rates.writes = writes.get();
            rates.center_writes = writes.get().saturating_mul(10);
        }
        if let Some(reads) = self.parsed::<std::num::NonZeroU32>("NIPPO_READS_PER_MINUTE", "a number above 0")? {
            rates.reads = reads.get();
        }
        Ok(Some(rates))
    }

    fn password_cost(&self, demo: bool) -> Result<PasswordCost, ConfigError> {
        const NAME: &str = "NIPPO_PASSWORD_COST";
        let least = PasswordCost::default();
        let cost = match self.list::<u32>(NAME, "three numbers: memory in KiB, passes, lanes")?[..] {
            [] => return Ok(least),
            [memory, passes, lanes] => PasswordCost { memory, passes, lanes },
            _ => return Err(ConfigError::Unreadable { name: NAME, reason: "expected three numbers".to_owned() }),
        };
        if !demo && (cost.memory < least.memory || cost.passes < least.passes) {
            return Err(ConfigError::Unsafe("NIPPO_PASSWORD_COST below 19456,2,1 is for --demo"));
        }
        Ok(cost)
    }

    fn site(&self, demo: bool) -> SiteWords {
        let or = |name: &str, default: &str| self.text(name).unwrap_or_else(|| default.to_owned());
        let pair = |ja: &str, en: &str| {
            let (ja, en) = (self.text(ja), self.text(en));
            let either = ja.clone().or_else(|| en.clone())?;
            Some(Notice { ja: ja.unwrap_or_else(|| either.clone()), en: en.unwrap_or(either) })
        };
        let demo_badge = || demo.then(|| Notice { ja: "デモ".to_owned(), en: "Demo".to_owned() });
        SiteWords {
            name_ja: or("NIPPO_SERVICE_NAME_JA", "日報"),
            name_en: or("NIPPO_SERVICE_NAME_EN", "nippo"),
            help_desk: HelpDesk {
                email: or("NIPPO_HELP_DESK_EMAIL", ""),
                telephone: or("NIPPO_HELP_DESK_TELEPHONE", ""),
                hours_ja: or("NIPPO_HELP_DESK_HOURS_JA", ""),
                hours_en: or("NIPPO_HELP_DESK_HOURS_EN", ""),
            },
            badge: pair("NIPPO_BADGE_JA", "NIPPO_BADGE_EN").or_else(demo_badge),
            notice: pair("NIPPO_NOTICE_JA", "NIPPO_NOTICE_EN"),
        }
    }
}

#[cfg(test)]
mod tests;
