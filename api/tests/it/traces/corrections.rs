//! What changes reports that were sent, and the policies that allow it.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Trace, Walk};
use crate::corrections::{allow, correction};
use crate::reports::report;

impl Walk {
    /// The event is about the new revision.
    pub(super) async fn correct_report(&mut self, action: &str) {
        allow(&self.app, "prefecture", 0).await;
        let sent = report(self.app.today(), [1; 14]);
        let sent = self.clinic.client.submit_report("sent", &sent).await.expect("accepted").value;
        self.new_traces().await;
        let put = |walk: &Self, each: u32| -> RequestBuilder {
            let path = format!("/api/v1/reports/{}", sent.id);
            walk.clinic.raw.request(Method::PUT, &path).json(&correction([each; 14]))
        };
        let first = "\"revision-1\"";
        self.leaves_nothing(StatusCode::PRECONDITION_REQUIRED, put(self, 2)).await;
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, put(self, 1).header("If-Match", first)).await;
        let keyed = |walk: &Self| put(walk, 2).header("If-Match", first).header("Idempotency-Key", "a");
        self.leaves_one(action, keyed(self)).await;
        self.leaves_nothing(StatusCode::OK, keyed(self)).await;
        self.leaves_nothing(StatusCode::PRECONDITION_FAILED, put(self, 3).header("If-Match", first)).await;
    }

    /// The event is about the organization for whose jurisdiction the policy holds.
    pub(super) async fn set_policy(&mut self, action: &str) {
        let (manager, center) = (self.app.manager(&self.app.prefecture).await, self.app.centers[0].id);
        self.new_traces().await;
        let post = |day: shared::ReportingDay| {
            let body: Value = json!({
                "organization_id": center, "correction": "final", "authority": "prefecture",
                "authority_correction_days": 0, "deadline_minute": 0, "valid_from": day
            });
            manager.raw.request(Method::POST, "/api/v1/policies").json(&body)
        };
        let today = self.app.today();
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, post(today)).await;
        assert_eq!(post(today.plus(1)).send().await.expect("an answer").status(), StatusCode::CREATED);
        let actor = Some((manager.account_id, manager.organization.id));
        let trace = Trace { action: action.to_owned(), outcome: "ok".to_owned(), actor, object: Some(center) };
        assert_eq!(self.new_traces().await, [trace]);
    }
}
