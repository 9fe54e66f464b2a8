//! Arrivals: what reaches a health center by FAX, telephone, mail or post, until each is entered or rejected.
//!
//! Arrivals are gathered in batches, one or more a day. A batch is closed only when as many have been entered or
//! rejected as were received, so that none is left in a tray (Iwate, 2022: faxes of 36 institutions lay unentered for
//! a month, and nobody saw it).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::MAX_DAYS_BACK;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::problem::{Rule, Violation};
use crate::report::Channel;
use crate::text::optional_line;

/// How many pages an arrival has at the most.
pub const MAX_PAGES: u32 = 99;
/// How many characters a sender that isn't registered has at the most.
pub const MAX_SENDER_CHARS: usize = 100;
/// How many characters a note has at the most.
pub const MAX_NOTE_CHARS: usize = 200;
/// How far a stated time of arrival may lie ahead of the server's clock.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// Why an arrival isn't entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// It can't be read, and was sent back.
    Unreadable,
    /// It belongs to another health center.
    NotOurs,
    /// The same came before.
    Duplicate,
    /// It has no numbers: an announcement of closed days, an advertisement.
    NoCounts,
    /// Something else; the note says what.
    Other,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Unreadable, Self::NotOurs, Self::Duplicate, Self::NoCounts, Self::Other];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotOurs => "not_ours",
            Self::Duplicate => "duplicate",
            Self::NoCounts => "no_counts",
            Self::Other => "other",
        }
    }
}

/// What has become of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArrivalState {
    /// Nothing yet.
    Open,
    /// A report or a supplement holds its numbers.
    Entered,
    /// It isn't entered, for a reason.
    Rejected,
}

impl ArrivalState {
    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Entered => "entered",
            Self::Rejected => "rejected",
        }
    }
}

/// How many arrivals a batch has, by what has become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArrivalCounts {
    /// All.
    pub received: u32,
    /// Those whose numbers are in a report or a supplement.
    pub entered: u32,
    /// Those that were rejected.
    pub rejected: u32,
}

impl ArrivalCounts {
    /// How many nothing has become of yet.
    #[must_use]
    pub const fn open(&self) -> u32 {
        self.received.saturating_sub(self.entered + self.rejected)
    }

    /// Whether as many were entered or rejected as were received: only then the batch can be closed.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.received == self.entered + self.rejected
    }

    /// Counts an arrival.
    pub const fn add(&mut self, state: ArrivalState) {
        self.received += 1;
        match state {
            ArrivalState::Open => {}
            ArrivalState::Entered => self.entered += 1,
            ArrivalState::Rejected => self.rejected += 1,
        }
    }
}

/// A batch of arrivals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArrivalBatch {
    /// Its id.
    pub id: Uuid,
    /// The health center.
    pub center_id: Uuid,
    /// The day that its arrivals speak of.
    pub day: ReportingDay,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub opened_at: DateTime<Utc>,
    /// Who closed it; none while it is open.
    pub closed_by: Option<String>,
    /// When.
    #[serde(default, deserialize_with = "crate::instant::read_option")]
    pub closed_at: Option<DateTime<Utc>>,
    /// How many arrivals it has, by what has become of them.
    pub counts: ArrivalCounts,
}

/// An arrival on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arrival {
    /// Its id.
    pub id: Uuid,
    /// The batch that it is in.
    pub batch_id: Uuid,
    /// Through what it came.
    pub channel: Channel,
    /// When it came, as stated.
    #[serde(deserialize_with = "crate::instant::read")]
    pub arrived_at: DateTime<Utc>,
    /// The unit that sent it; none where it isn't registered.
    pub unit: Option<OrganizationRef>,
    /// Who sent it, where that is no registered unit.
    pub sender: Option<String>,
    /// How many pages it has.
    pub pages: u32,
    /// What was written down about it.
    pub note: Option<String>,
    /// Who logged it.
    pub logged_by: String,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub logged_at: DateTime<Utc>,
    /// What has become of it.
    pub state: ArrivalState,
    /// The report or supplement that holds its numbers, where it was entered.
    pub submission_id: Option<Uuid>,
    /// Why it was rejected, where it was.
    pub reject_reason: Option<RejectReason>,
    /// What was written down about that.
    pub reject_note: Option<String>,
    /// Who entered or rejected it.
    pub settled_by: Option<String>,
    /// When.
    #[serde(default, deserialize_with = "crate::instant::read_option")]
    pub settled_at: Option<DateTime<Utc>>,
}

/// Which batches of the caller's center.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ArrivalBatchQuery {
    /// Only those of this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// Only those that are open, or only those that are closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Which arrivals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrivalQuery {
    /// Those of this batch.
    pub batch_id: Uuid,
    /// Where the page begins, from `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many items at the most, 1 to 200; 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A batch to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArrivalBatchRequest {
    /// The day that its arrivals speak of: today, or up to 60 days back.
    pub day: ReportingDay,
}

/// Checks the day of a batch to be opened.
///
/// # Errors
/// [`Rule::DayOutOfRange`].
pub fn check_batch(request: &ArrivalBatchRequest, today: ReportingDay) -> Result<Checked<ReportingDay>, Violation> {
    if (0..=i64::from(MAX_DAYS_BACK)).contains(&today.days_since(request.day)) {
        return Ok(Checked::new(request.day));
    }
    let message = format!("Today at the latest, and at most {MAX_DAYS_BACK} days back.");
    Err(Violation::new("/day", Rule::DayOutOfRange, message))
}

/// An arrival to be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArrivalRequest {
    /// The batch that it goes into.
    pub batch_id: Uuid,
    /// Through what it came: one of those that are stated.
    pub channel: Channel,
    /// When it came; when the request arrives by default.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::instant::read_option")]
    pub arrived_at: Option<DateTime<Utc>>,
    /// The unit that sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// Who sent it, where that is no registered unit: 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// How many pages it has, 1 to 99; 1 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 99))]
    pub pages: Option<u32>,
    /// What is worth writing down about it, at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An arrival that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedArrival {
    /// Through what it came.
    pub channel: Channel,
    /// When.
    pub arrived_at: DateTime<Utc>,
    /// Who sent it, where that is no registered unit.
    pub sender: Option<String>,
    /// How many pages it has.
    pub pages: u32,
    /// What is worth writing down about it.
    pub note: Option<String>,
}

/// Checks an arrival to be logged; `now` is when the request arrived.
///
/// # Errors
/// Every rule that is broken, in the order of the fields.
pub fn check_arrival(request: &ArrivalRequest, now: DateTime<Utc>) -> Result<Checked<CheckedArrival>, Vec<Violation>> {
    let mut violations = Vec::new();
    if !request.channel.may_be_stated() {
        let message = format!("Nothing arrives on paper through `{}`.", request.channel.key());
        violations.push(Violation::new("/channel", Rule::NotAllowed, message));
    }
    let arrived_at = request.arrived_at.unwrap_or(now);
    let oldest = now - TimeDelta::days(i64::from(MAX_DAYS_BACK) + 1);
    if !(oldest..=now + CLOCKS_DIFFER).contains(&arrived_at) {
        let message = format!("Not to come, and at most {MAX_DAYS_BACK} days ago.");
        violations.push(Violation::new("/arrived_at", Rule::OutOfRange, message));
    }
    let sender = optional(request.sender.as_deref(), MAX_SENDER_CHARS, "/sender", &mut violations);
    if request.unit_id.is_some() == sender.is_some() && violations.is_empty() {
        let message = "Either a registered unit, or who else sent it.";
        violations.push(Violation::new("/sender", Rule::Required, message));
    }
    let pages = request.pages.unwrap_or(1);
    if !(1..=MAX_PAGES).contains(&pages) {
        violations.push(Violation::new("/pages", Rule::OutOfRange, format!("1 to {MAX_PAGES} pages.")));
    }
    let note = optional(request.note.as_deref(), MAX_NOTE_CHARS, "/note", &mut violations);
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(Checked::new(CheckedArrival { channel: request.channel, arrived_at, sender, pages, note }))
}

/// An arrival to be rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RejectRequest {
    /// Why.
    pub reason: RejectReason,
    /// What is worth writing down about it, at most 200 characters; required for `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Checks a rejection.
///
/// # Errors
/// Every rule that is broken.
pub fn check_rejection(request: &RejectRequest) -> Result<Checked<RejectRequest>, Vec<Violation>> {
    let mut violations = Vec::new();
    let note = optional(request.note.as_deref(), MAX_NOTE_CHARS, "/note", &mut violations);
    if request.reason == RejectReason::Other && note.is_none() && violations.is_empty() {
        violations.push(Violation::new("/note", Rule::NoteRequired, "Say what it was."));
    }
    if violations.is_empty() {
        Ok(Checked::new(RejectRequest { reason: request.reason, note }))
    } else {
        Err(violations)
    }
}

/// What holds an arrival's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnteredRequest {
    /// The report or supplement: of the arrival's unit where that is registered, else of the center or one of its units.
    pub submission_id: Uuid,
}

fn optional(typed: Option<&str>, most: usize, pointer: &str, violations: &mut Vec<Violation>) -> Option<String> {
    match optional_line(typed.unwrap_or_default(), most, pointer) {
        Ok(text) => Some(text).filter(|text| !text.is_empty()),
        Err(violation) => {
            violations.push(violation);
            None
        }
    }
}

#[cfg(test)]
#[path = "arrival_tests.rs"]
mod tests;
