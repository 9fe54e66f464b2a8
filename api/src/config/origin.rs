//! Where browsers come from.

use std::net::SocketAddr;

use super::{ConfigError, Reader};

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn origins(&self, demo: bool, listen: SocketAddr) -> Result<Vec<String>, ConfigError> {
        match self.text("NIPPO_ORIGIN") {
            Some(origin) if is_origin(&origin, demo) => Ok(vec![origin]),
            Some(_) => Err(ConfigError::unreadable(
                "NIPPO_ORIGIN",
                "https://host as browsers send it: in small letters, with a port unless it is 443, without a path",
            )),
            None if demo => {
                let port = listen.port();
                Ok(vec![format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")])
            }
            None => Err(ConfigError::Unsafe(
                "NIPPO_ORIGIN is required: the origin that browsers see, such as https://nippo.example (or use --demo)",
            )),
        }
    }
}

/// Whether a browser would send this as an `Origin`: anything else would never equal one.
fn is_origin(text: &str, demo: bool) -> bool {
    let (host, usual_port) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(host), _) => (host, ":443"),
        (None, Some(host)) if demo => (host, ":80"),
        _ => return false,
    };
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(known) && !host.ends_with([':', '.']) && !host.ends_with(usual_port)
}
