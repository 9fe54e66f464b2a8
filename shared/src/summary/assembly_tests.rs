use proptest::prelude::*;

use super::*;
use crate::history::DayState;

fn named(id: u128, kind: OrganizationKind, code: &str, kana: &str) -> Named {
    let organization = OrganizationRef { id: Uuid::from_u128(id), kind, name: format!("{kind:?} {id}") };
    Named { organization, prefecture_code: Some(code.to_owned()), kana: kana.to_owned() }
}

fn sums(first: i64, last: i64) -> BandSums {
    let mut numbers = [0; 14];
    (numbers[0], numbers[13]) = (first, last);
    BandSums::new(numbers).expect("in range")
}

fn part(row: Option<u128>, follow_up: bool, first: i64, last: i64) -> Part {
    let mut coverage = Coverage::default();
    coverage.add(true, DayState::Reported);
    let trend = vec![1, first + last];
    let row = row.map(Uuid::from_u128);
    Part { row, follow_up, counts: sums(first, last), coverage, cumulative: 100, trend }
}

fn days(count: u32) -> Vec<ReportingDay> {
    let first: ReportingDay = "2026-11-01".parse().expect("a day");
    (0..count).map(|days| first.plus(days)).collect()
}

#[test]
fn centers_come_first_then_subtotal_follow_up_centers_and_total() {
    use OrganizationKind::HealthCenter;
    let centers = vec![named(1, HealthCenter, "13", "ミナト"), named(2, HealthCenter, "13", "アオバ")];
    let parts =
        [part(Some(1), false, 3, 1), part(Some(2), false, 2, 0), part(Some(2), true, 5, 0), part(None, true, 7, -8)];
    let table = assemble(centers, &parts, 2, true);
    let facts: Vec<_> = table
        .iter()
        .map(|row| {
            let name = row.organization.as_ref().map(|organization| organization.id.as_u128());
            (row.kind, name, row.total, row.follow_up_total, row.coverage.scheduled, row.cumulative)
        })
        .collect();
    let expected = [
        (RowKind::Organization, Some(2), 2, 5, 1, Some(100)),
        (RowKind::Organization, Some(1), 4, 0, 1, Some(100)),
        (RowKind::Subtotal, None, 6, 0, 2, Some(200)),
        (RowKind::FollowUpCenters, None, 4, 0, 2, Some(200)),
        (RowKind::Total, None, 10, 4, 4, Some(400)),
    ];
    assert_eq!(facts, expected);
    assert_eq!(table[4].counts, sums(17, -7), "a negative cell stays negative");
    assert_eq!(table[1].trend, [1, 4]);
}

#[test]
fn units_stand_before_and_follow_up_centers_after_the_subtotal() {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution};
    let units = vec![
        named(3, FollowUpCenter, "13", "ア"),
        named(1, Institution, "13", "イ"),
        named(2, HealthCenter, "13", "ウ"),
    ];
    let parts = [part(Some(1), false, 1, 0), part(Some(3), true, 4, 0)];
    let table = assemble(units, &parts, 2, false);
    let kinds: Vec<_> = table.iter().map(|row| (row.kind, row.total, row.cumulative)).collect();
    let expected = [
        (RowKind::Organization, 1, None),
        (RowKind::Organization, 0, None),
        (RowKind::Subtotal, 1, None),
        (RowKind::Organization, 4, None),
        (RowKind::FollowUpCenters, 4, None),
        (RowKind::Total, 5, None),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn prefectures_stand_in_the_order_of_their_codes() {
    use OrganizationKind::{HealthCenter, Prefecture};
    let all =
        vec![named(3, HealthCenter, "02", "ア"), named(2, Prefecture, "02", "ン"), named(1, HealthCenter, "01", "ン")];
    let table = assemble(all, &[], 0, true);
    let order: Vec<_> = table.iter().filter_map(|row| row.organization.as_ref()).map(|one| one.id.as_u128()).collect();
    assert_eq!(order, [1, 2, 3]);
    assert!(table.iter().all(|row| row.total == 0 && row.percent.is_none()));
}

#[test]
fn weeks_end_on_the_last_day() {
    let mut of_days = no_figures(days(14).into_iter());
    for (place, day) in of_days.iter_mut().enumerate() {
        day.add(false, &sums(1, 0));
        day.add(true, &sums(0, i64::from(place == 13)));
    }
    let weeks = weeks(&of_days);
    let facts: Vec<_> = weeks.iter().map(|week| (week.day, week.counts, week.total, week.follow_up_total)).collect();
    assert_eq!(facts, [(days(7)[6], sums(7, 0), 7, 0), (days(14)[13], sums(7, 1), 8, 1)]);
    assert_eq!(weekly(&[1; 14]), [7, 7]);
}

#[test]
fn the_sentence_looks_back_a_week_and_rounds_a_half_up() {
    let of = |totals: &[i64]| {
        let days = days(8);
        let day = |(total, day): (&i64, &ReportingDay)| DayFigures {
            day: *day,
            counts: sums(*total, 0),
            total: *total,
            follow_up_total: 0,
        };
        sentence(&totals.iter().zip(&days).map(day).collect::<Vec<_>>(), Some(9))
    };
    let figures = of(&[379, 1, 2, 3, 4, 5, 6, 434]);
    assert_eq!((figures.today, figures.previous_day, figures.same_weekday_last_week), (434, 6, 379));
    assert_eq!((figures.seven_day_mean_tenths, figures.cumulative), (650, Some(9)));
    // 455 / 7 = 65.0; 456 / 7 = 65.142…; −1 / 7 = −0.142…
    assert_eq!(of(&[0, 0, 0, 0, 0, 0, 0, 456]).seven_day_mean_tenths, 651);
    assert_eq!(of(&[0, 0, 0, 0, 0, 0, 0, -1]).seven_day_mean_tenths, -1);
    assert_eq!(sentence(&[], None).seven_day_mean_tenths, 0);
}

#[test]
fn whole_coverage_is_complete_and_anything_less_preliminary_until_the_deadline() {
    let deadline: DateTime<Utc> = "2026-11-22T15:00:00Z".parse().expect("an instant");
    let before = deadline - chrono::TimeDelta::microseconds(1);
    let mut coverage = Coverage::default();
    coverage.add(true, DayState::Zero);
    assert_eq!(state(&coverage, before, deadline), SummaryState::Complete);
    coverage.add(true, DayState::Missing);
    assert_eq!(state(&coverage, before, deadline), SummaryState::Preliminary);
    assert_eq!(state(&coverage, deadline, deadline), SummaryState::Incomplete);
}

proptest! {
    #[test]
    fn sums_are_those_of_all_parts_whatever_their_rows(
        parts in prop::collection::vec((0_u128..4, any::<bool>(), -50_i64..50, -50_i64..50), 0..20),
    ) {
        let parts: Vec<Part> = parts
            .into_iter()
            .map(|(row, follow_up, first, last)| part((row > 0).then_some(row), follow_up, first, last))
            .collect();
        let rows = (1..4).map(|id| named(id, OrganizationKind::HealthCenter, "13", "ア")).collect();
        let table = assemble(rows, &parts, 2, true);
        let of = |kind| table.iter().find(|row| row.kind == kind).expect("a row");
        let naive = |keep: &dyn Fn(&Part) -> bool| parts.iter().filter(|part| keep(part)).map(|part| part.counts.total()).sum::<i64>();
        prop_assert_eq!(of(RowKind::Subtotal).total, naive(&|part| !part.follow_up));
        prop_assert_eq!(of(RowKind::FollowUpCenters).total, naive(&|part| part.follow_up));
        prop_assert_eq!(of(RowKind::Total).total, naive(&|_| true));
        let shown: i64 = table.iter().filter(|row| row.kind == RowKind::Organization).map(|row| row.total).sum();
        prop_assert_eq!(shown, naive(&|part| !part.follow_up && part.row.is_some()));
        let below: i64 = table.iter().filter(|row| row.kind == RowKind::Organization).map(|row| row.follow_up_total).sum();
        prop_assert_eq!(below, naive(&|part| part.follow_up && part.row.is_some()));
    }
}

#[test]
fn who_is_late_is_known_when_the_deadline_has_passed_and_of_one_day() {
    use crate::summary::{Level, Series, SummaryView};

    let row = |id, missing| {
        let organization = named(id, OrganizationKind::Prefecture, "13", "").organization;
        let coverage = Coverage { scheduled: 3, reported: 3 - missing, missing, ..Coverage::default() };
        let row = Sum::new(0).row(RowKind::Organization, None, true);
        SummaryRow { organization: Some(organization), coverage, ..row }
    };
    let total = SummaryRow { kind: RowKind::Total, ..row(9, 2) };
    let day: ReportingDay = "2026-11-22".parse().expect("a day");
    let mut view = SummaryView {
        level: Level::Prefecture,
        from: day,
        to: day,
        series: Series::AsEntered,
        as_of: String::new(),
        state: SummaryState::Incomplete,
        deadline: day.end(),
        sentence: sentence(&[], None),
        rows: vec![row(1, 0), row(2, 2), total],
        days: Vec::new(),
        carried_forward: Vec::new(),
    };
    let late = |view: &SummaryView| view.late().map(|row| row.coverage.missing).collect::<Vec<_>>();
    assert_eq!(late(&view), [2]);
    view.state = SummaryState::Preliminary;
    assert!(late(&view).is_empty());
    view.state = SummaryState::Incomplete;
    view.from = day.minus(1);
    assert!(late(&view).is_empty());
}
