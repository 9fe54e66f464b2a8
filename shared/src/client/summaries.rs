//! Figures.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer};
use crate::summary::{
    CarriedForward, CarriedForwardRequest, CorrectionList, CorrectionQuery, SummaryQuery, SummaryView,
};

impl Client {
    /// `GET /summaries`
    pub async fn summary(&self, query: &SummaryQuery) -> Result<SummaryView, ClientError> {
        answer(self.request(Method::GET, "/summaries").query(query)).await
    }

    /// `GET /summaries/corrections`
    pub async fn corrections(&self, query: &CorrectionQuery) -> Result<CorrectionList, ClientError> {
        answer(self.request(Method::GET, "/summaries/corrections").query(query)).await
    }

    /// `PUT /organizations/{id}/carried-forward`
    pub async fn set_carried_forward(
        &self,
        id: Uuid,
        request: &CarriedForwardRequest,
    ) -> Result<CarriedForward, ClientError> {
        answer(self.request(Method::PUT, &format!("/organizations/{id}/carried-forward")).json(request)).await
    }
}
