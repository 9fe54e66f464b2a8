//! A unit's history: one row a day.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::age_band::{BandCounts, BandDeltas, BandSums};
use crate::day::{ReportingDay, reporting_day};
use crate::day_statement::StatementKind;
use crate::report::{AdjustmentReason, Channel};

/// What is known of a unit's day. Nothing, zero and closed are three things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// A report with patients.
    Reported,
    /// A report whose counts are all 0, or the statement of the day itself that there were no patients.
    Zero,
    /// Stated to be closed.
    Closed,
    /// No report, but a later statement or a supplement covers the day.
    Late,
    /// Scheduled, and nothing is known (yet).
    Missing,
    /// Not scheduled, and nothing was said.
    NotScheduled,
}

impl DayState {
    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Zero => "zero",
            Self::Closed => "closed",
            Self::Late => "late",
            Self::Missing => "missing",
            Self::NotScheduled => "not_scheduled",
        }
    }
}

/// Everything from which the state of a unit's day follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayFacts {
    /// Whether the unit is expected to say something: active, and open by its opening days.
    pub scheduled: bool,
    /// The counts of its report, whoever entered it.
    pub report: Option<BandCounts>,
    /// The statement on record, and when it was made.
    pub statement: Option<(StatementKind, DateTime<Utc>)>,
    /// Whether a supplement aims at the day.
    pub supplemented: bool,
}

/// The one state of a unit's day.
///
/// A report goes before everything else, then what was stated in time. What came to be known later is late; only a
/// day that is later said to have been closed is closed, since nothing was to be reported then.
#[must_use]
pub fn day_state(day: ReportingDay, facts: &DayFacts) -> DayState {
    let stated = facts.statement.map(|(kind, stated_at)| (kind, reporting_day(stated_at) <= day));
    match (facts.report, stated) {
        (Some(counts), _) if counts.is_zero() => DayState::Zero,
        (Some(_), _) => DayState::Reported,
        (None, Some((StatementKind::NoPatients, true))) => DayState::Zero,
        (None, Some((StatementKind::Closed, true))) => DayState::Closed,
        (None, _) if facts.supplemented => DayState::Late,
        (None, Some((StatementKind::NoPatients, false))) => DayState::Late,
        (None, Some((StatementKind::Closed, false))) => DayState::Closed,
        (None, None) if facts.scheduled => DayState::Missing,
        (None, None) => DayState::NotScheduled,
    }
}

/// An adjustment that a day's report carried for an earlier day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdjustmentSent {
    /// The day that it changed.
    pub target_day: ReportingDay,
    /// Why.
    pub reason: AdjustmentReason,
    /// The change.
    pub deltas: BandDeltas,
}

/// One day of a unit's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryItem {
    /// The day.
    pub day: ReportingDay,
    /// What is known of it.
    pub state: DayState,
    /// As reported for that day; none without a report.
    pub counts: Option<BandCounts>,
    /// The sum of `counts`.
    pub total: Option<u64>,
    /// Through what the report or the statement arrived.
    pub channel: Option<Channel>,
    /// Whether somebody else entered the report.
    pub by_proxy: bool,
    /// The report's id: its receipt is `/reports/{receipt_id}`.
    pub receipt_id: Option<Uuid>,
    /// What that day's report changed on earlier days.
    pub adjustments_sent: Vec<AdjustmentSent>,
    /// All later changes aimed at this day.
    pub deltas_received: BandSums,
    /// `total` and `deltas_received` together; none where nothing is known.
    pub adjusted_total: Option<i64>,
}

/// A unit's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// The unit.
    pub unit_id: Uuid,
    /// One row a day, newest first.
    pub items: Vec<HistoryItem>,
    /// Always none: a history is bounded by its days.
    pub next_cursor: Option<String>,
    /// The instant for which the figures hold.
    #[serde(deserialize_with = "crate::instant::read")]
    pub as_of: DateTime<Utc>,
}

/// Which days: `days` back from today, or `from` and `to`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// The unit; by default the caller's own organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<Uuid>,
    /// How many days back from today, 1 to 92; 7 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The first day; with `to`, instead of `days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ReportingDay>,
    /// The last day; with `from`, at most 92 days in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ReportingDay>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use StatementKind::{Closed, NoPatients};

    fn day() -> ReportingDay {
        "2026-11-20".parse().expect("a day")
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("an instant").with_timezone(&Utc)
    }

    /// The state of a scheduled and of an unscheduled day with these facts.
    fn states(facts: DayFacts) -> [DayState; 2] {
        [true, false].map(|scheduled| day_state(day(), &DayFacts { scheduled, ..facts }))
    }

    fn stated(kind: StatementKind, stated_at: &str) -> DayFacts {
        DayFacts { statement: Some((kind, at(stated_at))), ..DayFacts::default() }
    }

    const DAYS_BEFORE: &str = "2026-11-01T12:00:00+09:00";
    const LAST_MOMENT: &str = "2026-11-20T23:59:59.999999+09:00";
    const NEXT_DAY: &str = "2026-11-21T00:00:00+09:00";

    #[test]
    fn silence_is_missing_only_on_a_scheduled_day() {
        assert_eq!(states(DayFacts::default()), [DayState::Missing, DayState::NotScheduled]);
    }

    #[test]
    fn a_report_is_zero_or_reported_whatever_else_was_said() {
        let one = BandCounts::new(std::array::from_fn(|band| u32::from(band == 13))).expect("in range");
        for (counts, state) in [(one, DayState::Reported), (BandCounts::ZERO, DayState::Zero)] {
            let plain = DayFacts { report: Some(counts), ..DayFacts::default() };
            assert_eq!(states(plain), [state; 2]);
            let all = DayFacts { report: Some(counts), supplemented: true, ..stated(Closed, DAYS_BEFORE) };
            assert_eq!(states(all), [state; 2]);
        }
    }

    #[test]
    fn what_is_stated_until_midnight_is_in_time_and_afterwards_no_patients_is_late() {
        for (kind, stated_at, state) in [
            (NoPatients, DAYS_BEFORE, DayState::Zero),
            (NoPatients, LAST_MOMENT, DayState::Zero),
            (NoPatients, NEXT_DAY, DayState::Late),
            (Closed, DAYS_BEFORE, DayState::Closed),
            (Closed, LAST_MOMENT, DayState::Closed),
            (Closed, NEXT_DAY, DayState::Closed),
        ] {
            assert_eq!(states(stated(kind, stated_at)), [state; 2], "{kind:?} at {stated_at}");
        }
    }

    #[test]
    fn a_supplement_makes_a_silent_day_late_and_leaves_a_stated_one_as_it_is() {
        let with = |facts| DayFacts { supplemented: true, ..facts };
        assert_eq!(states(with(DayFacts::default())), [DayState::Late; 2]);
        assert_eq!(states(with(stated(Closed, NEXT_DAY))), [DayState::Late; 2]);
        assert_eq!(states(with(stated(Closed, LAST_MOMENT))), [DayState::Closed; 2]);
        assert_eq!(states(with(stated(NoPatients, LAST_MOMENT))), [DayState::Zero; 2]);
    }
}
