//! What managers and centers do: they keep the register, hand out accounts, and telephone.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Trace, Walk};
use crate::harness::SignedIn;

/// What a manager does, by path and body.
struct Act<'a> {
    action: &'a str,
    method: Method,
    /// What must be answered so and leave nothing.
    refused: Vec<(StatusCode, (String, Value))>,
    done: (String, Value),
    /// What the event is about; by default what the answer names.
    object: Option<Uuid>,
    /// Whether doing it again is no act.
    again_changes_nothing: bool,
}

impl Walk {
    /// A manager's act: what is refused and tried leaves nothing, what is done leaves one event about the object.
    async fn by_manager(&mut self, manager: &SignedIn, act: Act<'_>) {
        let send = |(path, body): &(String, Value)| {
            manager.raw.request(act.method.clone(), &format!("/api/v1{path}")).json(body)
        };
        for (status, refused) in &act.refused {
            self.leaves_nothing(*status, send(refused)).await;
        }
        let answer = send(&act.done).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}: {}", act.action, answer.status());
        let body: Value = answer.json().await.expect("JSON");
        let made = ["/id", "/account/id", "/rows/0/account/id"].iter().find_map(|at| body.pointer(at)?.as_str());
        let object = act.object.or(made.map(|id| id.parse().expect("an id")));
        let actor = Some((manager.account_id, manager.organization.id));
        let trace = Trace { action: act.action.to_owned(), outcome: "ok".to_owned(), actor, object };
        assert_eq!(self.new_traces().await, [trace], "{}", act.action);
        if act.again_changes_nothing {
            self.leaves_nothing(StatusCode::OK, send(&act.done)).await;
        }
    }

    pub(super) async fn keep_register(&mut self, operation: &str, action: &str) {
        let (center, unit) = (self.app.centers[0].clone(), self.clinic.organization.id);
        let of = if operation == "move_unit" { self.app.prefecture.clone() } else { center.clone() };
        let manager = self.app.manager(&of).await;
        self.new_traces().await;
        let (today, tomorrow) = (self.app.today(), self.app.today().plus(1));
        let stranger = self.app.organization(shared::organization::OrganizationKind::Prefecture, None).await.id;
        let new = |name: &str, parent: Uuid| json!({ "kind": "institution", "parent_id": parent, "name": name, "kana": "ア" });
        let open = |from: shared::ReportingDay| json!({ "valid_from": from, "open_on": ["monday"] });
        let moved = |to: Uuid, from: shared::ReportingDay| json!({ "parent_id": to, "valid_from": from });
        let at = format!("/organizations/{unit}");
        let (method, path, refused, done) = match operation {
            "create_organization" => {
                let refused = [(422, new("", center.id)), (404, new("あ", stranger))];
                (Method::POST, "/organizations".to_owned(), refused, new("あ", center.id))
            }
            "change_organization" => {
                let refused = [(422, json!({ "name": "" })), (422, json!({ "institution_code": "0110113718" }))];
                (Method::PATCH, at, refused, json!({ "name": "青葉診療所" }))
            }
            "set_opening_days" => {
                let refused = [(422, open(today)), (422, json!({ "valid_from": tomorrow, "open_on": [] }))];
                (Method::PUT, format!("{at}/opening-days"), refused, open(tomorrow))
            }
            _ => {
                let there = self.app.centers[1].id;
                let refused = [(422, moved(there, today)), (404, moved(stranger, tomorrow))];
                (Method::POST, format!("{at}/moves"), refused, moved(there, tomorrow))
            }
        };
        let refused =
            refused.map(|(status, body)| (StatusCode::from_u16(status).expect("a status"), (path.clone(), body)));
        let object = (operation != "create_organization").then_some(unit);
        let again_changes_nothing = operation == "change_organization";
        let act = Act { action, method, refused: refused.into(), done: (path, done), object, again_changes_nothing };
        self.by_manager(&manager, act).await;
    }

    pub(super) async fn issue(&mut self, operation: &str, action: &str) {
        let manager = self.app.manager(&self.app.centers[0].clone()).await;
        self.new_traces().await;
        let person = |name: &str| json!({ "organization_id": self.clinic.organization.id, "display_name": name });
        let (refused, done) = if operation == "issue_account" {
            let path = || "/accounts".to_owned();
            (vec![(StatusCode::UNPROCESSABLE_ENTITY, (path(), person(" ")))], (path(), person("山田 花子")))
        } else {
            let path = || "/accounts/batches".to_owned();
            let rows = |names: &[&str]| json!({ "rows": names.iter().map(|name| person(name)).collect::<Vec<_>>() });
            let refused = vec![
                (StatusCode::OK, ("/accounts/batches?dry_run=true".to_owned(), rows(&["山田 花子"]))),
                (StatusCode::OK, (path(), rows(&[" "]))),
                (StatusCode::UNPROCESSABLE_ENTITY, (path(), rows(&[]))),
            ];
            (refused, (path(), rows(&["山田 花子", " "])))
        };
        let act = Act { action, method: Method::POST, refused, done, object: None, again_changes_nothing: false };
        self.by_manager(&manager, act).await;
    }

    pub(super) async fn change_account(&mut self, operation: &str, action: &str) {
        let manager = self.app.manager(&self.app.centers[0].clone()).await;
        let id = self.clinic.account_id;
        if operation == "enable_account" {
            self.app.disable(id).await;
        }
        self.new_traces().await;
        let (method, path, wrong, body) = match operation {
            "change_account" => (Method::PATCH, "", json!({ "display_name": "" }), json!({ "is_manager": true })),
            "disable_account" => (Method::POST, "/disable", json!({}), json!({ "reason": "person_left" })),
            "enable_account" => (Method::POST, "/enable", json!({}), json!({})),
            _ => (Method::POST, "/activation-slip", json!({ "reason": "new_account" }), json!({ "reason": "reprint" })),
        };
        let at = |account: Uuid| format!("/accounts/{account}{path}");
        let mut refused = vec![(StatusCode::NOT_FOUND, (at(Uuid::now_v7()), body.clone()))];
        if operation != "enable_account" {
            refused.push((StatusCode::UNPROCESSABLE_ENTITY, (at(id), wrong)));
        }
        let again_changes_nothing = operation != "renew_activation_slip";
        let act = Act { action, method, refused, done: (at(id), body), object: Some(id), again_changes_nothing };
        self.by_manager(&manager, act).await;
    }

    pub(super) async fn set_carried_forward(&mut self, action: &str) {
        let manager = self.app.manager(&self.app.prefecture.clone()).await;
        self.new_traces().await;
        let (center, clinic) = (self.app.centers[0].id, self.clinic.organization.id);
        let counts = shared::AgeBand::ALL.iter().map(|band| (band.key().to_owned(), json!(7)));
        let counts: Value = counts.collect::<serde_json::Map<String, Value>>().into();
        let until = |day: shared::ReportingDay| json!({ "until": day, "source": "報道資料", "counts": counts });
        let at = |id: Uuid| format!("/organizations/{id}/carried-forward");
        let (today, body) = (self.app.today(), until(self.app.today().minus(1)));
        let refused = vec![
            (StatusCode::UNPROCESSABLE_ENTITY, (at(center), until(today))),
            (StatusCode::UNPROCESSABLE_ENTITY, (at(clinic), body.clone())),
            (StatusCode::NOT_FOUND, (at(Uuid::now_v7()), body.clone())),
        ];
        let (method, done) = (Method::PUT, (at(center), body));
        let act = Act { action, method, refused, done, object: Some(center), again_changes_nothing: false };
        self.by_manager(&manager, act).await;
    }

    /// The note is the event's object, and has no name outside the list.
    pub(super) async fn note_contact(&mut self, action: &str) {
        let center = self.app.center().await;
        self.new_traces().await;
        let unit = self.clinic.organization.id;
        let of = |unit: Uuid, outcome: &str| json!({ "unit_id": unit, "day": self.app.today(), "outcome": outcome });
        let (done, wordless, stranger) = (of(unit, "no_answer"), of(unit, "other"), of(Uuid::now_v7(), "no_answer"));
        let post = |body: &Value| center.raw.request(Method::POST, "/api/v1/contact-notes").json(body);
        self.leaves_nothing(StatusCode::UNPROCESSABLE_ENTITY, post(&wordless)).await;
        self.leaves_nothing(StatusCode::NOT_FOUND, post(&stranger)).await;
        assert_eq!(post(&done).send().await.expect("an answer").status(), StatusCode::CREATED);
        let [trace] = &self.new_traces().await[..] else { panic!("one event") };
        assert_eq!((trace.action.as_str(), trace.outcome.as_str()), (action, "ok"));
        assert_eq!(trace.actor, Some((center.account_id, center.organization.id)));
        assert!(trace.object.is_some());
    }
}
