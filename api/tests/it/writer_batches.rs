//! Many jobs, one transaction: what one batch, or two processes, do to each other.

use std::net::Ipv4Addr;

use api::clock::Clock;
use api::store::account::{Created, NewAccount};
use api::store::audit::{Verification, verify};
use api::store::ceremony::{Shown, SignIn};
use api::store::session::{NewSession, SessionPlace};
use api::store::{StoreError, SubmitOutcome, rollup};
use futures_util::future::join_all;
use shared::account::NextStep;
use tokio::join;
use uuid::Uuid;

use crate::database::{Country, Place, evening, number, settle};

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
async fn two_writers_on_one_database_mix_reports_sign_ins_and_new_accounts_in_one_chain() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let stores = [place.store(&clock).await, place.store(&clock).await];
    let db = place.connection().await;
    let country = settle(&db, 40).await;
    let attempts = country.reporters.iter().flat_map(|reporter| {
        stores.iter().flat_map(move |store| (1..=2).map(move |each| store.submit_report(reporter.report(each).ready())))
    });
    let signed_in = (0..40_u8).map(|place| stores[usize::from(place % 2)].sign_in(sign_in(&country, place)));
    // Both processes create the same ten managers: each is created once.
    let created = (0..20).map(|place| stores[place % 2].create_account(manager(&country, place / 2)));
    let (outcomes, signed_in, created) = join!(join_all(attempts), join_all(signed_in), join_all(created));

    let accepted = outcomes.iter().filter(|outcome| matches!(outcome, Ok(SubmitOutcome::Accepted { .. }))).count();
    let refused =
        outcomes.iter().filter(|outcome| matches!(outcome, Ok(SubmitOutcome::AlreadyReported { .. }))).count();
    assert_eq!((accepted, refused), (40, 120));
    assert!(signed_in.iter().all(Result::is_ok));
    let created: Vec<Created> = created.into_iter().map(|one| one.expect("an outcome")).collect();
    assert_eq!(created.iter().filter(|one| **one == Created::Yes).count(), 10);
    assert_eq!(created.iter().filter(|one| **one == Created::LoginIdTaken).count(), 10);

    let verified = verify(&stores[0]).await.expect("verified");
    assert!(matches!(verified, Verification::Intact { events: 90, .. }), "{verified:?}");
    assert!(rollup::check(&stores[1]).await.expect("checked").is_empty());
    assert_eq!(number(&db, "SELECT CAST(max(last) AS BIGINT) FROM receipt_counter").await, 40);
}

fn sign_in(country: &Country, place: u8) -> SignIn {
    let session = NewSession {
        hash: [place; 32],
        next: NextStep::Done,
        begins_at: evening(),
        ends_at: evening() + chrono::TimeDelta::hours(12),
        factor_at: None,
        place: SessionPlace { address: Ipv4Addr::LOCALHOST.into(), user_agent: String::new() },
    };
    let caller = country.reporters[usize::from(place)].caller();
    let shown = Shown::Password(None);
    SignIn { caller, ip: Ipv4Addr::LOCALHOST.into(), shown, session, replaces: None, rehashed: None }
}

fn manager(country: &Country, place: usize) -> NewAccount {
    NewAccount {
        id: Uuid::now_v7(),
        login_id: format!("P13-9{place:03}-X"),
        organization_id: country.reporters[place].unit.id,
        is_manager: true,
        display_name: "管理者".into(),
        password_phc: String::new(),
        must_change_password: true,
    }
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
