//! A health center's evening: its inbox, many reports at once, supplements.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer};
use crate::arrival::{
    Arrival, ArrivalBatch, ArrivalBatchQuery, ArrivalBatchRequest, ArrivalQuery, ArrivalRequest, EnteredRequest,
    RejectRequest,
};
use crate::notification_count::{
    NotificationCount, NotificationCountQuery, NotificationCountResults, NotificationCountsRequest,
};
use crate::organization::Page;
use crate::report_batch::{ReportBatch, ReportBatchRequest};
use crate::supplement::{Supplement, SupplementRequest};

impl Client {
    /// `GET /arrival-batches`
    pub async fn arrival_batches(&self, query: &ArrivalBatchQuery) -> Result<Page<ArrivalBatch>, ClientError> {
        answer(self.request(Method::GET, "/arrival-batches").query(query)).await
    }

    /// `POST /arrival-batches`
    pub async fn open_arrival_batch(&self, request: &ArrivalBatchRequest) -> Result<ArrivalBatch, ClientError> {
        answer(self.request(Method::POST, "/arrival-batches").json(request)).await
    }

    /// `POST /arrival-batches/{id}/close`
    pub async fn close_arrival_batch(&self, id: Uuid) -> Result<ArrivalBatch, ClientError> {
        answer(self.request(Method::POST, &format!("/arrival-batches/{id}/close"))).await
    }

    /// `GET /arrivals`
    pub async fn arrivals(&self, query: &ArrivalQuery) -> Result<Page<Arrival>, ClientError> {
        answer(self.request(Method::GET, "/arrivals").query(query)).await
    }

    /// `POST /arrivals`. Repeating it with the same key and content is safe.
    pub async fn log_arrival(&self, key: &str, request: &ArrivalRequest) -> Result<Arrival, ClientError> {
        answer(self.request(Method::POST, "/arrivals").header("Idempotency-Key", key).json(request)).await
    }

    /// `POST /arrivals/{id}/rejection`
    pub async fn reject_arrival(&self, id: Uuid, request: &RejectRequest) -> Result<Arrival, ClientError> {
        answer(self.request(Method::POST, &format!("/arrivals/{id}/rejection")).json(request)).await
    }

    /// `POST /arrivals/{id}/submission`
    pub async fn enter_arrival(&self, id: Uuid, request: &EnteredRequest) -> Result<Arrival, ClientError> {
        answer(self.request(Method::POST, &format!("/arrivals/{id}/submission")).json(request)).await
    }

    /// `POST /report-batches`. Repeating it with the same key and content is safe.
    pub async fn submit_reports(&self, key: &str, request: &ReportBatchRequest) -> Result<ReportBatch, ClientError> {
        answer(self.request(Method::POST, "/report-batches").header("Idempotency-Key", key).json(request)).await
    }

    /// `GET /notification-counts`
    pub async fn notification_counts(
        &self,
        query: &NotificationCountQuery,
    ) -> Result<Page<NotificationCount>, ClientError> {
        answer(self.request(Method::GET, "/notification-counts").query(query)).await
    }

    /// `POST /notification-counts`. Repeating it with the same key and content is safe.
    pub async fn enter_notification_counts(
        &self,
        key: &str,
        request: &NotificationCountsRequest,
    ) -> Result<NotificationCountResults, ClientError> {
        answer(self.request(Method::POST, "/notification-counts").header("Idempotency-Key", key).json(request)).await
    }

    /// `POST /supplements`. Repeating it with the same key and content is safe.
    pub async fn send_supplement(&self, key: &str, request: &SupplementRequest) -> Result<Supplement, ClientError> {
        answer(self.request(Method::POST, "/supplements").header("Idempotency-Key", key).json(request)).await
    }
}
