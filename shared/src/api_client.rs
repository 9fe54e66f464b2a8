//! API clients: a clinic's own system (EHR, receipt computer) that reports for it, and the keys by which it is known.
//!
//! Only public keys are ever handed over. What looks like a private one is refused wherever it turns up: by the form
//! before it leaves the browser, and by the API before anything of it is kept.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::organization::OrganizationRef;
use crate::problem::{Rule, Violation};

/// How long a client is good after its registration or its last new key.
pub const CLIENT_LIFE: TimeDelta = TimeDelta::days(400);
/// From so long before its end on, its managers are told that a client expires.
pub const EXPIRY_NOTICE: TimeDelta = TimeDelta::days(60);
/// From so long before its end on, that is urgent.
pub const EXPIRY_URGENT: TimeDelta = TimeDelta::days(14);
/// How many keys a client has at the most: the one in use and the next.
pub const MOST_KEYS: usize = 2;
/// How many of a client's last results are kept.
pub const RESULTS_KEPT: usize = 50;
/// The longest name of a client or vendor, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest public key as pasted, in bytes: an RSA key of 8,192 bits takes about 1,400.
pub const LONGEST_KEY: usize = 8192;

/// What a client may do for its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// Read reports, receipts, history, statements and the reporting day.
    #[serde(rename = "reports:read")]
    ReportsRead,
    /// Send reports and day statements.
    #[serde(rename = "reports:write")]
    ReportsWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::ReportsRead, Self::ReportsWrite];

    /// The word on the wire and in tokens.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::ReportsRead => "reports:read",
            Self::ReportsWrite => "reports:write",
        }
    }
}

/// Some scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes {
    read: bool,
    write: bool,
}

impl Scopes {
    /// Reads scopes as OAuth writes them (RFC 6749 section 3.3); none when one isn't known or none is named.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut scopes = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            scopes.add(*Scope::ALL.iter().find(|scope| scope.key() == word)?);
        }
        (!scopes.is_empty()).then_some(scopes)
    }

    fn add(&mut self, scope: Scope) {
        match scope {
            Scope::ReportsRead => self.read = true,
            Scope::ReportsWrite => self.write = true,
        }
    }

    /// Whether a scope is among them.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        match scope {
            Scope::ReportsRead => self.read,
            Scope::ReportsWrite => self.write,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        !self.read && !self.write
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { read: self.read && other.read, write: self.write && other.write }
    }

    /// As a list.
    #[must_use]
    pub fn list(self) -> Vec<Scope> {
        Scope::ALL.into_iter().filter(|scope| self.contains(*scope)).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut all = Self::default();
        scopes.into_iter().for_each(|scope| all.add(scope));
        all
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.list().into_iter().map(Scope::key).collect();
        f.write_str(&words.join(" "))
    }
}

/// What an API client may reach, as part of its [`Caller`](crate::Caller): looked up for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAccess {
    /// The units that it acts for.
    pub units: Vec<Uuid>,
    /// What it may do: what its token says and the client still has.
    pub scopes: Scopes,
}

/// The one algorithm of a key (RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeyAlgorithm {
    /// ECDSA over P-256.
    ES256,
    /// ECDSA over P-384.
    ES384,
    /// RSA, PKCS #1 v1.5; 3,072 bits at least.
    RS256,
    /// RSA-PSS; 3,072 bits at least.
    PS256,
    /// Ed25519.
    EdDSA,
}

impl KeyAlgorithm {
    /// Every algorithm that is taken.
    pub const ALL: [Self; 5] = [Self::ES256, Self::ES384, Self::RS256, Self::PS256, Self::EdDSA];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The algorithm of a name.
    #[must_use]
    pub fn from_key(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.key() == name)
    }
}

/// A public key as it is pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// A JWK (RFC 7517) as JSON text, or a PEM file that begins with `-----BEGIN PUBLIC KEY-----`. Never a private key.
    #[cfg_attr(feature = "openapi", schema(max_length = 8192))]
    pub public_key: String,
    /// The key's algorithm, where neither the JWK nor the kind of key says it: RSA is `RS256` unless `PS256` is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<KeyAlgorithm>,
    /// The key's name in the header of assertions, where the JWK doesn't say it: 1 to 64 of `A-Z a-z 0-9 . _ ~ -`. Its
    /// thumbprint unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub kid: Option<String>,
}

/// A client to be registered, for one's own institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApiClientRequest {
    /// What it is called: 1 to 100 characters. It stands beside what it reports.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: String,
    /// Who makes it: at most 100 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub vendor: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Its first key.
    pub key: KeyRequest,
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiClient {
    /// Its id: `client_id` in tokens.
    pub id: Uuid,
    /// Who registered it.
    pub organization: OrganizationRef,
    /// What it is called.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// The units that it acts for.
    pub units: Vec<OrganizationRef>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Its keys, the oldest first.
    pub keys: Vec<ApiClientKey>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Until when it is good; a new key begins another 400 days.
    pub expires_at: DateTime<Utc>,
    /// Since when it is disabled, for good.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it last asked for something, give or take some seconds.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A client's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiClientKey {
    /// Its name in the header of assertions.
    pub kid: String,
    /// Its one algorithm.
    pub alg: KeyAlgorithm,
    /// Its thumbprint (RFC 7638, SHA-256, base64url), to be compared with what the other side shows.
    pub thumbprint: String,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// What one request of a client came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiClientResult {
    /// When.
    pub at: DateTime<Utc>,
    /// The request's id, as in its answer's `X-Request-Id`.
    pub request_id: Uuid,
    /// Method and path, such as `POST /api/v1/reports`.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem, such as `already-reported`; of `/oauth2/token`, why the assertion was refused.
    pub problem: Option<String>,
}

/// Which clients to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ApiClientQuery {
    /// Only those of this organization; without it, of the whole jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A client that obeys the rules, its key aside: that is read by the server alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedClient {
    /// What it is called, without blanks around it.
    pub name: String,
    /// Who makes it, without blanks around it.
    pub vendor: String,
    /// What it may do.
    pub scopes: Scopes,
}

/// Checks what is said of a client.
///
/// # Errors
///
/// The rules that it breaks, each with its place.
pub fn check_client(request: &ApiClientRequest) -> Result<CheckedClient, Vec<Violation>> {
    let mut violations = Vec::new();
    let (name, vendor) = (request.name.trim(), request.vendor.trim());
    if name.is_empty() {
        violations.push(Violation::new("/name", Rule::Required, "1 to 100 characters."));
    }
    for (pointer, text) in [("/name", name), ("/vendor", vendor)] {
        if text.chars().count() > LONGEST_NAME {
            violations.push(Violation::new(pointer, Rule::TooLong, "At most 100 characters."));
        }
        if text.chars().any(char::is_control) {
            violations.push(Violation::new(pointer, Rule::Malformed, "No control characters."));
        }
    }
    let scopes: Scopes = request.scopes.iter().copied().collect();
    if scopes.is_empty() {
        violations.push(Violation::new("/scopes", Rule::Required, "At least one scope."));
    } else if scopes.list().len() != request.scopes.len() {
        violations.push(Violation::new("/scopes", Rule::Duplicate, "Each scope once."));
    }
    violations.extend(check_key(&request.key, "/key"));
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(CheckedClient { name: name.to_owned(), vendor: vendor.to_owned(), scopes })
}

/// What can be seen of a pasted key without reading it: that it is too long, private, or has no proper name. `place` is
/// the pointer of the object.
#[must_use]
pub fn check_key(request: &KeyRequest, place: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    let at = format!("{place}/public_key");
    if looks_private(&request.public_key) {
        let message = "This is a private key: it stays where it was made. Paste the public key that belongs to it. \
                       Nothing of what was sent has been kept.";
        violations.push(Violation::new(at, Rule::PrivateKey, message));
    } else if request.public_key.len() > LONGEST_KEY {
        violations.push(Violation::new(at, Rule::TooLong, "At most 8,192 bytes."));
    } else if request.public_key.trim().is_empty() {
        violations.push(Violation::new(at, Rule::Required, "A JWK, or a PEM file with a public key."));
    }
    if request.kid.as_deref().is_some_and(|kid| !is_kid(kid)) {
        let message = "1 to 64 of A-Z a-z 0-9 . _ ~ -";
        violations.push(Violation::new(format!("{place}/kid"), Rule::Malformed, message));
    }
    violations
}

/// Whether a text can name a key: 1 to 64 characters that need no escape in a path.
#[must_use]
pub fn is_kid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
}

/// The members of a JWK that only private and symmetric keys have (RFC 7518 section 6, RFC 8037).
pub const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Whether a text looks like a private or secret key, as PEM or as JWK.
#[must_use]
pub fn looks_private(text: &str) -> bool {
    let names_member = |member: &&str| {
        let quoted = format!("\"{member}\"");
        text.match_indices(&quoted).any(|(place, _)| text[place + quoted.len()..].trim_start().starts_with(':'))
    };
    text.contains("PRIVATE KEY") || PRIVATE_MEMBERS.iter().any(names_member)
}

#[cfg(test)]
#[path = "api_client_tests.rs"]
mod tests;
