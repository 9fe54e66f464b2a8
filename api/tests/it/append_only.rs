//! What was said stays: nobody changes or deletes it, whatever statement they use.

use api::clock::Clock;
use sea_orm::ConnectionTrait;

use crate::database::{Place, evening, number, settle};

#[tokio::test]
async fn submissions_ledger_and_audit_events_refuse_change_and_deletion() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 1).await;
    store.submit_report(country.reporters[0].report(1).ready()).await.expect("stored");

    let mut attempts = vec![
        "UPDATE submission SET receipt_number = 'x'",
        "DELETE FROM submission",
        "UPDATE ledger_entry SET age_0 = 0",
        "DELETE FROM ledger_entry",
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
    ];
    if place.location.schema.is_some() {
        attempts.extend(["TRUNCATE ledger_entry", "TRUNCATE submission CASCADE", "TRUNCATE audit_event"]);
    }
    for attempt in attempts {
        let error = db.execute_unprepared(attempt).await.expect_err(attempt);
        assert!(error.to_string().contains(migrations::names::APPEND_ONLY), "{attempt}: {error}");
    }
    for table in ["submission", "ledger_entry", "audit_event"] {
        assert_eq!(number(&db, &format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
    }
}

#[tokio::test]
async fn a_ledger_entry_holds_no_number_out_of_range() {
    let place = Place::new().await;
    let _store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 1).await;
    _store.submit_report(country.reporters[0].report(1).ready()).await.expect("stored");
    let columns = migrations::names::BANDS;
    for (kind, number, band) in [("report", -1, 0), ("report", 100_000, 13), ("adjustment", -100_000, 5)] {
        let numbers: Vec<String> = (0..14).map(|place| if place == band { number } else { 0 }.to_string()).collect();
        let reason = if kind == "report" { "NULL" } else { "'other'" };
        let sql = format!(
            "INSERT INTO ledger_entry (recorded_at, line, submission_id, unit_id, unit_kind, entry_day, target_day, \
             entry_day_area_id, target_day_area_id, kind, reason, {}) SELECT 1, 0, submission_id, unit_id, unit_kind, \
             entry_day, target_day, entry_day_area_id, target_day_area_id, '{kind}', {reason}, {} FROM ledger_entry",
            columns.join(", "),
            numbers.join(", ")
        );
        let error = db.execute_unprepared(&sql).await.expect_err("out of range").to_string();
        assert!(error.contains(&format!("ledger_entry_{}", columns[band])), "{error}");
    }
}
