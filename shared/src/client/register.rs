//! The register: looked up, added to, changed.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer};
use crate::organization::{Organization, OrganizationQuery, Page};
use crate::register::{
    MoveRequest, MoveView, NewOrganizationRequest, OpeningDaysRequest, OpeningDaysView, OrganizationChange,
    OrganizationDetail,
};

impl Client {
    /// `GET /organizations`
    pub async fn organizations(&self, query: &OrganizationQuery) -> Result<Page<Organization>, ClientError> {
        answer(self.request(Method::GET, "/organizations").query(query)).await
    }

    /// `GET /organizations/{id}`
    pub async fn organization(&self, id: Uuid) -> Result<OrganizationDetail, ClientError> {
        answer(self.request(Method::GET, &format!("/organizations/{id}"))).await
    }

    /// `POST /organizations`. Repeating it with the same key and content is safe.
    pub async fn create_organization(
        &self,
        key: &str,
        request: &NewOrganizationRequest,
    ) -> Result<Organization, ClientError> {
        answer(self.request(Method::POST, "/organizations").header("Idempotency-Key", key).json(request)).await
    }

    /// `PATCH /organizations/{id}`
    pub async fn change_organization(
        &self,
        id: Uuid,
        change: &OrganizationChange,
    ) -> Result<Organization, ClientError> {
        answer(self.request(Method::PATCH, &format!("/organizations/{id}")).json(change)).await
    }

    /// `PUT /organizations/{id}/opening-days`
    pub async fn set_opening_days(
        &self,
        id: Uuid,
        request: &OpeningDaysRequest,
    ) -> Result<OpeningDaysView, ClientError> {
        answer(self.request(Method::PUT, &format!("/organizations/{id}/opening-days")).json(request)).await
    }

    /// `POST /organizations/{id}/moves`
    pub async fn move_unit(&self, id: Uuid, request: &MoveRequest) -> Result<MoveView, ClientError> {
        answer(self.request(Method::POST, &format!("/organizations/{id}/moves")).json(request)).await
    }
}
