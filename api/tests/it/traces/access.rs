//! What people do about their own access: they sign in, keep their second factors, and change their password.

use api::auth::totp;
use api::handlers::auth::record_failures;
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::second_factor::FactorKind;
use uuid::Uuid;

use super::{Trace, Walk};
use crate::codes;
use crate::harness::PASSWORD;

const NEW_PASSWORD: &str = "four herons fold newspapers";

impl Walk {
    pub(super) async fn sign_in(&mut self, action: &str) {
        let credentials = |password: &str| json!({ "login_id": self.clinic.login_id, "password": password });
        let (right, wrong) = (credentials(PASSWORD), credentials("wrong"));
        let unknown = json!({ "login_id": "P13-0000-X", "password": PASSWORD });
        for refused in [&wrong, &wrong, &unknown] {
            self.leaves_nothing(StatusCode::UNAUTHORIZED, self.post("/auth/sign-in", refused)).await;
        }
        // Failures are gathered: one event an account, address and minute.
        record_failures(&self.app.state, None).await.expect("recorded");
        let mut gathered = self.new_traces().await;
        gathered.sort_by_key(|trace| trace.object);
        let failed = |object| Trace { action: action.to_owned(), outcome: "failed".to_owned(), actor: None, object };
        assert_eq!(gathered, [failed(None), failed(Some(self.clinic.account_id))]);
        let answer = self.post("/auth/sign-in", &right).send().await.expect("an answer");
        assert!(answer.status().is_success());
        let trace = self.by_clinic(action, self.clinic.account_id);
        assert_eq!(self.new_traces().await, [Trace { outcome: "second_factor".to_owned(), ..trace }]);
    }

    /// A code of the clinic's app, half a minute later.
    async fn shown(&self) -> Value {
        self.app.clock.advance(TimeDelta::seconds(30));
        json!({ "method": "totp", "code": self.app.code(self.clinic.account_id).await })
    }

    pub(super) async fn show_second_factor(&mut self, action: &str) {
        self.sign_in(action).await;
        let wrong = json!({ "method": "recovery_code", "code": "0" });
        self.leaves_nothing(StatusCode::UNAUTHORIZED, self.post("/auth/second-factor", &wrong)).await;
        let shown = self.shown().await;
        self.leaves_one(action, self.post("/auth/second-factor", &shown)).await;
        self.leaves_nothing(StatusCode::FORBIDDEN, self.post("/auth/second-factor", &shown)).await;
    }

    pub(super) async fn begin_challenge(&mut self, action: &str) {
        let id = codes::enroll(&self.clinic.client, FactorKind::Sms, "090-1234-7709").await;
        self.new_traces().await;
        self.app.clock.advance(TimeDelta::seconds(30));
        let begin = |walk: &Self, method: &str| {
            walk.post("/auth/second-factor/challenges", &json!({ "method": method, "factor_id": id }))
        };
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, begin(self, "totp")).await;
        assert!(begin(self, "sms").send().await.expect("an answer").status().is_success());
        let trace = self.by_clinic(action, id);
        assert_eq!(self.new_traces().await, [trace]);
        self.leaves_nothing(StatusCode::TOO_MANY_REQUESTS, begin(self, "sms")).await;
    }

    pub(super) async fn begin_enrollment(&mut self, action: &str) -> Uuid {
        let refused = self.post("/auth/second-factor/enrollments", &json!({ "method": "sms" }));
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, refused).await;
        self.leaves_one(action, self.post("/auth/second-factor/enrollments", &json!({ "method": "totp" }))).await
    }

    pub(super) async fn confirm_enrollment(&mut self, action: &str) -> Uuid {
        let begun = self.post("/auth/second-factor/enrollments", &json!({ "method": "totp" }));
        let begun: Value = begun.send().await.expect("an answer").json().await.expect("JSON");
        self.new_traces().await;
        let id: Uuid = begun["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let path = format!("/auth/second-factor/enrollments/{id}/confirm");
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        self.leaves_nothing(refused, self.post(&path, &json!({ "code": "" }))).await;
        let seed = data_encoding::BASE32_NOPAD.decode(begun["secret"].as_str().expect("a seed").as_bytes());
        let step = totp::step_of(self.app.clock.now());
        let code = totp::code_of(&seed.expect("base 32"), step).expect("a code");
        assert!(self.post(&path, &json!({ "code": code })).send().await.expect("an answer").status().is_success());
        let trace = self.by_clinic(action, id);
        assert_eq!(self.new_traces().await, [trace]);
        id
    }

    pub(super) async fn step_up(&mut self, action: &str) {
        let wrong = json!({ "method": "totp", "code": "" });
        self.leaves_nothing(StatusCode::UNAUTHORIZED, self.post("/auth/step-up", &wrong)).await;
        let shown = self.shown().await;
        self.leaves_one(action, self.post("/auth/step-up", &shown)).await;
    }

    pub(super) async fn make_recovery_codes(&mut self, action: &str) {
        self.leaves_one(action, self.post("/auth/recovery-codes", &Value::Null)).await;
        self.app.clock.advance(TimeDelta::minutes(10));
        self.leaves_nothing(StatusCode::FORBIDDEN, self.post("/auth/recovery-codes", &Value::Null)).await;
    }

    pub(super) async fn remove_second_factor(&mut self, action: &str) {
        let id = self.confirm_enrollment("enroll_second_factor").await;
        let path = |id: Uuid| format!("/api/v1/auth/second-factors/{id}");
        let remove = |walk: &Self, id: Uuid| walk.clinic.raw.request(Method::DELETE, &path(id));
        assert!(remove(self, id).send().await.expect("an answer").status().is_success());
        let trace = self.by_clinic(action, id);
        assert_eq!(self.new_traces().await, [trace]);
        self.leaves_nothing(StatusCode::NOT_FOUND, remove(self, id)).await;
        let last = self.clinic.client.second_factors().await.expect("listed").items[0].id;
        self.leaves_nothing(StatusCode::CONFLICT, remove(self, last)).await;
    }

    pub(super) async fn end_session(&mut self, action: &str) {
        let elsewhere = self.app.browser().client();
        self.app.clock.advance(TimeDelta::seconds(30));
        self.app.sign_in(&elsewhere, &self.clinic.login_id, PASSWORD).await.expect("signed in");
        self.new_traces().await;
        let sessions = self.clinic.client.sessions().await.expect("listed").items;
        let id = sessions.iter().find(|session| !session.is_current).expect("the other").id;
        let end = |walk: &Self| walk.clinic.raw.request(Method::DELETE, &format!("/api/v1/auth/sessions/{id}"));
        assert!(end(self).send().await.expect("an answer").status().is_success());
        let trace = self.by_clinic(action, id);
        assert_eq!(self.new_traces().await, [trace]);
        self.leaves_nothing(StatusCode::NOT_FOUND, end(self)).await;
    }

    pub(super) async fn change_password(&mut self, action: &str) {
        let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        self.leaves_nothing(refused, self.post("/auth/password", &change(PASSWORD, "short"))).await;
        self.leaves_one(action, self.post("/auth/password", &change(PASSWORD, NEW_PASSWORD))).await;
        self.leaves_nothing(refused, self.post("/auth/password", &change(PASSWORD, NEW_PASSWORD))).await;
        record_failures(&self.app.state, None).await.expect("recorded");
        assert_eq!(self.new_traces().await.len(), 1, "a wrong password is a guess like those of signing in");
    }
}
