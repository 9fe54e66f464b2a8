//! The second factor, and what one sees and ends of one's own sign-ins.

use reqwest::Method;
use uuid::Uuid;

use super::{Client, ClientError, answer, no_content};
use crate::account::CeremonyStep;
use crate::issuance::OwnReset;
use crate::organization::Page;
use crate::second_factor::{
    Challenge, ChallengeRequest, CodeDelivery, DemoCode, DemoCodeQuery, DemoCodes, DemoMessages, Enrollment,
    EnrollmentConfirmation, EnrollmentRequest, OwnSession, SecondFactorRequest, SecondFactors,
};

impl Client {
    /// `POST /auth/second-factor`
    pub async fn second_factor(&self, request: &SecondFactorRequest) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, "/auth/second-factor").json(request)).await
    }

    /// `POST /auth/second-factor/challenges`
    pub async fn begin_challenge(&self, request: &ChallengeRequest) -> Result<Challenge, ClientError> {
        answer(self.request(Method::POST, "/auth/second-factor/challenges").json(request)).await
    }

    /// `GET /auth/second-factor/challenges/{id}`
    pub async fn challenge_delivery(&self, id: Uuid) -> Result<CodeDelivery, ClientError> {
        answer(self.request(Method::GET, &format!("/auth/second-factor/challenges/{id}"))).await
    }

    /// `POST /auth/second-factor/enrollments`
    pub async fn enroll(&self, request: &EnrollmentRequest) -> Result<Enrollment, ClientError> {
        answer(self.request(Method::POST, "/auth/second-factor/enrollments").json(request)).await
    }

    /// `POST /auth/second-factor/enrollments/{id}/confirm`
    pub async fn confirm_enrollment(
        &self,
        id: Uuid,
        request: &EnrollmentConfirmation,
    ) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, &format!("/auth/second-factor/enrollments/{id}/confirm")).json(request)).await
    }

    /// `POST /auth/recovery-codes`: a new set; the old one is worthless from then on.
    pub async fn make_recovery_codes(&self) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, "/auth/recovery-codes")).await
    }

    /// `POST /auth/step-up`
    pub async fn step_up(&self, request: &SecondFactorRequest) -> Result<CeremonyStep, ClientError> {
        answer(self.request(Method::POST, "/auth/step-up").json(request)).await
    }

    /// `GET /auth/second-factors`
    pub async fn second_factors(&self) -> Result<SecondFactors, ClientError> {
        answer(self.request(Method::GET, "/auth/second-factors")).await
    }

    /// `DELETE /auth/second-factors/{id}`
    pub async fn remove_second_factor(&self, id: Uuid) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/auth/second-factors/{id}"))).await
    }

    /// `GET /auth/sessions`
    pub async fn sessions(&self) -> Result<Page<OwnSession>, ClientError> {
        answer(self.request(Method::GET, "/auth/sessions")).await
    }

    /// `DELETE /auth/sessions/{id}`
    pub async fn end_session(&self, id: Uuid) -> Result<(), ClientError> {
        no_content(self.request(Method::DELETE, &format!("/auth/sessions/{id}"))).await
    }

    /// `GET /auth/resets`
    pub async fn resets(&self) -> Result<Page<OwnReset>, ClientError> {
        answer(self.request(Method::GET, "/auth/resets")).await
    }

    /// `GET /demo/messages`
    pub async fn demo_messages(&self) -> Result<DemoMessages, ClientError> {
        answer(self.request(Method::GET, "/demo/messages")).await
    }

    /// `GET /demo/codes`
    pub async fn demo_code(&self, query: &DemoCodeQuery) -> Result<DemoCode, ClientError> {
        answer(self.request(Method::GET, "/demo/codes").query(query)).await
    }

    /// `GET /demo/listed-codes`
    pub async fn demo_codes(&self) -> Result<DemoCodes, ClientError> {
        answer(self.request(Method::GET, "/demo/listed-codes")).await
    }
}
