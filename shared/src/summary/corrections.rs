//! Corrections of a day: what changed its figures after they were reported, and what was entered on it for other days.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Level;
use super::assembly::{Named, rank};
use super::check::read_as_of;
use crate::account::Role;
use crate::age_band::BandSums;
use crate::day::{ReportingDay, reporting_day};
use crate::organization::OrganizationRef;
use crate::problem::{Rule, Violation};
use crate::report::AdjustmentReason;

/// In which way figures changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CorrectionKind {
    /// A later report of the unit said so.
    Adjustment,
    /// A health center added it beside the unit's report.
    Supplement,
    /// Whoever had sent the report replaced it.
    Replacement,
    /// An authority corrected the report.
    Authority,
}

impl CorrectionKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Adjustment, Self::Supplement, Self::Replacement, Self::Authority];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Adjustment => "adjustment",
            Self::Supplement => "supplement",
            Self::Replacement => "replacement",
            Self::Authority => "authority",
        }
    }
}

/// What changed for one target day and reason: of a unit by one sending, of an area or a prefecture by all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedCorrection {
    /// Whose figures changed.
    pub organization: OrganizationRef,
    /// In which way.
    pub kind: CorrectionKind,
    /// The day under which it is published.
    pub entry_day: ReportingDay,
    /// The day that the patients belong to.
    pub target_day: ReportingDay,
    /// Why, where it was said.
    pub reason: Option<AdjustmentReason>,
    /// What happened, where it was said; of units alone.
    pub note: Option<String>,
    /// The report that says it, under `/reports/{id}`; of units alone, and none for a supplement.
    pub report_id: Option<Uuid>,
    /// How many sendings it adds up, at least 1.
    pub sendings: u32,
    /// The difference by band.
    pub deltas: BandSums,
    /// Their sum.
    pub total: i64,
    /// When it was recorded, the last of them.
    #[serde(deserialize_with = "crate::instant::read")]
    pub recorded_at: DateTime<Utc>,
}

/// The corrections of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CorrectionList {
    /// Whose corrections these are.
    pub level: Level,
    /// The day.
    pub day: ReportingDay,
    /// The instant for which the list holds, to the microsecond.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub as_of: String,
    /// By prefecture and reading of the name, then by target day.
    pub items: Vec<ListedCorrection>,
    /// Always none: a day has so many.
    pub next_cursor: Option<String>,
}

/// Which corrections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CorrectionQuery {
    /// Whose: of units, health centers or prefectures; by default those of the rows that the caller is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub level: Option<Level>,
    /// The day, today at the latest; by default the day of `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<ReportingDay>,
    /// As they stood at this instant (RFC 3339); now by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(format = DateTime))]
    pub as_of: Option<String>,
}

/// A question for corrections, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedCorrections {
    /// Whose.
    pub level: Level,
    /// The day.
    pub day: ReportingDay,
    /// As of which instant; none for now.
    pub as_of: Option<DateTime<Utc>>,
}

/// Checks what a caller of a role asks for, as of an instant.
///
/// # Errors
/// Every rule that it breaks.
pub fn check_corrections(
    query: &CorrectionQuery,
    role: Role,
    now: DateTime<Utc>,
) -> Result<CheckedCorrections, Vec<Violation>> {
    let mut violations = Vec::new();
    let as_of = query.as_of.as_deref().map(|text| read_as_of(text, now)).transpose();
    let as_of = as_of.unwrap_or_else(|violation| {
        violations.push(violation);
        None
    });
    let level = query.level.unwrap_or(Level::usual(role));
    if level == Level::Nation {
        violations.push(Violation::new("?level", Rule::OutOfRange, "Of units, health centers or prefectures."));
    }
    let day = query.day.unwrap_or(reporting_day(as_of.unwrap_or(now)));
    if day > reporting_day(now) {
        violations.push(Violation::new("?day", Rule::DayOutOfRange, format!("At most {}.", reporting_day(now))));
    }
    if violations.is_empty() { Ok(CheckedCorrections { level, day, as_of }) } else { Err(violations) }
}

/// One entry of the ledger that isn't a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// In whose row it stands.
    pub organization_id: Uuid,
    /// The sending that says it.
    pub sending: Uuid,
    /// In which way.
    pub kind: CorrectionKind,
    /// The day under which it is published.
    pub entry_day: ReportingDay,
    /// The day that the patients belong to.
    pub target_day: ReportingDay,
    /// Why, where it was said.
    pub reason: Option<AdjustmentReason>,
    /// What happened, where it was said.
    pub note: Option<String>,
    /// The difference by band.
    pub deltas: BandSums,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Makes the list of entries, in any order: of units each sending by itself with its note, of areas and prefectures what
/// is alike added up. Entries of organizations that aren't named have no place in it.
#[must_use]
pub fn list_corrections(mut named: Vec<Named>, level: Level, entries: Vec<Corrected>) -> Vec<ListedCorrection> {
    named.sort_by(|one, other| rank(one).cmp(&rank(other)));
    let places: HashMap<Uuid, usize> = (0..).zip(&named).map(|(place, one)| (one.organization.id, place)).collect();
    let of_units = level == Level::Unit;
    let mut listed = BTreeMap::<_, (ListedCorrection, Vec<Uuid>)>::new();
    for entry in entries {
        let Some(&place) = places.get(&entry.organization_id) else { continue };
        let Corrected { sending, kind, entry_day, target_day, reason, recorded_at, .. } = entry;
        let key = (place, target_day, entry_day, kind, reason, of_units.then_some(sending));
        let (line, sendings) = listed.entry(key).or_insert_with(|| {
            let is_report = of_units && kind != CorrectionKind::Supplement;
            let line = ListedCorrection {
                organization: named[place].organization.clone(),
                kind,
                entry_day,
                target_day,
                reason,
                note: entry.note.filter(|_| of_units),
                report_id: is_report.then_some(sending),
                sendings: 0,
                deltas: BandSums::ZERO,
                total: 0,
                recorded_at,
            };
            (line, Vec::new())
        });
        line.deltas.merge(&entry.deltas);
        line.total = line.deltas.total();
        line.recorded_at = line.recorded_at.max(recorded_at);
        if !sendings.contains(&sending) {
            sendings.push(sending);
            line.sendings += 1;
        }
    }
    listed.into_values().map(|(line, _)| line).collect()
}

#[cfg(test)]
#[path = "corrections_tests.rs"]
mod tests;
