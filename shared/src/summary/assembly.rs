//! A table out of its parts: pure arithmetic over what the ledger and the register say.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DayFigures, RowKind, SentenceFigures, SummaryRow, SummaryState};
use crate::age_band::BandSums;
use crate::coverage::Coverage;
use crate::day::ReportingDay;
use crate::organization::{OrganizationKind, OrganizationRef};

/// An organization that has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The organization.
    pub organization: OrganizationRef,
    /// Its prefecture (JIS X 0401).
    pub prefecture_code: Option<String>,
    /// The name's reading, by which rows are ordered.
    pub kana: String,
}

impl Named {
    /// Whether its row stands among the follow-up centers.
    fn follows_up(&self) -> bool {
        self.organization.kind == OrganizationKind::FollowUpCenter
    }
}

/// What is known of one stratum of one organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// In whose row it stands; none where it counts for the sums alone.
    pub row: Option<Uuid>,
    /// Whether it is what follow-up centers say.
    pub follow_up: bool,
    /// The sums of the days asked for.
    pub counts: BandSums,
    /// How the units stood on them.
    pub coverage: Coverage,
    /// All up to the last day.
    pub cumulative: i64,
    /// The totals of each day of the curves, oldest first; empty where there is nothing.
    pub trend: Vec<i64>,
}

/// Makes the rows of a table of its parts, whose curves have so many days: organizations, then 小計, follow-up centers that
/// have rows of their own, all follow-up centers, 合計. Only areas and the nation have cumulative numbers.
#[must_use]
pub fn assemble(mut named: Vec<Named>, parts: &[Part], count: usize, has_cumulative: bool) -> Vec<SummaryRow> {
    named.sort_by(|one, other| rank(one).cmp(&rank(other)));
    let own_rows: HashSet<Uuid> = named.iter().filter(|one| one.follows_up()).map(|one| one.organization.id).collect();
    let mut of_rows = HashMap::<Uuid, Sum>::new();
    let (mut subtotal, mut follow_up, mut total) = (Sum::new(count), Sum::new(count), Sum::new(count));
    for part in parts {
        total.add(part);
        if part.follow_up {
            follow_up.add(part)
        } else {
            subtotal.add(part)
        }
        // A follow-up center's own row holds its figures; in the row of what stands above it they are told apart.
        let Some(id) = part.row else { continue };
        let row = of_rows.entry(id).or_insert_with(|| Sum::new(count));
        if part.follow_up && !own_rows.contains(&id) {
            row.follow_up_total += part.counts.total()
        } else {
            row.add(part)
        }
    }
    total.follow_up_total = follow_up.counts.total();
    let sum = |kind, sum: &Sum| sum.row(kind, None, has_cumulative);
    let nothing = Sum::new(count);
    let row = |named: &Named| {
        let sum = of_rows.get(&named.organization.id).unwrap_or(&nothing);
        sum.row(RowKind::Organization, Some(named), has_cumulative)
    };
    let (following, others): (Vec<_>, Vec<_>) = named.iter().partition(|named| named.follows_up());
    others
        .into_iter()
        .map(row)
        .chain([sum(RowKind::Subtotal, &subtotal)])
        .chain(following.into_iter().map(row))
        .chain([sum(RowKind::FollowUpCenters, &follow_up), sum(RowKind::Total, &total)])
        .collect()
}

/// The order of rows: by prefecture, a prefecture's own row first, then by reading.
pub(super) fn rank(named: &Named) -> impl Ord + '_ {
    let below = named.organization.kind != OrganizationKind::Prefecture;
    (&named.prefecture_code, below, &named.kana, named.organization.id)
}

/// Parts added up.
struct Sum {
    counts: BandSums,
    follow_up_total: i64,
    coverage: Coverage,
    cumulative: i64,
    trend: Vec<i64>,
}

impl Sum {
    fn new(days: usize) -> Self {
        Self {
            counts: BandSums::ZERO,
            follow_up_total: 0,
            coverage: Coverage::default(),
            cumulative: 0,
            trend: vec![0; days],
        }
    }

    fn add(&mut self, part: &Part) {
        self.counts.merge(&part.counts);
        self.coverage.merge(&part.coverage);
        self.cumulative += part.cumulative;
        for (sum, of_day) in self.trend.iter_mut().zip(&part.trend) {
            *sum += of_day;
        }
    }

    fn row(&self, kind: RowKind, named: Option<&Named>, has_cumulative: bool) -> SummaryRow {
        SummaryRow {
            kind,
            organization: named.map(|named| named.organization.clone()),
            prefecture_code: named.and_then(|named| named.prefecture_code.clone()),
            counts: self.counts,
            total: self.counts.total(),
            follow_up_total: self.follow_up_total,
            coverage: self.coverage,
            percent: self.coverage.percent(),
            cumulative: has_cumulative.then_some(self.cumulative),
            trend: self.trend.clone(),
        }
    }
}

/// The days of curves, with nothing in them yet.
#[must_use]
pub fn no_figures(days: impl Iterator<Item = ReportingDay>) -> Vec<DayFigures> {
    days.map(|day| DayFigures { day, counts: BandSums::ZERO, total: 0, follow_up_total: 0 }).collect()
}

impl DayFigures {
    /// Adds sums.
    pub fn add(&mut self, follow_up: bool, sums: &BandSums) {
        self.counts.merge(sums);
        self.total += sums.total();
        self.follow_up_total += if follow_up { sums.total() } else { 0 };
    }
}

/// Days taken together by seven, each week under its last day.
#[must_use]
pub fn weeks(days: &[DayFigures]) -> Vec<DayFigures> {
    let week = |days: &[DayFigures]| {
        let mut week = days.last()?.clone();
        for day in days.iter().rev().skip(1) {
            week.counts.merge(&day.counts);
            week.total += day.total;
            week.follow_up_total += day.follow_up_total;
        }
        Some(week)
    };
    days.chunks(DAYS_OF_WEEK).filter_map(week).collect()
}

/// The totals of days, taken together by seven.
#[must_use]
pub fn weekly(totals: &[i64]) -> Vec<i64> {
    totals.chunks(DAYS_OF_WEEK).map(|week| week.iter().sum()).collect()
}

const DAYS_OF_WEEK: usize = 7;

/// The figures of the sentence, by the last days of the curves and the total row.
#[must_use]
pub fn sentence(days: &[DayFigures], cumulative: Option<i64>) -> SentenceFigures {
    let back = |count: usize| days.iter().rev().nth(count).map_or(0, |of_day| of_day.total);
    let week: i64 = (0..7).map(back).sum();
    SentenceFigures {
        today: back(0),
        previous_day: back(1),
        same_weekday_last_week: back(7),
        // Tenths of a seventh: half of one is added before the floor is taken.
        seven_day_mean_tenths: (week * 20 + 7).div_euclid(14),
        cumulative,
    }
}

/// How far the figures of days up to one with this deadline can be relied on.
#[must_use]
pub fn state(coverage: &Coverage, as_of: DateTime<Utc>, deadline: DateTime<Utc>) -> SummaryState {
    if coverage.is_complete() {
        SummaryState::Complete
    } else if as_of < deadline {
        SummaryState::Preliminary
    } else {
        SummaryState::Incomplete
    }
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
