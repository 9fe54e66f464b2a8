//! What happens on a day: who reports what, when, through what; who says that the day is closed; who says nothing.
//!
//! Figures follow those published for the aggregate era: entry by weekday, age mix, few cases per institution.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandCounts, BandDeltas};
use shared::day_statement::StatementKind;
use shared::organization::OrganizationKind;
use shared::report::{Adjustment, AdjustmentReason, Channel};
use uuid::Uuid;

use super::country::{ALWAYS_OPEN, Place, SEED};
use super::random::Random;

/// Entries by weekday, relative to Tuesday; Monday first.
pub(super) const BY_WEEKDAY: [f64; 7] = [0.88, 1.0, 0.90, 0.83, 0.84, 0.70, 0.38];
/// Cases by age band, in percent.
pub(super) const AGE_MIX: [f64; AgeBand::COUNT] =
    [0.9, 4.9, 10.2, 14.3, 10.5, 13.7, 15.8, 10.5, 4.6, 3.1, 6.0, 3.8, 1.7, 0.05];
/// For how many days the silent institution has said nothing.
const SILENT_DAYS: u32 = 9;
/// The institutions of each center that never report today by themselves.
const LEFT_FOR_TODAY: u32 = 2;

/// Something that a unit, or its center for it, says.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// The unit.
    pub unit_id: Uuid,
    /// The day that it is about.
    pub day: ReportingDay,
    /// When it is said.
    pub at: DateTime<Utc>,
    /// The organization that enters it.
    pub entered_by: Uuid,
    /// Through what it came.
    pub channel: Channel,
    /// What is said.
    pub what: What,
}

/// What is said.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A report.
    Report {
        /// The numbers.
        counts: BandCounts,
        /// Changes to earlier days.
        adjustments: Vec<Adjustment>,
    },
    /// A statement.
    Statement(StatementKind),
}

/// Everything of a day, in the order of time. Of `today`, a part.
#[must_use]
pub fn acts(places: &[Place], day: ReportingDay, today: ReportingDay) -> Vec<Act> {
    let share = open_share(places, day);
    let mut acts: Vec<Act> = places
        .iter()
        .filter(|place| place.kind.reports())
        .filter(|place| day != today || reports_early(place, day))
        .filter_map(|place| Unit { place, day, today, share }.act())
        .collect();
    acts.sort_by_key(|act| (act.at, act.unit_id));
    acts
}

/// Whether a unit has reported today before anybody looks.
fn reports_early(place: &Place, day: ReportingDay) -> bool {
    place.kind == OrganizationKind::Institution
        && place.habits.place >= LEFT_FOR_TODAY
        && stream(place, day, 4).chance(0.6)
}

/// Which part of all cases belongs to units that are open on the day: the others' patients come to them.
fn open_share(places: &[Place], day: ReportingDay) -> f64 {
    let institutions = || places.iter().filter(|place| place.kind == OrganizationKind::Institution);
    let open: f64 = institutions().filter(|place| is_open(place, day)).map(|place| place.habits.level).sum();
    open / institutions().map(|place| place.habits.level).sum::<f64>()
}

/// Whether a unit is expected to say something.
pub(super) fn is_open(place: &Place, day: ReportingDay) -> bool {
    place.opening.is_some_and(|opening| opening.on(day.weekday().num_days_from_monday()))
}

fn stream(place: &Place, day: ReportingDay, purpose: u64) -> Random {
    let number = place.id.as_u64_pair();
    Random::of(&[SEED, purpose, number.0 ^ number.1, u64::from(day.0.num_days_from_ce().unsigned_abs())])
}

#[derive(Clone, Copy)]
struct Unit<'p> {
    place: &'p Place,
    day: ReportingDay,
    today: ReportingDay,
    share: f64,
}

impl Unit<'_> {
    fn act(self) -> Option<Act> {
        let habits = &self.place.habits;
        let mut random = stream(self.place, self.day, 5);
        if habits.silent && self.day.plus(SILENT_DAYS) >= self.today {
            return None;
        }
        let institution = self.place.kind == OrganizationKind::Institution;
        if institution && !is_open(self.place, self.day) {
            return None;
        }
        if self.place.kind == OrganizationKind::HealthCenter && !random.chance(0.6) {
            return None;
        }
        if institution && self.is_away() {
            return Some(self.statement(StatementKind::Closed, &mut random));
        }
        if institution && random.chance(0.03) {
            return None;
        }
        let counts = self.counts();
        if institution && counts.is_zero() && random.chance(0.3) {
            return Some(self.statement(StatementKind::NoPatients, &mut random));
        }
        Some(self.report(counts, &mut random))
    }

    /// Closed for a day, or for three in a row now and then.
    fn is_away(self) -> bool {
        if self.place.habits.place < LEFT_FOR_TODAY {
            return false;
        }
        let three_days = (0..3).any(|back| stream(self.place, self.day.minus(back), 6).chance(0.005));
        three_days || stream(self.place, self.day, 7).chance(0.01)
    }

    fn counts(self) -> BandCounts {
        let mut random = stream(self.place, self.day, 8);
        let weekday = BY_WEEKDAY[self.day.weekday().num_days_from_monday() as usize];
        let share = if self.place.kind == OrganizationKind::Institution { self.share.max(0.1) } else { 1.0 };
        // A slow wave: nine weeks from crest to crest.
        let wave = 1.0 + 0.25 * (f64::from(self.day.0.num_days_from_ce() % 63) / 63.0 * std::f64::consts::TAU).sin();
        let total = random.poisson(self.place.habits.level * weekday / share * wave);
        let mut numbers = [0; AgeBand::COUNT];
        for _ in 0..total {
            numbers[random.weighted(&AGE_MIX)] += 1;
        }
        BandCounts::new(numbers).unwrap_or_default()
    }

    fn statement(self, kind: StatementKind, random: &mut Random) -> Act {
        let (entered_by, channel) = self.sender(random);
        let at = self.moment(random);
        Act { unit_id: self.place.id, day: self.day, at, entered_by, channel, what: What::Statement(kind) }
    }

    fn report(self, counts: BandCounts, random: &mut Random) -> Act {
        let (entered_by, channel) = self.sender(random);
        let adjustments = if channel == Channel::Web { self.adjustments(random) } else { Vec::new() };
        let what = What::Report { counts, adjustments };
        Act { unit_id: self.place.id, day: self.day, at: self.moment(random), entered_by, channel, what }
    }

    /// The unit itself, or its center for it.
    fn sender(self, random: &mut Random) -> (Uuid, Channel) {
        let center = self.place.parent.filter(|_| self.place.kind == OrganizationKind::Institution);
        match center {
            Some(center) if self.place.habits.by_fax => (center, Channel::Fax),
            Some(center) if self.place.habits.place >= ALWAYS_OPEN && random.chance(0.05) => {
                (center, if random.chance(0.5) { Channel::Telephone } else { Channel::Fax })
            }
            _ => (self.place.id, Channel::Web),
        }
    }

    /// A patient found late now and then; and one counted twice, where the earlier report had more than one.
    fn adjustments(self, random: &mut Random) -> Vec<Adjustment> {
        let back = 1 + random.below(3);
        let kind = random.unit();
        let band = random.weighted(&AGE_MIX);
        let earlier = Self { day: self.day.minus(back), ..self };
        let change = |band: usize, by: i32, reason| {
            let mut deltas = [0; AgeBand::COUNT];
            deltas[band] = by;
            let deltas = BandDeltas::new(deltas).unwrap_or_default();
            vec![Adjustment { target_day: earlier.day, reason, note: None, deltas }]
        };
        if kind < 0.04 {
            return change(band, 1, AdjustmentReason::FoundLate);
        }
        if kind < 0.06 && earlier.was_reported() {
            let found = earlier.counts().iter().find(|(_, number)| *number > 3).map(|(band, _)| band.index());
            return found.map_or_else(Vec::new, |band| change(band, -1, AdjustmentReason::CountedTwice));
        }
        Vec::new()
    }

    fn was_reported(self) -> bool {
        // The earlier day's own adjustments don't matter, so they are not asked for: that would go back for ever.
        self.place.kind == OrganizationKind::Institution && is_open(self.place, self.day) && !self.is_away() && {
            let mut random = stream(self.place, self.day, 5);
            !random.chance(0.03)
        }
    }

    /// Most reports come between 18:00 and 19:00, the others between 11:00 and 21:00.
    fn moment(self, random: &mut Random) -> DateTime<Utc> {
        let second =
            if random.chance(0.58) { 18 * 3600 + random.below(3600) } else { 11 * 3600 + random.below(10 * 3600) };
        self.day.start() + TimeDelta::seconds(second.into()) + TimeDelta::milliseconds(random.below(1000).into())
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
