//! What a unit's silence means, by what is usual for it.

use crate::calendar::{OpeningFrom, is_scheduled};
use crate::check::MAX_DAYS_BACK;
use crate::day::ReportingDay;
use crate::holidays::Holidays;
use crate::organization::OrganizationKind;
use crate::reporting_day::Profile;

/// After how many open days without a word a unit that usually reports is pointed out (Iwate, 2022: faxes of 36
/// institutions lay unentered for a month, and nobody saw that they were missing).
pub const SILENT_DAYS: u32 = 3;

/// How many reports a unit must have sent before its silence says something.
pub const USUAL_REPORTS: usize = 3;

/// What the silence of a unit is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Pattern<'a> {
    /// Its kind.
    pub kind: OrganizationKind,
    /// Whether it takes part.
    pub active: bool,
    /// All its opening days.
    pub opening: &'a [OpeningFrom],
    /// The public holidays.
    pub holidays: &'a Holidays,
    /// Its last reports.
    pub profile: &'a Profile,
    /// The last day, up to the one in question, of which it said something.
    pub last_heard: Option<ReportingDay>,
    /// The first day on which it stood in the register.
    pub registered_from: ReportingDay,
}

/// How far back silence is counted, in days: as far as a report may be adjusted.
pub const LOOK_BACK: u32 = MAX_DAYS_BACK;

impl Pattern<'_> {
    /// Whether the unit is expected to say something on a day.
    #[must_use]
    pub fn is_scheduled(&self, day: ReportingDay) -> bool {
        is_scheduled(day, self.kind, self.active, self.opening, self.holidays)
    }

    /// How many patients it reports on a day of this weekday, in tenths: the mean of its last reports before the day
    /// on the same weekday, or of all where there is none. None with fewer than [`USUAL_REPORTS`].
    #[must_use]
    pub fn usual_tenths(&self, day: ReportingDay) -> Option<u32> {
        let before = || self.profile.reports.iter().filter(|report| report.day < day);
        if before().count() < USUAL_REPORTS {
            return None;
        }
        let mean = |weekday_only: bool| {
            let some = before().filter(|report| !weekday_only || report.day.weekday() == day.weekday());
            let (sum, count) = some.fold((0, 0), |(sum, count), report| (sum + report.counts.total(), count + 1));
            (sum * 10).checked_div(count).and_then(|tenths| u32::try_from(tenths).ok())
        };
        mean(true).or_else(|| mean(false))
    }

    /// The open days without a word up to and with a day, newest first; none where something is known of the day.
    pub fn silence(&self, day: ReportingDay) -> impl Iterator<Item = ReportingDay> + '_ {
        let since = self.last_heard.map_or(self.registered_from, |heard| heard.plus(1)).max(self.registered_from);
        (0..LOOK_BACK)
            .map(move |back| day.minus(back))
            .take_while(move |past| *past >= since)
            .filter(move |past| self.is_scheduled(*past))
    }

    /// How many patients are probably missing up to and with a day, in tenths, since the unit fell silent.
    #[must_use]
    pub fn missing_tenths(&self, day: ReportingDay) -> u32 {
        self.silence(day).filter_map(|past| self.usual_tenths(past)).fold(0, u32::saturating_add)
    }

    /// Whether it usually reports and has been silent for [`SILENT_DAYS`] open days or more.
    #[must_use]
    pub fn is_pointed_out(&self, day: ReportingDay) -> bool {
        self.profile.reports.len() >= USUAL_REPORTS && self.silence(day).count() >= SILENT_DAYS as usize
    }
}
