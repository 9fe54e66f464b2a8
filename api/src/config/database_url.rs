//! What can be seen of a database by its URL.

use std::net::IpAddr;

/// Whether a database URL names another machine and doesn't insist on TLS.
pub(super) fn is_remote_postgres_without_tls(url: &str) -> bool {
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
