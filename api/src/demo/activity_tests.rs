use super::super::country::places;
use super::*;

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

/// Institutions' counts of many days, by weekday, and by band.
fn sums() -> ([f64; 7], [f64; 14], u32) {
    let places = places();
    let first = day("2026-01-05");
    let today = first.plus(1000);
    let (mut weekdays, mut bands, mut reports) = ([0.0; 7], [0.0; 14], 0);
    for day in (0..63 * 7).map(|days| first.plus(days)) {
        for act in acts(&places, day, today) {
            let place = places.iter().find(|place| place.id == act.unit_id).expect("known");
            let What::Report { counts, .. } = act.what else { continue };
            if place.kind != OrganizationKind::Institution {
                continue;
            }
            reports += 1;
            for (band, number) in counts.iter() {
                weekdays[day.weekday().num_days_from_monday() as usize] += f64::from(number);
                bands[band.index()] += f64::from(number);
            }
        }
    }
    (weekdays, bands, reports)
}

#[test]
fn weekdays_and_ages_are_distributed_as_published() {
    let (weekdays, bands, reports) = sums();
    for (weekday, usual) in BY_WEEKDAY.iter().enumerate() {
        let found = weekdays[weekday] / weekdays[1];
        assert!((found / usual - 1.0).abs() < 0.15, "weekday {weekday}: {found} instead of {usual}");
    }
    let total: f64 = bands.iter().sum();
    for (band, usual) in AGE_MIX.iter().enumerate() {
        let found = 100.0 * bands[band] / total;
        assert!((found - usual).abs() < 0.5, "band {band}: {found} % instead of {usual} %");
    }
    let mean = total / f64::from(reports);
    assert!((1.4..6.0).contains(&mean), "cases per report: {mean}");
}

#[test]
fn a_history_has_zero_days_closures_proxy_reports_adjustments_and_a_silent_institution() {
    let places = places();
    let today = day("2026-11-22");
    let all: Vec<Act> = (1..=35).flat_map(|back| acts(&places, today.minus(back), today)).collect();
    let has = |what: &dyn Fn(&Act) -> bool| all.iter().filter(|act| what(act)).count();
    assert!(has(&|act| matches!(&act.what, What::Report { counts, .. } if counts.is_zero())) > 20);
    assert!(has(&|act| act.what == What::Statement(StatementKind::Closed)) > 5);
    assert!(has(&|act| act.what == What::Statement(StatementKind::NoPatients)) > 5);
    assert!(has(&|act| act.channel == Channel::Fax) > 50 && has(&|act| act.channel == Channel::Telephone) > 5);
    assert!(has(&|act| matches!(&act.what, What::Report { adjustments, .. } if !adjustments.is_empty())) > 20);
    let silent = places.iter().find(|place| place.habits.silent).expect("one is silent");
    let last = all.iter().filter(|act| act.unit_id == silent.id).map(|act| act.day).max().expect("reported before");
    assert!(today.days_since(last) > i64::from(SILENT_DAYS), "{last}");
}

#[test]
fn whatever_the_weekday_two_scheduled_units_of_each_center_have_not_reported_today() {
    let places = places();
    for today in (0..14).map(|days| day("2026-11-16").plus(days)) {
        let acts = acts(&places, today, today);
        for center in places.iter().filter(|place| place.kind == OrganizationKind::HealthCenter) {
            let missing = places
                .iter()
                .filter(|place| place.parent == Some(center.id) && is_open(place, today))
                .filter(|place| acts.iter().all(|act| act.unit_id != place.id));
            assert!(missing.count() >= 2, "{} on {today}", center.name);
        }
        assert!(today.weekday().num_days_from_monday() > 4 || acts.len() > 10, "{today} looks dead");
    }
}

#[test]
fn the_first_account_shown_never_has_a_report_today() {
    let places = places();
    let first = &super::super::accounts::accounts(&places)[0];
    for today in (0..60).map(|days| day("2026-11-16").plus(days)) {
        assert!(acts(&places, today, today).iter().all(|act| act.unit_id != first.organization_id));
    }
}

#[test]
fn a_day_is_the_same_whenever_it_is_asked_for() {
    let places = places();
    let today = day("2026-11-22");
    assert_eq!(acts(&places, today.minus(20), today), acts(&places, today.minus(20), today.plus(3)));
}
