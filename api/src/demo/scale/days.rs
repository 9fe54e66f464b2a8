//! What is said on the days of the country for measuring.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandCounts, BandDeltas};
use shared::calendar::OpeningDays;
use shared::day_statement::StatementKind;
use shared::holidays::Holidays;
use shared::organization::OrganizationKind;
use shared::report::{Adjustment, AdjustmentReason, Channel};
use shared::reporting_day::{Profile, ProfileReport};
use uuid::Uuid;

use crate::demo::accounts::Account;
use crate::demo::activity::{AGE_MIX, BY_WEEKDAY};
use crate::demo::country::{Place, SEED};
use crate::demo::random::Random;
use crate::store::seeding::{Saying, SeededDay, SeededReport, SeededUnit};

/// How many of those that are open say something: days without patients need no report.
const SPEAK: f64 = 0.72;
/// How many health centers report what reached them from others.
const CENTERS_SPEAK: f64 = 0.6;
/// How many are closed on a day on which they are usually open, and say so.
const CLOSED: f64 = 0.02;
/// How many of those without patients say so instead of reporting zeros.
const NO_PATIENTS: f64 = 0.15;
/// How many reports mention a patient found late, and how many one counted twice.
const FOUND_LATE: f64 = 0.04;
const COUNTED_TWICE: f64 = 0.02;
/// The share of reports between 18:00 and 19:00.
const AT_THE_PEAK: f64 = 0.58;

/// How a unit behaves, beside what the store wants to know of it.
struct Habit {
    opening: OpeningDays,
    level: f64,
    /// The account of the center that enters its faxes.
    center: Option<Uuid>,
}

/// Tells day after day.
pub(super) struct Teller {
    units: Arc<Vec<SeededUnit>>,
    habits: Vec<Habit>,
    profiles: Vec<Profile>,
}

impl Teller {
    pub(super) fn new(places: &[Place], accounts: &[Account]) -> Self {
        // The last plain account of an organization does its daily work.
        let staff = accounts.iter().filter(|account| !account.is_manager && !account.must_change_password);
        let staff: HashMap<Uuid, Uuid> = staff.map(|account| (account.organization_id, account.id)).collect();
        let (mut units, mut habits) = (Vec::new(), Vec::new());
        for place in places.iter().filter(|place| place.kind.reports()) {
            let Some(account) = staff.get(&place.id) else { continue };
            let is_center = place.kind == OrganizationKind::HealthCenter;
            units.push(SeededUnit {
                id: place.id,
                kind: place.kind,
                area: if is_center { place.id } else { place.parent.unwrap_or(place.id) },
                prefecture_code: place.prefecture_code.unwrap_or_default().to_owned(),
                account: *account,
            });
            let opening = place.opening.and_then(|it| OpeningDays::from_bits(it.weekdays, it.holidays));
            let by_fax = place.parent.filter(|_| place.habits.by_fax);
            habits.push(Habit {
                opening: opening.unwrap_or(OpeningDays::EVERY_DAY),
                level: place.habits.level,
                center: by_fax.and_then(|center| staff.get(&center).copied()),
            });
        }
        let profiles = vec![Profile::default(); units.len()];
        Self { units: Arc::new(units), habits, profiles }
    }

    /// What is usual for each unit after the days that were told.
    pub(super) fn profiles(self) -> Vec<(Uuid, Profile)> {
        let of_units = self.units.iter().map(|unit| unit.id).zip(self.profiles);
        of_units.filter(|(_, profile)| !profile.reports.is_empty()).collect()
    }

    /// Tells a day.
    pub(super) fn tell(&mut self, day: ReportingDay) -> SeededDay {
        let (mut reports, mut statements) = (Vec::new(), Vec::new());
        let share = self.open_share(day);
        for unit in 0..self.units.len() {
            let mut random = Random::of(&[SEED, 22, unit as u64, u64::from(day.0.num_days_from_ce().unsigned_abs())]);
            match self.say(unit, day, share, &mut random) {
                Some(Said::Report(report)) => reports.push(report),
                Some(Said::Statement(said, kind)) => statements.push((said, kind)),
                None => {}
            }
        }
        for report in &reports {
            let reports = &mut self.profiles[report.said.unit].reports;
            reports.insert(0, ProfileReport { day, counts: report.counts });
            reports.truncate(Profile::LENGTH);
        }
        reports.sort_by_key(|report| (report.said.at, report.said.unit));
        SeededDay { day, units: Arc::clone(&self.units), reports, statements }
    }

    fn is_institution(&self, unit: usize) -> bool {
        self.units[unit].kind == OrganizationKind::Institution
    }

    /// Which part of the institutions' cases belongs to those that are open: the others' patients come to them.
    fn open_share(&self, day: ReportingDay) -> f64 {
        let (mut open, mut all) = (0.0, 0.0);
        for (unit, habit) in self.habits.iter().enumerate().filter(|(unit, _)| self.is_institution(*unit)) {
            all += habit.level;
            open += if self.is_open(unit, day) { habit.level } else { 0.0 };
        }
        (open / all).max(0.2)
    }

    fn is_open(&self, unit: usize, day: ReportingDay) -> bool {
        self.habits[unit].opening.is_open(day, &Holidays::default())
    }

    fn say(&self, unit: usize, day: ReportingDay, share: f64, random: &mut Random) -> Option<Said> {
        let said = self.saying(unit, day, random);
        if self.is_institution(unit) {
            if !self.is_open(unit, day) {
                return None;
            }
            if random.chance(CLOSED) {
                return Some(Said::Statement(said, StatementKind::Closed));
            }
        }
        let speaks = match self.units[unit].kind {
            OrganizationKind::Institution => SPEAK,
            OrganizationKind::HealthCenter => CENTERS_SPEAK,
            _ => 1.0,
        };
        if !random.chance(speaks) {
            return None;
        }
        let counts = self.counts(unit, day, share, random);
        if self.is_institution(unit) && counts.is_zero() && random.chance(NO_PATIENTS) {
            return Some(Said::Statement(said, StatementKind::NoPatients));
        }
        let adjustments = self.adjustments(unit, day, random);
        Some(Said::Report(SeededReport { said, counts, adjustments }))
    }

    fn saying(&self, unit: usize, day: ReportingDay, random: &mut Random) -> Saying {
        let second = if random.chance(AT_THE_PEAK) {
            18 * 3600 + random.below(3600)
        } else {
            11 * 3600 + random.below(10 * 3600)
        };
        let at: DateTime<Utc> =
            day.start() + TimeDelta::seconds(second.into()) + TimeDelta::microseconds(random.below(1_000_000).into());
        let scheduled = self.is_open(unit, day);
        let (by_proxy, channel, account) = match self.habits[unit].center {
            Some(account) => (true, Channel::Fax, account),
            None => (false, Channel::Web, self.units[unit].account),
        };
        Saying { unit, account, by_proxy, channel, at, scheduled }
    }

    fn counts(&self, unit: usize, day: ReportingDay, share: f64, random: &mut Random) -> BandCounts {
        let weekday = BY_WEEKDAY[day.weekday().num_days_from_monday() as usize];
        let share = if self.is_institution(unit) { share } else { 1.0 };
        // Waves from the least to the greatest day of the aggregate era, in a year.
        let phase = f64::from(day.0.num_days_from_ce() % 182) / 182.0 * std::f64::consts::TAU;
        let wave = (1.2 * phase.sin()).exp() / 1.4;
        let total = random.poisson(self.habits[unit].level * weekday / share * wave);
        let mut numbers = [0; AgeBand::COUNT];
        for _ in 0..total {
            numbers[random.weighted(&AGE_MIX)] += 1;
        }
        BandCounts::new(numbers).unwrap_or_default()
    }

    /// A patient found late now and then, and one counted twice where the last report had more than one of a band.
    fn adjustments(&self, unit: usize, day: ReportingDay, random: &mut Random) -> Vec<Adjustment> {
        let kind = random.unit();
        let change = |target_day, band: usize, by: i32, reason| {
            let mut deltas = [0; AgeBand::COUNT];
            deltas[band] = by;
            vec![Adjustment { target_day, reason, note: None, deltas: BandDeltas::new(deltas).unwrap_or_default() }]
        };
        if kind < FOUND_LATE {
            let back = 1 + random.below(3);
            return change(day.minus(back), random.weighted(&AGE_MIX), 1, AdjustmentReason::FoundLate);
        }
        if kind < FOUND_LATE + COUNTED_TWICE {
            let recent = |report: &&ProfileReport| day.days_since(report.day) <= 7;
            let last = self.profiles[unit].reports.first().filter(recent);
            let band = |last: &ProfileReport| last.counts.iter().position(|(_, number)| number > 1);
            return last
                .and_then(|last| Some((last.day, band(last)?)))
                .map_or_else(Vec::new, |(day, band)| change(day, band, -1, AdjustmentReason::CountedTwice));
        }
        Vec::new()
    }
}

enum Said {
    Report(SeededReport),
    Statement(Saying, StatementKind),
}
