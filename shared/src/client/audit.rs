//! The audit chain.

use reqwest::Method;

use super::{Client, ClientError, answer, send};
use crate::audit::{AuditExportQuery, AuditPage, AuditQuery, OwnSignIn};
use crate::organization::Page;

impl Client {
    /// `GET /audit-events`
    pub async fn audit_events(&self, query: &AuditQuery) -> Result<AuditPage, ClientError> {
        answer(self.request(Method::GET, "/audit-events").query(query)).await
    }

    /// `GET /audit-events/export`: the whole file as text.
    pub async fn export_audit_events(&self, query: &AuditExportQuery) -> Result<String, ClientError> {
        let response = send(self.request(Method::GET, "/audit-events/export").query(query)).await?;
        response.text().await.map_err(ClientError::Unreachable)
    }

    /// `GET /auth/sign-ins`
    pub async fn sign_ins(&self) -> Result<Page<OwnSignIn>, ClientError> {
        answer(self.request(Method::GET, "/auth/sign-ins")).await
    }
}
