//! The operations that are asked for every place, and those that aren't, each with the reason.

use reqwest::Method;
use serde_json::{Value, json};
use shared::permission::Action;

use super::Place;

/// An operation about `{unit}`, or its `{account}`, `{report}`, `{statement}`, `{client}` and the client's key `{kid}`, or
/// its inbox's `{batch}` or `{arrival}`. Its content is one that no rule lets pass, where it has one that could.
pub struct Operation {
    pub id: &'static str,
    pub action: Action,
    pub method: Method,
    pub path: &'static str,
    pub body: fn(&Place, &str) -> Value,
}

/// Operations that are asked for no one place, each with the reason.
pub const ELSEWHERE: [(&str, &str); 13] = [
    ("list_drafts", "begins at the caller's own units: `proxies.rs`"),
    ("list_organizations", "begins at the caller's own jurisdiction: `register.rs`"),
    ("get_coverage", "begins at the caller's own jurisdiction: `coverage.rs`"),
    ("list_unit_coverage", "begins at the caller's own jurisdiction: `coverage.rs`"),
    ("list_holidays", "is about the nation, for everybody: `holidays.rs`"),
    ("get_summary", "begins at the caller's own jurisdiction: `summaries/`"),
    ("list_corrections", "begins at the caller's own jurisdiction: `summaries/`"),
    ("list_arrival_batches", "begins at the caller's own inbox: `arrivals.rs`"),
    ("open_arrival_batch", "is about the caller's own inbox: `arrivals.rs`"),
    ("enter_notification_counts", "answers for each of many rows: `notification_counts.rs`"),
    ("submit_reports", "answers for each of many reports: `proxies.rs`"),
    ("register_api_client", "is about the caller's own organization: `api_clients.rs`"),
    ("issue_accounts", "answers for each of many rows: `accounts.rs`"),
];

pub fn operations() -> Vec<Operation> {
    use Action as A;
    let of = |id, action, method, path, body| Operation { id, action, method, path, body };
    let nothing: fn(&Place, &str) -> Value = |_, _| Value::Null;
    let get = |id, action, path| of(id, action, Method::GET, path, nothing);
    vec![
        get("get_reporting_day", A::ReadReportingDay, "/reporting-day?unit_id={unit}"),
        get("get_history", A::ReadHistory, "/history?unit_id={unit}"),
        get("list_day_statements", A::ReadStatements, "/day-statements?unit_id={unit}"),
        get("get_report", A::ReadReport, "/reports/{report}"),
        of("correct_report", A::CorrectReport, Method::PUT, "/reports/{report}", |_, _| {
            let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
            json!({ "counts": counts.collect::<serde_json::Map<String, Value>>() })
        }),
        get("list_policies", A::ReadPolicies, "/policies?organization_id={unit}"),
        of("set_policy", A::SetPolicy, Method::POST, "/policies", |place, _| {
            json!({
                "organization_id": place.id, "correction": "final", "authority": "prefecture",
                "authority_correction_days": 0, "deadline_minute": 0, "valid_from": "2020-01-01"
            })
        }),
        get("get_receipt", A::ReadReport, "/reports/{report}/receipt"),
        get("list_notification_counts", A::ReadNotificationCounts, "/notification-counts?unit_id={unit}"),
        get("get_organization", A::ReadOrganizations, "/organizations/{unit}"),
        get("list_accounts", A::ReadAccounts, "/accounts?organization_id={unit}"),
        get("get_account", A::ReadAccounts, "/accounts/{account}"),
        get("list_api_clients", A::ReadApiClients, "/api-clients?organization_id={unit}"),
        get("get_api_client", A::ReadApiClients, "/api-clients/{client}"),
        get("list_api_client_results", A::ReadApiClients, "/api-clients/{client}/results"),
        get("list_audit_events", A::ReadAuditEvents, "/audit-events?organization_id={unit}&actor_id={account}"),
        get(
            "export_audit_events",
            A::ReadAuditEvents,
            "/audit-events/export?organization_id={unit}&actor_id={account}",
        ),
        of("put_draft", A::WriteDraft, Method::PUT, "/drafts/{unit}/{day}", |_, _| {
            let mut cells = vec![String::new(); 14];
            cells[0] = "1".repeat(1_000);
            json!({ "base_version": 0, "content": { "cells": cells } })
        }),
        of("delete_draft", A::WriteDraft, Method::DELETE, "/drafts/{unit}/{day}", nothing),
        of("withdraw_day_statement", A::WithdrawStatement, Method::DELETE, "/day-statements/{statement}", nothing),
        of("disable_api_client", A::DisableApiClient, Method::DELETE, "/api-clients/{client}", nothing),
        of(
            "add_api_client_key",
            A::RegisterApiClient,
            Method::POST,
            "/api-clients/{client}/keys",
            |_, _| json!({ "public_key": "" }),
        ),
        of("remove_api_client_key", A::DisableApiClient, Method::DELETE, "/api-clients/{client}/keys/{kid}", nothing),
        get("list_arrivals", A::ReadArrivals, "/arrivals?batch_id={batch}"),
        of("close_arrival_batch", A::WriteArrivals, Method::POST, "/arrival-batches/{batch}/close", nothing),
        of(
            "log_arrival",
            A::WriteArrivals,
            Method::POST,
            "/arrivals",
            |place, _| json!({ "batch_id": place.inbox.map(|[batch, _]| batch), "channel": "fax" }),
        ),
        of(
            "reject_arrival",
            A::WriteArrivals,
            Method::POST,
            "/arrivals/{arrival}/rejection",
            |_, _| json!({ "reason": "other" }),
        ),
        of(
            "enter_arrival",
            A::WriteArrivals,
            Method::POST,
            "/arrivals/{arrival}/submission",
            |place, _| json!({ "submission_id": place.reported.map(|[report, _]| report) }),
        ),
        of("submit_report", A::SendReport, Method::POST, "/reports", |place, _| {
            let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
            let counts = counts.collect::<serde_json::Map<String, Value>>();
            json!({ "unit_id": place.id, "entry_day": "2020-01-01", "counts": counts })
        }),
        of(
            "send_supplement",
            A::SendSupplement,
            Method::POST,
            "/supplements",
            |place, _| json!({ "unit_id": place.id, "entry_day": "2020-01-01", "adjustments": [] }),
        ),
        of(
            "note_contact",
            A::NoteContact,
            Method::POST,
            "/contact-notes",
            |place, _| json!({ "unit_id": place.id, "day": "2020-01-01", "outcome": "call_back" }),
        ),
        of(
            "make_day_statement",
            A::MakeStatement,
            Method::POST,
            "/day-statements",
            |place, _| json!({ "unit_id": place.id, "day": "2020-01-01", "kind": "closed" }),
        ),
        of(
            "create_organization",
            A::CreateOrganization,
            Method::POST,
            "/organizations",
            |place, _| json!({ "kind": place.kind_below(), "parent_id": place.id, "name": "", "kana": "ア" }),
        ),
        of(
            "change_organization",
            A::EditOrganization,
            Method::PATCH,
            "/organizations/{unit}",
            |_, _| json!({ "name": "" }),
        ),
        of(
            "set_opening_days",
            A::SetOpeningDays,
            Method::PUT,
            "/organizations/{unit}/opening-days",
            |_, day| json!({ "valid_from": day, "open_on": ["monday"] }),
        ),
        of(
            "move_unit",
            A::MoveUnit,
            Method::POST,
            "/organizations/{unit}/moves",
            |place, day| json!({ "valid_from": day, "parent_id": place.id }),
        ),
        of(
            "set_carried_forward",
            A::SetCarriedForward,
            Method::PUT,
            "/organizations/{unit}/carried-forward",
            |_, day| {
                let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(1)));
                json!({ "until": day, "source": "", "counts": counts.collect::<serde_json::Map<String, Value>>() })
            },
        ),
        of(
            "issue_account",
            A::IssueAccount,
            Method::POST,
            "/accounts",
            |place, _| json!({ "organization_id": place.id, "display_name": "" }),
        ),
        of(
            "change_account",
            A::EditAccount,
            Method::PATCH,
            "/accounts/{account}",
            |_, _| json!({ "display_name": "" }),
        ),
        of(
            "renew_activation_slip",
            A::ResetAccount,
            Method::POST,
            "/accounts/{account}/activation-slip",
            |_, _| json!({ "reason": "new_account" }),
        ),
        of(
            "disable_account",
            A::DisableAccount,
            Method::POST,
            "/accounts/{account}/disable",
            |_, _| json!({ "reason": "other" }),
        ),
        of("enable_account", A::EnableAccount, Method::POST, "/accounts/{account}/enable", nothing),
    ]
}
