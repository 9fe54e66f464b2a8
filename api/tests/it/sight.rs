//! Every operation of the contract about something that belongs to an organization, for every kind of caller, about every
//! place: equal to the truth table, and what is out of sight answered with the same bytes as what is absent.

use std::collections::{BTreeMap, BTreeSet};

use api::store::account::{Created, NewAccount};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::api_client::{ClientAccess, Scope};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::{Action, Target, Verdict, decide};
use shared::{Caller, Role};
use uuid::Uuid;

use crate::database::execute;
use crate::ehr::Ehr;
use crate::harness::{PASSWORD, Raw, TestApp};
use crate::permissions::EVERYBODYS;
use crate::reports::report;

/// An operation about `{unit}`, or its `{account}`, `{report}`, `{statement}` or `{client}`. Its content is one that no rule
/// lets pass, where it has one that could.
struct Operation {
    id: &'static str,
    action: Action,
    method: Method,
    path: &'static str,
    body: fn(&Place, &str) -> Value,
}

/// An organization with an account, and those above it.
struct Place {
    id: Uuid,
    kind: OrganizationKind,
    above: Vec<Uuid>,
    account_id: Uuid,
    /// A report of today and a statement about yesterday, where it reports.
    reported: Option<[Uuid; 2]>,
    /// A system of its own, disabled, where it may have one.
    client_id: Option<Uuid>,
}

impl Place {
    /// The path of an operation about it; none where it has no such thing.
    fn path(&self, operation: &Operation, day: &str) -> Option<String> {
        let mut path = operation.path.to_owned();
        for (name, id) in [
            ("{unit}", Some(self.id)),
            ("{account}", Some(self.account_id)),
            ("{report}", self.reported.map(|[report, _]| report)),
            ("{statement}", self.reported.map(|[_, statement]| statement)),
            ("{client}", self.client_id),
        ] {
            if path.contains(name) {
                path = path.replace(name, &id?.to_string());
            }
        }
        Some(format!("/api/v1{}", path.replace("{day}", day)))
    }
}

/// Operations that are asked for no one place, each with the reason.
const ELSEWHERE: [(&str, &str); 17] = [
    ("list_organizations", "begins at the caller's own jurisdiction: `register.rs`"),
    ("get_coverage", "begins at the caller's own jurisdiction: `coverage.rs`"),
    ("list_unit_coverage", "begins at the caller's own jurisdiction: `coverage.rs`"),
    ("get_summary", "begins at the caller's own jurisdiction: `summaries/`"),
    ("list_arrival_batches", "begins at the caller's own inbox: `arrivals.rs`"),
    ("open_arrival_batch", "is about the caller's own inbox: `arrivals.rs`"),
    ("close_arrival_batch", "is about a center's inbox: `arrivals.rs`"),
    ("list_arrivals", "is about a center's inbox: `arrivals.rs`"),
    ("log_arrival", "is about a center's inbox: `arrivals.rs`"),
    ("reject_arrival", "is about a center's inbox: `arrivals.rs`"),
    ("enter_arrival", "is about a center's inbox: `arrivals.rs`"),
    ("submit_reports", "answers for each of many reports: `proxies.rs`"),
    ("register_api_client", "is about the caller's own organization: `api_clients.rs`"),
    ("create_organization", "is about one that isn't there yet: `register.rs`"),
    ("issue_accounts", "answers for each of many rows: `accounts.rs`"),
    ("remove_api_client_key", "answers 404 to whoever may, where a key isn't there: `api_clients.rs`"),
    ("put_draft", "is the same rule as `delete_draft`, and answers 409 by the version: `permissions.rs`"),
];

fn operations() -> Vec<Operation> {
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
        get("get_receipt_qr_code", A::ReadReport, "/reports/{report}/receipt/qr-code"),
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

/// The operations of the contract below `/api/v1` with whether an API client may call them at all.
fn of_contract() -> BTreeMap<String, bool> {
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    let paths = document["paths"].as_object().expect("paths").iter().filter(|(path, _)| path.starts_with("/api/v1/"));
    let operations = paths.flat_map(|(_, item)| item.as_object().expect("operations").values());
    let of = |operation: &Value| {
        let security = operation["security"].as_array().cloned().unwrap_or_default();
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        (id, security.iter().any(|one| one.get(api::openapi::CLIENT).is_some()))
    };
    operations.map(of).collect()
}

#[test]
fn every_operation_of_the_contract_is_asked_for_every_place_or_says_why_not() {
    let asked = operations().iter().map(|operation| operation.id.to_owned()).collect::<Vec<_>>();
    let elsewhere = ELSEWHERE.iter().map(|(id, _)| *id).chain(EVERYBODYS).map(str::to_owned);
    let known: Vec<String> = asked.into_iter().chain(elsewhere).collect();
    let once: BTreeSet<String> = known.iter().cloned().collect();
    assert_eq!(once.len(), known.len(), "each stands in one place");
    assert_eq!(of_contract().into_keys().collect::<BTreeSet<_>>(), once);
}

/// Somebody who asks.
struct Asker {
    browser: Raw,
    /// The access token of a clinic's own system.
    token: Option<String>,
    /// None for whoever isn't signed in.
    caller: Option<Caller>,
}

impl Asker {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        match &self.token {
            Some(token) => self.browser.bare(method, path).bearer_auth(token),
            None => self.browser.request(method, path),
        }
    }
}

#[tokio::test]
async fn everybody_gets_what_the_truth_table_says_about_every_place() {
    let app = TestApp::new().await;
    let (places, askers) = country(&app).await;
    let absent = Place {
        id: Uuid::now_v7(),
        kind: OrganizationKind::Institution,
        above: Vec::new(),
        account_id: Uuid::now_v7(),
        reported: Some([(); 2].map(|()| Uuid::now_v7())),
        client_id: Some(Uuid::now_v7()),
    };
    let for_clients = of_contract();
    let mut met = [0; 3];
    for asker in &askers {
        for operation in operations() {
            let (unseen, nothing_there) = ask(&app, asker, &operation, &absent).await.expect("all of it is absent");
            for about in &places {
                let Some((status, body)) = ask(&app, asker, &operation, about).await else { continue };
                let who = asker.caller.as_ref().map(|caller| (caller.role, caller.is_manager, caller.client.is_some()));
                let what = format!("{} by {who:?} about {:?}: {status}", operation.id, about.kind);
                let Some(caller) = &asker.caller else {
                    assert_eq!((status, unseen, &body), (401, 401, &nothing_there), "{what}");
                    continue;
                };
                if caller.client.is_some() && !for_clients[operation.id] {
                    assert_eq!((status, unseen, &body), (403, 403, &nothing_there), "{what}");
                    continue;
                }
                let target = Target::organization(about.id, about.kind, about.above.clone());
                let verdict = decide(caller, operation.action, &target.of_account(about.account_id));
                match verdict {
                    Verdict::Allowed => assert!(status < 500 && ![401, 403, 404].contains(&status), "{what}"),
                    Verdict::Forbidden => assert_eq!(status, 403, "{what}"),
                    Verdict::OutOfSight => {
                        assert_eq!((status, unseen), (404, 404), "{what}");
                        assert_eq!(body, nothing_there, "{what}");
                    }
                }
                met[verdict as usize] += 1;
            }
        }
    }
    assert!(met.iter().all(|count| *count > 200), "each verdict was met: {met:?}");
}

/// The callers' organizations, and one of each kind beside, in another center and in another prefecture; and who asks.
async fn country(app: &TestApp) -> (Vec<Place>, Vec<Asker>) {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    let ministry = app.organization(Ministry, None).await;
    let from = app.today().minus(99).0;
    let sql = "INSERT INTO organization_parent (child_id, valid_from, parent_id) VALUES (?, ?, ?)";
    let values = vec![app.prefecture.id.into(), from.into(), ministry.id.into()];
    execute(app.db(), sql, values).await.expect("placed");
    let [center, beside] = [app.centers[0].clone(), app.centers[1].clone()];
    let other = app.organization(Prefecture, Some(ministry.id)).await;
    let far = app.organization(HealthCenter, Some(other.id)).await;
    let below = [center.id, app.prefecture.id, ministry.id];
    let mut places = vec![
        (ministry.clone(), Vec::new(), true),
        (app.prefecture.clone(), vec![ministry.id], true),
        (center.clone(), below[1..].to_vec(), true),
        (beside.clone(), below[1..].to_vec(), false),
        (other.clone(), vec![ministry.id], false),
        (far.clone(), vec![other.id, ministry.id], false),
    ];
    for (kind, is_caller) in [(Institution, true), (FollowUpCenter, true), (Institution, false)] {
        places.push((app.organization(kind, Some(center.id)).await, below.to_vec(), is_caller));
    }
    let above = vec![beside.id, app.prefecture.id, ministry.id];
    places.push((app.organization(Institution, Some(beside.id)).await, above, false));
    places.push((app.organization(FollowUpCenter, Some(app.prefecture.id)).await, below[1..].to_vec(), false));
    places.push((app.organization(Institution, Some(far.id)).await, vec![far.id, other.id, ministry.id], false));
    let mut found = Vec::new();
    let mut askers = vec![Asker { browser: app.browser(), token: None, caller: None }];
    for (organization, above, is_caller) in places {
        let (asking, place) = place(app, &organization, above).await;
        if is_caller {
            if place.client_id.is_some() {
                askers.push(system(app, &asking, &place).await);
            }
            askers.push(asking);
            askers.push(signed_in(app, &organization, false).await);
        }
        found.push(place);
    }
    (found, askers)
}

/// A place with all that it can have, and its manager.
async fn place(app: &TestApp, organization: &OrganizationRef, above: Vec<Uuid>) -> (Asker, Place) {
    let account_id = app.account(organization, false).await.0;
    let manager = signed_in(app, organization, true).await;
    let mut place =
        Place { id: organization.id, kind: organization.kind, above, account_id, reported: None, client_id: None };
    if organization.kind.reports() {
        let client = manager.browser.client();
        let sent = client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted").value;
        let yesterday = json!({ "day": app.today().minus(1), "kind": "closed" });
        let answer = manager.browser.post("/api/v1/day-statements", &yesterday).await;
        let statement: Value = answer.json().await.expect("a statement");
        place.reported = Some([sent.id, statement["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")]);
    }
    if matches!(organization.kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter) {
        let client = Ehr::register(app, &manager.browser, &Scope::ALL).await;
        manager.browser.client().disable_api_client(client.id).await.expect("disabled");
        place.client_id = Some(client.id);
    }
    (manager, place)
}

/// A system of a place, with a token of every scope.
async fn system(app: &TestApp, manager: &Asker, place: &Place) -> Asker {
    let ehr = Ehr::register(app, &manager.browser, &Scope::ALL).await;
    let access = ClientAccess { units: vec![place.id], scopes: Scope::ALL.into_iter().collect() };
    let caller = Caller {
        account_id: ehr.id,
        role: Role::of(place.kind),
        is_manager: false,
        organization_id: place.id,
        organization_kind: place.kind,
        client: Some(access),
    };
    Asker { browser: app.browser(), token: Some(ehr.token().await), caller: Some(caller) }
}

async fn signed_in(app: &TestApp, of: &OrganizationRef, is_manager: bool) -> Asker {
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
    let browser = app.browser();
    crate::authenticator::enroll(&app.state.store, &app.state.passwords, id).await;
    app.sign_in(&browser.client(), &login_id, PASSWORD).await.expect("signed in");
    let caller = Caller {
        account_id: id,
        role: Role::of(of.kind),
        is_manager,
        organization_id: of.id,
        organization_kind: of.kind,
        client: None,
    };
    Asker { browser, token: None, caller: Some(caller) }
}

/// The status and the bytes without the id of the request, which alone differs from one to the next; none where the place
/// has no such thing.
async fn ask(app: &TestApp, asker: &Asker, operation: &Operation, about: &Place) -> Option<(u16, String)> {
    let day = app.today().to_string();
    let request = asker.request(operation.method.clone(), &about.path(operation, &day)?);
    let body = (operation.body)(about, &day);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    Some((status, answer.text().await.expect("text").replace(&id, "")))
}
