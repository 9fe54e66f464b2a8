//! Every operation of the contract about something that belongs to an organization, for every kind of caller, about every
//! place: equal to the truth table, and what is out of sight answered with the same bytes as what is absent.

mod operations;

use std::collections::{BTreeMap, BTreeSet};

use api::store::account::{Created, NewAccount};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::api_client::{ClientAccess, Scope};
use shared::arrival::{ArrivalBatchRequest, ArrivalRequest, RejectReason, RejectRequest};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::{Action, Target, Verdict, decide};
use shared::report::Channel;
use shared::{Caller, Role};
use uuid::Uuid;

use crate::database::execute;
use crate::ehr::Ehr;
use crate::harness::{PASSWORD, Raw, TestApp};
use crate::permissions::EVERYBODYS;
use crate::reports::report;
use operations::{ELSEWHERE, Operation, operations};

/// The name of a key that a client has whenever somebody asks for its removal.
const SPARE_KEY: &str = "spare";

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
    /// A batch of its inbox, closed, and the arrival in it, rejected, where it has an inbox.
    inbox: Option<[Uuid; 2]>,
}

impl Place {
    /// The path of an operation about it; none where it has no such thing.
    fn path(&self, operation: &Operation, day: &str) -> Option<String> {
        if matches!(operation.action, Action::ReadArrivals | Action::WriteArrivals) && self.inbox.is_none() {
            return None;
        }
        let mut path = operation.path.to_owned();
        for (name, id) in [
            ("{unit}", Some(self.id)),
            ("{account}", Some(self.account_id)),
            ("{report}", self.reported.map(|[report, _]| report)),
            ("{statement}", self.reported.map(|[_, statement]| statement)),
            ("{client}", self.client_id),
            ("{batch}", self.inbox.map(|[batch, _]| batch)),
            ("{arrival}", self.inbox.map(|[_, arrival]| arrival)),
        ] {
            if path.contains(name) {
                path = path.replace(name, &id?.to_string());
            }
        }
        Some(format!("/api/v1{}", path.replace("{day}", day).replace("{kid}", SPARE_KEY)))
    }

    /// The kind of what is added below it.
    const fn kind_below(&self) -> OrganizationKind {
        match self.kind {
            OrganizationKind::Ministry => OrganizationKind::Prefecture,
            OrganizationKind::Prefecture => OrganizationKind::HealthCenter,
            _ => OrganizationKind::Institution,
        }
    }

    /// What an operation is about: itself or something of its own, but what is to be added stands below it.
    fn target(&self, operation: &Operation) -> Target {
        if operation.action == Action::CreateOrganization {
            let above = [&[self.id], self.above.as_slice()].concat();
            return Target::organization(Uuid::now_v7(), self.kind_below(), above);
        }
        Target::organization(self.id, self.kind, self.above.clone()).of_account(self.account_id)
    }
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
        inbox: Some([(); 2].map(|()| Uuid::now_v7())),
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
                let verdict = decide(caller, operation.action, &about.target(&operation));
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
    let mut place = Place {
        id: organization.id,
        kind: organization.kind,
        above,
        account_id,
        reported: None,
        client_id: None,
        inbox: None,
    };
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
    if organization.kind == OrganizationKind::HealthCenter {
        place.inbox = Some(inbox(app, &manager).await);
    }
    (manager, place)
}

/// A batch of a center's inbox that is closed, with an arrival that was rejected.
async fn inbox(app: &TestApp, manager: &Asker) -> [Uuid; 2] {
    let client = manager.browser.client();
    let batch = client.open_arrival_batch(&ArrivalBatchRequest { day: app.today() }).await.expect("opened");
    let somebodys = ArrivalRequest {
        batch_id: batch.id,
        channel: Channel::Fax,
        arrived_at: None,
        unit_id: None,
        sender: Some("青葉町内会".to_owned()),
        pages: None,
        note: None,
    };
    let arrival = client.log_arrival("fax", &somebodys).await.expect("logged");
    let rejection = RejectRequest { reason: RejectReason::NoCounts, note: None };
    client.reject_arrival(arrival.id, &rejection).await.expect("rejected");
    client.close_arrival_batch(batch.id).await.expect("closed");
    [batch.id, arrival.id]
}

/// Gives a client, if it is there, the key that is to be removed: whoever may remove it has done so before.
async fn give_spare_key(app: &TestApp, client: Uuid) {
    let sql = "INSERT INTO api_client_key (client_id, kid, alg, jwk, thumbprint, added_at, expires_at) \
               SELECT client_id, ?, alg, jwk, thumbprint, added_at, expires_at FROM api_client_key AS given \
               WHERE client_id = ? AND NOT EXISTS ( \
               SELECT 1 FROM api_client_key AS spare WHERE spare.client_id = given.client_id AND spare.kid = ?)";
    execute(app.db(), sql, vec![SPARE_KEY.into(), client.into(), SPARE_KEY.into()]).await.expect("written");
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
    let path = about.path(operation, &day)?;
    if let (true, Some(client)) = (operation.path.contains("{kid}"), about.client_id) {
        give_spare_key(app, client).await;
    }
    let request = asker.request(operation.method.clone(), &path);
    let body = (operation.body)(about, &day);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    Some((status, answer.text().await.expect("text").replace(&id, "")))
}
