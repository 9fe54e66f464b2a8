//! What is unusual about a report: questions to a person, never refusals.
//!
//! The same functions run in the form, in a dry run and in the write transaction, so that all three ask the same.

use crate::age_band::{AgeBand, BandCounts};
use crate::day::ReportingDay;
use crate::report::{Warning, WarningCode};
use crate::reporting_day::{Profile, ProfileReport};

/// With fewer reports than this nothing is usual yet: only the warnings that need no history are given.
pub const ENOUGH_REPORTS: usize = 5;

/// A band of this many is very high, and round thousands are asked about from here on.
const VERY_HIGH: u32 = 1_000;
/// The bands of people of 65 and more, who are still notified one by one.
pub const FROM_65: [AgeBand; 4] = [AgeBand::Age65To69, AgeBand::Age70To79, AgeBand::Age80To89, AgeBand::Age90Plus];

/// What is unusual about these counts for that unit and day, in the order of [`WarningCode::ALL`].
///
/// A report of the same day in the profile is left out, so that a replacement isn't compared with what it replaces.
#[must_use]
pub fn warnings(counts: &BandCounts, profile: &Profile, day: ReportingDay) -> Vec<Warning> {
    let usual: Vec<&ProfileReport> =
        profile.reports.iter().filter(|report| report.day != day).take(Profile::LENGTH).collect();
    let without_history = [band_very_high(counts), all_one_band(counts)];
    let mut found: Vec<Warning> = without_history.into_iter().flatten().collect();
    if usual.len() >= ENOUGH_REPORTS {
        let with_history = [
            many_unknown(counts),
            total_far_above(counts, &usual),
            band_far_above(counts, &usual),
            same_as_last(counts, &usual),
            shifted_by_one(counts, &usual),
            round_thousands(counts),
            zero_unusual(counts, &usual, day),
            below_notifications(counts, profile.notified_65_plus),
        ];
        found.extend(with_history.into_iter().flatten());
    }
    found
}

/// The warnings whose codes nobody has acknowledged. Codes that weren't raised don't matter.
#[must_use]
pub fn unacknowledged(raised: &[Warning], acknowledged: &[WarningCode]) -> Vec<Warning> {
    raised.iter().filter(|warning| !acknowledged.contains(&warning.code)).cloned().collect()
}

/// One warning about all the bands that `matches`; its value is the largest of them.
fn about_bands(
    code: WarningCode,
    counts: &BandCounts,
    usual: Option<u64>,
    matches: impl Fn(AgeBand, u32) -> bool,
) -> Option<Warning> {
    let bands: Vec<AgeBand> =
        counts.iter().filter(|&(band, number)| matches(band, number)).map(|(band, _)| band).collect();
    let value = bands.iter().map(|&band| u64::from(counts.get(band))).max()?;
    Some(Warning { code, bands, value, usual })
}

fn about_all(code: WarningCode, value: u64, usual: Option<u64>) -> Warning {
    Warning { code, bands: Vec::new(), value, usual }
}

fn band_very_high(counts: &BandCounts) -> Option<Warning> {
    about_bands(WarningCode::BandVeryHigh, counts, None, |_, number| number >= VERY_HIGH)
}

fn all_one_band(counts: &BandCounts) -> Option<Warning> {
    let total = counts.total();
    if total < 30 {
        return None;
    }
    about_bands(WarningCode::AllOneBand, counts, None, |_, number| u64::from(number) * 10 >= total * 9)
}

fn many_unknown(counts: &BandCounts) -> Option<Warning> {
    let (total, unknown) = (counts.total(), u64::from(counts.get(AgeBand::Unknown)));
    (total >= 20 && unknown * 2 >= total).then(|| Warning {
        code: WarningCode::ManyUnknown,
        bands: vec![AgeBand::Unknown],
        value: unknown,
        usual: None,
    })
}

fn total_far_above(counts: &BandCounts, usual: &[&ProfileReport]) -> Option<Warning> {
    let total = counts.total();
    let median = Median::of(usual.iter().map(|report| report.counts.total()))?;
    let maximum = usual.iter().map(|report| report.counts.total()).max()?;
    let far = total * 2 > median.doubled * 3 && total > maximum && total * 2 > median.doubled + 20;
    far.then(|| about_all(WarningCode::TotalFarAbove, total, Some(median.rounded())))
}

fn band_far_above(counts: &BandCounts, usual: &[&ProfileReport]) -> Option<Warning> {
    let highest = |band| usual.iter().map(|report| report.counts.get(band)).max().unwrap_or(0);
    let mut warning =
        about_bands(WarningCode::BandFarAbove, counts, None, |band, number| number >= 50 && highest(band) <= 5)?;
    warning.usual = warning.bands.iter().map(|&band| u64::from(highest(band))).max();
    Some(warning)
}

fn same_as_last(counts: &BandCounts, usual: &[&ProfileReport]) -> Option<Warning> {
    let last = usual.first()?;
    let total = counts.total();
    (total >= 5 && last.counts == *counts).then(|| about_all(WarningCode::SameAsLast, total, Some(total)))
}

/// Compares shapes, not sizes: the unit's bands summed over its last reports, scaled to today's total. Everything is
/// multiplied out, so that both sides compare whole numbers.
fn shifted_by_one(counts: &BandCounts, usual: &[&ProfileReport]) -> Option<Warning> {
    let total = counts.total();
    if total < 20 {
        return None;
    }
    let mut mean = [0_u64; AgeBand::COUNT];
    for report in usual {
        for (sum, &number) in mean.iter_mut().zip(report.counts.as_array()) {
            *sum += u64::from(number);
        }
    }
    let of_all: u64 = mean.iter().sum();
    let typed = counts.as_array().map(|number| u64::from(number) * of_all);
    let expected = mean.map(|sum| sum * total);
    let as_typed = distance(&typed, &expected);
    let moved = moved_up(&typed, &expected).min(moved_down(&typed, &expected));
    (as_typed > 0 && moved * 2 <= as_typed).then(|| about_all(WarningCode::ShiftedByOne, total, None))
}

/// The sum of the differences, band by band.
fn distance(typed: &[u64], expected: &[u64]) -> u64 {
    typed.iter().zip(expected).map(|(typed, expected)| typed.abs_diff(*expected)).sum()
}

/// The distance with every number one band earlier. What falls off the end fits nothing and counts in full.
fn moved_up(typed: &[u64; AgeBand::COUNT], expected: &[u64; AgeBand::COUNT]) -> u64 {
    distance(&typed[1..], &expected[..AgeBand::COUNT - 1]) + expected[AgeBand::COUNT - 1] + typed[0]
}

/// The distance with every number one band later.
fn moved_down(typed: &[u64; AgeBand::COUNT], expected: &[u64; AgeBand::COUNT]) -> u64 {
    distance(&typed[..AgeBand::COUNT - 1], &expected[1..]) + expected[0] + typed[AgeBand::COUNT - 1]
}

fn round_thousands(counts: &BandCounts) -> Option<Warning> {
    about_bands(WarningCode::RoundThousands, counts, None, |_, number| {
        number >= VERY_HIGH && number.is_multiple_of(1_000)
    })
}

fn zero_unusual(counts: &BandCounts, usual: &[&ProfileReport], day: ReportingDay) -> Option<Warning> {
    let same_weekday = usual.iter().filter(|report| report.day.weekday() == day.weekday());
    let median = Median::of(same_weekday.map(|report| report.counts.total()))?;
    (counts.is_zero() && median.doubled >= 10).then(|| about_all(WarningCode::ZeroUnusual, 0, Some(median.rounded())))
}

fn below_notifications(counts: &BandCounts, notified: Option<u32>) -> Option<Warning> {
    let notified = u64::from(notified?);
    let value = FROM_65.iter().map(|&band| u64::from(counts.get(band))).sum();
    (value < notified).then(|| Warning {
        code: WarningCode::BelowNotifications,
        bands: FROM_65.to_vec(),
        value,
        usual: Some(notified),
    })
}

/// A median, kept doubled: that of an even number of totals may end in one half.
struct Median {
    doubled: u64,
}

impl Median {
    /// The median of these; none of none.
    fn of(totals: impl Iterator<Item = u64>) -> Option<Self> {
        let mut sorted: Vec<u64> = Vec::new();
        // A profile is a fortnight: putting each in its place takes less code than sorting.
        for total in totals {
            sorted.insert(sorted.partition_point(|&before| before < total), total);
        }
        let upper = *sorted.get(sorted.len() / 2)?;
        let lower = sorted[(sorted.len() - 1) / 2];
        Some(Self { doubled: lower + upper })
    }

    /// As a whole number for people; one half is rounded up.
    const fn rounded(&self) -> u64 {
        self.doubled.div_ceil(2)
    }
}

#[cfg(test)]
#[path = "plausibility_tests.rs"]
mod tests;
