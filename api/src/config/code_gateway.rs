//! The gateway that sends codes by text message and telephone, and how many it may be given.

use std::fs::File;
use std::io::{self, Read as _};
use std::net::IpAddr;
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use shared::telephone::JAPAN;

use super::data_key::is_open_to_others;
use super::{ConfigError, Reader};

const URL: &str = "NIPPO_CODE_GATEWAY_URL";
const KEY: &str = "NIPPO_CODE_GATEWAY_KEY_FILE";
const COUNTRIES: &str = "NIPPO_CODE_COUNTRIES";
/// The fewest characters of a key that signs.
const LEAST_KEY: usize = 32;
/// What the file is read up to.
const MOST_BYTES: u64 = 4 * 1024;

/// Where codes are handed over.
#[derive(Debug, Clone)]
pub struct CodeGateway {
    /// Its address: `https`, or a loopback one.
    pub url: String,
    /// What signs requests to it.
    pub key: SecretString,
}

/// What may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRules {
    /// Country codes of the numbers that codes go to.
    pub countries: Vec<u16>,
    /// Codes a day, over all accounts.
    pub per_day: u32,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn code_gateway(&self, demo: bool) -> Result<Option<CodeGateway>, ConfigError> {
        match (self.text(URL), self.text(KEY)) {
            (None, None) => Ok(None),
            (Some(_), _) if demo => Err(ConfigError::Unsafe("the demo sends no codes: unset NIPPO_CODE_GATEWAY_URL")),
            (Some(url), Some(file)) => {
                if !is_safe(&url) {
                    return Err(ConfigError::unreadable(URL, "https://… (or http:// to a loopback address)"));
                }
                Ok(Some(CodeGateway { url: url.trim_end_matches('/').to_owned(), key: read_key(Path::new(&file))? }))
            }
            _ => Err(ConfigError::Unsafe("NIPPO_CODE_GATEWAY_URL and NIPPO_CODE_GATEWAY_KEY_FILE belong together")),
        }
    }

    pub(super) fn code_rules(&self) -> Result<CodeRules, ConfigError> {
        let mut countries = self.list(COUNTRIES, "country codes such as 81")?;
        if countries.is_empty() {
            countries.push(JAPAN);
        }
        Ok(CodeRules { countries, per_day: self.above_zero("NIPPO_CODES_PER_DAY")?.unwrap_or(10_000) })
    }
}

/// Whether nobody on the way can read what is sent to an address.
fn is_safe(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    !host.is_empty()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && (url.scheme() == "https" || url.scheme() == "http" && is_loopback)
}

fn read_key(path: &Path) -> Result<SecretString, ConfigError> {
    let unreadable = |error: io::Error| ConfigError::unreadable(KEY, &format!("a file that can be read ({error})"));
    let file = File::open(path).map_err(unreadable)?;
    if is_open_to_others(&file.metadata().map_err(unreadable)?) {
        return Err(ConfigError::Unsafe("NIPPO_CODE_GATEWAY_KEY_FILE can be read by others: chmod 600 the file"));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    let key = SecretString::from(text.trim());
    if key.expose_secret().len() < LEAST_KEY {
        return Err(ConfigError::unreadable(KEY, "a file with a key of 32 characters at least"));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_reached_so_that_nobody_can_listen() {
        for safe in ["https://codes.example/send", "http://127.0.0.1:9000/send", "http://[::1]/send"] {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_one in [
            "http://codes.example/send",
            "ftp://codes.example",
            "https://",
            "https://a:b@codes.example",
            "x",
            "https://codes.example/?a=b",
        ] {
            assert!(!is_safe(unsafe_one), "{unsafe_one}");
        }
    }

    #[test]
    fn address_and_key_come_together_and_not_in_the_demo() {
        let reader = |url: &'static str, key: String| {
            Reader::new(move |name: &str| match name {
                URL => Some(url.to_owned()),
                KEY => Some(key.clone()),
                _ => None,
            })
        };
        let short = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(short.path(), "too short").expect("written");
        let good = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(good.path(), "0123456789abcdef0123456789abcdef\n").expect("written");
        let path = |file: &tempfile::NamedTempFile| file.path().display().to_string();
        let read = |url, key| reader(url, key).code_gateway(false);
        let gateway = read("https://codes.example/send/", path(&good)).expect("read").expect("a gateway");
        assert_eq!((gateway.url.as_str(), gateway.key.expose_secret().len()), ("https://codes.example/send", 32));
        assert!(read("https://codes.example", path(&short)).is_err());
        assert!(read("https://codes.example", String::new()).is_err());
        assert!(read("http://codes.example", path(&good)).is_err());
        assert!(reader("https://codes.example", path(&good)).code_gateway(true).is_err());
        assert!(read("", String::new()).expect("read").is_none());
        let rules = reader("", String::new()).code_rules().expect("rules");
        assert_eq!(rules, CodeRules { countries: vec![81], per_day: 10_000 });
    }
}
