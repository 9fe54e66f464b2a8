//! The event that an export leaves.

use std::net::IpAddr;

use serde_json::Value;
use shared::Caller;
use shared::audit::{AuditAction, AuditOutcome};

use super::Event;
use crate::store::{Store, StoreError, Write, WriteContext};

impl Store {
    /// Records that somebody exports events, and which; the number of that event, before which the export begins.
    ///
    /// # Errors
    /// When the database doesn't take writes at the moment.
    pub async fn note_export(&self, caller: &Caller, ip: IpAddr, asked: Value) -> Result<i64, StoreError> {
        self.write(Export { caller: caller.clone(), ip, asked }).await
    }
}

struct Export {
    caller: Caller,
    ip: IpAddr,
    asked: Value,
}

impl Write for Export {
    type Output = i64;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<i64, StoreError> {
        let link = context.audit(&Event {
            actor: Some((&self.caller).into()),
            action: AuditAction::ExportAuditEvents,
            object: None,
            outcome: AuditOutcome::Ok,
            ip: Some(self.ip),
            detail: &self.asked,
        })?;
        Ok(link.seq)
    }
}
