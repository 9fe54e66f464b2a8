//! Coverage: how much of what was to be expected on a day is there, and who is missing.
//!
//! A scheduled unit has exactly one state a day. What was closed isn't expected; reports of units that weren't
//! scheduled are extra and stand outside the rate. A health center's own report is never expected.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::{OpeningFrom, is_scheduled};
use crate::check::MAX_DAYS_BACK;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::history::DayState;
use crate::holidays::Holidays;
use crate::organization::{OrganizationKind, OrganizationRef};
use crate::problem::{Rule, Violation};
use crate::report::Channel;
use crate::reporting_day::Profile;
use crate::text::optional_line;

/// How the units of an area stand on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coverage {
    /// Units that are active and open by their opening days.
    pub scheduled: u32,
    /// Scheduled units that reported patients.
    pub reported: u32,
    /// Scheduled units that said in time that there were none.
    pub zero: u32,
    /// Scheduled units without a report, for which a supplement or a later statement covers the day.
    pub late: u32,
    /// Scheduled units that said that they were closed.
    pub closed: u32,
    /// Scheduled units of which nothing is known.
    pub missing: u32,
    /// Units that reported without being scheduled.
    pub extra: u32,
}

impl Coverage {
    /// Counts a unit's day.
    pub const fn add(&mut self, scheduled: bool, state: DayState) {
        if !scheduled {
            if matches!(state, DayState::Reported | DayState::Zero) {
                self.extra += 1;
            }
            return;
        }
        self.scheduled += 1;
        match state {
            DayState::Reported => self.reported += 1,
            DayState::Zero => self.zero += 1,
            DayState::Late => self.late += 1,
            DayState::Closed => self.closed += 1,
            DayState::Missing | DayState::NotScheduled => self.missing += 1,
        }
    }

    /// Adds another area's.
    pub const fn merge(&mut self, other: &Self) {
        self.scheduled += other.scheduled;
        self.reported += other.reported;
        self.zero += other.zero;
        self.late += other.late;
        self.closed += other.closed;
        self.missing += other.missing;
        self.extra += other.extra;
    }

    /// From how many units something was to be expected: those scheduled and not closed.
    #[must_use]
    pub const fn expected(&self) -> u32 {
        self.scheduled - self.closed
    }

    /// Of how many of these the day is covered.
    #[must_use]
    pub const fn covered(&self) -> u32 {
        self.reported + self.zero + self.late
    }

    /// The rate in whole percent, rounded down, so that 100 means that nobody is missing. None where nothing is
    /// expected.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let percent = (u64::from(self.covered()) * 100).checked_div(self.expected().into())?;
        u32::try_from(percent).ok()
    }

    /// Whether nobody is missing.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing == 0
    }
}

/// Coverage of one area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AreaCoverage {
    /// The area: a health center, or what a follow-up center stands below.
    pub area: OrganizationRef,
    /// Its prefecture.
    pub prefecture: OrganizationRef,
    /// How its units stand.
    pub coverage: Coverage,
    /// The rate in whole percent, rounded down; none where nothing is expected.
    pub percent: Option<u32>,
    /// How many of its units have said fewer patients of 65 and more than were notified one by one.
    pub below_notifications: u32,
    /// What lies on its health center's desk; none for the ministry, which doesn't see unit by unit.
    pub desk: Option<Desk>,
}

/// What a health center has done and has to do about its units on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Desk {
    /// How many of its units' reports of the day it filed for them.
    pub by_proxy: u32,
    /// How many arrivals of that day, or of 60 days before it, lie in its inbox, neither entered nor rejected.
    pub waiting_arrivals: u32,
    /// How many of its units usually report and have been silent for three open days or more.
    pub pointed_out: u32,
}

impl Desk {
    /// Several desks together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            by_proxy: self.by_proxy + other.by_proxy,
            waiting_arrivals: self.waiting_arrivals + other.waiting_arrivals,
            pointed_out: self.pointed_out + other.pointed_out,
        }
    }
}

/// Coverage of a day, by area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoverageView {
    /// The day.
    pub day: ReportingDay,
    /// The instant of this answer; a statement or a report may change it later.
    #[serde(deserialize_with = "crate::instant::read")]
    pub as_of: DateTime<Utc>,
    /// All areas together.
    pub total: Coverage,
    /// The rate of all areas together in whole percent, rounded down; none where nothing is expected.
    pub percent: Option<u32>,
    /// One row an area, by prefecture and reading of the name.
    pub items: Vec<AreaCoverage>,
    /// Always none: there are as many rows as areas.
    pub next_cursor: Option<String>,
}

/// Which day's coverage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// The day, today at the latest; today by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
}

/// After how many open days without a word a unit that usually reports is pointed out (Iwate, 2022: faxes of 36
/// institutions lay unentered for a month, and nobody saw that they were missing).
pub const SILENT_DAYS: u32 = 3;

/// How many reports a unit must have sent before its silence says something.
pub const USUAL_REPORTS: usize = 3;

/// What is known of a unit's day, and whether its silence means something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitCoverage {
    /// The unit.
    pub unit_id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its name.
    pub name: String,
    /// The name's reading in katakana.
    pub kana: String,
    /// Its ten-digit code, where it has one.
    pub institution_code: Option<String>,
    /// Its telephone number as printed.
    pub telephone: String,
    /// In whose row of a table it stands.
    pub area: OrganizationRef,
    /// Whether it was to be expected: active, and open by its opening days.
    pub scheduled: bool,
    /// What is known of the day.
    pub state: DayState,
    /// Through what the report or statement arrived.
    pub channel: Option<Channel>,
    /// When the report arrived, or when the statement was made.
    #[serde(default, deserialize_with = "crate::instant::read_option")]
    pub known_since: Option<DateTime<Utc>>,
    /// The report's id, where there is one.
    pub report_id: Option<Uuid>,
    /// How many patients it reports on such a weekday, in tenths, by its last reports; none where it has too few.
    pub usual_tenths: Option<u32>,
    /// On how many open days in a row, this one included, nothing was heard of it.
    pub silent_days: u32,
    /// How many patients are probably missing since it fell silent, in tenths.
    pub missing_tenths: u32,
    /// Whether it usually reports and has been silent for three open days or more.
    pub pointed_out: bool,
    /// How many arrivals from it about that day lie in its center's inbox, neither entered nor rejected.
    pub waiting_arrivals: u32,
    /// What was noted about it last on that day.
    pub last_note: Option<ContactNote>,
}

/// How a call about a missing report ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// Reached; the report will come.
    WillReport,
    /// Nobody answered.
    NoAnswer,
    /// Asked to call back.
    CallBack,
    /// Something else; the note says what.
    Other,
}

impl ContactOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::WillReport, Self::NoAnswer, Self::CallBack, Self::Other];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::WillReport => "will_report",
            Self::NoAnswer => "no_answer",
            Self::CallBack => "call_back",
            Self::Other => "other",
        }
    }
}

/// A note of contact with a unit about a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactNote {
    /// How it ended.
    pub outcome: ContactOutcome,
    /// What was said, where something was written down.
    pub note: Option<String>,
    /// Who wrote it.
    pub noted_by: String,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub noted_at: DateTime<Utc>,
}

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

/// Which units of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitCoverageQuery {
    /// The day, today at the latest; today by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// Only those of which this is known; `missing` ranks them by how many patients are probably missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DayState>,
    /// Only those of this health center.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A note to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactNoteRequest {
    /// About which unit.
    pub unit_id: Uuid,
    /// About which day, today at the latest and 60 days back at the most.
    pub day: ReportingDay,
    /// How it ended.
    pub outcome: ContactOutcome,
    /// What was said, at most 200 characters; required for `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many characters a note has at the most.
const MAX_NOTE_CHARS: usize = 200;

/// A note of contact that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedContact {
    /// About which day.
    pub day: ReportingDay,
    /// How it ended.
    pub outcome: ContactOutcome,
    /// What was said.
    pub note: Option<String>,
}

/// Checks a note of contact.
///
/// # Errors
/// Every rule that is broken, in the order of the fields.
pub fn check_contact(
    request: &ContactNoteRequest,
    today: ReportingDay,
) -> Result<Checked<CheckedContact>, Vec<Violation>> {
    let mut violations = Vec::new();
    if !(0..=i64::from(MAX_DAYS_BACK)).contains(&today.days_since(request.day)) {
        let message = format!("Today at the latest, and at most {MAX_DAYS_BACK} days back.");
        violations.push(Violation::new("/day", Rule::DayOutOfRange, message));
    }
    let note = optional_line(request.note.as_deref().unwrap_or_default(), MAX_NOTE_CHARS, "/note");
    let note = note.unwrap_or_else(|violation| {
        violations.push(violation);
        String::new()
    });
    if request.outcome == ContactOutcome::Other && note.is_empty() && violations.is_empty() {
        violations.push(Violation::new("/note", Rule::NoteRequired, "Say what it was."));
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let note = Some(note).filter(|note| !note.is_empty());
    Ok(Checked::new(CheckedContact { day: request.day, outcome: request.outcome, note }))
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
