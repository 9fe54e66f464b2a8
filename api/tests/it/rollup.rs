//! The rollup is the ledger, summed.

use api::clock::Clock;
use api::store::audit::{Verification, verify};
use api::store::rollup::{self, Difference};
use api::store::{Store, SubmitOutcome};
use futures_util::future::join_all;
use migrations::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use shared::summary::Series;

use crate::database::{Country, Place, evening, settle, today};
use crate::migration::since;

/// A small generator with a fixed seed: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Ten days of reports, zero reports and adjustments, some of which are refused.
async fn ten_days(store: &Store, clock: &Clock, country: &Country, seed: u64) -> usize {
    let mut numbers = Numbers(seed);
    let mut accepted = 0;
    for back in (0..10).rev() {
        let day = today().minus(back);
        clock.set(day.start() + chrono::TimeDelta::hours(18));
        let mut reports = Vec::new();
        for reporter in &country.reporters {
            for _ in 0..=numbers.below(2) {
                let mut report = reporter.report(u32::try_from(numbers.below(4)).expect("small")).on(day);
                for _ in 0..numbers.below(3) {
                    let target = day.minus(u32::try_from(1 + numbers.below(5)).expect("small"));
                    let each = i32::try_from(numbers.below(4)).expect("small") - 2;
                    if each != 0 && report.request.adjustments.iter().all(|other| other.target_day != target) {
                        report = report.adjusting(target, each);
                    }
                }
                reports.push(store.submit_report(report.ready()));
            }
        }
        let outcomes = join_all(reports).await;
        accepted += outcomes.iter().filter(|one| matches!(one, Ok(SubmitOutcome::Accepted { .. }))).count();
    }
    accepted
}

#[tokio::test]
async fn after_random_work_the_rollup_equals_the_ledger_and_the_chain_holds() {
    for seed in [1, 20_261_122] {
        let place = Place::new().await;
        let clock = Clock::fixed(evening());
        let store = place.store(&clock).await;
        let db = place.connection().await;
        let country = settle(&db, 12).await;
        let accepted = ten_days(&store, &clock, &country, seed).await;
        assert!(accepted > 40, "{accepted}");
        assert_eq!(rollup::check(&store).await.expect("checked"), Vec::new());
        Migrator::down(&db, Some(since("_curves"))).await.expect("down");
        Migrator::up(&db, None).await.expect("up again");
        assert_eq!(rollup::check(&store).await.expect("checked"), Vec::new(), "curves are made of the sums there are");
        assert!(matches!(verify(&store).await, Ok(Verification::Intact { .. })));
        let bands = migrations::names::BANDS.map(|band| format!("sum({band}) < 0")).join(" OR ");
        let below = format!("SELECT unit_id FROM ledger_entry GROUP BY unit_id, target_day HAVING {bands}");
        assert!(crate::database::rows(&db, &below).await.is_empty(), "no band is ever below 0");
    }
}

#[tokio::test]
async fn a_wrong_rollup_is_found_and_made_anew() {
    let place = Place::new().await;
    let clock = Clock::fixed(evening());
    let store = place.store(&clock).await;
    let db = place.connection().await;
    let country = settle(&db, 4).await;
    ten_days(&store, &clock, &country, 7).await;
    db.execute_unprepared("UPDATE daily_rollup SET age_0 = age_0 + 1 WHERE day = '2026-11-20'").await.expect("changed");
    db.execute_unprepared("DELETE FROM daily_rollup WHERE day = '2026-11-18'").await.expect("deleted");
    let month =
        "UPDATE wide_rollup SET age_0 = age_0 + 1 WHERE span = 'month' AND level = 'nation' AND day = '2026-11-01'";
    db.execute_unprepared(month).await.expect("changed");
    let changed = db.execute_unprepared("UPDATE wide_curve SET d20 = d20 + 1 WHERE series = 'by_target_day'").await;
    assert_eq!(changed.expect("changed").rows_affected(), 1, "a prefecture's month");
    let differences = rollup::check(&store).await.expect("checked");
    let differs = |on: &str| {
        differences.iter().any(|one| matches!(one, Difference::Area { key, .. } if key.day.to_string() == on))
    };
    assert!(differs("2026-11-20") && differs("2026-11-18"));
    let of_nation =
        |one: &&Difference| matches!(one, Difference::Wide { key, .. } if key.day.to_string() == "2026-11-01");
    assert_eq!(differences.iter().filter(of_nation).count(), 1, "a month of the nation");
    let of_curve = |one: &&Difference| matches!(one, Difference::Curve { key } if key.series == Series::ByTargetDay);
    assert_eq!(differences.iter().filter(of_curve).count(), 1, "a month of a prefecture, day by day");
    rollup::rebuild(&store).await.expect("rebuilt");
    assert_eq!(rollup::check(&store).await.expect("checked"), Vec::new());
    assert!(matches!(verify(&store).await, Ok(Verification::Intact { .. })), "rebuilding leaves its event");
}
