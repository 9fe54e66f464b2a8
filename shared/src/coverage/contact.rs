//! Notes of contact with units whose report is missing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::MAX_DAYS_BACK;
use crate::checked::Checked;
use crate::day::ReportingDay;
use crate::problem::{Rule, Violation};
use crate::text::optional_line;

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
