use super::*;

fn config(demo: bool, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_lookup(demo, |name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

fn production(extra: (&str, &str)) -> Result<Config, ConfigError> {
    config(false, &[("NIPPO_ORIGIN", "https://nippo.example"), extra])
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
    assert!(config(false, &[]).is_err());
    for origin in ["http://nippo.example", "https://", "https://nippo.example/", "nippo.example"] {
        assert!(config(false, &[("NIPPO_ORIGIN", origin)]).is_err(), "{origin}");
    }
    assert!(config(false, &[("NIPPO_ORIGIN", "https://nippo.example")]).is_ok());
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
    assert_eq!(error.to_string(), "NIPPO_WORKERS can't be read: expected a number");
}

#[test]
fn the_password_of_the_database_is_not_printed() {
    let config = config(true, &[("NIPPO_DATABASE_URL", "postgres://n:hunter2@localhost/n")]).expect("starts");
    assert!(!format!("{config:?}").contains("hunter2"));
}
