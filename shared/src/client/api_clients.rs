//! Clients of the clinics' own systems.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer, no_content};
use crate::api_client::{ApiClient, ApiClientQuery, ApiClientRequest, ApiClientResult, KeyRequest};
use crate::organization::Page;

impl Client {
    /// `GET /api-clients`
    pub async fn api_clients(&self, query: &ApiClientQuery) -> Result<Page<ApiClient>, ClientError> {
        answer(self.request(Method::GET, "/api-clients").query(query)).await
    }

    /// `POST /api-clients`
    pub async fn register_api_client(&self, request: &ApiClientRequest) -> Result<ApiClient, ClientError> {
        answer(self.request(Method::POST, "/api-clients").json(request)).await
    }

    /// `GET /api-clients/{id}`
    pub async fn api_client(&self, id: Uuid) -> Result<ApiClient, ClientError> {
        answer(self.request(Method::GET, &format!("/api-clients/{id}"))).await
    }

    /// `DELETE /api-clients/{id}`: disables it for good.
    pub async fn disable_api_client(&self, id: Uuid) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/api-clients/{id}"))).await
    }

    /// `GET /api-clients/{id}/results`
    pub async fn api_client_results(&self, id: Uuid) -> Result<Page<ApiClientResult>, ClientError> {
        answer(self.request(Method::GET, &format!("/api-clients/{id}/results"))).await
    }

    /// `POST /api-clients/{id}/keys`
    pub async fn add_api_client_key(&self, id: Uuid, request: &KeyRequest) -> Result<ApiClient, ClientError> {
        answer(self.request(Method::POST, &format!("/api-clients/{id}/keys")).json(request)).await
    }

    /// `DELETE /api-clients/{id}/keys/{kid}`
    pub async fn remove_api_client_key(&self, id: Uuid, kid: &str) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/api-clients/{id}/keys/{kid}"))).await
    }
}
