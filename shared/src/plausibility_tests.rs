//! Each warning just below and just at its limit.

use proptest::prelude::*;

use super::*;

const SUNDAY: &str = "2026-11-22";

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn counts(numbers: [u32; 14]) -> BandCounts {
    BandCounts::new(numbers).expect("in range")
}

/// Counts that are 0 but in these bands.
fn with(bands: &[(AgeBand, u32)]) -> BandCounts {
    let mut numbers = [0; 14];
    for &(band, number) in bands {
        numbers[band.index()] = number;
    }
    counts(numbers)
}

/// A profile of daily reports that end the day before the Sunday in question, newest first.
fn profile(reports: impl IntoIterator<Item = BandCounts>) -> Profile {
    let reports = (1..).zip(reports).map(|(back, counts)| ProfileReport { day: day(SUNDAY).minus(back), counts });
    Profile { reports: reports.collect(), notified_65_plus: None }
}

/// A profile whose reports have these totals, spread over two bands so that no single one stands out.
fn totals(totals: &[u32]) -> Profile {
    profile(totals.iter().map(|&total| spread(total)))
}

fn spread(total: u32) -> BandCounts {
    with(&[(AgeBand::Age20To29, total / 2), (AgeBand::Age30To39, total - total / 2)])
}

fn codes(counts: &BandCounts, profile: &Profile) -> Vec<WarningCode> {
    warnings(counts, profile, day(SUNDAY)).into_iter().map(|warning| warning.code).collect()
}

fn raises(code: WarningCode, counts: &BandCounts, profile: &Profile) -> bool {
    codes(counts, profile).contains(&code)
}

#[test]
fn the_row_of_the_source_is_asked_about_even_without_any_history() {
    let row = counts([0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100]);
    let found = warnings(&row, &Profile::default(), day(SUNDAY));
    let about_teens = |code| Warning { code, bands: vec![AgeBand::Age10To19], value: 10_000, usual: None };
    assert_eq!(found, [about_teens(WarningCode::BandVeryHigh), about_teens(WarningCode::AllOneBand)]);
}

#[test]
fn with_fewer_than_five_reports_only_the_first_two_are_asked() {
    let unusual = with(&[(AgeBand::Unknown, 2_000)]);
    let first_two = [WarningCode::BandVeryHigh, WarningCode::AllOneBand];
    let mut four = totals(&[1, 1, 1, 1]);
    four.notified_65_plus = Some(1);
    assert_eq!(codes(&unusual, &four), first_two);
    let mut five = totals(&[1, 1, 1, 1, 1]);
    five.notified_65_plus = Some(1);
    let all = codes(&unusual, &five);
    assert!(all.starts_with(&first_two) && all.len() > 2, "{all:?}");
}

#[test]
fn a_band_is_very_high_from_a_thousand_on() {
    let high = |number| raises(WarningCode::BandVeryHigh, &with(&[(AgeBand::Age0, number)]), &Profile::default());
    assert!(!high(999));
    assert!(high(1_000));
}

#[test]
fn a_warning_about_bands_names_all_of_them_and_the_largest_number() {
    let two = with(&[(AgeBand::Age0, 1_001), (AgeBand::Age90Plus, 1_500)]);
    let found = warnings(&two, &Profile::default(), day(SUNDAY));
    assert_eq!(found[0].bands, [AgeBand::Age0, AgeBand::Age90Plus]);
    assert_eq!(found[0].value, 1_500);
}

#[test]
fn all_in_one_band_needs_thirty_patients_and_nine_tenths() {
    let cases = [(29, 0, false), (30, 0, true), (27, 3, true), (26, 4, false), (89, 11, false), (90, 10, true)];
    for (one, rest, expected) in cases {
        let typed = with(&[(AgeBand::Age5To9, one), (AgeBand::Age40To49, rest)]);
        assert_eq!(raises(WarningCode::AllOneBand, &typed, &Profile::default()), expected, "{one} and {rest}");
    }
}

#[test]
fn many_of_unknown_age_needs_twenty_patients_and_half() {
    let usual = totals(&[20; 14]);
    for (unknown, rest, expected) in [(10, 9, false), (10, 10, true), (9, 11, false), (19, 0, false), (11, 10, true)] {
        let typed = with(&[(AgeBand::Unknown, unknown), (AgeBand::Age40To49, rest)]);
        assert_eq!(raises(WarningCode::ManyUnknown, &typed, &usual), expected, "{unknown} and {rest}");
    }
}

#[test]
fn a_total_is_far_above_when_it_passes_all_three_limits() {
    let cases: [(&str, &[u32], u32, bool); 9] = [
        ("three times the median exactly", &[10, 10, 10, 10, 10], 30, false),
        ("one more than three times the median", &[10, 10, 10, 10, 10], 31, true),
        ("ten above the median exactly", &[2, 2, 2, 2, 2], 12, false),
        ("eleven above the median", &[2, 2, 2, 2, 2], 13, true),
        ("the maximum exactly", &[10, 10, 40, 10, 10], 40, false),
        ("one above the maximum", &[10, 10, 40, 10, 10], 41, true),
        ("a median of 10.5: 31 is below three times that", &[10, 10, 10, 11, 11, 11], 31, false),
        ("a median of 10.5: 32 is above three times that", &[10, 10, 10, 11, 11, 11], 32, true),
        ("a median of 1.5: 12 is above it by more than ten", &[1, 1, 1, 2, 2, 2], 12, true),
    ];
    for (name, usual, total, expected) in cases {
        assert_eq!(raises(WarningCode::TotalFarAbove, &spread(total), &totals(usual)), expected, "{name}");
    }
}

#[test]
fn a_total_far_above_says_what_is_usual() {
    let found = warnings(&spread(40), &totals(&[10, 10, 10, 11, 11, 11]), day(SUNDAY));
    let warning = found.iter().find(|warning| warning.code == WarningCode::TotalFarAbove).expect("raised");
    assert_eq!((warning.value, warning.usual), (40, Some(11)));
}

#[test]
fn a_band_is_far_above_from_fifty_on_where_it_never_passed_five() {
    let usual = |highest| profile([0, highest, 0, 0, 0].map(|number| with(&[(AgeBand::Age70To79, number)])));
    for (typed, highest, expected) in [(49, 5, false), (50, 5, true), (50, 6, false), (50, 0, true)] {
        let counts = with(&[(AgeBand::Age70To79, typed), (AgeBand::Age80To89, 40)]);
        assert_eq!(raises(WarningCode::BandFarAbove, &counts, &usual(highest)), expected, "{typed}, {highest}");
    }
    let found = warnings(&with(&[(AgeBand::Age70To79, 60)]), &usual(4), day(SUNDAY));
    let warning = found.iter().find(|warning| warning.code == WarningCode::BandFarAbove).expect("raised");
    assert_eq!((warning.bands.as_slice(), warning.value, warning.usual), (&[AgeBand::Age70To79][..], 60, Some(4)));
}

#[test]
fn the_same_fourteen_as_the_last_report_are_asked_about_from_a_total_of_five() {
    for (last, typed, expected) in [(4, 4, false), (5, 5, true), (6, 5, false)] {
        let usual = profile([spread(last), spread(9), spread(9), spread(9), spread(9)]);
        assert_eq!(raises(WarningCode::SameAsLast, &spread(typed), &usual), expected, "{last}, {typed}");
    }
    let only_earlier = profile([spread(9), spread(5), spread(9), spread(9), spread(9)]);
    assert!(!raises(WarningCode::SameAsLast, &spread(5), &only_earlier), "only the last one counts");
    let same_total = with(&[(AgeBand::Age0, 5)]);
    assert!(!raises(WarningCode::SameAsLast, &same_total, &totals(&[5; 5])), "all fourteen must be equal");
}

#[test]
fn a_replacement_is_not_compared_with_the_report_that_it_replaces() {
    let mut usual = totals(&[9, 9, 9, 9, 9]);
    usual.reports.insert(0, ProfileReport { day: day(SUNDAY), counts: spread(6) });
    assert!(!raises(WarningCode::SameAsLast, &spread(6), &usual));
}

#[test]
fn only_the_last_fourteen_reports_are_usual() {
    let mut long = vec![4; 14];
    long.push(1_000);
    assert!(raises(WarningCode::TotalFarAbove, &spread(100), &totals(&long)));
}

const USUAL_SHAPE: [u32; 14] = [1, 2, 4, 8, 5, 6, 7, 4, 2, 1, 3, 2, 0, 0];

#[test]
fn numbers_one_row_too_low_or_too_high_are_asked_about() {
    let usual = profile([counts(USUAL_SHAPE); 5]);
    let low = counts([0, 1, 2, 4, 8, 5, 6, 7, 4, 2, 1, 3, 2, 0]);
    let high = counts([2, 4, 8, 5, 6, 7, 4, 2, 1, 3, 2, 0, 0, 0]);
    let doubled = counts([0, 2, 4, 8, 16, 10, 12, 14, 8, 4, 2, 6, 4, 0]);
    assert!(raises(WarningCode::ShiftedByOne, &low, &usual));
    assert!(raises(WarningCode::ShiftedByOne, &high, &usual));
    assert!(raises(WarningCode::ShiftedByOne, &doubled, &usual), "the shape counts, not the size");
    assert!(!raises(WarningCode::ShiftedByOne, &counts(USUAL_SHAPE), &usual), "the usual shape itself");
}

#[test]
fn a_shift_is_asked_about_when_it_exactly_halves_the_distance_and_not_just_above() {
    use AgeBand::{Age0, Age30To39, Age40To49, Age50To59, Unknown};
    // Usually all in one band; what lies elsewhere must not pass the part that is one band off.
    let one_band = profile([with(&[(Age40To49, 20)]); 5]);
    // What is usually in a band to which nothing can be moved counts against the shift.
    let first_too = |first, rest| profile([with(&[(Age0, first), (Age40To49, rest)]); 5]);
    let last_too = |last, rest| profile([with(&[(Unknown, last), (Age40To49, rest)]); 5]);
    type Typed<'a> = &'a [(AgeBand, u32)];
    let cases: [(&str, Profile, Typed, bool); 8] = [
        ("too low", one_band.clone(), &[(Age50To59, 20), (Age0, 20)], true),
        ("too low, the first falls off", one_band.clone(), &[(Age50To59, 20), (Age0, 21)], false),
        ("too high", one_band.clone(), &[(Age30To39, 20), (Unknown, 20)], true),
        ("too high, the last falls off", one_band, &[(Age30To39, 20), (Unknown, 21)], false),
        ("too high, the first is usual", first_too(10, 10), &[(Age30To39, 20)], true),
        ("too high, the first is too usual", first_too(11, 9), &[(Age30To39, 20)], false),
        ("too low, the last is usual", last_too(10, 10), &[(Age50To59, 20)], true),
        ("too low, the last is too usual", last_too(11, 9), &[(Age50To59, 20)], false),
    ];
    for (name, usual, typed, expected) in cases {
        assert_eq!(raises(WarningCode::ShiftedByOne, &with(typed), &usual), expected, "{name}");
    }
}

#[test]
fn a_shift_needs_twenty_patients_and_a_shape_to_compare_with() {
    let usual = profile([with(&[(AgeBand::Age40To49, 10)]); 5]);
    assert!(!raises(WarningCode::ShiftedByOne, &with(&[(AgeBand::Age50To59, 19)]), &usual));
    assert!(raises(WarningCode::ShiftedByOne, &with(&[(AgeBand::Age50To59, 20)]), &usual));
    assert!(!raises(WarningCode::ShiftedByOne, &with(&[(AgeBand::Age50To59, 20)]), &totals(&[0; 5])));
}

#[test]
fn what_a_shift_pushes_off_the_end_does_not_fit() {
    let usual = profile([with(&[(AgeBand::Age0, 20)]); 5]);
    let typed = with(&[(AgeBand::Age0, 15), (AgeBand::Age1To4, 5)]);
    assert!(!raises(WarningCode::ShiftedByOne, &typed, &usual));
}

#[test]
fn round_thousands_are_asked_about() {
    let usual = totals(&[10; 5]);
    for (number, expected) in [(0, false), (500, false), (1_000, true), (1_001, false), (1_500, false), (12_000, true)]
    {
        let typed = with(&[(AgeBand::Age10To19, number)]);
        assert_eq!(raises(WarningCode::RoundThousands, &typed, &usual), expected, "{number}");
    }
}

#[test]
fn zero_is_unusual_where_the_same_weekday_usually_has_five() {
    let sundays = |totals: [u32; 2], others: u32| {
        let mut usual = profile([spread(others); 14]);
        usual.reports[6].counts = spread(totals[0]);
        usual.reports[13].counts = spread(totals[1]);
        usual
    };
    for (totals, others, expected) in [([5, 5], 0, true), ([4, 5], 9, false), ([4, 6], 0, true), ([0, 0], 50, false)] {
        let raised = raises(WarningCode::ZeroUnusual, &BandCounts::ZERO, &sundays(totals, others));
        assert_eq!(raised, expected, "Sundays {totals:?}, other days {others}");
    }
    assert!(!raises(WarningCode::ZeroUnusual, &spread(1), &sundays([5, 5], 5)), "one patient is not zero");
    assert!(!raises(WarningCode::ZeroUnusual, &BandCounts::ZERO, &totals(&[9; 6])), "no Sunday is known");
}

#[test]
fn fewer_of_sixty_five_and_more_than_were_notified_is_asked_about() {
    let mut usual = totals(&[10; 5]);
    usual.notified_65_plus = Some(4);
    let elderly = [AgeBand::Age65To69, AgeBand::Age70To79, AgeBand::Age80To89, AgeBand::Age90Plus];
    let each = with(&elderly.map(|band| (band, 1)));
    assert!(!raises(WarningCode::BelowNotifications, &each, &usual), "four of four");
    for missing in elderly {
        let three: Vec<_> = elderly.into_iter().filter(|&band| band != missing).map(|band| (band, 1)).collect();
        assert!(raises(WarningCode::BelowNotifications, &with(&three), &usual), "without {missing}");
    }
    let younger = with(&[(AgeBand::Age60To64, 9), (AgeBand::Unknown, 9)]);
    assert!(raises(WarningCode::BelowNotifications, &younger, &usual), "60 to 64 and unknown don't count");
    assert!(!raises(WarningCode::BelowNotifications, &younger, &totals(&[10; 5])), "nothing was notified");
}

#[test]
fn an_acknowledged_warning_is_settled_and_codes_that_were_not_raised_do_not_matter() {
    let row = counts([0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100]);
    let raised = warnings(&row, &Profile::default(), day(SUNDAY));
    assert_eq!(unacknowledged(&raised, &[]), raised);
    assert_eq!(unacknowledged(&raised, &[WarningCode::BandVeryHigh, WarningCode::ZeroUnusual]), raised[1..]);
    assert!(unacknowledged(&raised, &WarningCode::ALL).is_empty());
}

proptest! {
    #[test]
    fn warnings_come_once_each_and_in_the_fixed_order(
        typed in prop::array::uniform14(0_u32..3_000),
        usual in prop::collection::vec(prop::array::uniform14(0_u32..60), 0..16),
        notified in prop::option::of(0_u32..300),
    ) {
        let mut profile = profile(usual.into_iter().map(counts));
        profile.notified_65_plus = notified;
        let found = codes(&counts(typed), &profile);
        let ordered: Vec<_> = WarningCode::ALL.into_iter().filter(|code| found.contains(code)).collect();
        prop_assert_eq!(found, ordered);
    }

    #[test]
    fn the_largest_numbers_there_are_do_not_overflow(typed in prop::array::uniform14(99_990_u32..=99_999)) {
        let usual = profile([counts([99_999; 14]); 14]);
        prop_assert!(codes(&counts(typed), &usual).contains(&WarningCode::BandVeryHigh));
    }
}
