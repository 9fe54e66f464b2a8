//! The audit chain as people see it.

use shared::ProblemKind;
use shared::audit::{AuditAction, AuditEvent, AuditOutcome, AuditPage, AuditQuery};
use shared::client::Client;
use shared::organization::OrganizationKind;

use crate::ehr::Clinic;
use crate::harness::{TestApp, problem};
use crate::permissions::browser;
use crate::reports::report;

async fn listed(client: &Client, query: AuditQuery) -> Vec<AuditEvent> {
    client.audit_events(&query).await.expect("a page").items
}

fn actions(events: &[AuditEvent]) -> Vec<&str> {
    events.iter().map(|event| event.action.as_str()).collect()
}

#[tokio::test]
async fn plain_staff_see_their_own_acts_and_a_manager_those_of_all_colleagues_and_systems() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let staff = app.signed_in(&clinic.unit).await;
    let sent = staff.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted").value;
    clinic.ehr.token().await;
    let own = listed(&staff.client, AuditQuery::default()).await;
    assert_eq!(actions(&own), ["submit_report", "sign_in", "sign_in"], "signing in takes two steps");
    let event = &own[0];
    assert_eq!((event.object_id, event.outcome.as_str()), (Some(sent.id), "ok"));
    assert!(event.hash.starts_with(&sent.receipt.audit_hash) && event.detail.contains(&sent.receipt.number));
    let actor = event.actor.as_ref().expect("somebody");
    assert_eq!((actor.id, actor.name.as_str(), &actor.organization), (staff.account_id, "医事課", &clinic.unit));
    let manager = clinic.manager.client();
    let all = listed(&manager, AuditQuery::default()).await;
    assert_eq!(actions(&all[..4]), ["issue_token", "submit_report", "sign_in", "sign_in"]);
    assert_eq!(actions(&all[4..]), ["register_api_client", "sign_in", "sign_in"]);
    assert_eq!(all[0].actor.as_ref().map(|actor| (actor.id, actor.name.as_str())), Some((clinic.ehr.id, "レセコン")));
    let of_staff = AuditQuery { actor_id: Some(staff.account_id), ..Default::default() };
    assert_eq!(listed(&manager, of_staff).await, own);
    let of_manager = format!("/api/v1/audit-events?actor_id={}", all[4].actor.as_ref().expect("somebody").id);
    assert_eq!(problem(staff.raw.get(&of_manager).await).await.0, ProblemKind::Forbidden);
    assert_eq!(
        problem(clinic.ehr.get("/audit-events", &clinic.ehr.token().await).await).await.0,
        ProblemKind::Forbidden
    );
}

#[tokio::test]
async fn managers_above_see_their_jurisdiction_and_nothing_else() {
    let app = TestApp::new().await;
    let (one, _other) = (Clinic::new(&app).await, Clinic::new(&app).await);
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let registered = || AuditQuery { action: Some(AuditAction::RegisterApiClient), ..Default::default() };
    for (of, seen) in [(&app.centers[0], 2), (&app.centers[1], 0), (&app.prefecture, 2), (&ministry, 2)] {
        let client = browser(&app, of, true).await.client();
        assert_eq!(listed(&client, registered()).await.len(), seen, "{}", of.name);
        let plain = browser(&app, of, false).await.client();
        assert_eq!(actions(&listed(&plain, AuditQuery::default()).await), ["sign_in", "sign_in"], "{}", of.name);
    }
    let center = browser(&app, &app.centers[0], true).await;
    let of_one = AuditQuery { organization_id: Some(one.unit.id), ..registered() };
    assert_eq!(listed(&center.client(), of_one).await.len(), 1);
    let beside = browser(&app, &app.centers[1], true).await;
    let path = format!("/api/v1/audit-events?organization_id={}", one.unit.id);
    assert_eq!(problem(beside.get(&path).await).await.0, ProblemKind::NotFound);
    // What nobody did by an account is the ministry's.
    let created = AuditQuery { action: Some(AuditAction::CreateAccount), ..Default::default() };
    let ministry = browser(&app, &ministry, true).await.client();
    assert!(listed(&ministry, created.clone()).await.iter().all(|event| event.actor.is_none()));
    assert_eq!(listed(&center.client(), created).await, []);
}

#[tokio::test]
async fn events_are_asked_for_by_day_and_outcome_page_by_page() {
    let app = TestApp::new().await;
    let clinic = Clinic::new(&app).await;
    let first_day = app.today();
    app.clock.advance(chrono::TimeDelta::days(1));
    let manager = browser(&app, &clinic.unit, true).await.client();
    let day = |from, to| AuditQuery { from: Some(from), to: Some(to), ..Default::default() };
    let of_first = listed(&manager, day(first_day, first_day)).await;
    assert_eq!(actions(&of_first), ["register_api_client", "sign_in", "sign_in"]);
    assert_eq!(actions(&listed(&manager, day(app.today(), app.today())).await), ["sign_in", "sign_in"]);
    assert_eq!(listed(&manager, day(first_day.minus(3), first_day.minus(1))).await, []);
    let all = listed(&manager, AuditQuery::default()).await;
    assert_eq!(all.len(), 5);
    let mut pages = Vec::new();
    let mut query = AuditQuery { limit: Some(2), ..Default::default() };
    loop {
        let AuditPage { items, next_cursor, .. } = manager.audit_events(&query).await.expect("a page");
        pages.extend(items);
        query.cursor = next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, all);
    let outcome = |outcome| AuditQuery { outcome: Some(outcome), ..Default::default() };
    // The password alone led to the second factor.
    let halves = listed(&manager, outcome(AuditOutcome::SecondFactor)).await;
    assert_eq!((halves.len(), listed(&manager, outcome(AuditOutcome::Ok)).await.len()), (2, 3));
    assert_eq!(listed(&manager, outcome(AuditOutcome::Failed)).await, []);
}

#[tokio::test]
async fn the_state_of_the_chain_stands_beside_the_events() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let page = clinic.client.audit_events(&AuditQuery::default()).await.expect("a page");
    assert_eq!(page.chain, None);
    api::checkpoint::keep(&app.state).await;
    let page = clinic.client.audit_events(&AuditQuery::default()).await.expect("a page");
    let chain = page.chain.expect("verified");
    assert_eq!((chain.intact, chain.seq, &chain.hash), (true, page.items[0].seq, &page.items[0].hash));
    // Whoever changes what was verified already is found by verifying everything; what comes after, at the next hour.
    let drop = if app.place.is_postgres() {
        "ALTER TABLE audit_event DISABLE TRIGGER ALL"
    } else {
        "DROP TRIGGER audit_event_refuses_update"
    };
    clinic.client.sign_out().await.expect("signed out");
    let change = "UPDATE audit_event SET action = 'x' WHERE seq = (SELECT MAX(seq) FROM audit_event)";
    for statement in [drop, change] {
        crate::database::execute(app.db(), statement, vec![]).await.expect("changed");
    }
    app.clock.advance(chrono::TimeDelta::hours(1));
    api::checkpoint::keep(&app.state).await;
    let chain = app.state.checkpoints.state().expect("verified");
    assert_eq!((chain.intact, chain.seq), (false, page.items[0].seq + 1));
}
