use std::collections::HashSet;

use super::*;

#[test]
fn the_country_is_the_same_every_time() {
    assert_eq!(places(), places());
}

#[test]
fn the_country_has_the_size_that_was_asked_for() {
    let places = places();
    let count = |kind| places.iter().filter(|place| place.kind == kind).count();
    assert_eq!(
        OrganizationKind::ALL.map(count),
        [1, 3, 8, 60, 2],
        "ministry, prefectures, health centers, institutions, follow-up centers"
    );
}

#[test]
fn ids_and_codes_are_unique_and_only_the_twins_share_a_name() {
    let places = places();
    let ids: HashSet<_> = places.iter().map(|place| place.id).collect();
    assert_eq!(ids.len(), places.len());
    let codes: HashSet<_> = places.iter().filter_map(|place| place.institution_code.as_ref()).collect();
    assert_eq!(codes.len(), 60);
    let names: HashSet<_> = places.iter().map(|place| &place.name).collect();
    assert_eq!(names.len(), places.len() - 1);
    assert!(places.iter().all(|place| place.name.chars().count() <= 55));
}

#[test]
fn the_check_digit_is_that_of_known_codes() {
    // Over all ten digits, and over the last seven only.
    assert_eq!(institution_code("01", 0).len(), 10);
    for (code, expected) in [("27", "2719010004"), ("13", "1319010009")] {
        let made = institution_code(code, 0);
        assert_eq!(made[..9], expected[..9]);
    }
}

#[test]
fn every_center_has_units_that_are_open_on_every_day() {
    let places = places();
    for center in places.iter().filter(|place| place.kind == OrganizationKind::HealthCenter) {
        let open = places.iter().filter(|unit| unit.parent == Some(center.id));
        let open =
            open.filter(|unit| unit.kind == OrganizationKind::Institution && unit.opening == Some(Opening::ALWAYS));
        assert!(open.count() >= 3, "{}", center.name);
    }
}

#[test]
fn levels_lie_around_the_mean_and_follow_up_centers_have_their_share() {
    let places = places();
    let institutions: Vec<f64> = places
        .iter()
        .filter(|place| place.kind == OrganizationKind::Institution)
        .map(|place| place.habits.level)
        .collect();
    let mean = institutions.iter().sum::<f64>() / 60.0;
    assert!((2.0..4.5).contains(&mean), "{mean}");
    for center in places.iter().filter(|place| place.kind == OrganizationKind::FollowUpCenter) {
        let all: f64 = places
            .iter()
            .filter(|place| place.prefecture_code == center.prefecture_code)
            .map(|place| place.habits.level)
            .sum();
        let share = center.habits.level / all;
        assert!((0.14..0.40).contains(&share), "{share}");
    }
}
