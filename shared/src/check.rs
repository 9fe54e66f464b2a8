//! What a request must fulfill before it is written: the rules that need nothing but the request and the day.
//!
//! A checked value has private fields and only its check builds it, so that nothing unchecked can be stored.

use std::collections::HashSet;

use uuid::Uuid;

use crate::account::{Caller, Role};
use crate::age_band::BandCounts;
use crate::day::ReportingDay;
use crate::day_statement::{StatementKind, StatementRequest};
use crate::draft::{DraftAdjustment, DraftCells, DraftRequest};
use crate::problem::{Rule, Violation};
use crate::report::{Adjustment, AdjustmentReason, Channel, ReportRequest, WarningCode};

/// How many days back an adjustment or a statement may reach.
pub const MAX_DAYS_BACK: u32 = 60;
/// How many days ahead a statement may reach.
pub const MAX_DAYS_AHEAD: u32 = 366;
/// How many adjustments a report carries at the most.
pub const MAX_ADJUSTMENTS: usize = 60;
/// How many characters a note has at the most.
pub const MAX_NOTE_CHARS: usize = 500;
/// How many characters a cell of a draft has at the most.
pub const MAX_CELL_CHARS: usize = 40;

/// For whom the caller speaks, which decides about the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// An institution or follow-up center for itself: the server knows the channel.
    Unit,
    /// A health center for itself: it may state the channel.
    Center,
    /// A health center for a unit of its jurisdiction (代行入力): it must state the channel.
    Proxy,
}

impl Sender {
    /// For whom the caller speaks when the report is the unit's. Whether it may is another question: `permission`.
    #[must_use]
    pub fn of(caller: &Caller, unit_id: Uuid) -> Self {
        match caller.role {
            _ if caller.organization_id != unit_id => Self::Proxy,
            Role::HealthCenter => Self::Center,
            Role::Institution | Role::Prefecture | Role::Ministry => Self::Unit,
        }
    }
}

/// Why a report isn't accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The stated entry day isn't today.
    DayChanged {
        /// What today is.
        today: ReportingDay,
    },
    /// Rules are broken: all of them, in the order of the fields.
    Violations(Vec<Violation>),
}

/// A report that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedReport {
    entry_day: ReportingDay,
    counts: BandCounts,
    adjustments: Vec<Adjustment>,
    stated_channel: Option<Channel>,
    acknowledged: Vec<WarningCode>,
}

impl CheckedReport {
    /// The day it is filed under.
    #[must_use]
    pub const fn entry_day(&self) -> ReportingDay {
        self.entry_day
    }

    /// Patients by age band.
    #[must_use]
    pub const fn counts(&self) -> &BandCounts {
        &self.counts
    }

    /// Changes to earlier days, their notes trimmed.
    #[must_use]
    pub fn adjustments(&self) -> &[Adjustment] {
        &self.adjustments
    }

    /// The channel, where it was stated; otherwise the server sets it.
    #[must_use]
    pub const fn stated_channel(&self) -> Option<Channel> {
        self.stated_channel
    }

    /// The warnings that were acknowledged: each once, in the fixed order.
    #[must_use]
    pub fn acknowledged(&self) -> &[WarningCode] {
        &self.acknowledged
    }
}

/// Checks a report against the rules; `today` is the server's day when the request arrived.
///
/// # Errors
/// [`Refusal::DayChanged`] before anything else, since a form of another day can't be corrected; otherwise every
/// rule that is broken.
pub fn check(request: &ReportRequest, today: ReportingDay, sender: Sender) -> Result<CheckedReport, Refusal> {
    if request.entry_day != today {
        return Err(Refusal::DayChanged { today });
    }
    let mut violations = Vec::new();
    check_total(&request.counts, request.total, &mut violations);
    check_adjustments(&request.adjustments, today, &mut violations);
    check_channel(request.channel, sender, &mut violations);
    if request.acknowledged_warnings.len() > WarningCode::ALL.len() {
        violations.push(too_many("/acknowledged_warnings", WarningCode::ALL.len()));
    }
    if !violations.is_empty() {
        return Err(Refusal::Violations(violations));
    }
    Ok(CheckedReport {
        entry_day: request.entry_day,
        counts: request.counts,
        adjustments: request.adjustments.iter().map(with_trimmed_note).collect(),
        stated_channel: request.channel,
        acknowledged: in_order(&request.acknowledged_warnings),
    })
}

/// The codes that were acknowledged: each once, in the fixed order.
pub(crate) fn in_order(acknowledged: &[WarningCode]) -> Vec<WarningCode> {
    WarningCode::ALL.into_iter().filter(|code| acknowledged.contains(code)).collect()
}

pub(crate) fn check_total(counts: &BandCounts, stated: Option<u64>, violations: &mut Vec<Violation>) {
    let computed = counts.total();
    if stated.is_some_and(|stated| stated != computed) {
        let message = format!("The fourteen counts sum to {computed}.");
        violations.push(Violation::new("/total", Rule::TotalMismatch, message));
    }
}

pub(crate) fn check_adjustments(adjustments: &[Adjustment], today: ReportingDay, violations: &mut Vec<Violation>) {
    if adjustments.len() > MAX_ADJUSTMENTS {
        violations.push(too_many("/adjustments", MAX_ADJUSTMENTS));
        return;
    }
    let mut seen = HashSet::new();
    for (index, adjustment) in adjustments.iter().enumerate() {
        let pointer = format!("/adjustments/{index}");
        let back = today.days_since(adjustment.target_day);
        if !(1..=i64::from(MAX_DAYS_BACK)).contains(&back) {
            let message = format!("The target day is 1 to {MAX_DAYS_BACK} days before the entry day.");
            violations.push(Violation::new(format!("{pointer}/target_day"), Rule::DayOutOfRange, message));
        }
        if !seen.insert((adjustment.target_day, adjustment.reason)) {
            let message = "The same target day and reason stand in an earlier adjustment of this report.";
            violations.push(Violation::new(format!("{pointer}/target_day"), Rule::Duplicate, message));
        }
        if adjustment.deltas.is_zero() {
            let message = "At least one of the fourteen deltas is not 0.";
            violations.push(Violation::new(format!("{pointer}/deltas"), Rule::AllZero, message));
        }
        let (reason, note) = (Some(adjustment.reason), adjustment.note.as_deref());
        check_reason_note(reason, note, &format!("{pointer}/note"), violations);
    }
}

/// The note beside the reason of an adjustment or a correction: bounded, and there where the reason says nothing itself.
pub(crate) fn check_reason_note(
    reason: Option<AdjustmentReason>,
    note: Option<&str>,
    pointer: &str,
    violations: &mut Vec<Violation>,
) {
    let note = note.unwrap_or_default();
    if reason == Some(AdjustmentReason::Other) && note.trim().is_empty() {
        violations.push(Violation::new(pointer, Rule::NoteRequired, "The reason `other` needs a note."));
    }
    check_text(note, MAX_NOTE_CHARS, pointer, violations);
}

/// A text that people wrote: bounded, and without control characters, of which databases refuse at least one.
pub(crate) fn check_text(text: &str, max_chars: usize, pointer: &str, violations: &mut Vec<Violation>) {
    if text.chars().count() > max_chars {
        let message = format!("At most {max_chars} characters.");
        violations.push(Violation::new(pointer, Rule::TooLong, message));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        violations.push(Violation::new(pointer, Rule::Malformed, "No control characters."));
    }
}

pub(crate) fn check_channel(channel: Option<Channel>, sender: Sender, violations: &mut Vec<Violation>) {
    match (channel, sender) {
        (None, Sender::Proxy) => violations.push(Violation::new(
            "/channel",
            Rule::Required,
            "A report for another unit states through what it arrived.",
        )),
        (Some(_), Sender::Unit) => violations.push(Violation::new(
            "/channel",
            Rule::NotAllowed,
            "The channel of a unit's own report is set by the server.",
        )),
        (Some(stated), Sender::Center | Sender::Proxy) if !stated.may_be_stated() => {
            let message = format!("`{}` is set by the server.", stated.key());
            violations.push(Violation::new("/channel", Rule::NotAllowed, message));
        }
        (Some(_), Sender::Center | Sender::Proxy) | (None, Sender::Unit | Sender::Center) => {}
    }
}

pub(crate) fn too_many(pointer: &str, max: usize) -> Violation {
    Violation::new(pointer, Rule::TooLong, format!("At most {max} items."))
}

/// A note of blanks says nothing, and blanks around a note neither.
pub(crate) fn with_trimmed_note(adjustment: &Adjustment) -> Adjustment {
    let note = adjustment.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    Adjustment { note: note.map(str::to_owned), ..adjustment.clone() }
}

/// A day statement that fulfills every rule that needs no look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedStatement {
    day: ReportingDay,
    kind: StatementKind,
    stated_channel: Option<Channel>,
}

impl CheckedStatement {
    /// The day it is about.
    #[must_use]
    pub const fn day(&self) -> ReportingDay {
        self.day
    }

    /// What is said of it.
    #[must_use]
    pub const fn kind(&self) -> StatementKind {
        self.kind
    }

    /// The channel, where it was stated; otherwise the server sets it.
    #[must_use]
    pub const fn stated_channel(&self) -> Option<Channel> {
        self.stated_channel
    }
}

/// Checks a day statement: about today, a coming day, or an earlier one within [`MAX_DAYS_BACK`].
///
/// # Errors
/// Every rule that is broken.
pub fn check_statement(
    request: &StatementRequest,
    today: ReportingDay,
    sender: Sender,
) -> Result<CheckedStatement, Vec<Violation>> {
    let mut violations = Vec::new();
    let ahead = request.day.days_since(today);
    if !(-i64::from(MAX_DAYS_BACK)..=i64::from(MAX_DAYS_AHEAD)).contains(&ahead) {
        let message = format!("At most {MAX_DAYS_BACK} days back and {MAX_DAYS_AHEAD} ahead.");
        violations.push(Violation::new("/day", Rule::DayOutOfRange, message));
    }
    check_channel(request.channel, sender, &mut violations);
    if violations.is_empty() {
        Ok(CheckedStatement { day: request.day, kind: request.kind, stated_channel: request.channel })
    } else {
        Err(violations)
    }
}

/// Checks that a draft keeps its bounds. What was typed may be wrong in every other way: it is only kept.
///
/// # Errors
/// Every bound that is passed.
pub fn check_draft(request: &DraftRequest) -> Result<(), Vec<Violation>> {
    let mut violations = Vec::new();
    check_cells(&request.content.cells, "/content/cells", &mut violations);
    if request.content.adjustments.len() > MAX_ADJUSTMENTS {
        violations.push(too_many("/content/adjustments", MAX_ADJUSTMENTS));
    } else {
        for (index, adjustment) in request.content.adjustments.iter().enumerate() {
            check_draft_adjustment(adjustment, &format!("/content/adjustments/{index}"), &mut violations);
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

fn check_draft_adjustment(adjustment: &DraftAdjustment, pointer: &str, violations: &mut Vec<Violation>) {
    check_text(&adjustment.target_day, MAX_CELL_CHARS, &format!("{pointer}/target_day"), violations);
    check_text(&adjustment.reason, MAX_CELL_CHARS, &format!("{pointer}/reason"), violations);
    check_text(&adjustment.note, MAX_NOTE_CHARS, &format!("{pointer}/note"), violations);
    check_cells(&adjustment.cells, &format!("{pointer}/cells"), violations);
}

fn check_cells(cells: &DraftCells, pointer: &str, violations: &mut Vec<Violation>) {
    for (index, cell) in cells.iter().enumerate() {
        check_text(cell, MAX_CELL_CHARS, &format!("{pointer}/{index}"), violations);
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
