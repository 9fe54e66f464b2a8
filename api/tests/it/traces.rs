//! No act without a trace (rule R13): every operation that changes something leaves exactly one event, with the right
//! actor and object, and what is refused, repeated, tried or only read leaves none.

mod access;
mod collect;
mod corrections;
mod managers;
mod reporting;

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::rows;
use crate::harness::{SignedIn, TestApp};

/// Every operation that leaves an event, and the event's action.
const TRACED: [(&str, &str); 36] = [
    ("sign_in", "sign_in"),
    ("show_second_factor", "sign_in"),
    ("begin_challenge", "begin_challenge"),
    ("begin_enrollment", "begin_enrollment"),
    ("confirm_enrollment", "enroll_second_factor"),
    ("step_up", "step_up"),
    ("make_recovery_codes", "make_recovery_codes"),
    ("remove_second_factor", "remove_second_factor"),
    ("end_session", "end_session"),
    ("change_password", "change_password"),
    ("sign_out", "sign_out"),
    ("submit_report", "submit_report"),
    ("make_day_statement", "make_statement"),
    ("withdraw_day_statement", "withdraw_statement"),
    ("create_organization", "create_organization"),
    ("change_organization", "edit_organization"),
    ("set_opening_days", "set_opening_days"),
    ("move_unit", "move_unit"),
    ("issue_account", "issue_account"),
    ("issue_accounts", "issue_account"),
    ("change_account", "edit_account"),
    ("renew_activation_slip", "reset_account"),
    ("disable_account", "disable_account"),
    ("enable_account", "enable_account"),
    ("note_contact", "note_contact"),
    ("correct_report", "correct_report"),
    ("set_policy", "set_policy"),
    ("set_carried_forward", "set_carried_forward"),
    ("open_arrival_batch", "open_arrival_batch"),
    ("close_arrival_batch", "close_arrival_batch"),
    ("log_arrival", "log_arrival"),
    ("reject_arrival", "reject_arrival"),
    ("enter_arrival", "enter_arrival"),
    ("submit_reports", "submit_report"),
    ("send_supplement", "send_supplement"),
    ("enter_notification_counts", "enter_notification_counts"),
];

/// Operations that leave an event too, walked in `api_clients.rs`, where there are clients.
pub const OF_CLIENTS: [(&str, &str); 5] = [
    ("register_api_client", "register_api_client"),
    ("add_api_client_key", "add_api_client_key"),
    ("remove_api_client_key", "remove_api_client_key"),
    ("issue_token", "issue_token"),
    ("disable_api_client", "disable_api_client"),
];

/// Drafts are no acts.
const UNTRACED: [&str; 2] = ["put_draft", "delete_draft"];

#[test]
fn every_operation_that_changes_something_is_known_here() {
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    let operations = document["paths"].as_object().expect("paths").values();
    let operations = operations.flat_map(|item| item.as_object().expect("operations"));
    let writing: BTreeSet<&str> = operations
        .filter(|(method, _)| *method != "get")
        .map(|(_, operation)| operation["operationId"].as_str().expect("an id"))
        .collect();
    let known = TRACED.iter().chain(&OF_CLIENTS).map(|(operation, _)| *operation).chain(UNTRACED);
    assert_eq!(writing, known.collect(), "each leaves an event, or is a draft");
}

/// An event, as far as it says who did what to what.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    action: String,
    outcome: String,
    actor: Option<(Uuid, Uuid)>,
    object: Option<Uuid>,
}

/// A clinic, followed step by step.
struct Walk {
    app: TestApp,
    clinic: SignedIn,
    /// The last event that was there before the step.
    seq: i64,
}

impl Walk {
    async fn begin() -> Self {
        let app = TestApp::new().await;
        let clinic = app.institution().await;
        let mut walk = Self { app, clinic, seq: 0 };
        assert!(!walk.new_traces().await.is_empty(), "a sign-in");
        walk
    }

    async fn new_traces(&mut self) -> Vec<Trace> {
        let question = format!("SELECT * FROM audit_event WHERE seq > {} ORDER BY seq", self.seq);
        let mut traces = Vec::new();
        for row in rows(self.app.db(), &question).await {
            self.seq = row.try_get("", "seq").expect("a number");
            let content: String = row.try_get("", "content").expect("text");
            let content: Value = serde_json::from_str(&content).expect("JSON");
            let id = |column: &str| row.try_get::<Option<Uuid>>("", column).expect("an id or none");
            traces.push(Trace {
                action: row.try_get("", "action").expect("text"),
                outcome: content["outcome"].as_str().expect("text").to_owned(),
                actor: id("actor_account_id").zip(id("actor_organization_id")),
                object: id("object_id"),
            });
        }
        traces
    }

    /// Sends a request that must be answered so and leave nothing.
    async fn leaves_nothing(&mut self, status: StatusCode, request: RequestBuilder) {
        let answer = request.send().await.expect("an answer");
        let (found, url) = (answer.status(), answer.url().clone());
        assert_eq!(found, status, "{url}: {}", answer.text().await.expect("text"));
        assert_eq!(self.new_traces().await, [], "{url} {status}");
    }

    /// Sends a request that must succeed and leave the one event of the clinic, about what the answer names or the
    /// clinic's own account.
    async fn leaves_one(&mut self, action: &str, request: RequestBuilder) -> Uuid {
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{action}: {}", answer.status());
        let body: Value = serde_json::from_str(&answer.text().await.expect("text")).unwrap_or_default();
        let object = body["id"].as_str().map_or(self.clinic.account_id, |id| id.parse().expect("an id"));
        let trace = self.by_clinic(action, object);
        assert_eq!(self.new_traces().await, [trace]);
        object
    }

    fn by_clinic(&self, action: &str, object: Uuid) -> Trace {
        let actor = Some((self.clinic.account_id, self.clinic.organization.id));
        Trace { action: action.to_owned(), outcome: "ok".to_owned(), actor, object: Some(object) }
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.clinic.raw.request(Method::POST, &format!("/api/v1{path}")).json(body)
    }
}

#[tokio::test]
async fn every_act_leaves_one_event_and_every_refusal_none() {
    for (operation, action) in TRACED {
        let mut walk = Walk::begin().await;
        match operation {
            "sign_in" => walk.sign_in(action).await,
            "show_second_factor" => walk.show_second_factor(action).await,
            "begin_challenge" => walk.begin_challenge(action).await,
            "begin_enrollment" => drop(walk.begin_enrollment(action).await),
            "confirm_enrollment" => drop(walk.confirm_enrollment(action).await),
            "step_up" => walk.step_up(action).await,
            "make_recovery_codes" => walk.make_recovery_codes(action).await,
            "remove_second_factor" => walk.remove_second_factor(action).await,
            "end_session" => walk.end_session(action).await,
            "change_password" => walk.change_password(action).await,
            "sign_out" => {
                walk.leaves_one(action, walk.post("/auth/sign-out", &Value::Null)).await;
                walk.leaves_nothing(StatusCode::UNAUTHORIZED, walk.post("/auth/sign-out", &Value::Null)).await;
            }
            "submit_report" => walk.submit_report(action).await,
            "make_day_statement" => drop(walk.make_statement(action).await),
            "withdraw_day_statement" => walk.withdraw_statement(action).await,
            "create_organization" | "change_organization" | "set_opening_days" | "move_unit" => {
                walk.keep_register(operation, action).await;
            }
            "issue_account" | "issue_accounts" => walk.issue(operation, action).await,
            "change_account" | "renew_activation_slip" | "disable_account" | "enable_account" => {
                walk.change_account(operation, action).await;
            }
            "note_contact" => walk.note_contact(action).await,
            "correct_report" => walk.correct_report(action).await,
            "set_policy" => walk.set_policy(action).await,
            "set_carried_forward" => walk.set_carried_forward(action).await,
            "open_arrival_batch"
            | "close_arrival_batch"
            | "log_arrival"
            | "reject_arrival"
            | "enter_arrival"
            | "submit_reports"
            | "send_supplement"
            | "enter_notification_counts" => walk.collect(operation, action).await,
            other => panic!("nobody walks {other}"),
        }
    }
}

#[tokio::test]
async fn drafts_and_reading_leave_no_event() {
    let mut walk = Walk::begin().await;
    let draft = format!("/api/v1/drafts/{}/{}", walk.clinic.organization.id, walk.app.today());
    let content = json!({ "base_version": 0, "content": { "cells": vec!["1"; 14] } });
    let raw = walk.clinic.raw.clone();
    walk.leaves_nothing(StatusCode::OK, raw.request(Method::PUT, &draft).json(&content)).await;
    walk.leaves_nothing(StatusCode::NO_CONTENT, raw.request(Method::DELETE, &draft)).await;
    for path in [
        "/auth/session",
        "/reporting-day",
        "/history",
        "/day-statements",
        "/organizations",
        "/summaries",
        "/summaries/corrections",
    ] {
        walk.leaves_nothing(StatusCode::OK, raw.bare(Method::GET, &format!("/api/v1{path}"))).await;
    }
}
