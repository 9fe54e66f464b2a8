//! Coverage: how much of what was to be expected on a day is there, and who is missing.
//!
//! A scheduled unit has exactly one state a day. What was closed isn't expected; reports of units that weren't
//! scheduled are extra and stand outside the rate. A health center's own report is never expected.

mod contact;
mod silence;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::day::ReportingDay;
use crate::history::DayState;
use crate::organization::{OrganizationKind, OrganizationRef};
use crate::report::Channel;

pub use contact::{CheckedContact, ContactNote, ContactNoteRequest, ContactOutcome, check_contact};
pub use silence::{LOOK_BACK, Pattern, SILENT_DAYS, USUAL_REPORTS};

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

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
