//! Figures: what was reported, by unit, health center, prefecture and for the nation, with the coverage that says how far
//! they can be relied on.
//!
//! Follow-up centers are a stratum of their own in every figure: what they report stands in no row of an area, but in
//! a row of its own before the total.

mod assembly;
mod carried_forward;
mod check;
mod corrections;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::age_band::BandSums;
use crate::coverage::Coverage;
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;

pub use assembly::{Named, Part, assemble, no_figures, sentence, state, weekly, weeks};
pub use carried_forward::{CarriedForward, CarriedForwardRequest, check_carried_forward};
pub use check::{CheckedSummary, MOST_DAYS, MOST_DAYS_OF_NATION, check_summary};
pub use corrections::{
    CheckedCorrections, Corrected, CorrectionKind, CorrectionList, CorrectionQuery, ListedCorrection,
    check_corrections, list_corrections,
};

/// Which organizations the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Reporting units.
    Unit,
    /// Health centers.
    HealthCenter,
    /// Prefectures.
    Prefecture,
    /// No one: the sums of the nation alone.
    Nation,
}

impl Level {
    /// Every level, from below upwards.
    pub const ALL: [Self; 4] = [Self::Unit, Self::HealthCenter, Self::Prefecture, Self::Nation];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::HealthCenter => "health_center",
            Self::Prefecture => "prefecture",
            Self::Nation => "nation",
        }
    }

    /// What a role is shown unless it asks for another: an institution itself, centers and prefectures the table by
    /// health center, the ministry that by prefecture.
    #[must_use]
    pub const fn usual(role: Role) -> Self {
        match role {
            Role::Institution => Self::Unit,
            Role::HealthCenter | Role::Prefecture => Self::HealthCenter,
            Role::Ministry => Self::Prefecture,
        }
    }
}

/// Which of the two series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Under the day of entry, adjustments of earlier days included: what is published. May be negative.
    #[default]
    AsEntered,
    /// Under the day that the patients belong to: the true curve. Never negative.
    ByTargetDay,
}

impl Series {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AsEntered, Self::ByTargetDay];

    /// The name on the wire and in the database, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::AsEntered => "as_entered",
            Self::ByTargetDay => "by_target_day",
        }
    }
}

/// What a point of the curves beside a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Curve {
    /// A day, of eight weeks.
    #[default]
    Days,
    /// Seven days up to and with the one that it bears, of a year; for prefectures and the nation.
    Weeks,
}

/// Which figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryQuery {
    /// The rows; by default those that the caller works with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The first day; the last one by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ReportingDay>,
    /// The last day, today at the latest; by default the day of `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ReportingDay>,
    /// The series; as entered by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// The figures as they stood at this instant (RFC 3339); now by default. Text, since a browser's own instants lack
    /// the microseconds by which the same question gets the same answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What a point of the curves is; a day by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Curve>,
}

/// How far figures can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SummaryState {
    /// Before the deadline of the last day, and somebody is still missing.
    Preliminary,
    /// The deadline has passed, and somebody is still missing.
    Incomplete,
    /// Nobody is missing.
    Complete,
}

impl SummaryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Preliminary, Self::Incomplete, Self::Complete];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Preliminary => "preliminary",
            Self::Incomplete => "incomplete",
            Self::Complete => "complete",
        }
    }
}

/// What a row of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// One organization.
    Organization,
    /// 小計: all but follow-up centers.
    Subtotal,
    /// フォローアップセンターからの報告数: all follow-up centers.
    FollowUpCenters,
    /// 合計: both.
    Total,
}

impl RowKind {
    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Subtotal => "subtotal",
            Self::FollowUpCenters => "follow_up_centers",
            Self::Total => "total",
        }
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SummaryRow {
    /// What it stands for.
    pub kind: RowKind,
    /// The organization of a row of one.
    pub organization: Option<OrganizationRef>,
    /// That organization's prefecture (JIS X 0401).
    pub prefecture_code: Option<String>,
    /// The sums of the days asked for.
    pub counts: BandSums,
    /// Their sum.
    pub total: i64,
    /// What the follow-up centers below the organization reported, which is not in `counts`.
    pub follow_up_total: i64,
    /// How its units stood on the days asked for: unit-days, where there are several days.
    pub coverage: Coverage,
    /// The rate in whole percent, rounded down; none where nothing is expected.
    pub percent: Option<u32>,
    /// All as-entered patients up to the last day, with what was carried forward from before the first. None for units.
    pub cumulative: Option<i64>,
    /// The totals of the days of `days`.
    pub trend: Vec<i64>,
}

/// All rows of a day together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayFigures {
    /// The day.
    pub day: ReportingDay,
    /// The sums, those of follow-up centers included.
    pub counts: BandSums,
    /// Their sum.
    pub total: i64,
    /// What follow-up centers reported of it.
    pub follow_up_total: i64,
}

/// The figures of the sentence above a table, follow-up centers included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentenceFigures {
    /// The last day.
    pub today: i64,
    /// The day before.
    pub previous_day: i64,
    /// The same weekday a week earlier.
    pub same_weekday_last_week: i64,
    /// The mean of the seven days up to the last, in tenths, a half rounded up.
    pub seven_day_mean_tenths: i64,
    /// All up to the last day, with what was carried forward; none for units.
    pub cumulative: Option<i64>,
}

/// A table of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SummaryView {
    /// Which organizations the rows are.
    pub level: Level,
    /// The first day.
    pub from: ReportingDay,
    /// The last day.
    pub to: ReportingDay,
    /// Which series.
    pub series: Series,
    /// The instant for which the figures hold, to the microsecond: asked as of it, the same question has the same answer
    /// for ever, as long as the same organizations are in the caller's sight.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub as_of: String,
    /// How far they can be relied on.
    pub state: SummaryState,
    /// When the deadline of the last day has passed everywhere.
    #[serde(deserialize_with = "crate::instant::read")]
    pub deadline: DateTime<Utc>,
    /// The figures of the sentence.
    pub sentence: SentenceFigures,
    /// Organizations by prefecture and reading, then 小計, follow-up centers, 合計.
    pub rows: Vec<SummaryRow>,
    /// The days up to the last, oldest first: eight weeks, or for units eight days; or 52 weeks, each under its last day.
    pub days: Vec<DayFigures>,
    /// What was carried forward for organizations in sight; empty but for health centers' rows.
    pub carried_forward: Vec<CarriedForward>,
}

impl SummaryView {
    /// The organizations of which units are still missing though the deadline of the day has passed everywhere, in the order
    /// of the table. None in figures of several days, whose coverage is one of unit-days.
    pub fn late(&self) -> impl Iterator<Item = &SummaryRow> {
        let is_late = self.from == self.to && self.state == SummaryState::Incomplete;
        let of_one = move |row: &&SummaryRow| is_late && row.kind == RowKind::Organization;
        self.rows.iter().filter(of_one).filter(|row| !row.coverage.is_complete())
    }
}
