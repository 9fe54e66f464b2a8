//! Whoever goes past the triggers is found by verifying.

use api::clock::Clock;
use api::store::audit::{Verification, verify};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::database::{Country, Place, evening, settle};
use crate::writer::accept;

/// Five reports, and a connection on which the triggers are gone.
async fn unprotected() -> (Place, api::store::Store, DatabaseConnection, Country) {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 5).await;
    for reporter in &country.reporters {
        accept(&store, reporter.report(2)).await;
    }
    for table in ["submission", "ledger_entry", "audit_event"] {
        if place.location.schema.is_some() {
            db.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL")).await.expect("disabled");
        } else {
            for act in ["update", "delete"] {
                db.execute_unprepared(&format!("DROP TRIGGER {table}_refuses_{act}")).await.expect("dropped");
            }
            db.execute_unprepared("PRAGMA foreign_keys = OFF").await.expect("off");
        }
    }
    (place, store, db, country)
}

async fn first_broken(statements: &[&str]) -> i64 {
    let (_place, store, db, _) = unprotected().await;
    assert!(matches!(verify(&store).await, Ok(Verification::Intact { events: 5, .. })));
    for statement in statements {
        db.execute_unprepared(statement).await.expect(statement);
    }
    match verify(&store).await.expect("verified") {
        Verification::Broken { seq, .. } => seq,
        intact => panic!("not found: {intact:?}"),
    }
}

#[tokio::test]
async fn a_changed_event_is_found() {
    assert_eq!(
        first_broken(&["UPDATE audit_event SET content = replace(content, '\"ok\"', '\"OK\"') WHERE seq = 3"]).await,
        3
    );
    assert_eq!(first_broken(&["UPDATE audit_event SET recorded_at = recorded_at + 1 WHERE seq = 2"]).await, 2);
    assert_eq!(first_broken(&["UPDATE audit_event SET action = 'x' WHERE seq = 4"]).await, 4);
}

#[tokio::test]
async fn a_deleted_event_is_found_the_last_one_too() {
    assert_eq!(first_broken(&["DELETE FROM audit_event WHERE seq = 2"]).await, 2);
    assert_eq!(first_broken(&["DELETE FROM audit_event WHERE seq = 1"]).await, 1);
    assert_eq!(first_broken(&["DELETE FROM audit_event WHERE seq = 5"]).await, 5, "its submission names it");
}

#[tokio::test]
async fn swapped_events_are_found() {
    let swap = [
        "UPDATE audit_event SET seq = 99 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE seq = 99",
    ];
    assert_eq!(first_broken(&swap).await, 2);
}

#[tokio::test]
async fn a_changed_or_deleted_submission_is_found() {
    let change = "UPDATE submission SET content = replace(content, '\"age_0\":2', '\"age_0\":1') WHERE audit_seq = 4";
    assert_eq!(first_broken(&[change]).await, 4);
    assert_eq!(first_broken(&["UPDATE submission SET receipt_number = 'x' WHERE audit_seq = 3"]).await, 3);
    assert_eq!(first_broken(&["DELETE FROM submission WHERE audit_seq = 2"]).await, 2);
}

#[tokio::test]
async fn a_ledger_that_differs_from_the_submissions_is_found() {
    let third = "(SELECT recorded_at FROM submission WHERE audit_seq = 3)";
    assert_eq!(first_broken(&[&format!("UPDATE ledger_entry SET age_0 = 1 WHERE recorded_at = {third}")]).await, 3);
    assert_eq!(first_broken(&[&format!("DELETE FROM ledger_entry WHERE recorded_at = {third}")]).await, 3);
}
