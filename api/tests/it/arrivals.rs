//! A health center's inbox over HTTP: nothing that was received is left lying.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::arrival::{
    Arrival, ArrivalBatch, ArrivalBatchQuery, ArrivalBatchRequest, ArrivalCounts, ArrivalQuery, ArrivalRequest,
    ArrivalState, EnteredRequest, RejectReason, RejectRequest,
};
use shared::coverage::UnitCoverageQuery;
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::report::Channel;
use shared::{ProblemKind, ReportingDay, Rule};
use uuid::Uuid;

use crate::database::{execute, number};
use crate::harness::{SignedIn, TestApp, problem};
use crate::reports::{refused, report};

pub fn fax(batch: &ArrivalBatch, unit: &OrganizationRef) -> ArrivalRequest {
    ArrivalRequest {
        batch_id: batch.id,
        channel: Channel::Fax,
        arrived_at: None,
        unit_id: Some(unit.id),
        sender: None,
        pages: None,
        note: None,
    }
}

pub async fn opened(center: &SignedIn, day: ReportingDay) -> ArrivalBatch {
    center.client.open_arrival_batch(&ArrivalBatchRequest { day }).await.expect("opened")
}

pub async fn logged(center: &SignedIn, key: &str, request: &ArrivalRequest) -> Arrival {
    center.client.log_arrival(key, request).await.expect("logged")
}

/// A report of today that the center enters for a unit.
pub async fn entered(center: &SignedIn, unit: Uuid, day: ReportingDay) -> Uuid {
    let mut request = report(day, [1; 14]);
    (request.unit_id, request.channel) = (Some(unit), Some(Channel::Fax));
    center.client.submit_report(&format!("{unit}"), &request).await.expect("accepted").value.id
}

async fn counts(center: &SignedIn, day: ReportingDay) -> ArrivalCounts {
    let query = ArrivalBatchQuery { day: Some(day), ..Default::default() };
    center.client.arrival_batches(&query).await.expect("a page").items[0].counts
}

#[tokio::test]
async fn a_batch_closes_when_what_was_received_is_entered_or_rejected() {
    let app = TestApp::new().await;
    let (center, day) = (app.center().await, app.today());
    let (one, two) = (app.institution().await.organization, app.institution().await.organization);
    let batch = opened(&center, day).await;
    assert_eq!((batch.day, batch.closed_at, batch.counts), (day, None, ArrivalCounts::default()));
    let conflict = center.client.open_arrival_batch(&ArrivalBatchRequest { day }).await;
    assert_eq!(refused(conflict).0, ProblemKind::ArrivalConflict, "one of the day is open");

    let first = logged(&center, "1", &fax(&batch, &one)).await;
    assert_eq!((first.state, first.pages, first.unit.as_ref()), (ArrivalState::Open, 1, Some(&one)));
    let stranger = ArrivalRequest { unit_id: None, sender: Some("駅前薬局".into()), ..fax(&batch, &one) };
    let second = logged(&center, "2", &stranger).await;
    let third = logged(&center, "3", &fax(&batch, &two)).await;
    let (kind, told) = refused(center.client.close_arrival_batch(batch.id).await);
    assert_eq!((kind, told.arrivals), (ProblemKind::ArrivalsOpen, vec![first.id, second.id, third.id]));

    let submission_id = entered(&center, one.id, day).await;
    let done = center.client.enter_arrival(first.id, &EnteredRequest { submission_id }).await.expect("entered");
    assert_eq!((done.state, done.submission_id), (ArrivalState::Entered, Some(submission_id)));
    // What no registered unit sent is in the report of the center or of one of its units.
    center.client.enter_arrival(second.id, &EnteredRequest { submission_id }).await.expect("entered");
    let rejection = RejectRequest { reason: RejectReason::Unreadable, note: Some("下半分がない".into()) };
    let done = center.client.reject_arrival(third.id, &rejection).await.expect("rejected");
    assert_eq!((done.state, done.reject_reason), (ArrivalState::Rejected, Some(RejectReason::Unreadable)));
    assert_eq!(counts(&center, day).await, ArrivalCounts { received: 3, entered: 2, rejected: 1 });

    let closed = center.client.close_arrival_batch(batch.id).await.expect("closed");
    assert!(closed.closed_at.is_some() && closed.closed_by.is_some());
    for refusal in [
        refused(center.client.close_arrival_batch(batch.id).await),
        refused(center.client.log_arrival("4", &fax(&batch, &one)).await),
        refused(center.client.reject_arrival(third.id, &rejection).await),
    ] {
        assert_eq!(refusal.0, ProblemKind::ArrivalConflict, "what is closed stays");
    }
    let next = opened(&center, day).await;
    let open = ArrivalBatchQuery { open: Some(true), ..Default::default() };
    let listed = center.client.arrival_batches(&open).await.expect("a page").items;
    assert_eq!(listed.iter().map(|batch| batch.id).collect::<Vec<_>>(), [next.id]);
    let closed = ArrivalBatchQuery { open: Some(false), ..Default::default() };
    assert_eq!(center.client.arrival_batches(&closed).await.expect("a page").items[0].id, batch.id);
    for table in ["arrival_outcome", "arrival", "arrival_batch_closing", "arrival_batch"] {
        let deleted = execute(app.db(), &format!("DELETE FROM {table}"), Vec::new()).await.expect_err("refused");
        assert!(deleted.to_string().contains(migrations::names::APPEND_ONLY), "{table}: {deleted}");
    }
}

#[tokio::test]
async fn what_was_rejected_may_be_entered_after_all_and_what_was_entered_stays() {
    let app = TestApp::new().await;
    let (center, day) = (app.center().await, app.today());
    let (one, other) = (app.institution().await.organization, app.institution().await.organization);
    let batch = opened(&center, day).await;
    let arrival = logged(&center, "1", &fax(&batch, &one)).await;
    let rejection = RejectRequest { reason: RejectReason::Other, note: None };
    let (kind, told) = refused(center.client.reject_arrival(arrival.id, &rejection).await);
    assert_eq!((kind, told.violations[0].rule), (ProblemKind::InvalidRequest, Rule::NoteRequired));
    let rejection = RejectRequest { reason: RejectReason::Duplicate, note: None };
    center.client.reject_arrival(arrival.id, &rejection).await.expect("rejected");
    let again = refused(center.client.reject_arrival(arrival.id, &rejection).await);
    assert_eq!(again.0, ProblemKind::ArrivalConflict);

    let of_another = EnteredRequest { submission_id: entered(&center, other.id, day).await };
    let (kind, told) = refused(center.client.enter_arrival(arrival.id, &of_another).await);
    assert_eq!((kind, told.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/submission_id"));
    let of_one = EnteredRequest { submission_id: entered(&center, one.id, day).await };
    center.client.enter_arrival(arrival.id, &of_one).await.expect("entered");
    assert_eq!(counts(&center, day).await, ArrivalCounts { received: 1, entered: 1, rejected: 0 });
    let again = refused(center.client.enter_arrival(arrival.id, &of_one).await);
    assert_eq!(again.0, ProblemKind::ArrivalConflict);
}

#[tokio::test]
async fn a_lost_answer_logs_nothing_twice_and_lists_come_in_pages() {
    let app = TestApp::new().await;
    let (center, day) = (app.center().await, app.today());
    let unit = app.institution().await.organization;
    let batch = opened(&center, day).await;
    let first = logged(&center, "a", &fax(&batch, &unit)).await;
    assert_eq!(logged(&center, "a", &fax(&batch, &unit)).await, first);
    let other = ArrivalRequest { pages: Some(2), ..fax(&batch, &unit) };
    assert_eq!(refused(center.client.log_arrival("a", &other).await).0, ProblemKind::KeyReused);
    for key in ["b", "c"] {
        logged(&center, key, &other).await;
    }
    let mut query = ArrivalQuery { batch_id: batch.id, cursor: None, limit: Some(2) };
    let page = center.client.arrivals(&query).await.expect("a page");
    query.cursor = page.next_cursor;
    let rest = center.client.arrivals(&query).await.expect("a page");
    assert_eq!((page.items.len(), rest.items.len(), rest.next_cursor), (2, 1, None));
    assert_eq!(page.items[0], first);
    query.cursor = Some("x".into());
    assert_eq!(refused(center.client.arrivals(&query).await).0, ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn an_inbox_is_its_centers_alone_and_another_finds_what_is_absent() {
    let app = TestApp::new().await;
    let (center, other, day) = (app.center().await, app.other_center().await, app.today());
    let unit = app.institution().await.organization;
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    let batch = opened(&center, day).await;
    let arrival = logged(&center, "1", &fax(&batch, &unit)).await;
    let foreign = entered(&other, elsewhere.id, day).await;
    let paths = |batch: Uuid, arrival: Uuid| {
        [
            (Method::GET, format!("/arrivals?batch_id={batch}"), json!(null)),
            (Method::POST, format!("/arrival-batches/{batch}/close"), json!(null)),
            (Method::POST, "/arrivals".to_owned(), json!({ "batch_id": batch, "channel": "fax", "sender": "あ" })),
            (Method::POST, format!("/arrivals/{arrival}/rejection"), json!({ "reason": "duplicate" })),
            (Method::POST, format!("/arrivals/{arrival}/submission"), json!({ "submission_id": foreign })),
        ]
    };
    let absent = paths(Uuid::now_v7(), Uuid::now_v7());
    for ((method, path, body), (_, nowhere, nothing)) in paths(batch.id, arrival.id).into_iter().zip(absent) {
        let found = text(&other, &method, &path, &body).await;
        assert_eq!(found, text(&other, &method, &nowhere, &nothing).await, "{method} {path}");
        assert_eq!(found.0, StatusCode::NOT_FOUND, "{method} {path}");
        let above = text(&app.prefecture().await, &method, &path, &body).await;
        assert_eq!(above.0, StatusCode::FORBIDDEN, "{method} {path} by the prefecture");
    }
    // Whether an id out of sight came in a path or in a body.
    let stolen = center.client.enter_arrival(arrival.id, &EnteredRequest { submission_id: foreign }).await;
    assert_eq!(refused(stolen).0, ProblemKind::NotFound);
    let sender = ArrivalRequest { unit_id: Some(elsewhere.id), ..fax(&batch, &unit) };
    assert_eq!(refused(center.client.log_arrival("2", &sender).await).0, ProblemKind::NotFound);
    assert_eq!(other.client.arrival_batches(&ArrivalBatchQuery::default()).await.expect("a page").items, []);
    assert_eq!(counts(&center, day).await.received, 1);
}

/// Status and body of an answer, but for what is of the request.
async fn text(from: &SignedIn, method: &Method, path: &str, body: &serde_json::Value) -> (StatusCode, String) {
    let request = from.raw.request(method.clone(), &format!("/api/v1{path}"));
    let request = if body.is_null() { request } else { request.json(body) };
    let answer = request.send().await.expect("an answer");
    let (status, id) = (answer.status(), answer.headers()["x-request-id"].to_str().expect("text").to_owned());
    (status, answer.text().await.expect("text").replace(&id, ""))
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_its_pointer_and_logged_nowhere() {
    let app = TestApp::new().await;
    let (center, day) = (app.center().await, app.today());
    let batch = opened(&center, day).await;
    for (body, pointer) in [
        (json!({ "batch_id": batch.id, "channel": "web", "sender": "あ" }), "/channel"),
        (json!({ "batch_id": batch.id, "channel": "fax" }), "/sender"),
        (json!({ "batch_id": batch.id, "channel": "fax", "sender": "あ", "pages": 100 }), "/pages"),
        (json!({ "batch_id": batch.id, "channel": "fax", "unit_id": app.prefecture.id }), ""),
    ] {
        let (kind, told) = problem(center.raw.post("/api/v1/arrivals", &body).await).await;
        if pointer.is_empty() {
            assert_eq!(kind, ProblemKind::NotFound, "the prefecture isn't in a center's sight");
        } else {
            assert_eq!((kind, told.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, pointer));
        }
    }
    let (kind, told) = refused(center.client.open_arrival_batch(&ArrivalBatchRequest { day: day.plus(1) }).await);
    assert_eq!((kind, told.violations[0].rule), (ProblemKind::InvalidRequest, Rule::DayOutOfRange));
    assert_eq!(number(app.db(), "SELECT count(*) FROM arrival").await, 0);
}

/// Iwate, 2022: faxes of 36 institutions lay unentered for a month, and nobody saw it.
#[tokio::test]
async fn units_whose_faxes_lie_unentered_are_on_their_centers_list_the_next_day_and_soon_pointed_out_above() {
    const UNITS: usize = 36;
    let app = TestApp::new().await;
    let mut units = Vec::new();
    for place in 0..UNITS {
        units.push(app.organization(OrganizationKind::Institution, Some(app.centers[place % 2].id)).await);
    }
    let below = |center: usize| units.iter().skip(center).step_by(2);
    // They report for three days by FAX, and each FAX is entered.
    for _ in 0..3 {
        for center in 0..2 {
            let by = app.signed_in(&app.centers[center].clone()).await;
            for unit in below(center) {
                entered(&by, unit.id, app.today()).await;
            }
        }
        app.clock.advance(TimeDelta::days(1));
    }
    // Then the faxes still come and are logged, but nobody enters them.
    let fallen_silent = app.today();
    for center in 0..2 {
        let by = app.signed_in(&app.centers[center].clone()).await;
        let batch = opened(&by, fallen_silent).await;
        for unit in below(center) {
            logged(&by, &unit.id.to_string(), &fax(&batch, unit)).await;
        }
    }
    let of_day = |day| UnitCoverageQuery {
        day: Some(day),
        state: Some(shared::history::DayState::Missing),
        limit: Some(200),
        ..Default::default()
    };
    app.clock.advance(TimeDelta::days(1));
    for center in 0..2 {
        let by = app.signed_in(&app.centers[center].clone()).await;
        let list = by.client.unit_coverage(&of_day(fallen_silent)).await.expect("a list").items;
        assert_eq!(list.len(), UNITS / 2, "the next day, all of center {center} are on its list");
        assert!(list.iter().all(|unit| unit.waiting_arrivals == 1 && unit.missing_tenths > 0));
    }
    app.clock.advance(TimeDelta::days(1));
    let prefecture = app.prefecture().await;
    let list = prefecture.client.unit_coverage(&of_day(app.today())).await.expect("a list").items;
    assert_eq!(list.len(), UNITS, "the day after, all are on the prefecture's list");
    assert!(list.iter().all(|unit| unit.silent_days == 3 && unit.pointed_out));
}
