//! What lies on a health center's desk is told with its coverage, to itself and to its prefecture.

use chrono::TimeDelta;
use shared::arrival::{RejectReason, RejectRequest};
use shared::coverage::{CoverageQuery, Desk};
use shared::organization::{OrganizationKind, OrganizationRef};
use uuid::Uuid;

use super::send;
use crate::arrivals::{entered, fax, logged, opened};
use crate::harness::{SignedIn, TestApp};

async fn desks(reader: &SignedIn) -> Vec<(Uuid, Desk)> {
    let view = reader.client.coverage(&CoverageQuery::default()).await.expect("coverage");
    view.items.iter().map(|area| (area.area.id, area.desk.expect("a desk"))).collect()
}

#[tokio::test]
async fn what_waits_whom_a_center_reported_for_and_who_fell_silent_is_counted() {
    let app = TestApp::new().await;
    let unit = async || app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let (silent, heard): (OrganizationRef, OrganizationRef) = (unit().await, unit().await);
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    for _ in 0..3 {
        send(&app, &silent, 5).await;
        send(&app, &heard, 5).await;
        app.clock.advance(TimeDelta::days(1));
    }
    // What was received on one evening lies there on the next.
    let center = app.center().await;
    let batch = opened(&center, app.today()).await;
    let waiting = logged(&center, "1", &fax(&batch, &silent)).await;
    send(&app, &heard, 5).await;
    app.clock.advance(TimeDelta::days(1));
    let center = app.center().await;
    let first = Desk { waiting_arrivals: 1, ..Desk::default() };
    assert_eq!(desks(&center).await, [(app.centers[0].id, first)], "silent for two days");

    app.clock.advance(TimeDelta::days(1));
    let (center, other) = (app.center().await, app.signed_in(&app.centers[1]).await);
    let at_other = opened(&other, app.today()).await;
    logged(&other, "2", &fax(&at_other, &elsewhere)).await;
    let pointed_out = Desk { pointed_out: 1, ..first };
    assert_eq!(desks(&center).await, [(app.centers[0].id, pointed_out)], "the other is silent for one day");
    let of_prefecture = desks(&app.prefecture().await).await;
    let of_other = Desk { waiting_arrivals: 1, ..Desk::default() };
    for expected in [(app.centers[0].id, pointed_out), (app.centers[1].id, of_other)] {
        assert!(of_prefecture.contains(&expected), "{of_prefecture:?}");
    }

    // A center's report for a unit ends its silence; what was entered or rejected waits no more.
    entered(&center, silent.id, app.today()).await;
    let rejection = RejectRequest { reason: RejectReason::Duplicate, note: None };
    center.client.reject_arrival(waiting.id, &rejection).await.expect("rejected");
    let done = Desk { by_proxy: 1, ..Desk::default() };
    assert_eq!(desks(&center).await, [(app.centers[0].id, done)]);
}
