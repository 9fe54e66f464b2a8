//! The rules that hold under the write lock.

use api::clock::Clock;
use api::store::{Store, StoreError, SubmitOutcome};
use chrono::TimeDelta;
use futures_util::future::join_all;
use shared::problem::Rule;
use shared::report::{AdjustmentReason, ReportView};

use crate::database::{Draft, Place, evening, number, settle, today};

pub async fn accept(store: &Store, report: Draft) -> ReportView {
    match store.submit_report(report.ready()).await.expect("an outcome") {
        SubmitOutcome::Accepted { report, .. } => *report,
        other => panic!("not accepted: {other:?}"),
    }
}

#[tokio::test]
async fn of_64_simultaneous_reports_one_is_accepted_and_the_others_see_it() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 1).await;
    let all = join_all((0..64).map(|each| store.submit_report(country.reporters[0].report(each).ready()))).await;
    let mut accepted = Vec::new();
    let mut existing = Vec::new();
    for outcome in all {
        match outcome.expect("an outcome") {
            SubmitOutcome::Accepted { report, replayed: false } => accepted.push(*report),
            SubmitOutcome::AlreadyReported { existing: report } => existing.push(*report),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(accepted.len(), 1);
    assert_eq!(existing.len(), 63);
    assert!(existing.iter().all(|report| *report == accepted[0]), "what is shown later is what was answered");
    assert_eq!(number(&db, "SELECT count(*) FROM ledger_entry").await, 1);
}

#[tokio::test]
async fn a_receipt_names_number_instant_unit_day_total_and_event() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 2).await;
    let first = accept(&store, country.reporters[0].report(1)).await.receipt;
    let second = accept(&store, country.reporters[1].report(2)).await.receipt;
    assert!(first.number.starts_with("261122-13-00001-"), "{}", first.number);
    assert!(second.number.starts_with("261122-13-00002-"), "{}", second.number);
    assert_eq!((first.total, second.total), (14, 28));
    assert_eq!(first.unit, country.reporters[0].unit);
    assert_eq!(first.entry_day, today());
    assert_eq!(first.audit_hash.len(), 12);
    assert!(second.accepted_at > first.accepted_at, "the order of commits is the order of instants");
}

#[tokio::test]
async fn the_day_is_that_of_the_arrival_to_the_instant() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let country = settle(&db, 2).await;
    let midnight = today().end();
    let mut late = country.reporters[0].report(1);
    late.arrived_at = midnight;
    let outcome = store.submit_report(late.ready()).await.expect("an outcome");
    assert!(matches!(outcome, SubmitOutcome::DayChanged { day } if day == today().plus(1)), "{outcome:?}");
    let mut in_time = country.reporters[0].report(1);
    in_time.arrived_at = midnight - TimeDelta::microseconds(1);
    accept(&store, in_time).await;
    assert_eq!(number(&db, "SELECT count(*) FROM submission").await, 1);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_even_after_midnight() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let store = place.store(&clock).await;
    let db = place.connection().await;
    let reporter = &settle(&db, 1).await.reporters[0];
    let first = accept(&store, reporter.report(3).keyed("a", 1)).await;
    clock.set(today().end() + TimeDelta::minutes(1));
    let mut again = reporter.report(3).keyed("a", 1);
    again.arrived_at = clock.now();
    match store.submit_report(again.ready()).await.expect("an outcome") {
        SubmitOutcome::Accepted { report, replayed: true } => assert_eq!(*report, first),
        other => panic!("{other:?}"),
    }
    let other_body = store.submit_report(reporter.report(4).keyed("a", 2).ready()).await.expect("an outcome");
    assert!(matches!(other_body, SubmitOutcome::KeyReused), "{other_body:?}");
    let no_key = store.submit_report(reporter.report(3).ready()).await.expect("an outcome");
    assert!(matches!(no_key, SubmitOutcome::AlreadyReported { .. }), "{no_key:?}");
}

#[tokio::test]
async fn equal_keys_in_one_batch_are_executed_once() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let reporter = &settle(&db, 1).await.reporters[0];
    let all = join_all((0..16).map(|_| store.submit_report(reporter.report(3).keyed("a", 1).ready()))).await;
    let replayed = all.into_iter().map(|outcome| match outcome.expect("an outcome") {
        SubmitOutcome::Accepted { report, replayed } => (report.id, replayed),
        other => panic!("{other:?}"),
    });
    let replayed: Vec<_> = replayed.collect();
    assert_eq!(replayed.iter().filter(|(_, replayed)| !replayed).count(), 1);
    assert!(replayed.iter().all(|(id, _)| *id == replayed[0].0));
}

#[tokio::test]
async fn a_refusal_is_not_kept_and_is_judged_again() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let db = place.connection().await;
    let reporter = &settle(&db, 1).await.reporters[0];
    let mut unconfirmed = reporter.report(5_000).keyed("a", 1);
    unconfirmed.request.acknowledged_warnings.clear();
    let outcome = store.submit_report(unconfirmed.ready()).await.expect("an outcome");
    assert!(matches!(outcome, SubmitOutcome::Unacknowledged(warnings) if !warnings.is_empty()));
    let report = accept(&store, reporter.report(5_000).keyed("a", 1)).await;
    assert!(!report.acknowledged_warnings.is_empty(), "what was confirmed is kept with the report");
}

#[tokio::test]
async fn codes_that_are_not_raised_are_not_kept() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let reporter = &settle(&place.connection().await, 1).await.reporters[0];
    assert!(accept(&store, reporter.report(1)).await.acknowledged_warnings.is_empty());
}

#[tokio::test]
async fn no_band_of_an_earlier_day_falls_below_zero() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening() - TimeDelta::days(2));
    let store = place.store(&clock).await;
    let db = place.connection().await;
    let reporter = &settle(&db, 1).await.reporters[0];
    accept(&store, reporter.report(5).on(today().minus(2))).await;

    clock.set(evening() - TimeDelta::days(1));
    let mut yesterday = reporter.report(5).on(today().minus(1));
    yesterday = yesterday.adjusting(today().minus(2), -3);
    accept(&store, yesterday).await;

    clock.set(evening());
    let mut report = reporter.report(5);
    report = report.adjusting(today().minus(1), -5).adjusting(today().minus(2), -3);
    match store.submit_report(report.ready()).await.expect("an outcome") {
        SubmitOutcome::BelowZero(violations) => {
            assert_eq!(violations.len(), 14);
            assert!(violations.iter().all(|violation| violation.rule == Rule::BelowZero));
            assert!(violations.iter().any(|violation| violation.pointer == "/adjustments/1/deltas/age_10_19"));
        }
        other => panic!("{other:?}"),
    }
    let mut report = reporter.report(5);
    report = report.adjusting(today().minus(1), -5).adjusting(today().minus(2), -2);
    let view = accept(&store, report).await;
    assert_eq!(view.adjustments.len(), 2);
}

#[tokio::test]
async fn two_changes_of_one_report_count_together() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening() - TimeDelta::days(1));
    let store = place.store(&clock).await;
    let db = place.connection().await;
    let reporter = &settle(&db, 1).await.reporters[0];
    accept(&store, reporter.report(5).on(today().minus(1))).await;
    clock.set(evening());
    let mut report = reporter.report(0).adjusting(today().minus(1), -3).adjusting(today().minus(1), -3);
    report.request.adjustments[1].reason = AdjustmentReason::CountedTwice;
    let outcome = store.submit_report(report.ready()).await.expect("an outcome");
    assert!(matches!(outcome, SubmitOutcome::BelowZero(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_clock_far_behind_what_was_recorded_stops_reports_until_it_has_caught_up() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let store = place.store(&clock).await;
    let db = place.connection().await;
    let country = settle(&db, 3).await;
    accept(&store, country.reporters[0].report(1)).await;
    clock.advance(TimeDelta::minutes(-4));
    let a_little = accept(&store, country.reporters[1].report(1)).await;
    assert!(a_little.receipt.accepted_at > evening(), "an instant is never given twice");
    clock.advance(TimeDelta::minutes(-2));
    let outcome = store.submit_report(country.reporters[2].report(1).ready()).await;
    assert!(matches!(outcome, Err(StoreError::ClockSuspect)), "{outcome:?}");
    clock.advance(TimeDelta::minutes(2));
    accept(&store, country.reporters[2].report(1)).await;
}
