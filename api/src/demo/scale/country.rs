//! Who there is in the country for measuring: as many prefectures, centers and institutions as the nation has, spread as
//! unevenly, and all of it made up.

use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::Scale;
use crate::demo::country::{Habits, Opening, Place, SEED, check_digit, id_of};
use crate::demo::names::{CALLED, FOLLOW_UP_CENTER, PRACTICES, STREETS};
use crate::demo::random::Random;

/// How many health centers each prefecture has, about as in 2022.
const CENTERS: [u32; 47] = [
    28, 8, 9, 9, 9, 5, 9, 9, 6, 10, 16, 17, 31, 18, 11, 5, 5, 7, 5, 10, 8, 9, 22, 9, 7, 9, 16, 15, 5, 8, 3, 8, 6, 7, 8,
    6, 5, 7, 6, 16, 5, 10, 11, 8, 9, 12, 8,
];
/// The codes of all prefectures.
const CODES: [&str; 47] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38",
    "39", "40", "41", "42", "43", "44", "45", "46", "47",
];
/// Reporting institutions of the nation.
const INSTITUTIONS: u32 = 40_000;
/// As many as the largest center has.
const LARGEST: u32 = 860;
/// The prefecture that stands for a 47th.
const ONE: usize = 7;
/// The mean of cases that an institution reports.
const LEVEL: f64 = 1.9;
/// How far institutions, and centers, lie apart: the deviation of the logarithm.
const SPREAD: f64 = 0.8;
/// The part of a prefecture's cases that its follow-up center has: within 14 to 40 %.
const FOLLOWED_UP: f64 = 0.25;

/// Everybody, from the ministry down.
pub(super) fn places(scale: Scale) -> Vec<Place> {
    let sizes = sizes(scale);
    let mut builder = Builder { places: Vec::with_capacity(42_000) };
    let ministry = builder.add(
        OrganizationKind::Ministry,
        ("保健省（計測用）", "ホケンショウ（ケイソクヨウ）"),
        None,
        None,
        |_| {},
    );
    for (code, centers) in sizes {
        builder.prefecture(code, &centers, ministry);
    }
    builder.places
}

/// How many institutions each center of each prefecture has.
fn sizes(scale: Scale) -> Vec<(&'static str, Vec<u32>)> {
    let chosen: Vec<usize> = match scale {
        Scale::Nation => (0..CODES.len()).collect(),
        Scale::Prefecture => vec![ONE],
    };
    let total = match scale {
        Scale::Nation => INSTITUTIONS,
        Scale::Prefecture => INSTITUTIONS / 47,
    };
    let mut random = Random::of(&[SEED, 20]);
    let shares: Vec<Vec<f64>> = chosen
        .iter()
        .map(|&place| (0..CENTERS[place]).map(|_| (SPREAD * random.normal()).exp().clamp(0.2, 8.0)).collect())
        .collect();
    let whole: f64 = shares.iter().flatten().sum();
    let size = |share: &f64| ((share / whole * f64::from(total)).round() as u32).clamp(1, LARGEST - 1);
    let mut sizes: Vec<Vec<u32>> = shares.iter().map(|of_one| of_one.iter().map(size).collect()).collect();
    // The last center of the prefecture with most of them is the largest; what is left over goes round.
    if scale == Scale::Nation {
        sizes[12][30] = LARGEST;
    }
    let mut left = i64::from(total) - sizes.iter().flatten().map(|size| i64::from(*size)).sum::<i64>();
    while left != 0 {
        for size in sizes.iter_mut().flatten().filter(|size| (2..LARGEST - 1).contains(*size)) {
            let step = left.signum();
            *size = size.saturating_add_signed(step as i32);
            left -= step;
            if left == 0 {
                break;
            }
        }
    }
    chosen.into_iter().map(|place| CODES[place]).zip(sizes).collect()
}

struct Builder {
    places: Vec<Place>,
}

impl Builder {
    fn prefecture(&mut self, code: &'static str, centers: &[u32], ministry: Uuid) {
        let name = (format!("計測県{code}"), format!("ケイソクケン{code}"));
        let id = self.add(OrganizationKind::Prefecture, (&name.0, &name.1), Some(code), Some(ministry), |_| {});
        let (mut number, mut level) = (0, 0.0);
        for (place, &institutions) in (1..).zip(centers) {
            let name = (format!("計測県{code}第{place}保健所"), format!("ケイソクケン{code}ダイ{place}ホケンジョ"));
            let name = (name.0.as_str(), name.1.as_str());
            let level_of_center = |center: &mut Place| center.habits.level = 2.0;
            let center = self.add(OrganizationKind::HealthCenter, name, Some(code), Some(id), level_of_center);
            for of_center in 0..institutions {
                level += self.institution(code, center, (place, of_center), number);
                number += 1;
            }
        }
        let name = (format!("{}{}", name.0, FOLLOW_UP_CENTER.0), format!("{}{}", name.1, FOLLOW_UP_CENTER.1));
        self.add(OrganizationKind::FollowUpCenter, (&name.0, &name.1), Some(code), Some(id), |last| {
            last.opening = Some(Opening { weekdays: 0b111_1111, holidays: true });
            last.habits.level = level * FOLLOWED_UP / (1.0 - FOLLOWED_UP);
        });
    }

    fn institution(&mut self, code: &'static str, center: Uuid, (of, place): (u32, u32), number: u32) -> f64 {
        let mut random = Random::of(&[SEED, 21, code.parse().unwrap_or(0), number.into()]);
        let (called, practice) = (CALLED[random.below(20) as usize], PRACTICES[random.below(8) as usize]);
        let name = (format!("{}{}{of}-{}", called.0, practice.0, place + 1), format!("{}{}", called.1, practice.1));
        let opening = opening(&mut random);
        let level = (LEVEL * (SPREAD * random.normal() - SPREAD * SPREAD / 2.0).exp()).clamp(0.1, 40.0);
        let habits = Habits { place, level, by_fax: random.chance(0.04), silent: false };
        self.add(OrganizationKind::Institution, (&name.0, &name.1), Some(code), Some(center), |last| {
            last.institution_code = Some(institution_code(code, number));
            last.opening = Some(opening);
            last.habits = habits;
        });
        level
    }

    fn add(
        &mut self,
        kind: OrganizationKind,
        name: (&str, &str),
        prefecture_code: Option<&'static str>,
        parent: Option<Uuid>,
        more: impl FnOnce(&mut Place),
    ) -> Uuid {
        let number = self.places.len() as u64;
        let id = id_of(&[2, number]);
        let code = prefecture_code.unwrap_or("00");
        let mut place = Place {
            id,
            kind,
            name: name.0.to_owned(),
            kana: name.1.to_owned(),
            institution_code: None,
            prefecture_code,
            address: format!("計測県{code}{}{}-{}", STREETS[(number % 8) as usize], number % 97 + 1, number % 19 + 1),
            telephone: format!("0{code}-000-{number:05}"),
            parent,
            opening: None,
            habits: Habits::default(),
        };
        more(&mut place);
        self.places.push(place);
        id
    }
}

/// Few are open on Sundays, and fewer on holidays.
fn opening(random: &mut Random) -> Opening {
    const PATTERNS: [u8; 4] = [0b011_1111, 0b001_1111, 0b011_0111, 0b111_1111];
    let weekdays = PATTERNS[random.weighted(&[0.55, 0.20, 0.15, 0.10])];
    Opening { weekdays, holidays: random.chance(0.05) }
}

/// Ten digits: prefecture, table 1 (medical), district, institution, check digit.
fn institution_code(prefecture: &str, number: u32) -> String {
    let body = format!("{prefecture}1{:02}{:04}", 10 + number / 9_000, 1_000 + number % 9_000);
    format!("{body}{}", check_digit(prefecture, &body))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn counted(places: &[Place], kind: OrganizationKind) -> usize {
        places.iter().filter(|place| place.kind == kind).count()
    }

    #[test]
    fn the_nation_has_its_size_and_its_codes_are_unique() {
        let places = places(Scale::Nation);
        assert_eq!(counted(&places, OrganizationKind::Prefecture), 47);
        assert_eq!(counted(&places, OrganizationKind::HealthCenter), 470);
        assert_eq!(counted(&places, OrganizationKind::Institution), 40_000);
        assert_eq!(counted(&places, OrganizationKind::FollowUpCenter), 47);
        let codes: HashSet<_> = places.iter().filter_map(|place| place.institution_code.as_ref()).collect();
        assert_eq!(codes.len(), 40_000);
        let sizes = sizes(Scale::Nation);
        assert_eq!(sizes.iter().flat_map(|(_, sizes)| sizes).max(), Some(&LARGEST));
    }

    #[test]
    fn a_prefecture_is_a_47th() {
        let places = places(Scale::Prefecture);
        assert_eq!(counted(&places, OrganizationKind::Prefecture), 1);
        assert_eq!(counted(&places, OrganizationKind::Institution), 851);
    }
}
