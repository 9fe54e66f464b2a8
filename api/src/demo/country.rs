//! The fictitious country: who there is. It is the same at every start.

use shared::organization::OrganizationKind;
use uuid::Uuid;

use super::names::{
    CALLED, CenterNames, FOLLOW_UP_CENTER, LONGEST, MINISTRY, Name, PRACTICES, PREFECTURES, PrefectureNames, STREETS,
    TWINS,
};
use super::random::Random;

/// The seed of everything: another would be another country.
pub(super) const SEED: u64 = 20_261_122;

/// When the ids of the country say they were made: 2026-04-01T00:00:00Z.
const MADE_AT: u64 = 1_775_001_600_000;

/// The mean of cases that an institution has on a day: between the mean and the peak of the aggregate era.
const MEAN_LEVEL: f64 = 3.0;
/// How far institutions lie apart: the deviation of the logarithm.
const SPREAD: f64 = 0.8;

/// The first institutions of each center are open on every day, so that somebody is expected on a Sunday.
pub(super) const ALWAYS_OPEN: u32 = 3;

/// An organization of the demo.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its name.
    pub name: String,
    /// The reading in katakana.
    pub kana: String,
    /// Ten digits, for an institution.
    pub institution_code: Option<String>,
    /// Two digits; none for the ministry.
    pub prefecture_code: Option<&'static str>,
    /// Its address.
    pub address: String,
    /// A telephone number that nobody has.
    pub telephone: String,
    /// The organization above it.
    pub parent: Option<Uuid>,
    /// When it is open, for what is expected to report.
    pub opening: Option<Opening>,
    /// How it behaves.
    pub(super) habits: Habits,
}

/// When a unit is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Bit 0 is Monday, bit 6 Sunday.
    pub weekdays: u8,
    /// Whether holidays are days like any other. In the demo they are, so that it is alive on every day.
    pub holidays: bool,
}

impl Opening {
    const ALWAYS: Self = Self { weekdays: 0b111_1111, holidays: true };

    /// Whether the unit is open on a weekday (0 is Monday).
    #[must_use]
    pub const fn on(self, weekday: u32) -> bool {
        self.weekdays >> weekday & 1 == 1
    }
}

/// How a unit behaves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Habits {
    /// Its place among the institutions of its center.
    pub(super) place: u32,
    /// Cases on a usual day.
    pub(super) level: f64,
    /// Sends its numbers to the center by FAX.
    pub(super) by_fax: bool,
    /// Said nothing for days.
    pub(super) silent: bool,
}

/// Everybody there is, from the ministry down.
#[must_use]
pub fn places() -> Vec<Place> {
    let mut builder = Builder::default();
    let ministry = builder.add(OrganizationKind::Ministry, MINISTRY, None, None, String::new());
    for prefecture in &PREFECTURES {
        builder.prefecture(prefecture, ministry);
    }
    builder.places
}

#[derive(Default)]
struct Builder {
    places: Vec<Place>,
    institutions: u32,
}

impl Builder {
    fn prefecture(&mut self, names: &PrefectureNames, ministry: Uuid) {
        let address = format!("{}{}{}1-1", names.prefecture.0, names.centers[0].city, STREETS[1]);
        let id = self.add(OrganizationKind::Prefecture, names.prefecture, Some(names.code), Some(ministry), address);
        let before = self.places.len();
        for (number, center) in names.centers.iter().enumerate() {
            let center_id = self.center(names, center, id);
            // The second prefecture's stands below a health center, the first one's below the prefecture itself.
            if names.code == "27" && number == 2 {
                self.follow_up_center(names, center, center_id, before);
            }
        }
        if names.code == "13" {
            self.follow_up_center(names, &names.centers[0], id, before);
        }
    }

    fn center(&mut self, prefecture: &PrefectureNames, names: &CenterNames, parent: Uuid) -> Uuid {
        let address = format!("{}{}{}2-10", prefecture.prefecture.0, names.city, STREETS[0]);
        let kind = OrganizationKind::HealthCenter;
        let id = self.add(kind, names.center, Some(prefecture.code), Some(parent), address);
        self.last().habits.level = 2.0;
        for place in 0..names.institutions {
            self.institution(prefecture, names, id, place);
        }
        id
    }

    fn institution(&mut self, prefecture: &PrefectureNames, names: &CenterNames, center: Uuid, place: u32) {
        let number = self.institutions;
        self.institutions += 1;
        let mut random = Random::of(&[SEED, 1, number.into()]);
        let (name, kana) = institution_name(number, names.town);
        let street = STREETS[random.below(8) as usize];
        let block = format!("{}-{}-{}", random.below(5) + 1, random.below(20) + 1, random.below(18) + 1);
        let address = format!("{}{}{street}{block}", prefecture.prefecture.0, names.city);
        let kind = OrganizationKind::Institution;
        self.add(kind, (&name, &kana), Some(prefecture.code), Some(center), address);
        let level = (MEAN_LEVEL * (SPREAD * random.normal() - SPREAD * SPREAD / 2.0).exp()).clamp(0.3, 20.0);
        let opening = if place < ALWAYS_OPEN { Opening::ALWAYS } else { usual_opening(&mut random) };
        let last = self.last();
        last.institution_code = Some(institution_code(prefecture.code, number));
        last.opening = Some(opening);
        // The first one is the first that anybody looks at: its history should be alive.
        let level = if number == 0 { 9.0 } else { level };
        last.habits = Habits { place, level, by_fax: place == 4, silent: number == 13 };
    }

    fn follow_up_center(&mut self, prefecture: &PrefectureNames, near: &CenterNames, parent: Uuid, from: usize) {
        /// Within the 14 to 40 % of a prefecture's cases that such centers had.
        const SHARE: f64 = 0.25;
        let cases: f64 = self.places[from..].iter().map(|place| place.habits.level).sum();
        let name = format!("{}{}", prefecture.prefecture.0, FOLLOW_UP_CENTER.0);
        let kana = format!("{}{}", prefecture.prefecture.1, FOLLOW_UP_CENTER.1);
        let address = format!("{}{}{}3-5", prefecture.prefecture.0, near.city, STREETS[3]);
        let kind = OrganizationKind::FollowUpCenter;
        self.add(kind, (&name, &kana), Some(prefecture.code), Some(parent), address);
        let last = self.last();
        last.opening = Some(Opening::ALWAYS);
        last.habits.level = cases * SHARE / (1.0 - SHARE);
    }

    fn add(
        &mut self,
        kind: OrganizationKind,
        name: (&str, &str),
        prefecture_code: Option<&'static str>,
        parent: Option<Uuid>,
        address: String,
    ) -> Uuid {
        let number = self.places.len() as u64;
        let id = id_of(&[2, number]);
        self.places.push(Place {
            id,
            kind,
            name: name.0.to_owned(),
            kana: name.1.to_owned(),
            institution_code: None,
            prefecture_code,
            address: if address.is_empty() { "架空国首都市一番町1-1-1".to_owned() } else { address },
            telephone: format!("0{}-000-{number:04}", prefecture_code.unwrap_or("3")),
            parent,
            opening: None,
            habits: Habits::default(),
        });
        id
    }

    #[expect(clippy::expect_used, reason = "called after an addition")]
    fn last(&mut self) -> &mut Place {
        self.places.last_mut().expect("called after an addition")
    }
}

/// A UUIDv7 that is the same on every machine: its time is the country's, its random bits come from the words.
pub(super) fn id_of(words: &[u64]) -> Uuid {
    let mut random = Random::of(&[&[SEED], words].concat());
    let mut bits = [0; 10];
    bits[..8].copy_from_slice(&random.next().to_be_bytes());
    let millis = MADE_AT + words.last().copied().unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
}

fn institution_name(number: u32, town: Name) -> (String, String) {
    if number == 12 || number == 40 {
        return (TWINS.0.to_owned(), TWINS.1.to_owned());
    }
    if number == 17 {
        return (LONGEST.0.to_owned(), LONGEST.1.to_owned());
    }
    // 7 and 20, 3 and 8 have no common divisor: within a town neither word comes back soon.
    let called = CALLED[(number * 7 % 20) as usize];
    let practice = PRACTICES[(number * 3 % 8) as usize];
    (format!("{}{}{}", town.0, called.0, practice.0), format!("{}{}{}", town.1, called.1, practice.1))
}

fn usual_opening(random: &mut Random) -> Opening {
    const MONDAY_TO_SATURDAY: u8 = 0b011_1111;
    const MONDAY_TO_FRIDAY: u8 = 0b001_1111;
    const NOT_ON_THURSDAY: u8 = 0b011_0111;
    let weekdays = [MONDAY_TO_SATURDAY, MONDAY_TO_FRIDAY, NOT_ON_THURSDAY][random.weighted(&[0.6, 0.2, 0.2])];
    Opening { weekdays, holidays: true }
}

/// Ten digits: prefecture, table 1 (medical), district, institution, check digit by Luhn, which runs over all ten, but
/// over the last seven only in the prefectures 11 to 14.
fn institution_code(prefecture: &str, number: u32) -> String {
    let body = format!("{prefecture}190{:04}", 1_000 + number * 37);
    let check = check_digit(prefecture, &body);
    format!("{body}{check}")
}

/// The check digit of the nine digits before it.
pub(super) fn check_digit(prefecture: &str, body: &str) -> u32 {
    let checked = if ("11"..="14").contains(&prefecture) { &body[3..] } else { body };
    let sum: u32 = checked
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
#[path = "country_tests.rs"]
mod tests;
