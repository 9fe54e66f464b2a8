//! Every table is a naive sum over the ledger: over random reports, adjustments, replacements and moves, for both series,
//! at every level, as of random moments.

use std::collections::BTreeMap;

use api::authorize::{ReadCenterSummaries, ReadNationSummaries, ReadUnitSummaries, authorize};
use api::clock::Clock;
use api::store::summary::Scope;
use api::store::{Store, SubmitOutcome, rollup, visible_to};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{DatabaseConnection, QueryResult};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::Target;
use shared::summary::{Level, RowKind, Series, SummaryQuery, SummaryView, check_summary};
use shared::{Caller, ReportingDay, Role};
use uuid::Uuid;

use crate::database::{Place, Reporter, evening, execute, organization, rows, settle, today};

const DAYS: u32 = 12;

/// A small generator with a fixed seed: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(bound).expect("small")).expect("small")
    }

    fn small(&mut self, bound: usize) -> u32 {
        u32::try_from(self.below(bound)).expect("small")
    }
}

/// Two prefectures with their centers, clinics and follow-up centers.
struct Land {
    store: Store,
    clock: Clock,
    db: DatabaseConnection,
    ministry: OrganizationRef,
    prefectures: Vec<OrganizationRef>,
    centers: Vec<OrganizationRef>,
    reporters: Vec<Reporter>,
}

impl Land {
    async fn settle(place: &Place) -> Self {
        let clock = Clock::fixed(evening());
        let store = place.store(&clock).await;
        let db = place.connection().await;
        // Whoever reports is one account; whose unit it is doesn't matter to the ledger.
        let account_id = settle(&db, 1).await.reporters[0].account_id;
        let ministry = organization(&db, OrganizationKind::Ministry, None).await;
        let (mut prefectures, mut centers, mut units) = (Vec::new(), Vec::new(), Vec::new());
        for code in ["08", "27"] {
            let prefecture = organization(&db, OrganizationKind::Prefecture, Some(ministry.id)).await;
            for _ in 0..2 {
                let center = organization(&db, OrganizationKind::HealthCenter, Some(prefecture.id)).await;
                for _ in 0..3 {
                    units.push(organization(&db, OrganizationKind::Institution, Some(center.id)).await);
                }
                units.push(center.clone());
                centers.push(center);
            }
            units.push(organization(&db, OrganizationKind::FollowUpCenter, Some(prefecture.id)).await);
            let below = centers.last().expect("a center").id;
            units.push(organization(&db, OrganizationKind::FollowUpCenter, Some(below)).await);
            for of in units.iter().chain([&prefecture]) {
                let sql = "UPDATE organization SET prefecture_code = ? WHERE id = ? AND prefecture_code = '13'";
                execute(&db, sql, vec![code.into(), of.id.into()]).await.expect("placed");
            }
            prefectures.push(prefecture);
        }
        let reporters = units.into_iter().map(|unit| Reporter { account_id, unit }).collect();
        Self { store, clock, db, ministry, prefectures, centers, reporters }
    }

    /// A day of reports with adjustments; in the next night some unit moves, and some report is replaced.
    async fn live(&self, day: ReportingDay, numbers: &mut Numbers) -> usize {
        self.clock.set(day.start() + TimeDelta::hours(18));
        let mut reports = Vec::new();
        for reporter in &self.reporters {
            if numbers.below(4) == 0 {
                continue;
            }
            let mut report = reporter.report(numbers.small(5)).on(day);
            for _ in 0..numbers.below(3) {
                let target = day.minus(1 + numbers.small(6));
                let each = i32::try_from(numbers.small(5)).expect("small") - 2;
                if each != 0 && report.request.adjustments.iter().all(|other| other.target_day != target) {
                    report = report.adjusting(target, each);
                }
            }
            reports.push(self.store.submit_report(report.ready()));
        }
        let accepted = join_all(reports).await;
        self.replace(numbers).await;
        let clinics: Vec<_> =
            self.reporters.iter().filter(|one| one.unit.kind == OrganizationKind::Institution).collect();
        let (unit, to) = (clinics[numbers.below(clinics.len())], &self.centers[numbers.below(self.centers.len())]);
        let sql = "INSERT INTO organization_parent (child_id, valid_from, parent_id) VALUES (?, ?, ?)";
        let values = vec![unit.unit.id.into(), day.plus(1).0.into(), to.id.into()];
        execute(&self.db, sql, values).await.expect("moved");
        accepted.iter().filter(|one| matches!(one, Ok(SubmitOutcome::Accepted { .. }))).count()
    }

    /// Replaces a random report: a new revision whose entry is the difference, as an authority's correction days later.
    async fn replace(&self, numbers: &mut Numbers) {
        let all = rows(
            &self.db,
            "SELECT l.submission_id FROM ledger_entry l JOIN submission s ON s.id = l.submission_id \
             WHERE l.kind = 'report' AND NOT EXISTS (SELECT 1 FROM submission newer WHERE newer.unit_id = s.unit_id \
             AND newer.entry_day = s.entry_day AND newer.revision > s.revision) ORDER BY l.recorded_at",
        )
        .await;
        let replaced: Uuid = all[numbers.below(all.len())].try_get_by_index(0).expect("an id");
        let head: i64 = rows(&self.db, "SELECT MAX(recorded_at) FROM audit_event").await[0]
            .try_get_by_index(0)
            .expect("an instant");
        let (id, at, more) = (Uuid::now_v7(), head + 1, i32::try_from(numbers.small(3)).expect("small") + 1);
        let submission = "INSERT INTO submission (id, unit_id, entry_day, kind, revision, content, channel, entered_by, \
            by_proxy, arrived_at, recorded_at, receipt_number, warnings, audit_seq, audit_hash) SELECT ?, unit_id, \
            entry_day, kind, revision + 1, content, channel, entered_by, by_proxy, arrived_at, ?, ?, warnings, audit_seq, \
            audit_hash FROM submission WHERE id = ?";
        let values = vec![id.into(), at.into(), id.to_string().into(), replaced.into()];
        execute(&self.db, submission, values).await.expect("replaced");
        let bands = migrations::names::BANDS;
        let numbers = bands.iter().map(|_| more.to_string()).collect::<Vec<_>>().join(", ");
        let entry = format!(
            "INSERT INTO ledger_entry (recorded_at, line, submission_id, unit_id, unit_kind, entry_day, target_day, \
             entry_day_area_id, target_day_area_id, kind, reason, {}) SELECT ?, 0, ?, unit_id, unit_kind, entry_day, \
             target_day, entry_day_area_id, target_day_area_id, 'replacement', reason, {numbers} FROM ledger_entry \
             WHERE submission_id = ? AND kind = 'report'",
            bands.join(", ")
        );
        execute(&self.db, &entry, vec![at.into(), id.into(), replaced.into()]).await.expect("entered");
        rollup::rebuild(&self.store).await.expect("rebuilt");
    }

    /// Callers of every kind, with the levels that they may ask for.
    fn callers(&self) -> Vec<(Caller, Vec<Level>)> {
        let of = |organization: &OrganizationRef| Caller {
            account_id: Uuid::nil(),
            role: Role::of(organization.kind),
            is_manager: false,
            organization_id: organization.id,
            organization_kind: organization.kind,
            client: None,
        };
        let ministry = (of(&self.ministry), vec![Level::HealthCenter, Level::Prefecture, Level::Nation]);
        let clinic = (of(&self.reporters[0].unit), vec![Level::Unit]);
        let others = self.centers.iter().chain(&self.prefectures).map(|one| (of(one), Level::ALL.to_vec()));
        others.chain([ministry, clinic]).collect()
    }

    async fn ask(&self, caller: &Caller, query: &SummaryQuery, now: DateTime<Utc>) -> SummaryView {
        let asked = check_summary(query, caller.role, now).expect("sound");
        let today = shared::reporting_day(now);
        let reading = self.store.reading().await.expect("reads");
        let own = reading.organization(visible_to(caller, today), caller.organization_id).await.expect("read");
        let own = own.expect("its own");
        let target = Target::own(caller);
        let scope = match asked.level {
            Level::Unit => Scope::of_units(&authorize(caller, ReadUnitSummaries, &target).expect("may"), own, today),
            Level::HealthCenter => {
                Scope::of_centers(&authorize(caller, ReadCenterSummaries, &target).expect("may"), own, today)
            }
            Level::Prefecture if caller.role != Role::Ministry => {
                let prefecture = std::iter::once(&own.organization).chain(&own.above);
                let prefecture = prefecture.clone().find(|one| one.kind == OrganizationKind::Prefecture).expect("one");
                let target = Target::organization(prefecture.id, prefecture.kind, Vec::new());
                let target = target.seen_from_below(&own.ancestors());
                Scope::of_prefecture(&authorize(caller, ReadNationSummaries, &target).expect("may"), own, today)
            }
            _ => Scope::of_nation(&authorize(caller, ReadNationSummaries, &Target::nation()).expect("may"), own, today),
        };
        let view = reading.summary(&scope, &asked, now).await.expect("figures");
        reading.finish();
        view
    }
}

/// An entry of the ledger, with where it counts in a series.
struct Entry {
    recorded_at: i64,
    unit_id: Uuid,
    follow_up: bool,
    /// Day and area, as entered and by target day.
    places: [(ReportingDay, Uuid); 2],
    entry_day: ReportingDay,
    numbers: [i64; 14],
}

fn entry(row: &QueryResult) -> Entry {
    let day = |column: &str| ReportingDay(row.try_get("", column).expect("a day"));
    let id = |column: &str| row.try_get::<Uuid>("", column).expect("an id");
    Entry {
        recorded_at: row.try_get("", "recorded_at").expect("an instant"),
        unit_id: id("unit_id"),
        follow_up: row.try_get::<String>("", "unit_kind").expect("a kind") == "follow_up_center",
        places: [(day("entry_day"), id("entry_day_area_id")), (day("target_day"), id("target_day_area_id"))],
        entry_day: day("entry_day"),
        numbers: migrations::names::BANDS.map(|band| i64::from(row.try_get::<i32>("", band).expect("a number"))),
    }
}

/// All that stands below which organization on a day.
async fn parents(db: &DatabaseConnection, day: ReportingDay) -> BTreeMap<Uuid, Uuid> {
    let sql =
        format!("SELECT child_id, parent_id FROM organization_parent WHERE valid_from <= '{day}' ORDER BY valid_from");
    let read = |row: &QueryResult| {
        let id = |place| row.try_get_by_index::<Uuid>(place).expect("an id");
        (id(0), id(1))
    };
    rows(db, &sql).await.iter().map(read).collect()
}

/// Whether something is the organization or lies below it.
fn lies_below(mut id: Uuid, top: Uuid, parents: &BTreeMap<Uuid, Uuid>) -> bool {
    while id != top {
        match parents.get(&id) {
            Some(parent) => id = *parent,
            None => return false,
        }
    }
    true
}

/// Compares a table with the ledger, entry by entry.
fn assert_naive(land: &Land, caller: &Caller, view: &SummaryView, entries: &[Entry], parents: &BTreeMap<Uuid, Uuid>) {
    let as_of = DateTime::parse_from_rfc3339(&view.as_of).expect("an instant").timestamp_micros();
    let series = usize::from(view.series == Series::ByTargetDay);
    let top = match view.level {
        Level::Nation => land.ministry.id,
        Level::Prefecture => {
            let is_above = |one: &&OrganizationRef| lies_below(caller.organization_id, one.id, parents);
            land.prefectures.iter().find(is_above).map_or(land.ministry.id, |one| one.id)
        }
        _ => caller.organization_id,
    };
    let place = |entry: &Entry, series: usize| {
        if view.level == Level::Unit { entry.unit_id } else { entry.places[series].1 }
    };
    let counted = |series: usize| {
        let seen = move |entry: &&Entry| entry.recorded_at <= as_of && lies_below(place(entry, series), top, parents);
        entries.iter().filter(seen)
    };
    let what =
        format!("{:?} {:?} {:?} {}..{} as of {}", caller.role, view.level, view.series, view.from, view.to, view.as_of);
    for row in &view.rows {
        let own = row.organization.as_ref();
        let is_follow_up_row = own.is_some_and(|one| one.kind == OrganizationKind::FollowUpCenter);
        let fits = |entry: &Entry, series: usize, of_followers: bool| match row.kind {
            RowKind::Total => true,
            RowKind::Subtotal => !entry.follow_up,
            RowKind::FollowUpCenters => entry.follow_up,
            RowKind::Organization => {
                let is_its = match view.level {
                    Level::Prefecture => lies_below(place(entry, series), own.expect("one").id, parents),
                    _ => place(entry, series) == own.expect("one").id,
                };
                is_its && (is_follow_up_row || entry.follow_up == of_followers)
            }
        };
        let mut counts = [0; 14];
        let (mut followers, mut cumulative, mut trend) = (0, 0, vec![0; view.days.len()]);
        for entry in counted(series) {
            let (day, total) = (entry.places[series].0, entry.numbers.iter().sum::<i64>());
            let within = (view.from..=view.to).contains(&day);
            if fits(entry, series, false) {
                if within {
                    counts.iter_mut().zip(entry.numbers).for_each(|(sum, number)| *sum += number);
                }
                if let Some(place) = view.days.iter().position(|of| of.day == day) {
                    trend[place] += total;
                }
            }
            let follows = entry.follow_up
                && !is_follow_up_row
                && row.kind != RowKind::Subtotal
                && row.kind != RowKind::FollowUpCenters;
            if within && follows && fits(entry, series, true) {
                followers += total;
            }
        }
        for entry in counted(0) {
            if entry.entry_day <= view.to && fits(entry, 0, false) {
                cumulative += entry.numbers.iter().sum::<i64>();
            }
        }
        assert_eq!(row.counts.as_array(), &counts, "{what}: {:?} {own:?}", row.kind);
        assert_eq!(
            (row.total, row.follow_up_total, &row.trend),
            (counts.iter().sum(), followers, &trend),
            "{what}: {:?} {own:?}",
            row.kind
        );
        assert_eq!(row.cumulative, (view.level != Level::Unit).then_some(cumulative), "{what}: {:?} {own:?}", row.kind);
    }
    for of in &view.days {
        let mut counts = [0; 14];
        for entry in counted(series).filter(|entry| entry.places[series].0 == of.day) {
            counts.iter_mut().zip(entry.numbers).for_each(|(sum, number)| *sum += number);
        }
        assert_eq!(of.counts.as_array(), &counts, "{what}: {}", of.day);
        assert!(
            view.series == Series::AsEntered || view.level == Level::Unit || counts.iter().all(|one| *one >= 0),
            "{what}"
        );
    }
}

#[tokio::test]
async fn every_table_equals_a_naive_sum_over_the_ledger_as_of_any_moment() {
    for seed in [3, 20_261_122] {
        let place = Place::new().await;
        let land = Land::settle(&place).await;
        let mut numbers = Numbers(seed);
        let (mut accepted, mut kept) = (0, Vec::new());
        for back in (0..DAYS).rev() {
            let day = today().minus(back);
            accepted += land.live(day, &mut numbers).await;
            // What is answered in between is asked again at the end.
            let now = land.clock.now();
            let (caller, _) = &land.callers()[numbers.below(6)];
            let query = SummaryQuery { level: Some(Level::HealthCenter), to: Some(day), ..SummaryQuery::default() };
            let view = land.ask(caller, &query, now).await;
            kept.push((caller.clone(), SummaryQuery { as_of: Some(view.as_of.clone()), ..query }, view));
        }
        assert!(accepted > 80, "{accepted}");
        let entries: Vec<Entry> =
            rows(&land.db, "SELECT * FROM ledger_entry ORDER BY recorded_at, line").await.iter().map(entry).collect();
        let now = land.clock.now() + TimeDelta::minutes(10);
        let parents = parents(&land.db, today()).await;
        for (caller, levels) in land.callers() {
            for _ in 0..12 {
                let to = today().minus(numbers.small(usize::try_from(DAYS).expect("small")));
                // A moment at which something was recorded, the one before, or now.
                let of_entry = entries[numbers.below(entries.len())].recorded_at - i64::from(numbers.small(2));
                let as_of = DateTime::from_timestamp_micros(of_entry).expect("an instant");
                let as_of = (numbers.below(4) > 0).then(|| as_of.to_rfc3339_opts(SecondsFormat::Micros, true));
                let query = SummaryQuery {
                    level: Some(levels[numbers.below(levels.len())]),
                    from: Some(to.minus(numbers.small(7))),
                    to: Some(to),
                    series: Some(Series::ALL[numbers.below(2)]),
                    as_of: as_of.clone(),
                    curve: None,
                };
                let view = land.ask(&caller, &query, now).await;
                assert!(as_of.is_none_or(|as_of| as_of == view.as_of));
                assert_naive(&land, &caller, &view, &entries, &parents);
            }
        }
        for (caller, query, view) in kept {
            assert_eq!(land.ask(&caller, &query, now).await, view, "the same question has the same answer for ever");
        }
    }
}
