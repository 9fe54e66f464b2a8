//! When a unit is open, and on which days it is therefore expected to say something.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::day::ReportingDay;
use crate::holidays::Holidays;
use crate::organization::OrganizationKind;

/// The days on which a unit is open, as on its sign: the seven weekdays, and 祝 as an eighth kind of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningDays {
    weekdays: u8,
    on_holidays: bool,
}

/// A kind of day on which a unit may be open. A public holiday is a `holiday`, whatever its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KindOfDay {
    /// 月
    Monday,
    /// 火
    Tuesday,
    /// 水
    Wednesday,
    /// 木
    Thursday,
    /// 金
    Friday,
    /// 土
    Saturday,
    /// 日
    Sunday,
    /// 祝
    Holiday,
}

impl KindOfDay {
    /// Every kind of day, from Monday to Sunday, and holidays.
    pub const ALL: [Self; 8] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
        Self::Holiday,
    ];

    /// The names of every kind of day on the wire, in the same order.
    pub const KEYS: [&str; Self::ALL.len()] = {
        let mut keys = [""; Self::ALL.len()];
        let mut kind = 0;
        while kind < keys.len() {
            keys[kind] = Self::ALL[kind].key();
            kind += 1;
        }
        keys
    };

    /// What kind a day is: on a public holiday its weekday doesn't matter.
    #[must_use]
    pub fn of(day: ReportingDay, holidays: &Holidays) -> Self {
        match day.weekday() {
            _ if holidays.contains(day) => Self::Holiday,
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
            Self::Holiday => "holiday",
        }
    }
}

/// Opening days from a day on, until later ones begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningFrom {
    /// The first day of their validity.
    pub valid_from: ReportingDay,
    /// The days.
    pub opening: OpeningDays,
}

impl OpeningDays {
    /// Open every day. Where nothing is known, a unit is asked about every day rather than forgotten on some.
    pub const EVERY_DAY: Self = Self { weekdays: 0b111_1111, on_holidays: true };

    /// Opening days of a bit set: bit 0 is Monday, bit 6 Sunday. None where other bits are set.
    #[must_use]
    pub const fn from_bits(weekdays: u8, on_holidays: bool) -> Option<Self> {
        if weekdays > Self::EVERY_DAY.weekdays { None } else { Some(Self { weekdays, on_holidays }) }
    }

    /// Opening days of these weekdays.
    pub fn new(weekdays: impl IntoIterator<Item = Weekday>, on_holidays: bool) -> Self {
        let weekdays = weekdays.into_iter().fold(0, |bits, weekday| bits | bit(weekday));
        Self { weekdays, on_holidays }
    }

    /// Opening days on these kinds of days.
    #[must_use]
    pub fn on(days: &[KindOfDay]) -> Self {
        let weekdays = days.iter().filter(|day| **day != KindOfDay::Holiday);
        Self {
            weekdays: weekdays.fold(0, |bits, day| bits | 1 << *day as u8),
            on_holidays: days.contains(&KindOfDay::Holiday),
        }
    }

    /// The kinds of days on which the unit is open, from Monday on.
    #[must_use]
    pub fn kinds_of_day(self) -> Vec<KindOfDay> {
        KindOfDay::ALL.into_iter().filter(|kind| self.holds(*kind)).collect()
    }

    /// Whether the unit is open on a kind of day.
    const fn holds(self, kind: KindOfDay) -> bool {
        match kind {
            KindOfDay::Holiday => self.on_holidays,
            weekday => self.weekdays >> weekday as u8 & 1 == 1,
        }
    }

    /// The weekdays as a bit set: bit 0 is Monday, bit 6 Sunday.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.weekdays
    }

    /// Whether the unit is open on public holidays.
    #[must_use]
    pub const fn on_holidays(self) -> bool {
        self.on_holidays
    }

    /// Whether the unit is open on a day. A clinic for holidays is open on a Monday that is one, and closed on any other.
    #[must_use]
    pub fn is_open(self, day: ReportingDay, holidays: &Holidays) -> bool {
        self.holds(KindOfDay::of(day, holidays))
    }
}

/// The opening days that hold on a day: the latest that have begun, else [`OpeningDays::EVERY_DAY`].
#[must_use]
pub fn opening_on(day: ReportingDay, opening: &[OpeningFrom]) -> OpeningDays {
    let begun = opening.iter().filter(|opening| opening.valid_from <= day);
    begun.max_by_key(|opening| opening.valid_from).map_or(OpeningDays::EVERY_DAY, |opening| opening.opening)
}

/// Whether a unit is scheduled on a day: active, and open by its opening days. A health center's own report is never
/// expected, and the organizations above it don't report.
#[must_use]
pub fn is_scheduled(
    day: ReportingDay,
    kind: OrganizationKind,
    active: bool,
    opening: &[OpeningFrom],
    holidays: &Holidays,
) -> bool {
    active
        && matches!(kind, OrganizationKind::Institution | OrganizationKind::FollowUpCenter)
        && opening_on(day, opening).is_open(day, holidays)
}

const fn bit(weekday: Weekday) -> u8 {
    1 << weekday.num_days_from_monday()
}

#[cfg(test)]
mod tests {
    use OrganizationKind::{FollowUpCenter, HealthCenter, Institution, Ministry, Prefecture};
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

    use super::*;

    #[test]
    fn a_kind_of_day_is_written_as_its_key() {
        for kind in KindOfDay::ALL {
            assert_eq!(serde_json::to_value(kind).expect("serializes"), kind.key());
        }
    }

    const FRIDAY: &str = "2026-11-20";
    const SUNDAY: &str = "2026-11-22";
    const HOLIDAY_MONDAY: &str = "2026-11-23";
    const PLAIN_MONDAY: &str = "2026-11-16";

    #[test]
    fn opening_days_are_said_and_read_by_kinds_of_day() {
        let days = [KindOfDay::Monday, KindOfDay::Sunday, KindOfDay::Holiday];
        let opening = OpeningDays::on(&[KindOfDay::Sunday, KindOfDay::Holiday, KindOfDay::Monday, KindOfDay::Monday]);
        assert_eq!(opening, OpeningDays::new([Mon, Sun], true));
        assert_eq!(opening.kinds_of_day(), days);
        assert_eq!(OpeningDays::EVERY_DAY.kinds_of_day(), KindOfDay::ALL);
        assert_eq!(serde_json::to_value(days).expect("serializes"), serde_json::json!(["monday", "sunday", "holiday"]));
    }

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    fn open(opening: OpeningDays, text: &str) -> bool {
        opening.is_open(day(text), &Holidays::default())
    }

    #[test]
    fn a_clinic_is_open_on_its_weekdays() {
        let clinic = OpeningDays::new([Mon, Tue, Wed, Fri], false);
        // 16 November 2026 is a Monday.
        let week: Vec<bool> =
            (0..7).map(|days| clinic.is_open(day(PLAIN_MONDAY).plus(days), &Holidays::default())).collect();
        assert_eq!(week, [true, true, true, false, true, false, false]);
    }

    #[test]
    fn a_public_holiday_is_a_kind_of_day_of_its_own() {
        let weekdays = [Mon, Tue, Wed, Thu, Fri];
        assert!(!open(OpeningDays::new(weekdays, false), HOLIDAY_MONDAY));
        assert!(open(OpeningDays::new(weekdays, true), HOLIDAY_MONDAY));
        let clinic_for_holidays = OpeningDays::new([Sun], true);
        assert!(open(clinic_for_holidays, HOLIDAY_MONDAY));
        assert!(open(clinic_for_holidays, SUNDAY));
        assert!(!open(clinic_for_holidays, PLAIN_MONDAY));
    }

    #[test]
    fn holidays_are_what_was_imported_before_they_are_what_the_table_says() {
        let (new_year, workers_day) = (day("2029-01-01"), day(HOLIDAY_MONDAY));
        let clinic = OpeningDays::new([Mon], false);
        assert!(clinic.is_open(new_year, &Holidays::default()));
        let mut imported = Holidays::default();
        imported.say(new_year, Some("元日".to_owned()));
        assert!(!clinic.is_open(new_year, &imported));
        assert!(!clinic.is_open(workers_day, &imported));
        imported.say(workers_day, None);
        assert!(clinic.is_open(workers_day, &imported));
    }

    #[test]
    fn the_bit_set_is_that_of_the_database() {
        let clinic = OpeningDays::new([Mon, Sun], true);
        assert_eq!(clinic.bits(), 0b100_0001);
        assert_eq!(OpeningDays::from_bits(0b100_0001, true), Some(clinic));
        assert_eq!(OpeningDays::from_bits(0b1000_0000, true), None);
        assert_eq!(OpeningDays::from_bits(127, true), Some(OpeningDays::EVERY_DAY));
    }

    #[test]
    fn changed_opening_days_hold_from_their_day_on() {
        let from = |text, weekdays: &[Weekday]| OpeningFrom {
            valid_from: day(text),
            opening: OpeningDays::new(weekdays.iter().copied(), false),
        };
        // Given in no particular order.
        let opening = [from("2026-11-20", &[Fri]), from("2026-11-01", &[Mon, Tue])];
        let scheduled = |text| is_scheduled(day(text), Institution, true, &opening, &Holidays::default());
        assert!(scheduled("2026-11-16"));
        assert!(!scheduled("2026-11-13"), "a Friday before the change");
        assert!(scheduled(FRIDAY), "the first day of the change");
        assert!(!scheduled("2026-11-24"), "a Tuesday after the change");
    }

    #[test]
    fn where_no_opening_days_are_known_every_day_is_expected() {
        let later = [OpeningFrom { valid_from: day("2026-12-01"), opening: OpeningDays::new([Sat], false) }];
        for text in [FRIDAY, SUNDAY, HOLIDAY_MONDAY] {
            assert!(is_scheduled(day(text), Institution, true, &[], &Holidays::default()), "{text}");
            assert!(is_scheduled(day(text), Institution, true, &later, &Holidays::default()), "{text}");
        }
    }

    #[test]
    fn only_active_institutions_and_follow_up_centers_are_scheduled() {
        for (kind, expected) in
            [(Institution, true), (FollowUpCenter, true), (HealthCenter, false), (Prefecture, false), (Ministry, false)]
        {
            assert_eq!(is_scheduled(day(FRIDAY), kind, true, &[], &Holidays::default()), expected, "{kind:?}");
            assert!(!is_scheduled(day(FRIDAY), kind, false, &[], &Holidays::default()), "{kind:?} that is not active");
        }
    }
}
