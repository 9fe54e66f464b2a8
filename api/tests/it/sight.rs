//! Every operation that names an organization or its account, for every role, about every place: equal to the truth
//! table, and what is out of sight answered with the same bytes as what is absent.

use api::store::account::{Created, NewAccount};
use reqwest::Method;
use serde_json::{Value, json};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::{Action, Target, Verdict, decide};
use shared::{Caller, Role};
use uuid::Uuid;

use crate::database::execute;
use crate::harness::{PASSWORD, Raw, TestApp};

/// An operation about `{unit}` or `{account}`. Its content is one that no rule lets pass, where it has one that could.
struct Operation {
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
}

fn operations() -> Vec<Operation> {
    let of = |action, method, path, body| Operation { action, method, path, body };
    let nothing: fn(&Place, &str) -> Value = |_, _| Value::Null;
    vec![
        of(Action::ReadReportingDay, Method::GET, "/reporting-day?unit_id={unit}", nothing),
        of(Action::ReadHistory, Method::GET, "/history?unit_id={unit}", nothing),
        of(Action::ReadStatements, Method::GET, "/day-statements?unit_id={unit}", nothing),
        of(Action::WriteDraft, Method::DELETE, "/drafts/{unit}/{day}", nothing),
        of(
            Action::MakeStatement,
            Method::POST,
            "/day-statements",
            |place, _| json!({ "unit_id": place.id, "day": "2020-01-01", "kind": "closed" }),
        ),
        of(Action::ReadOrganizations, Method::GET, "/organizations/{unit}", nothing),
        of(Action::EditOrganization, Method::PATCH, "/organizations/{unit}", |_, _| json!({ "name": "" })),
        of(
            Action::SetOpeningDays,
            Method::PUT,
            "/organizations/{unit}/opening-days",
            |_, day| json!({ "valid_from": day, "open_on": ["monday"] }),
        ),
        of(
            Action::MoveUnit,
            Method::POST,
            "/organizations/{unit}/moves",
            |place, day| json!({ "valid_from": day, "parent_id": place.id }),
        ),
        of(Action::ReadAccounts, Method::GET, "/accounts?organization_id={unit}", nothing),
        of(Action::ReadAccounts, Method::GET, "/accounts/{account}", nothing),
        of(
            Action::IssueAccount,
            Method::POST,
            "/accounts",
            |place, _| json!({ "organization_id": place.id, "display_name": "" }),
        ),
        of(Action::EditAccount, Method::PATCH, "/accounts/{account}", |_, _| json!({ "display_name": "" })),
        of(
            Action::ResetAccount,
            Method::POST,
            "/accounts/{account}/activation-slip",
            |_, _| json!({ "reason": "new_account" }),
        ),
        of(Action::DisableAccount, Method::POST, "/accounts/{account}/disable", |_, _| json!({ "reason": "other" })),
        of(Action::EnableAccount, Method::POST, "/accounts/{account}/enable", nothing),
    ]
}

#[tokio::test]
async fn every_role_gets_what_the_truth_table_says_about_every_place() {
    let app = TestApp::new().await;
    let places = country(&app).await;
    let absent = Place {
        id: Uuid::now_v7(),
        kind: OrganizationKind::Institution,
        above: Vec::new(),
        account_id: Uuid::now_v7(),
    };
    let mut asked = [0; 3];
    for place in places.iter().filter(|place| place.1) {
        for is_manager in [false, true] {
            let (browser, caller) = signed_in(&app, &place.0, is_manager).await;
            for operation in operations() {
                let (_, nothing_there) = ask(&app, &browser, &operation, &absent).await;
                for (about, _) in &places {
                    let target = Target::organization(about.id, about.kind, about.above.clone());
                    let verdict = decide(&caller, operation.action, &target.of_account(about.account_id));
                    let (status, body) = ask(&app, &browser, &operation, about).await;
                    let path = operation.path;
                    let who = format!("{path} by {:?} {is_manager} about {:?}: {status}", caller.role, about.kind);
                    match verdict {
                        Verdict::Allowed => assert!(status != 403 && status != 404, "{who}"),
                        Verdict::Forbidden => assert_eq!(status, 403, "{who}"),
                        Verdict::OutOfSight => {
                            assert_eq!(status, 404, "{who}");
                            assert_eq!(body, nothing_there, "{who}");
                        }
                    }
                    asked[verdict as usize] += 1;
                }
            }
        }
    }
    assert!(asked.iter().all(|count| *count > 100), "each verdict was met: {asked:?}");
}

/// The callers' organizations, and one of each kind beside, in another center and in another prefecture.
async fn country(app: &TestApp) -> Vec<(Place, bool)> {
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
    let mut with_accounts = Vec::new();
    for (OrganizationRef { id, kind, name }, above, is_caller) in places {
        let account_id = app.account(&OrganizationRef { id, kind, name }, false).await.0;
        with_accounts.push((Place { id, kind, above, account_id }, is_caller));
    }
    with_accounts
}

async fn signed_in(app: &TestApp, of: &Place, is_manager: bool) -> (Raw, Caller) {
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
    (browser, caller)
}

/// The status and the body without the id of the request, which alone differs from one to the next.
async fn ask(app: &TestApp, browser: &Raw, operation: &Operation, about: &Place) -> (u16, Value) {
    let day = app.today().to_string();
    let path = operation.path.replace("{unit}", &about.id.to_string()).replace("{day}", &day);
    let path = path.replace("{account}", &about.account_id.to_string());
    let request = browser.request(operation.method.clone(), &format!("/api/v1{path}"));
    let body = (operation.body)(about, &day);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let mut body: Value = serde_json::from_str(&answer.text().await.expect("text")).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        body.remove("instance");
    }
    (status, body)
}
