//! What is counted of areas' days is what their units' days add up to, whatever happens to reports, statements and the
//! register, and whoever changes the register past the program is found out.

use api::store::rollup;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use shared::ReportingDay;
use shared::calendar::KindOfDay;
use shared::client::Client;
use shared::coverage::{AreaCoverage, Coverage, CoverageQuery};
use shared::day_statement::{StatementKind, StatementRequest};
use shared::organization::OrganizationKind;
use shared::register::{MoveRequest, NewOrganizationRequest, OpeningDaysRequest, OrganizationChange};
use shared::report::{Channel, ReportRequest, ReportView};
use shared::summary::{Level, RowKind, SummaryQuery};
use shared::supplement::SupplementRequest;
use uuid::Uuid;

use crate::corrections::{allow, correction};
use crate::database::number;
use crate::harness::TestApp;
use crate::reports::{adjustment, report};

/// A small generator with a fixed seed: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).expect("small")
    }
}

/// One prefecture's evening.
struct Evening<'a> {
    app: &'a TestApp,
    day: ReportingDay,
    centers: [Client; 2],
    prefecture: Client,
    units: &'a mut Vec<Uuid>,
    reports: Vec<(usize, ReportView)>,
    statements: Vec<(usize, Uuid)>,
}

impl Evening<'_> {
    /// Something happens, unless a rule speaks against it; whether it did.
    async fn act(&mut self, numbers: &mut Numbers) -> bool {
        let unit = self.units[numbers.below(u32::try_from(self.units.len()).expect("few")) as usize];
        let (key, by) = (Uuid::now_v7().to_string(), numbers.below(2) as usize);
        let center = self.centers[by].clone();
        let near = self.day.plus(numbers.below(4)).minus(numbers.below(4));
        match numbers.below(12) {
            0..=2 => {
                let counts = [numbers.below(2); 14];
                let channel = Some(Channel::Telephone);
                let request = ReportRequest { unit_id: Some(unit), channel, ..report(self.day, counts) };
                let sent = center.submit_report(&key, &request).await;
                self.reports.extend(sent.as_ref().ok().map(|sent| (by, sent.value.clone())));
                sent.is_ok()
            }
            3..=4 => {
                let kind = if numbers.below(2) == 0 { StatementKind::Closed } else { StatementKind::NoPatients };
                let channel = Some(Channel::Telephone);
                let made =
                    center.state_day(&key, &StatementRequest { unit_id: Some(unit), day: near, kind, channel }).await;
                self.statements.extend(made.as_ref().ok().map(|made| (by, made.id)));
                made.is_ok()
            }
            5 => match self.statements.pop() {
                Some((by, id)) => self.centers[by].withdraw_statement(id).await.is_ok(),
                None => false,
            },
            6 => match self.reports.pop() {
                Some((by, of)) => {
                    let changed = correction([numbers.below(2); 14]);
                    self.centers[by].correct_report((of.id, of.revision), &key, &changed).await.is_ok()
                }
                None => false,
            },
            7 => {
                let back = 1 + numbers.below(4);
                let adjustments = vec![adjustment(self.day.minus(back), shared::AgeBand::ALL[4], 1)];
                let channel = Some(Channel::Fax);
                let request = SupplementRequest { unit_id: Some(unit), entry_day: self.day, adjustments, channel };
                center.send_supplement(&key, &request).await.is_ok()
            }
            8 => {
                let open_on = KindOfDay::ALL.into_iter().filter(|_| numbers.below(2) == 0).collect();
                let valid_from = self.day.plus(1 + numbers.below(2));
                self.prefecture.set_opening_days(unit, &OpeningDaysRequest { valid_from, open_on }).await.is_ok()
            }
            9 => {
                let parent_id = self.app.centers[numbers.below(2) as usize].id;
                let request = MoveRequest { parent_id, valid_from: self.day.plus(1 + numbers.below(2)) };
                self.prefecture.move_unit(unit, &request).await.is_ok()
            }
            10 => {
                let active = Some(numbers.below(3) > 0);
                let change = OrganizationChange { active, ..OrganizationChange::default() };
                self.prefecture.change_organization(unit, &change).await.is_ok()
            }
            _ => {
                let made = self.prefecture.create_organization(&key, &clinic(self.app.centers[by].id)).await;
                self.units.extend(made.as_ref().ok().map(|made| made.id));
                made.is_ok()
            }
        }
    }
}

fn clinic(parent_id: Uuid) -> NewOrganizationRequest {
    NewOrganizationRequest {
        kind: OrganizationKind::Institution,
        parent_id,
        name: "青葉診療所".into(),
        kana: "あおばしんりょうじょ".into(),
        institution_code: None,
        prefecture_code: None,
        address: "周南市1-2".into(),
        telephone: "0834-12-3456".into(),
        open_on: Some(vec![KindOfDay::Monday, KindOfDay::Sunday, KindOfDay::Tuesday, KindOfDay::Thursday]),
        acknowledged_warnings: Vec::new(),
    }
}

/// The coverage of some days as the ministry sees it: by area, as the total of a day's table, and of that of all days.
async fn coverage(app: &TestApp, days: u32) -> Vec<Vec<AreaCoverage>> {
    let ministry = app.ministry().await.client;
    let (mut all, mut in_all) = (Vec::new(), Coverage::default());
    for back in 0..days {
        let day = app.today().minus(back);
        let view = ministry.coverage(&CoverageQuery { day: Some(day) }).await.expect("coverage");
        for level in [Level::HealthCenter, Level::Prefecture, Level::Nation] {
            let query = SummaryQuery { level: Some(level), to: Some(day), ..SummaryQuery::default() };
            let table = ministry.summary(&query).await.expect("a table");
            let total = table.rows.iter().find(|row| row.kind == RowKind::Total).expect("a total");
            assert_eq!(total.coverage, view.total, "{level:?} {day}");
        }
        in_all.merge(&view.total);
        all.push(view.items);
    }
    for level in [Level::HealthCenter, Level::Prefecture, Level::Nation] {
        let from = Some(app.today().minus(days - 1));
        let query = SummaryQuery { level: Some(level), from, to: Some(app.today()), ..SummaryQuery::default() };
        let table = ministry.summary(&query).await.expect("a table");
        assert_eq!(table.rows.last().expect("a total").coverage, in_all, "{level:?}, {days} days");
    }
    all
}

const HOLD: &str = "INSERT INTO area_counted (area_id, prefecture_code) SELECT id, prefecture_code FROM organization \
        WHERE kind IN ('prefecture', 'health_center')";
const HOLDING: &str = "SELECT COUNT(*) FROM area_counted";

#[tokio::test]
async fn what_is_counted_is_what_the_units_add_up_to_whatever_happens() {
    for seed in [5, 20_261_122] {
        let app = TestApp::new().await;
        allow(&app, "prefecture", 10).await;
        let follow_up = app.organization(OrganizationKind::FollowUpCenter, Some(app.prefecture.id)).await;
        rollup::rebuild(&app.state.store).await.expect("counted");
        let (mut numbers, mut units, mut done) = (Numbers(seed), vec![follow_up.id], 0);
        for days in 1..=6 {
            let prefecture = app.manager(&app.prefecture.clone()).await.client;
            let centers = [app.center().await.client, app.other_center().await.client];
            for center in [0, 1] {
                let (key, new) = (Uuid::now_v7().to_string(), clinic(app.centers[center].id));
                units.push(prefecture.create_organization(&key, &new).await.expect("registered").id);
            }
            let day = app.today();
            let (reports, statements) = (Vec::new(), Vec::new());
            let mut evening = Evening { app: &app, day, centers, prefecture, units: &mut units, reports, statements };
            for _ in 0..40 {
                done += usize::from(evening.act(&mut numbers).await);
            }
            assert_eq!(number(app.db(), HOLDING).await, 3, "both centers and their prefecture");
            assert_eq!(rollup::check(&app.state.store).await.expect("checked"), Vec::new());
            let counted = coverage(&app, days).await;
            app.db().execute_unprepared("DELETE FROM area_counted").await.expect("voided");
            assert_eq!(coverage(&app, days).await, counted, "unit by unit");
            app.db().execute_unprepared(HOLD).await.expect("held");
            app.clock.advance(TimeDelta::days(1));
        }
        assert!(done > 90, "{done}");
    }
}

#[tokio::test]
async fn a_register_changed_past_the_program_is_counted_anew() {
    let app = TestApp::new().await;
    rollup::rebuild(&app.state.store).await.expect("counted");
    assert_eq!(number(app.db(), HOLDING).await, 3);
    let unit = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    assert_eq!(number(app.db(), HOLDING).await, 2, "its center's counts are void");
    let center = app.center().await.client;
    assert_eq!(center.coverage(&CoverageQuery::default()).await.expect("coverage").total.missing, 1);
    assert_eq!(rollup::count_void(&app.state.store).await.expect("counted"), 1);
    assert_eq!(number(app.db(), HOLDING).await, 3);
    let is = |active: bool| format!("UPDATE organization SET active = {active} WHERE name = '{}'", unit.name);
    for (active, missing) in [(false, 0), (true, 1)] {
        app.db().execute_unprepared(&is(active)).await.expect("changed");
        assert_eq!(center.coverage(&CoverageQuery::default()).await.expect("coverage").total.missing, missing);
        assert_eq!(rollup::count_void(&app.state.store).await.expect("counted"), 1);
        assert_eq!(center.coverage(&CoverageQuery::default()).await.expect("coverage").total.missing, missing);
    }
    app.db().execute_unprepared("UPDATE area_schedule SET sunday = sunday + 1").await.expect("changed");
    assert!(!rollup::check(&app.state.store).await.expect("checked").is_empty(), "a wrong count is found");
}
