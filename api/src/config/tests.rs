use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::variables::{VARIABLES, Variable};
use super::*;

fn config(demo: bool, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_lookup(demo, |name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

/// A file that isn't looked at here.
const KEY: (&str, &str) = ("NIPPO_SIGNING_KEY_FILE", "/run/nippo/signing.pem");

fn production(extra: (&str, &str)) -> Result<Config, ConfigError> {
    let key = key_file(&line(1), 0o600);
    config(false, &[("NIPPO_ORIGIN", "https://nippo.example"), ("NIPPO_DATA_KEY", path(&key)), KEY, extra])
}

fn line(byte: u8) -> String {
    format!("key-{byte}:{}", data_encoding::BASE64.encode(&[byte; 32]))
}

fn key_file(text: &str, mode: u32) -> tempfile::NamedTempFile {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).expect("a mode");
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().expect("text")
}

fn keyed(text: &str, mode: u32) -> Result<Config, ConfigError> {
    let key = key_file(text, mode);
    config(false, &[("NIPPO_ORIGIN", "https://nippo.example"), ("NIPPO_DATA_KEY", path(&key)), KEY])
}

#[test]
fn what_one_may_take_and_how_often_is_what_the_design_says_unless_it_is_set() {
    let config = production(("NIPPO_WORKERS", "1")).expect("starts");
    let seconds = Duration::from_secs;
    assert_eq!(
        config.limits,
        RequestLimits {
            head_wait: seconds(5),
            body_wait: seconds(10),
            body_bytes: 16_384,
            batch_bytes: 262_144,
            handler_wait: seconds(10),
            keep_alive: seconds(15),
            connections: 4_096,
            in_flight: 1_024,
            database_wait: seconds(5),
        }
    );
    assert_eq!(
        config.rates,
        Some(Rates {
            sign_ins: 20,
            strangers: 1_200,
            writes: 120,
            center_writes: 1_200,
            center_burst: 400,
            reads: 600,
            drafts: 60,
            clients: 120,
        })
    );
}

#[test]
fn the_data_key_is_a_file_that_nobody_else_can_read() {
    let config = keyed(&format!("# the newest first\n{}\n\n{}\n", line(2), line(1)), 0o600).expect("starts");
    let ids: Vec<&str> = config.data_keys.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(ids, ["key-2", "key-1"]);
    assert!(!format!("{config:?}").contains("[1, 1"), "the bits are nowhere printed");
    for mode in [0o640, 0o604, 0o660, 0o620] {
        assert_eq!(
            keyed(&line(1), mode).expect_err("refused").to_string(),
            "NIPPO_DATA_KEY can be read by others: chmod 600 the file"
        );
    }
    for text in ["", "key", "key:", "key:AAAA", ":AAAA", &format!("{}\n{}", line(1), line(1)), &line(1)[5..]] {
        assert!(keyed(text, 0o600).is_err(), "{text}");
    }
    assert!(self::config(false, &[("NIPPO_ORIGIN", "https://nippo.example"), KEY]).is_err());
    let absent = [("NIPPO_ORIGIN", "https://nippo.example"), ("NIPPO_DATA_KEY", "/nowhere/at/all"), KEY];
    assert!(self::config(false, &absent).is_err());
}

#[test]
fn the_demo_starts_with_nothing_set_and_takes_both_loopback_names() {
    let config = config(true, &[]).expect("starts");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert!(config.database_url.expose_secret().contains("/nippo-demo.db"));
    assert!(config.is_own_origin("http://localhost:8080") && config.is_own_origin("http://127.0.0.1:8080"));
    assert!(!config.is_own_origin("http://localhost:8081"));
}

#[test]
fn without_the_demo_an_https_origin_is_required() {
    let key = key_file(&line(1), 0o600);
    let of_origin = |origin: &str| config(false, &[("NIPPO_ORIGIN", origin), ("NIPPO_DATA_KEY", path(&key)), KEY]);
    assert!(of_origin("").is_err());
    for origin in [
        "http://nippo.example",
        "https://",
        "https://nippo.example/",
        "nippo.example",
        "https://Nippo.example",
        "https://nippo.example:443",
        "https://nippo.example:",
        "https://u@nippo.example",
        "https://nippo.example?",
    ] {
        assert!(of_origin(origin).is_err(), "{origin}");
    }
    for origin in ["https://nippo.example", "https://nippo.example:8443", "https://[2001:db8::1]"] {
        assert!(of_origin(origin).is_ok(), "{origin}");
    }
}

#[test]
fn without_the_demo_a_signing_key_is_required_and_no_second_one_stands_alone() {
    let origin = ("NIPPO_ORIGIN", "https://nippo.example");
    assert!(config(false, &[origin]).is_err());
    assert!(config(true, &[("NIPPO_OTHER_SIGNING_KEY_FILE", "b")]).is_err());
    let data_key = key_file(&line(1), 0o600);
    let data_key = ("NIPPO_DATA_KEY", path(&data_key));
    assert!(config(false, &[origin, data_key]).is_err());
    let both = config(false, &[origin, data_key, KEY, ("NIPPO_OTHER_SIGNING_KEY_FILE", "b")]).expect("starts");
    assert_eq!(both.signing_key_files.len(), 2);
}

#[test]
fn what_is_unsafe_in_production_is_refused_there() {
    assert!(production(("NIPPO_API_DOCS", "public")).is_err());
    assert!(production(("NIPPO_RATE_LIMITS", "off")).is_err());
    assert!(production(("NIPPO_PASSWORD_COST", "8,1,1")).is_err());
    assert!(production(("NIPPO_DATABASE_URL", "postgres://n:p@db.example/nippo")).is_err());
    assert!(production(("NIPPO_DATABASE_URL", "postgres://n:p@db.example:5432/nippo?sslmode=prefer")).is_err());
    assert!(production(("NIPPO_DATABASE_URL", "postgres://n:p@db.example/nippo?sslmode=verify-full")).is_ok());
    assert!(production(("NIPPO_DATABASE_URL", "postgres://n:p@127.0.0.1:5432/nippo")).is_ok());
    assert!(production(("NIPPO_DATABASE_URL", "postgres:///nippo?host=/run/postgresql")).is_ok());
}

#[test]
fn the_demo_listens_on_loopback_unless_told_otherwise() {
    assert!(config(true, &[("NIPPO_LISTEN", "0.0.0.0:8080")]).is_err());
    assert!(config(true, &[("NIPPO_LISTEN", "0.0.0.0:8080"), ("NIPPO_DEMO_PUBLIC", "1")]).is_ok());
}

#[test]
fn a_value_that_cannot_be_read_is_named() {
    let error = config(true, &[("NIPPO_WORKERS", "many")]).expect_err("refused");
    assert_eq!(error.to_string(), "NIPPO_WORKERS can't be read: expected a number above 0");
}

#[test]
fn values_that_would_mean_nothing_or_stop_everything_are_refused() {
    for (name, value) in [
        ("NIPPO_WORKERS", "0"),
        ("NIPPO_MAX_IN_FLIGHT", "0"),
        ("NIPPO_DEMO_PUBLIC", "yes"),
        ("NIPPO_PASSWORD_COST", "19456,2,0"),
        ("NIPPO_PASSWORD_COST", "19456,2"),
        ("NIPPO_API_DOCS", "yes"),
        ("NIPPO_LOG_FORMAT", "xml"),
        ("NIPPO_LISTEN", "8080"),
        ("NIPPO_TRUSTED_PROXIES", "proxy.example"),
        ("NIPPO_ORIGIN", "nonsense\u{fffd}"),
    ] {
        let error = config(true, &[(name, value)]).expect_err(value).to_string();
        assert!(error.starts_with(name) && error.contains("expected"), "{error}");
    }
}

#[test]
fn what_is_read_is_what_the_documentation_lists() {
    let listed: BTreeSet<&str> = VARIABLES.iter().map(|variable| variable.name).collect();
    assert_eq!(listed.len(), VARIABLES.len(), "each once");
    let read = RefCell::new(BTreeSet::new());
    let key = key_file(&line(1), 0o600);
    for demo in [true, false] {
        let lookup = |name: &str| {
            read.borrow_mut().insert(name.to_owned());
            let needed = [("NIPPO_ORIGIN", "https://nippo.example"), ("NIPPO_DATA_KEY", path(&key)), KEY];
            needed.iter().find(|(needed, _)| *needed == name).map(|(_, value)| (*value).to_owned())
        };
        Config::from_lookup(demo, lookup).expect("starts");
    }
    assert!(read.borrow().iter().map(String::as_str).eq(listed.iter().copied()), "{:?}", read.borrow());
    let operations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let operations = std::fs::read_to_string(operations).expect("text");
    let table: Vec<&str> = operations.lines().filter(|line| line.starts_with("| `NIPPO_")).collect();
    let rows: Vec<String> = VARIABLES.iter().map(Variable::row).collect();
    assert!(table == rows, "docs/operations.md should have these rows:\n{}", rows.join("\n"));
    let help = variables::help();
    assert!(listed.iter().all(|name| help.contains(&format!("\n  {name}\n"))), "{help}");
}

#[test]
fn a_variable_that_means_nothing_is_noticed() {
    let names = ["PATH", "NIPPO_LISTN", "NIPPO_LISTEN", "NIPPO_A"].map(str::to_owned);
    assert_eq!(unknown(names.into_iter()), ["NIPPO_A", "NIPPO_LISTN"]);
}

#[test]
fn the_password_of_the_database_is_not_printed() {
    let config = config(true, &[("NIPPO_DATABASE_URL", "postgres://n:hunter2@localhost/n")]).expect("starts");
    assert!(!format!("{config:?}").contains("hunter2"));
}
