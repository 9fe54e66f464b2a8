//! Corrections, and the policies that allow them.

use reqwest::Method;
use uuid::Uuid;

use super::{Answered, Client, ClientError, answer, body, send};
use crate::policy::{Policies, PolicyQuery, PolicyRequest};
use crate::report::ReportView;
use crate::revision::CorrectionRequest;

impl Client {
    /// `PUT /reports/{id}`, which follows the revision that was read. Repeating it with the same key and content is safe.
    pub async fn correct_report(
        &self,
        (id, revision): (Uuid, u32),
        key: &str,
        request: &CorrectionRequest,
    ) -> Result<Answered<ReportView>, ClientError> {
        let call = self
            .request(Method::PUT, &format!("/reports/{id}"))
            .header("If-Match", format!("\"revision-{revision}\""))
            .header("Idempotency-Key", key);
        let response = send(call.json(request)).await?;
        let replayed = response.headers().contains_key("Idempotency-Replayed");
        Ok(Answered { value: body(response).await?, replayed })
    }

    /// `GET /policies`
    pub async fn policies(&self, query: &PolicyQuery) -> Result<Policies, ClientError> {
        answer(self.request(Method::GET, "/policies").query(query)).await
    }

    /// `POST /policies`
    pub async fn set_policy(&self, request: &PolicyRequest) -> Result<Policies, ClientError> {
        answer(self.request(Method::POST, "/policies").json(request)).await
    }
}
