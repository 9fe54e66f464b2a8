//! Many jobs, one transaction: what one batch, or two processes, do to each other.

use api::clock::Clock;
use api::store::audit::{Verification, verify};
use api::store::{StoreError, SubmitOutcome, rollup};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::database::{Place, evening, number, settle};

#[tokio::test]
async fn a_faulty_job_fails_alone() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 9).await;
    let mut reporters = country.reporters;
    // An account that doesn't exist: the foreign key fails the whole statement, and with it the batch.
    reporters[4].account_id = Uuid::now_v7();
    let reports: Vec<_> = reporters.iter().map(|reporter| reporter.report(1).ready()).collect();
    let outcomes = join_all(reports.into_iter().map(|report| store.submit_report(report))).await;
    for (place, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(SubmitOutcome::Accepted { replayed: false, .. }) => assert_ne!(place, 4),
            Err(StoreError::Database(_)) => assert_eq!(place, 4),
            other => panic!("{place}: {other:?}"),
        }
    }
    assert_eq!(number(&db, "SELECT count(*) FROM submission").await, 8);
    assert_eq!(number(&db, "SELECT count(*) FROM audit_event").await, 8);
    assert!(matches!(verify(&store).await, Ok(Verification::Intact { events: 8, .. })));
    assert!(rollup::check(&store).await.expect("checked").is_empty());
}

#[tokio::test]
async fn two_writers_on_one_database_keep_one_chain_and_one_report_a_day() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let stores = [place.store(&clock).await, place.store(&clock).await];
    let db = place.connection().await;
    let country = settle(&db, 40).await;
    let attempts = country.reporters.iter().flat_map(|reporter| {
        stores.iter().flat_map(move |store| (1..=2).map(move |each| store.submit_report(reporter.report(each).ready())))
    });
    let outcomes = join_all(attempts).await;
    let accepted = outcomes.iter().filter(|outcome| matches!(outcome, Ok(SubmitOutcome::Accepted { .. }))).count();
    let refused =
        outcomes.iter().filter(|outcome| matches!(outcome, Ok(SubmitOutcome::AlreadyReported { .. }))).count();
    assert_eq!((accepted, refused), (40, 120));
    assert!(matches!(verify(&stores[0]).await, Ok(Verification::Intact { events: 40, .. })));
    assert!(rollup::check(&stores[1]).await.expect("checked").is_empty());
    assert_eq!(number(&db, "SELECT CAST(max(last) AS BIGINT) FROM receipt_counter").await, 40);
}

#[tokio::test]
async fn reports_are_answered_when_they_can_be_read() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 100).await;
    let outcomes = join_all(country.reporters.iter().map(|reporter| async {
        store.submit_report(reporter.report(1).ready()).await.expect("an outcome");
        number(&db, "SELECT count(*) FROM submission").await
    }))
    .await;
    assert!(outcomes.into_iter().all(|seen| seen > 0));
    assert_eq!(number(&db, "SELECT count(*) FROM unit_profile").await, 100);
}
