//! Profiles: a unit's last reports, kept beside the ledger so that judging a report reads one row.

use chrono::{Datelike as _, NaiveDate};
use shared::ReportingDay;
use shared::age_band::{AgeBand, BandCounts};
use shared::reporting_day::{Profile, ProfileReport};

use super::batch::Insert;
use super::error::StoreError;

pub(crate) const PROFILES: Insert = Insert {
    table: "unit_profile",
    columns: &["unit_id", "content"],
    conflict: " ON CONFLICT (unit_id) DO UPDATE SET content = excluded.content",
};

/// The stored form of one report, its day counted from the first of the calendar: no keys and few characters, since
/// every report pays for reading and writing fourteen of them.
type Compact = (i32, [u32; AgeBand::COUNT]);

/// Reads the stored form.
pub(crate) fn parse(content: &str) -> Result<Profile, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("a unit's profile: {what}"));
    let reports: Vec<Compact> = serde_json::from_str(content).map_err(|error| damaged(error.to_string()))?;
    let reports = reports
        .into_iter()
        .map(|(day, counts)| {
            let day =
                NaiveDate::from_num_days_from_ce_opt(day).ok_or_else(|| damaged(format!("there is no day {day}")))?;
            let counts = BandCounts::new(counts).map_err(|band| damaged(format!("{band} is out of range")))?;
            Ok(ProfileReport { day: ReportingDay(day), counts })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Profile { reports, notified_65_plus: None })
}

/// Adds a report; the newest comes first and the oldest beyond the fourteenth goes.
pub(crate) fn add(profile: &mut Profile, day: ReportingDay, counts: BandCounts) {
    let place = profile.reports.partition_point(|report| report.day > day);
    profile.reports.insert(place, ProfileReport { day, counts });
    profile.reports.truncate(Profile::LENGTH);
}

/// Puts the corrected counts of a day in their place; whether the profile still holds that day.
pub(crate) fn replace(profile: &mut Profile, day: ReportingDay, counts: BandCounts) -> bool {
    let found = profile.reports.iter_mut().find(|report| report.day == day);
    let holds = found.is_some();
    if let Some(report) = found {
        report.counts = counts;
    }
    holds
}

/// Writes the stored form.
pub(crate) fn compact(profile: &Profile) -> Result<String, StoreError> {
    let reports: Vec<Compact> =
        profile.reports.iter().map(|report| (report.day.0.num_days_from_ce(), *report.counts.as_array())).collect();
    serde_json::to_string(&reports).map_err(|error| StoreError::Damaged(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_holds_the_last_fourteen_reports_newest_first_and_survives_storing() {
        let first: ReportingDay = "2026-11-01".parse().expect("a day");
        let mut profile = Profile::default();
        for day in 0..20 {
            add(&mut profile, first.plus(day), BandCounts::new([day; 14]).expect("in range"));
        }
        assert_eq!(profile.reports.len(), 14);
        assert_eq!(profile.reports[0].day, first.plus(19));
        assert_eq!(profile.reports[13].day, first.plus(6));
        assert_eq!(parse(&compact(&profile).expect("compact")).expect("parsed"), profile);
    }
}
