//! The country for measuring, at the scale of one prefecture and a few days.

use api::auth::password::Passwords;
use api::clock::Clock;
use api::config::PasswordCost;
use api::demo::scale::{Plan, Progress, Scale, held, seed};
use api::demo::{DemoError, prepare, told_accounts};
use api::store::audit::{Verification, verify};
use api::store::{Store, rollup};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use shared::Role;

use crate::database::{Place, evening, number, today};

const DAYS: u32 = 16;

fn passwords() -> Passwords {
    Passwords::new(PasswordCost { memory: 8, passes: 1, lanes: 1 }).expect("a hasher")
}

/// A country whose last day is yesterday, and a store on it at the evening of today.
pub async fn country(place: &Place, days: u32) -> Store {
    let plan = Plan { scale: Scale::Prefecture, days, until: today().minus(1) };
    let mut told = Vec::new();
    seed(&place.location, plan, &passwords(), |progress| told.push(progress)).await.expect("made");
    let of_days = told.iter().filter(|one| matches!(one, Progress::Day { reports, .. } if *reports > 20));
    assert_eq!(of_days.count(), days as usize, "each day is told");
    place.store(&Clock::fixed(evening())).await
}

#[tokio::test]
async fn a_country_for_measuring_is_sound_and_protected() {
    let place = Place::new().await;
    let store = country(&place, DAYS).await;
    assert_eq!(held(&store).await.expect("known"), Some(Scale::Prefecture));
    assert_eq!(rollup::check(&store).await.expect("checked"), Vec::new());
    assert!(matches!(verify(&store).await, Ok(Verification::Intact { .. })));
    let db = place.connection().await;
    let seeded = number(&db, "SELECT COUNT(*) FROM audit_event WHERE action = 'seed_day'").await;
    assert_eq!(seeded, i64::from(DAYS), "one event a day");
    let reports = number(&db, "SELECT COUNT(*) FROM submission").await;
    assert!((5_000..10_000).contains(&reports), "{reports}");
    let kinds = number(&db, "SELECT COUNT(DISTINCT kind) FROM day_statement").await;
    assert_eq!(kinds, 2, "some are closed, some have no patients");
    assert!(number(&db, "SELECT COUNT(*) FROM ledger_entry WHERE kind = 'adjustment'").await > 100);
    let bands = migrations::names::BANDS.map(|band| format!("sum({band}) < 0")).join(" OR ");
    let below = format!("SELECT unit_id FROM ledger_entry GROUP BY unit_id, target_day HAVING {bands}");
    assert!(crate::database::rows(&db, &below).await.is_empty(), "no band is ever below 0");
    db.execute_unprepared("DELETE FROM submission").await.expect_err("it is protected");

    let accounts = told_accounts(&store).await.expect("told");
    for role in Role::ALL {
        assert!(accounts.iter().any(|account| account.role == role), "{role:?}");
    }
    // It is served as it is: nothing else happens there.
    prepare(&place.location, evening(), &passwords()).await.expect("served");
    assert_eq!(number(&db, "SELECT COUNT(*) FROM submission").await, reports);
    let plan = Plan { scale: Scale::Prefecture, days: 1, until: today() };
    let again = seed(&place.location, plan, &passwords(), |_| {}).await;
    assert!(matches!(again, Err(DemoError::NotEmpty)), "{again:?}");
}

#[tokio::test]
async fn what_is_missing_or_changed_of_a_day_is_found() {
    let place = Place::new().await;
    let store = country(&place, 2).await;
    let db = place.connection().await;
    if place.is_postgres() {
        db.execute_unprepared("ALTER TABLE submission DISABLE TRIGGER ALL").await.expect("disabled");
    } else {
        db.execute_unprepared("DROP TRIGGER submission_refuses_update").await.expect("dropped");
    }
    let day = number(&db, "SELECT MAX(seq) FROM audit_event WHERE action = 'seed_day'").await;
    let one = format!("(SELECT MIN(receipt_number) FROM submission WHERE audit_seq = {day})");
    for (column, to) in [("audit_seq", "1"), ("content", "replace(content, '\"age_0\":0', '\"age_0\":7')")] {
        let change = format!("UPDATE submission SET {column} = {to} WHERE receipt_number = {one}");
        db.execute_unprepared(&change).await.expect("changed");
        assert!(matches!(verify(&store).await, Ok(Verification::Broken { .. })), "{column}");
        db.execute_unprepared(&format!("UPDATE submission SET audit_seq = {day} WHERE audit_seq = 1"))
            .await
            .expect("back");
    }
    assert!(matches!(verify(&store).await, Ok(Verification::Broken { seq, .. }) if seq == day));
}

#[tokio::test]
async fn a_country_that_was_never_completed_is_not_served() {
    let place = Place::new().await;
    let store = country(&place, 1).await;
    store.state_fact("demo_scale", "unfinished").await.expect("stated");
    let served = prepare(&place.location, evening() + TimeDelta::minutes(1), &passwords()).await;
    assert!(matches!(served, Err(DemoError::Unfinished)), "{served:?}");
    assert!(matches!(told_accounts(&store).await, Err(DemoError::Unfinished)));
    let plan = Plan { scale: Scale::Prefecture, days: 1, until: today() };
    let again = seed(&place.location, plan, &passwords(), |_| {}).await;
    assert!(matches!(again, Err(DemoError::Unfinished)), "{again:?}");
}
