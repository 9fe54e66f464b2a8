//! The audit chain.

use reqwest::Method;

use super::{Client, ClientError, answer};
use crate::audit::{AuditPage, AuditQuery};

impl Client {
    /// `GET /audit-events`
    pub async fn audit_events(&self, query: &AuditQuery) -> Result<AuditPage, ClientError> {
        answer(self.request(Method::GET, "/audit-events").query(query)).await
    }
}
