//! Day statements beside reports.

use api::authorize::{MakeStatement, WithdrawStatement, authorize};
use api::clock::Clock;
use api::store::audit::{Verification, verify};
use api::store::{IdempotencyKey, NewStatement, StatementOutcome, Store, Withdrawal};
use shared::check::{Sender, check_statement};
use shared::day_statement::{DayStatement, StatementKind, StatementRequest};
use shared::permission::Target;
use shared::report::EnteredBy;

use crate::database::{Place, Reporter, evening, settle, today};
use crate::writer::accept;

fn closed(reporter: &Reporter, key: Option<(&str, u8)>) -> NewStatement {
    let caller = reporter.caller();
    let request = StatementRequest { unit_id: None, day: today(), kind: StatementKind::Closed, channel: None };
    let account_id = caller.account_id;
    NewStatement {
        id: None,
        allowed: authorize(&caller, MakeStatement, &Target::own(&caller)).expect("allowed"),
        checked: check_statement(&request, today(), Sender::Unit).expect("no rule is broken"),
        stated_by: EnteredBy { name: "医事課".into(), organization: reporter.unit.clone() },
        arrived_at: evening(),
        ip: None,
        idempotency: key.map(|(key, digest)| IdempotencyKey {
            account_id,
            key: key.into(),
            request_hash: [digest; 32],
        }),
    }
}

async fn made(store: &Store, statement: NewStatement) -> (DayStatement, bool) {
    match store.make_statement(statement).await.expect("an outcome") {
        StatementOutcome::Made { statement, replayed } => (*statement, replayed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_day_has_one_statement_in_force_until_it_is_withdrawn() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let reporter = &settle(&place.connection().await, 1).await.reporters[0];
    let (statement, _) = made(&store, closed(reporter, None)).await;
    assert_eq!(store.statements(reporter.unit.id, today(), today()).await.expect("read"), vec![statement.clone()]);
    assert_eq!(store.make_statement(closed(reporter, None)).await.expect("an outcome"), StatementOutcome::Conflict);

    let caller = reporter.caller();
    let allowed = authorize(&caller, WithdrawStatement, &Target::own(&caller)).expect("allowed");
    let withdrawal = Withdrawal { allowed, id: statement.id, ip: None };
    assert!(store.withdraw_statement(withdrawal.clone()).await.expect("an outcome"));
    assert!(!store.withdraw_statement(withdrawal).await.expect("an outcome"), "once is enough");
    assert!(store.statements(reporter.unit.id, today(), today()).await.expect("read").is_empty());
    made(&store, closed(reporter, None)).await;
    assert!(matches!(verify(&store).await, Ok(Verification::Intact { events: 3, .. })));
}

#[tokio::test]
async fn a_statement_is_made_when_it_arrives_however_late_it_is_written() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let store = place.store(&clock).await;
    let reporter = &settle(&place.connection().await, 1).await.reporters[0];
    clock.advance(chrono::TimeDelta::hours(8));
    let (statement, _) = made(&store, closed(reporter, None)).await;
    assert_eq!(statement.stated_at, evening());
    assert_eq!(store.statements(reporter.unit.id, today(), today()).await.expect("read"), vec![statement]);
}

#[tokio::test]
async fn a_repeated_statement_gets_the_first_answer() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let reporter = &settle(&place.connection().await, 1).await.reporters[0];
    let (first, replayed) = made(&store, closed(reporter, Some(("a", 1)))).await;
    assert!(!replayed);
    assert_eq!(made(&store, closed(reporter, Some(("a", 1)))).await, (first, true));
    let other = store.make_statement(closed(reporter, Some(("a", 2)))).await.expect("an outcome");
    assert_eq!(other, StatementOutcome::KeyReused);
}

#[tokio::test]
async fn a_day_with_a_report_takes_no_statement() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    let reporter = &settle(&place.connection().await, 1).await.reporters[0];
    accept(&store, reporter.report(0)).await;
    assert_eq!(store.make_statement(closed(reporter, None)).await.expect("an outcome"), StatementOutcome::Conflict);
}

#[tokio::test]
async fn an_accepted_clock_takes_reports_again_dated_after_all_others() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening() + chrono::TimeDelta::hours(1));
    let store = place.store(&clock).await;
    let country = settle(&place.connection().await, 2).await;
    let early = accept(&store, country.reporters[0].report(1)).await;
    clock.set(evening());
    store.submit_report(country.reporters[1].report(1).ready()).await.expect_err("the clock is suspect");
    let until = store.accept_clock().await.expect("accepted");
    assert!(until > early.receipt.accepted_at);
    assert!(accept(&store, country.reporters[1].report(1)).await.receipt.accepted_at > until);
}

#[tokio::test]
async fn a_fact_is_kept_and_replaced() {
    let place = Place::new().await;
    let store = place.store(&Clock::fixed(evening())).await;
    assert_eq!(store.fact("demo").await.expect("read"), None);
    store.state_fact("demo", "1").await.expect("stated");
    store.state_fact("demo", "2").await.expect("stated");
    assert_eq!(store.fact("demo").await.expect("read").as_deref(), Some("2"));
}
