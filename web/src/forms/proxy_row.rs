//! A row of the grid: what a health center types for a unit, and what it says.

use shared::draft::DraftCells;
use shared::entry;
use shared::report::{Adjustment, AdjustmentReason, Channel, ReportRequest, WarningCode};
use shared::reporting_day::Profile;
use shared::supplement::SupplementRequest;
use shared::{AgeBand, BandCounts, BandDeltas, ReportingDay, Rule, plausibility};
use uuid::Uuid;

/// The cells of a row that can't be read, with the rule that each breaks.
pub type Unreadable = Vec<(AgeBand, Rule)>;

/// How a day's numbers are filed: as the unit's report, or as a supplement when nobody can report for the day any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a proxy report.
    Report,
    /// As a supplement.
    Supplement,
}

impl Way {
    /// The way for a day: a report today and, until the policy's time, for yesterday; the service says when that is over.
    #[must_use]
    pub fn of(day: ReportingDay, today: ReportingDay) -> Self {
        if today.days_since(day) <= 1 { Self::Report } else { Self::Supplement }
    }
}

/// The report that a row says.
///
/// # Errors
/// The cells that can't be read.
pub fn report(
    unit: Uuid,
    day: ReportingDay,
    cells: &DraftCells,
    channel: Channel,
    acknowledged: &[WarningCode],
) -> Result<ReportRequest, Unreadable> {
    let counts = entry::counts(cells)?;
    Ok(ReportRequest {
        unit_id: Some(unit),
        entry_day: day,
        counts,
        total: Some(counts.total()),
        adjustments: Vec::new(),
        channel: Some(channel),
        acknowledged_warnings: acknowledged.to_vec(),
    })
}

/// The supplement that a row says, filed today; none where it says 0, which changes nothing.
#[must_use]
pub fn supplement(
    unit: Uuid,
    day: ReportingDay,
    today: ReportingDay,
    counts: &BandCounts,
    channel: Channel,
) -> Option<SupplementRequest> {
    let deltas = BandDeltas::between(&BandCounts::ZERO, counts);
    let found = Adjustment { target_day: day, reason: AdjustmentReason::FoundLate, note: None, deltas };
    (!counts.is_zero()).then(|| SupplementRequest {
        unit_id: Some(unit),
        entry_day: today,
        adjustments: vec![found],
        channel: Some(channel),
    })
}

/// What is unusual about a report and not yet confirmed.
#[must_use]
pub fn questions(request: &ReportRequest, profile: &Profile) -> Vec<shared::report::Warning> {
    let raised = plausibility::warnings(&request.counts, profile, request.entry_day);
    plausibility::unacknowledged(&raised, &request.acknowledged_warnings)
}

/// Whether a unit is meant by what was typed: part of its name or reading, its code or its telephone number. Kana may be
/// hiragana, and numbers may have hyphens or not.
#[must_use]
pub fn is_meant(typed: &str, (name, kana, code, telephone): (&str, &str, Option<&str>, &str)) -> bool {
    let typed = shared::text::katakana(&shared::unicode::nfkc(typed));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    typed.split_whitespace().all(|word| {
        let number = digits(word);
        let is_number = number.len() >= 3 && word.chars().all(|c| c.is_ascii_digit() || c == '-');
        name.contains(word)
            || shared::text::katakana(name).contains(word)
            || kana.contains(word)
            || (is_number && (code.is_some_and(|code| code.contains(&number)) || digits(telephone).contains(&number)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ReportingDay {
        text.parse().expect("a day")
    }

    fn cells(first: &str) -> DraftCells {
        std::array::from_fn(|at| if at == 0 { first.to_owned() } else { String::new() })
    }

    #[test]
    fn a_row_is_a_proxy_report_with_its_channel_and_blanks_are_0() {
        let request = report(Uuid::nil(), day("2026-11-22"), &cells("１２人"), Channel::Fax, &[]).expect("readable");
        assert_eq!((request.total, request.channel), (Some(12), Some(Channel::Fax)));
        let unreadable =
            report(Uuid::nil(), day("2026-11-22"), &cells("x"), Channel::Fax, &[]).expect_err("unreadable");
        assert_eq!(unreadable, [(AgeBand::ALL[0], Rule::Malformed)]);
    }

    #[test]
    fn what_nobody_can_report_any_more_is_a_supplement_unless_it_is_0() {
        let (sunday, monday) = (day("2026-11-22"), day("2026-11-23"));
        let counts = entry::counts(&cells("3")).expect("readable");
        let found = supplement(Uuid::nil(), sunday, monday, &counts, Channel::Fax).expect("not 0");
        assert_eq!((found.entry_day, found.adjustments[0].target_day), (monday, sunday));
        assert_eq!(found.adjustments[0].deltas.as_array()[..2], [3, 0]);
        assert_eq!(supplement(Uuid::nil(), sunday, monday, &BandCounts::ZERO, Channel::Fax), None);
        assert_eq!(Way::of(monday, monday), Way::Report);
        assert_eq!(Way::of(sunday, monday), Way::Report);
        assert_eq!(Way::of(sunday, day("2026-11-24")), Way::Supplement);
    }

    #[test]
    fn unusual_numbers_are_asked_about_until_they_are_confirmed() {
        let many = report(Uuid::nil(), day("2026-11-22"), &cells("10000"), Channel::Fax, &[]).expect("readable");
        let asked = questions(&many, &Profile::default());
        assert!(!asked.is_empty());
        let codes: Vec<_> = asked.iter().map(|warning| warning.code).collect();
        let confirmed =
            report(Uuid::nil(), day("2026-11-22"), &cells("10000"), Channel::Fax, &codes).expect("readable");
        assert_eq!(questions(&confirmed, &Profile::default()), []);
    }

    #[test]
    fn a_unit_is_found_by_name_reading_code_and_telephone_number() {
        let unit = ("青葉クリニック", "アオバクリニック", Some("1310110041"), "03-5550-0123");
        for typed in
            ["青葉", "あおば", "ｱｵﾊﾞ", "クリ", "くりにっく", "0041", "5550", "55500123", "03-5550", "青葉 0041", ""]
        {
            assert!(is_meant(typed, unit), "{typed}");
        }
        for typed in ["緑", "みどり", "9999", "青葉 9999", "41x"] {
            assert!(!is_meant(typed, unit), "{typed}");
        }
    }
}
