//! Who may do what, over HTTP: every operation of the contract, for every role, with and without being its manager.

use std::collections::BTreeSet;

use api::store::account::{Created, NewAccount};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api_client::Scope;
use shared::organization::{OrganizationKind, OrganizationRef};
use uuid::Uuid;

use crate::arrivals;
use crate::ehr::Ehr;
use crate::harness::{PASSWORD, Raw, TestApp};
use crate::reports::report;

/// The callers, in the order of the columns below.
const CALLERS: [(OrganizationKind, bool); 8] = [
    (OrganizationKind::Institution, false),
    (OrganizationKind::Institution, true),
    (OrganizationKind::HealthCenter, false),
    (OrganizationKind::HealthCenter, true),
    (OrganizationKind::Prefecture, false),
    (OrganizationKind::Prefecture, true),
    (OrganizationKind::Ministry, false),
    (OrganizationKind::Ministry, true),
];

/// What each caller is answered about the institution of its jurisdiction: 2 is a success, 3 is 403, and - is the
/// refusal that any content of the request would get (409, 422), which only those meet who may. 4 is 404: a part that
/// isn't there, or what the request names beside the institution and the caller doesn't see.
const TABLE: [(&str, &str, &str); 55] = [
    ("get", "/api/v1/reporting-day", "2222 2233"),
    ("get", "/api/v1/drafts", "2222 3333"),
    ("put", "/api/v1/drafts/{unit_id}/{entry_day}", "---- 3333"),
    ("delete", "/api/v1/drafts/{unit_id}/{entry_day}", "2222 3333"),
    ("post", "/api/v1/reports", "---- 3333"),
    ("get", "/api/v1/reports/{id}", "2222 2233"),
    ("put", "/api/v1/reports/{id}", "--33 3-33"),
    ("get", "/api/v1/reports/{id}/receipt", "2222 2233"),
    ("get", "/api/v1/history", "2222 2233"),
    ("get", "/api/v1/day-statements", "2222 2233"),
    ("post", "/api/v1/day-statements", "---- 3333"),
    ("delete", "/api/v1/day-statements/{id}", "---- 3333"),
    ("get", "/api/v1/organizations", "2222 2232"),
    ("get", "/api/v1/organizations/{id}", "2222 2232"),
    ("get", "/api/v1/api-clients", "3232 3232"),
    ("post", "/api/v1/api-clients", "3-33 3333"),
    ("get", "/api/v1/api-clients/{id}", "3232 3232"),
    ("delete", "/api/v1/api-clients/{id}", "3-3- 3-3-"),
    ("get", "/api/v1/api-clients/{id}/results", "3232 3232"),
    ("post", "/api/v1/api-clients/{id}/keys", "3-33 3333"),
    ("delete", "/api/v1/api-clients/{id}/keys/{kid}", "3434 3434"),
    ("post", "/api/v1/organizations", "443- 3-3-"),
    ("patch", "/api/v1/organizations/{id}", "3332 3232"),
    ("put", "/api/v1/organizations/{id}/opening-days", "3232 3233"),
    ("post", "/api/v1/organizations/{id}/moves", "3333 3232"),
    ("get", "/api/v1/accounts", "3232 3233"),
    ("get", "/api/v1/accounts/{id}", "3232 3233"),
    ("post", "/api/v1/accounts", "3-3- 3-33"),
    ("post", "/api/v1/accounts/batches", "3232 3232"),
    ("patch", "/api/v1/accounts/{id}", "3232 3233"),
    ("post", "/api/v1/accounts/{id}/activation-slip", "3232 3233"),
    ("post", "/api/v1/accounts/{id}/disable", "3232 3233"),
    ("post", "/api/v1/accounts/{id}/enable", "3232 3233"),
    ("get", "/api/v1/audit-events", "2232 3232"),
    ("get", "/api/v1/audit-events/export", "2232 3232"),
    ("get", "/api/v1/coverage", "3322 2222"),
    ("get", "/api/v1/coverage/units", "3322 2233"),
    ("post", "/api/v1/contact-notes", "3322 2233"),
    ("get", "/api/v1/policies", "2222 2222"),
    ("get", "/api/v1/holidays", "2222 2222"),
    ("post", "/api/v1/policies", "3333 3232"),
    ("get", "/api/v1/summaries", "2222 2222"),
    ("get", "/api/v1/summaries/corrections", "2222 2222"),
    ("put", "/api/v1/organizations/{id}/carried-forward", "3333 3-33"),
    ("get", "/api/v1/arrival-batches", "3322 3333"),
    ("post", "/api/v1/arrival-batches", "33-- 3333"),
    ("post", "/api/v1/arrival-batches/{id}/close", "44-- 3333"),
    ("get", "/api/v1/arrivals", "4422 3333"),
    ("post", "/api/v1/arrivals", "44-- 3333"),
    ("post", "/api/v1/arrivals/{id}/rejection", "44-- 3333"),
    ("post", "/api/v1/arrivals/{id}/submission", "44-- 3333"),
    ("post", "/api/v1/report-batches", "2222 2222"),
    ("get", "/api/v1/notification-counts", "3322 2233"),
    ("post", "/api/v1/notification-counts", "3322 3333"),
    ("post", "/api/v1/supplements", "33-- 3333"),
];

/// Operations about one's own organization or jurisdiction as a whole, or the nation, and three that answer for each of many
/// rows.
const OF_OWN: [(&str, &str); 13] = [
    ("get", "/api/v1/drafts"),
    ("get", "/api/v1/organizations"),
    ("post", "/api/v1/api-clients"),
    ("post", "/api/v1/accounts/batches"),
    ("get", "/api/v1/coverage"),
    ("get", "/api/v1/coverage/units"),
    ("get", "/api/v1/holidays"),
    ("get", "/api/v1/summaries"),
    ("get", "/api/v1/summaries/corrections"),
    ("get", "/api/v1/arrival-batches"),
    ("post", "/api/v1/arrival-batches"),
    ("post", "/api/v1/report-batches"),
    ("post", "/api/v1/notification-counts"),
];

/// Operations that everybody has: before signing in, or about one's own session.
pub const EVERYBODYS: [&str; 21] = [
    "get_site",
    "get_demo_code",
    "list_demo_codes",
    "sign_in",
    "show_second_factor",
    "list_demo_messages",
    "begin_challenge",
    "get_challenge",
    "begin_enrollment",
    "confirm_enrollment",
    "change_password",
    "make_recovery_codes",
    "sign_out",
    "get_session",
    "step_up",
    "list_second_factors",
    "remove_second_factor",
    "list_sessions",
    "end_session",
    "list_sign_ins",
    "list_resets",
];

/// What the questions are about.
struct Things {
    unit: OrganizationRef,
    report_id: Uuid,
    statement_id: Uuid,
    client_id: Uuid,
    account_id: Uuid,
    /// A batch of that center, and an arrival of it that another unit sent.
    batch_id: Uuid,
    arrival_id: Uuid,
    /// The center above the unit, and the one beside that.
    centers: [Uuid; 2],
    day: String,
    tomorrow: String,
}

#[test]
fn every_operation_of_the_contract_has_a_permission_test() {
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    let mut untested = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let tested = TABLE.iter().any(|(of, at, _)| (*of, *at) == (method.as_str(), path.as_str()));
            if path.starts_with("/api/v1/") && !tested && !EVERYBODYS.contains(&id) {
                untested.insert(format!("{method} {path}"));
            }
        }
    }
    assert_eq!(untested, BTreeSet::new(), "without a permission test");
}

#[tokio::test]
async fn every_role_is_answered_as_the_table_says() {
    let app = TestApp::new().await;
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let things = things(&app).await;
    for (column, (kind, is_manager)) in CALLERS.into_iter().enumerate() {
        let of = match kind {
            OrganizationKind::HealthCenter => &app.centers[0],
            OrganizationKind::Prefecture => &app.prefecture,
            OrganizationKind::Ministry => &ministry,
            _ => &things.unit,
        };
        let browser = browser(&app, of, is_manager).await;
        for (method, path, row) in TABLE {
            let expected = row.chars().filter(|cell| *cell != ' ').nth(column).expect("eight cells");
            let status = ask(&browser, method, path, &things).await;
            let fits = match expected {
                '2' => (200..300).contains(&status),
                '3' => status == 403,
                '4' => status == 404,
                _ => matches!(status, 409 | 422),
            };
            assert!(fits, "{method} {path} by {kind:?}, manager {is_manager}: {status}, expected {expected}");
        }
    }
}

#[tokio::test]
async fn outside_its_jurisdiction_nobody_finds_anything() {
    let app = TestApp::new().await;
    let things = things(&app).await;
    let other_clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    for of in [&app.centers[1], &other_clinic] {
        for is_manager in [false, true] {
            let browser = browser(&app, of, is_manager).await;
            for (method, path, _) in TABLE.into_iter().filter(|(method, path, _)| !OF_OWN.contains(&(*method, *path))) {
                assert_eq!(ask(&browser, method, path, &things).await, 404, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_whatever_the_request_says() {
    let app = TestApp::new().await;
    let things = things(&app).await;
    for (method, path, _) in TABLE {
        assert_eq!(ask(&app.browser(), method, path, &things).await, 401, "{method} {path}");
    }
}

/// A unit that has reported today, has said that yesterday was closed, and has an API client that is disabled.
async fn things(app: &TestApp) -> Things {
    let clinic = app.institution().await;
    let yesterday = json!({ "day": app.today().minus(1), "kind": "closed" });
    let statement: Value =
        clinic.raw.post("/api/v1/day-statements", &yesterday).await.json().await.expect("a statement");
    let report = clinic.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted").value;
    let manager = browser(app, &clinic.organization, true).await;
    let client = Ehr::register(app, &manager, &Scope::ALL).await;
    manager.client().disable_api_client(client.id).await.expect("disabled");
    let (batch_id, arrival_id) = inbox(app).await;
    Things {
        batch_id,
        arrival_id,
        client_id: client.id,
        report_id: report.id,
        statement_id: statement["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"),
        account_id: app.account(&clinic.organization, false).await.0,
        unit: clinic.organization,
        centers: [app.centers[0].id, app.centers[1].id],
        day: app.today().to_string(),
        tomorrow: app.today().plus(1).to_string(),
    }
}

/// A batch of the first center with an arrival of a unit of which the tests say nothing else.
async fn inbox(app: &TestApp) -> (Uuid, Uuid) {
    let center = app.center().await;
    let batch = arrivals::opened(&center, app.today()).await;
    let sender = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let arrival = center.client.log_arrival("key", &arrivals::fax(&batch, &sender)).await.expect("logged");
    (batch.id, arrival.id)
}

pub async fn browser(app: &TestApp, of: &OrganizationRef, is_manager: bool) -> Raw {
    let id = Uuid::now_v7();
    let login_id = format!("M-{}", id.simple().to_string()[20..].to_uppercase());
    let new = NewAccount {
        id,
        login_id: login_id.clone(),
        organization_id: of.id,
        is_manager,
        display_name: "管理者".to_owned(),
        password_phc: app.state.passwords.hash(PASSWORD).await.expect("a hash"),
        must_change_password: false,
    };
    assert_eq!(app.state.store.create_account(new).await.expect("written"), Created::Yes);
    crate::authenticator::enroll(&app.state.store, &app.state.passwords, id).await;
    let browser = app.browser();
    app.sign_in(&browser.client(), &login_id, PASSWORD).await.expect("signed in");
    browser
}

/// Asks for an operation about the things, with a content that contradicts what is on record.
async fn ask(browser: &Raw, method: &str, path: &str, things: &Things) -> u16 {
    let id = match path {
        path if path.starts_with("/api/v1/organizations/{id}") => things.unit.id,
        path if path.starts_with("/api/v1/accounts/{id}") => things.account_id,
        "/api/v1/day-statements/{id}" => things.statement_id,
        "/api/v1/arrival-batches/{id}/close" => things.batch_id,
        path if path.starts_with("/api/v1/arrivals/{id}") => things.arrival_id,
        _ if path.starts_with("/api/v1/api-clients/") => things.client_id,
        _ => things.report_id,
    };
    let unit = things.unit.id.to_string();
    let mut url = path.replace("{unit_id}", &unit).replace("{entry_day}", &things.day).replace("{id}", &id.to_string());
    if path.ends_with("{kid}") {
        url = url.replace("{kid}", "another");
    }
    let by_organization = [
        "/api/v1/api-clients",
        "/api/v1/accounts",
        "/api/v1/audit-events",
        "/api/v1/audit-events/export",
        "/api/v1/policies",
    ];
    if method == "get" && by_organization.contains(&path) {
        url = format!("{url}?organization_id={unit}");
    } else if (method, path) == ("get", "/api/v1/arrivals") {
        url = format!("{url}?batch_id={}", things.batch_id);
    } else if method == "get" && !path.contains('{') && !OF_OWN.contains(&(method, path)) {
        url = format!("{url}?unit_id={unit}");
    }
    let counts: serde_json::Map<String, Value> =
        shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1))).collect();
    let body = match path {
        "/api/v1/reports" => json!({ "unit_id": unit, "entry_day": things.day, "counts": counts }),
        "/api/v1/reports/{id}" => json!({ "counts": counts }),
        "/api/v1/policies" => json!({
            "organization_id": unit, "correction": "final", "authority": "prefecture", "authority_correction_days": 0,
            "deadline_minute": 0, "valid_from": things.tomorrow
        }),
        "/api/v1/report-batches" => {
            json!({ "reports": [{ "unit_id": unit, "entry_day": things.day, "counts": counts }] })
        }
        "/api/v1/notification-counts" => {
            json!({ "counts": [{ "unit_id": unit, "day": things.day, "count": 1 }] })
        }
        "/api/v1/arrival-batches" => json!({ "day": things.tomorrow }),
        "/api/v1/arrivals" => json!({ "batch_id": things.batch_id, "channel": "fax" }),
        "/api/v1/arrivals/{id}/rejection" => json!({ "reason": "other" }),
        "/api/v1/arrivals/{id}/submission" => json!({ "submission_id": things.report_id }),
        "/api/v1/supplements" => json!({ "unit_id": unit, "entry_day": things.day, "adjustments": [] }),
        "/api/v1/day-statements" => json!({ "unit_id": unit, "day": things.day, "kind": "closed" }),
        "/api/v1/api-clients" => json!({ "name": "", "vendor": "", "scopes": [], "key": { "public_key": "" } }),
        "/api/v1/api-clients/{id}/keys" => json!({ "public_key": "" }),
        "/api/v1/organizations" => {
            json!({ "kind": "institution", "parent_id": things.centers[0], "name": "", "kana": "ア" })
        }
        "/api/v1/organizations/{id}" => json!({ "address": "周南市1-2" }),
        "/api/v1/organizations/{id}/opening-days" => json!({ "valid_from": things.tomorrow, "open_on": ["monday"] }),
        "/api/v1/organizations/{id}/moves" => {
            json!({ "valid_from": things.tomorrow, "parent_id": things.centers[1] })
        }
        "/api/v1/organizations/{id}/carried-forward" => {
            json!({ "until": things.day, "source": "", "counts": counts })
        }
        "/api/v1/contact-notes" => json!({ "unit_id": unit, "day": things.day, "outcome": "call_back" }),
        "/api/v1/accounts" => json!({ "organization_id": unit, "display_name": " " }),
        "/api/v1/accounts/batches" => json!({ "rows": [{ "organization_id": unit, "display_name": " " }] }),
        "/api/v1/accounts/{id}" => json!({ "display_name": "山田 花子" }),
        "/api/v1/accounts/{id}/activation-slip" => json!({ "reason": "reprint" }),
        "/api/v1/accounts/{id}/disable" => json!({ "reason": "person_left" }),
        _ => json!({ "base_version": 7, "content": { "cells": vec![""; 14] } }),
    };
    let method: Method = method.to_uppercase().parse().expect("a method");
    let request = browser.request(method.clone(), &url);
    let takes_body = [Method::POST, Method::PUT, Method::PATCH].contains(&method)
        && !path.ends_with("/enable")
        && !path.ends_with("/close");
    let request = if takes_body { request.json(&body) } else { request };
    request.send().await.expect("an answer").status().as_u16()
}
