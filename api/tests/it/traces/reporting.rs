//! What a clinic says of a day: its report, or that it was closed.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Walk;

impl Walk {
    pub(super) async fn submit_report(&mut self, action: &str) {
        let counts = |each: u32| -> Value {
            shared::AgeBand::ALL
                .iter()
                .map(|band| (band.key().to_owned(), json!(each)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let (today, yesterday) = (self.app.today(), self.app.today().minus(1));
        let report = json!({ "entry_day": today, "counts": counts(1) });
        let keyed = |walk: &Self, body: &Value| walk.post("/reports", body).header("Idempotency-Key", "a");
        let stranger = self.app.other_center().await;
        self.new_traces().await;
        for (status, body) in [
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "entry_day": today, "counts": counts(1), "total": 15 })),
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "entry_day": today, "counts": counts(5_000) })),
            (StatusCode::CONFLICT, json!({ "entry_day": yesterday, "counts": counts(1) })),
            (
                StatusCode::NOT_FOUND,
                json!({ "entry_day": today, "counts": counts(1), "unit_id": stranger.organization.id }),
            ),
        ] {
            self.leaves_nothing(status, keyed(self, &body)).await;
        }
        self.leaves_nothing(StatusCode::OK, self.post("/reports?dry_run=true", &report)).await;
        self.leaves_one(action, keyed(self, &report)).await;
        self.leaves_nothing(StatusCode::CREATED, keyed(self, &report)).await;
        self.leaves_nothing(StatusCode::CONFLICT, self.post("/reports", &report)).await;
        let other = json!({ "entry_day": today, "counts": counts(2) });
        self.leaves_nothing(StatusCode::CONFLICT, keyed(self, &other)).await;
    }

    pub(super) async fn make_statement(&mut self, action: &str) -> Uuid {
        let body = json!({ "day": self.app.today(), "kind": "closed" });
        let keyed = |walk: &Self| walk.post("/day-statements", &body).header("Idempotency-Key", "b");
        let too_early = json!({ "day": self.app.today().minus(61), "kind": "closed" });
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, self.post("/day-statements", &too_early)).await;
        let id = self.leaves_one(action, keyed(self)).await;
        self.leaves_nothing(StatusCode::CREATED, keyed(self)).await;
        self.leaves_nothing(StatusCode::CONFLICT, self.post("/day-statements", &body)).await;
        id
    }

    pub(super) async fn withdraw_statement(&mut self, action: &str) {
        let id = self.make_statement("make_statement").await;
        let path = format!("/api/v1/day-statements/{id}");
        let withdrawal = self.clinic.raw.request(Method::DELETE, &path);
        assert!(withdrawal.send().await.expect("an answer").status().is_success());
        let trace = self.by_clinic(action, id);
        assert_eq!(self.new_traces().await, [trace]);
        let again = self.clinic.raw.request(Method::DELETE, &path);
        self.leaves_nothing(StatusCode::NOT_FOUND, again).await;
    }
}
