//! What is read of a nation is looked up: asked of both engines' planners in a country for measuring of one prefecture.

use shared::ReportingDay;

use super::{Plan, Scale, seed};
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::PasswordCost;
use crate::store::summary::plan_tests::assert_no_ledger_is_read_through;
use crate::store::{Store, reading_tests};

#[tokio::test]
async fn what_is_read_of_a_nation_reads_through_no_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = reading_tests::location(&folder).await;
    let day: ReportingDay = "2026-11-22".parse().expect("a day");
    let plan = Plan { scale: Scale::Prefecture, days: 10, until: day.minus(1) };
    let passwords = Passwords::new(PasswordCost { memory: 8, passes: 1, lanes: 1 }).expect("a hasher");
    seed(&location, plan, &passwords, |_| {}).await.expect("made");
    let store = Store::open(&location, Clock::fixed(day.start())).await.expect("a store");
    assert_no_ledger_is_read_through(&store, day).await;
}
