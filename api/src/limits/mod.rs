//! How many requests an account or an address may make.

pub mod address;
pub mod exports;

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock, QuantaInstant};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use shared::{ProblemKind, Role};
use uuid::Uuid;

use crate::auth::Identity;
use crate::config::Rates;
use crate::error::{ApiError, ApiResult};

/// The path of the one operation that is counted by address.
pub const SIGN_IN: &str = "/api/v1/auth/sign-in";

/// Drafts are saved while somebody types; they have a budget of their own.
const DRAFTS: &str = "/api/v1/drafts/";

/// Token buckets, one per key and kind of request. They are per process and coarse: they protect the service, while
/// rules that must hold are in the database.
#[derive(Debug)]
pub struct Limits {
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    writes: DefaultKeyedRateLimiter<Uuid>,
    center_writes: DefaultKeyedRateLimiter<Uuid>,
    drafts: DefaultKeyedRateLimiter<Uuid>,
    reads: DefaultKeyedRateLimiter<Uuid>,
    anonymous: DefaultKeyedRateLimiter<IpAddr>,
    clients: DefaultKeyedRateLimiter<Uuid>,
    strangers: DefaultDirectRateLimiter,
}

impl Limits {
    /// Full buckets.
    #[must_use]
    pub fn new(rates: &Rates) -> Self {
        Self {
            sign_ins: buckets(rates.sign_ins, rates.sign_ins.saturating_mul(2)),
            writes: buckets(rates.writes, rates.writes),
            center_writes: buckets(rates.center_writes, rates.center_burst),
            drafts: buckets(rates.drafts, rates.drafts),
            reads: buckets(rates.reads, rates.reads),
            anonymous: buckets(rates.reads, rates.reads),
            clients: buckets(rates.clients, rates.clients),
            strangers: RateLimiter::direct(quota(rates.strangers, rates.strangers)),
        }
    }

    /// Takes a token for a request.
    ///
    /// # Errors
    ///
    /// `too-many-requests` when the bucket is empty.
    pub fn check(&self, path: &str, changes: bool, identity: &Identity, address: IpAddr) -> ApiResult<()> {
        if path == SIGN_IN {
            return take(&self.sign_ins, &address);
        }
        if let Identity::Client(client) = identity {
            return take(&self.clients, &client.caller.account_id);
        }
        // Who hasn't finished signing in is counted like anybody; how many codes may be tried is kept elsewhere.
        let Identity::SignedIn(session) = identity else { return take(&self.anonymous, &address) };
        let account = &session.caller.account_id;
        match (changes, session.caller.role) {
            (false, _) => take(&self.reads, account),
            (true, _) if path.starts_with(DRAFTS) => take(&self.drafts, account),
            (true, Role::HealthCenter) => take(&self.center_writes, account),
            (true, _) => take(&self.writes, account),
        }
    }

    /// Takes a token for a request of `/oauth2/token`, before it is known whose it is.
    ///
    /// # Errors
    ///
    /// `too-many-requests` when the bucket is empty.
    pub fn check_token_request(&self, address: IpAddr) -> ApiResult<()> {
        take(&self.anonymous, &address)
    }

    /// Takes a token for an assertion that a client signed.
    ///
    /// # Errors
    ///
    /// `too-many-requests` when the bucket is empty.
    pub fn check_client(&self, client_id: Uuid) -> ApiResult<()> {
        take(&self.clients, &client_id)
    }

    /// Takes a token for a sign-in from where nobody signed in before.
    ///
    /// # Errors
    ///
    /// `busy` when the bucket is empty: it is nothing that this client did.
    pub fn check_stranger(&self) -> ApiResult<()> {
        self.strangers.check().map_err(|early| ApiError::busy(until_enough(&early)))
    }

    /// Forgets who has a full bucket again.
    pub fn sweep(&self) {
        for buckets in [&self.sign_ins, &self.anonymous] {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
        for buckets in [&self.writes, &self.center_writes, &self.drafts, &self.reads, &self.clients] {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }
}

fn buckets<K: Hash + Eq + Clone>(per_minute: u32, burst: u32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(quota(per_minute, burst))
}

fn quota(per_minute: u32, burst: u32) -> Quota {
    let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(at_least_one(per_minute)).allow_burst(at_least_one(burst))
}

fn take<K: Hash + Eq + Clone>(buckets: &DefaultKeyedRateLimiter<K>, key: &K) -> ApiResult<()> {
    buckets
        .check_key(key)
        .map_err(|early| ApiError::new(ProblemKind::TooManyRequests).retry_after(until_enough(&early)))
}

fn until_enough(early: &NotUntil<QuantaInstant>) -> u32 {
    whole_seconds(early.wait_time_from(DefaultClock::default().now()))
}

/// Seconds rounded up, since `Retry-After` knows no parts of a second.
fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
