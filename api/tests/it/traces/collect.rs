//! What a health center does in its evening: it logs what came, enters it, and closes the batch.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Trace, Walk};
use crate::harness::SignedIn;

impl Walk {
    pub(super) async fn collect(&mut self, operation: &str, action: &str) {
        let center = self.app.center().await;
        let (unit, today) = (self.clinic.organization.id, self.app.today());
        let open = json!({ "day": today });
        let batch = if operation == "open_arrival_batch" {
            Uuid::nil()
        } else {
            made(&center, "/arrival-batches", &open).await
        };
        let fax = json!({ "batch_id": batch, "channel": "fax", "unit_id": unit });
        let settles = ["reject_arrival", "enter_arrival"].contains(&operation);
        let arrival = if settles { made(&center, "/arrivals", &fax).await } else { Uuid::nil() };
        let report = self.proxy_report(unit);
        let submission =
            if operation == "enter_arrival" { made(&center, "/reports", &report).await } else { Uuid::nil() };
        self.new_traces().await;
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let (path, refused, done) = match operation {
            "open_arrival_batch" => {
                ("/arrival-batches".to_owned(), (unprocessable, json!({ "day": today.plus(1) })), open)
            }
            "close_arrival_batch" => {
                (format!("/arrival-batches/{batch}/close"), (StatusCode::CREATED, Value::Null), Value::Null)
            }
            "log_arrival" => {
                let nobody = json!({ "batch_id": batch, "channel": "fax" });
                ("/arrivals".to_owned(), (unprocessable, nobody), fax)
            }
            "reject_arrival" => {
                let wordless = json!({ "reason": "other" });
                (format!("/arrivals/{arrival}/rejection"), (unprocessable, wordless), json!({ "reason": "duplicate" }))
            }
            "enter_arrival" => {
                let stranger = json!({ "submission_id": Uuid::now_v7() });
                let entered = json!({ "submission_id": submission });
                (format!("/arrivals/{arrival}/submission"), (StatusCode::NOT_FOUND, stranger), entered)
            }
            "send_supplement" => {
                let nothing = json!({ "unit_id": unit, "entry_day": today, "adjustments": [], "channel": "fax" });
                ("/supplements".to_owned(), (unprocessable, nothing), self.supplement(unit))
            }
            "enter_notification_counts" => {
                let counts = |unit: Uuid| json!({ "counts": [{ "unit_id": unit, "day": today, "count": 1 }] });
                ("/notification-counts".to_owned(), (StatusCode::OK, counts(Uuid::now_v7())), counts(unit))
            }
            _ => {
                let refused = json!({ "reports": [self.proxy_report(Uuid::now_v7())] });
                ("/report-batches".to_owned(), (StatusCode::OK, refused), json!({ "reports": [report] }))
            }
        };
        let post = |body: &Value| {
            let request = center.raw.request(Method::POST, &format!("/api/v1{path}"));
            if body.is_null() { request } else { request.json(body) }
        };
        if !refused.1.is_null() {
            self.leaves_nothing(refused.0, post(&refused.1)).await;
        }
        let answer = post(&done).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{operation}: {}", answer.status());
        let body: Value = answer.json().await.expect("JSON");
        let id = body["id"].as_str().or(body["results"][0]["report"]["id"].as_str());
        let id = id.or(body["results"][0]["unit_id"].as_str());
        let object = id.map(|id| id.parse().expect("an id"));
        let actor = Some((center.account_id, center.organization.id));
        let trace = Trace { action: action.to_owned(), outcome: "ok".to_owned(), actor, object };
        assert_eq!(self.new_traces().await, [trace], "{operation}");
        if !["send_supplement", "log_arrival", "submit_reports", "enter_notification_counts"].contains(&operation) {
            self.leaves_nothing(StatusCode::CONFLICT, post(&done)).await;
        }
    }

    fn proxy_report(&self, unit: Uuid) -> Value {
        let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
        let counts: serde_json::Map<String, Value> = counts.collect();
        json!({ "unit_id": unit, "entry_day": self.app.today(), "counts": counts, "channel": "fax" })
    }

    fn supplement(&self, unit: Uuid) -> Value {
        let today = self.app.today();
        let deltas = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
        let deltas: serde_json::Map<String, Value> = deltas.collect();
        let found = json!({ "target_day": today.minus(1), "reason": "found_late", "deltas": deltas });
        json!({ "unit_id": unit, "entry_day": today, "adjustments": [found], "channel": "fax" })
    }
}

/// Makes something that an act is about.
async fn made(center: &SignedIn, path: &str, body: &Value) -> Uuid {
    let answer = center.raw.post(&format!("/api/v1{path}"), body).await;
    let body: Value = answer.json().await.expect("JSON");
    body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}
