//! The audit chain: every act leaves an event, and each event's hash covers the one before it.

mod chain;
mod export;
pub(crate) mod heads;
mod list;
mod verify;

use std::net::IpAddr;

use serde::Serialize;
use shared::Caller;
use shared::audit::{AuditAction, AuditOutcome};
use uuid::Uuid;

pub(crate) use chain::{Chain, Link};
pub use heads::Witnesses;
pub use list::{AuditFilter, AuditSpan};
pub use verify::{Verification, verify, verify_since, verify_with};

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account_id: Uuid,
    /// Its organization.
    pub organization_id: Uuid,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self { account_id: caller.account_id, organization_id: caller.organization_id }
    }
}

/// An act, as it will be chained. No secrets and no counts belong into `detail`.
#[derive(Debug, Clone)]
pub struct Event<D> {
    /// Who acted; nobody for what the command line or the service itself does.
    pub actor: Option<Actor>,
    /// What was done.
    pub action: AuditAction,
    /// To what.
    pub object: Option<Uuid>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What else is worth knowing.
    pub detail: D,
}

/// The text that is stored and hashed, in this order of fields.
#[derive(Serialize)]
struct Text<'a, D> {
    at: String,
    actor: Option<Uuid>,
    actor_unit: Option<Uuid>,
    action: &'static str,
    object: Option<Uuid>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
    detail: &'a D,
}
