//! The grammar of a cell, case by case.

use proptest::prelude::*;

use super::*;

const MALFORMED: Meaning<u32> = Meaning::Wrong(Rule::Malformed);
const OUT_OF_RANGE: Meaning<u32> = Meaning::Wrong(Rule::OutOfRange);

#[test]
fn a_count_is_read_as_people_type_it() {
    let cases: [(&str, Meaning<u32>, &[Note]); 24] = [
        ("12", Meaning::Number(12), &[]),
        (" 12\t", Meaning::Number(12), &[]),
        ("007", Meaning::Number(7), &[]),
        ("99999", Meaning::Number(99_999), &[]),
        ("１２", Meaning::Number(12), &[Note::FullWidthConverted]),
        ("　１２　", Meaning::Number(12), &[Note::FullWidthConverted]),
        ("　12", Meaning::Number(12), &[]),
        ("1,234", Meaning::Number(1_234), &[Note::MarksLeftOut]),
        ("１，２３４", Meaning::Number(1_234), &[Note::FullWidthConverted, Note::MarksLeftOut]),
        ("1、234", Meaning::Number(1_234), &[Note::MarksLeftOut]),
        ("1 234", Meaning::Number(1_234), &[Note::MarksLeftOut]),
        ("0人", Meaning::Number(0), &[Note::MarksLeftOut]),
        ("3 名", Meaning::Number(3), &[Note::MarksLeftOut]),
        ("５件", Meaning::Number(5), &[Note::FullWidthConverted, Note::MarksLeftOut]),
        ("-", Meaning::Number(0), &[Note::DashIsZero]),
        ("－", Meaning::Number(0), &[Note::FullWidthConverted, Note::DashIsZero]),
        ("ー", Meaning::Number(0), &[Note::DashIsZero]),
        ("―", Meaning::Number(0), &[Note::DashIsZero]),
        ("−", Meaning::Number(0), &[Note::DashIsZero]),
        ("なし", Meaning::Number(0), &[Note::DashIsZero]),
        ("", Meaning::Blank, &[]),
        (" \u{3000}\u{200B}", Meaning::Blank, &[]),
        ("12\u{200B}", Meaning::Number(12), &[]),
        ("ｰ", Meaning::Number(0), &[Note::FullWidthConverted, Note::DashIsZero]),
    ];
    for (typed, meaning, notes) in cases {
        let entry = count(typed);
        assert_eq!((entry.meaning, entry.notes.as_slice()), (meaning, notes), "{typed:?}");
        assert_eq!(entry.typed, typed, "what was typed is kept");
    }
}

#[test]
fn whatever_else_is_typed_as_a_count_is_wrong_and_stays() {
    let cases = [
        ("100000", OUT_OF_RANGE),
        ("１０００００", OUT_OF_RANGE),
        ("99999999999999999999999999", OUT_OF_RANGE),
        ("-1", OUT_OF_RANGE),
        ("1.5", MALFORMED),
        ("1e3", MALFORMED),
        ("0x10", MALFORMED),
        ("十二", MALFORMED),
        ("人", MALFORMED),
        (",", MALFORMED),
        ("12人くらい", MALFORMED),
        ("1人2", MALFORMED),
        ("--", MALFORMED),
        ("+", MALFORMED),
        ("１２x", MALFORMED),
        ("٣", MALFORMED),
        ("#REF!", MALFORMED),
    ];
    for (typed, meaning) in cases {
        let entry = count(typed);
        assert_eq!((entry.meaning, entry.typed.as_str()), (meaning, typed));
        assert!(entry.notes.is_empty(), "{typed}: nothing was understood");
    }
}

#[test]
fn a_delta_takes_every_sign_that_bookkeepers_write() {
    let cases: [(&str, i32); 14] = [
        ("3", 3),
        ("+3", 3),
        ("＋３", 3),
        ("-3", -3),
        ("−3", -3),
        ("－３", -3),
        ("ー３", -3),
        ("▲3", -3),
        ("△３", -3),
        ("▲ 1,234人", -1_234),
        ("-99999", -99_999),
        ("99,999", 99_999),
        ("なし", 0),
        ("-0", 0),
    ];
    for (typed, expected) in cases {
        assert_eq!(delta(typed).meaning, Meaning::Number(expected), "{typed}");
    }
    assert_eq!(delta("　").meaning, Meaning::Blank);
}

#[test]
fn a_sign_alone_and_whatever_has_no_meaning_is_wrong_as_a_delta() {
    for typed in ["-", "ー", "―", "－", "▲", "△", "+", "▲人", "--3", "3-", "-+3", "(3)", "1.5", "人"] {
        assert_eq!(delta(typed).meaning, Meaning::Wrong(Rule::Malformed), "{typed}");
    }
    for typed in ["100000", "-100000", "▲９９９９９９９９９９９９９９９９９９９９９９"] {
        assert_eq!(delta(typed).meaning, Meaning::Wrong(Rule::OutOfRange), "{typed}");
    }
}

#[test]
fn fourteen_cells_give_counts_with_blanks_as_zero_or_name_every_wrong_one() {
    let mut cells: [String; 14] = std::array::from_fn(|_| String::new());
    cells[3] = "１０，０００".to_owned();
    cells[13] = "100人".to_owned();
    let read = counts(&cells).expect("all can be read");
    assert_eq!((read.get(AgeBand::Age10To19), read.get(AgeBand::Age0), read.total()), (10_000, 0, 10_100));
    cells[0] = "?".to_owned();
    cells[1] = "100000".to_owned();
    assert_eq!(counts(&cells), Err(vec![(AgeBand::Age0, Rule::Malformed), (AgeBand::Age1To4, Rule::OutOfRange)]));
}

#[test]
fn fourteen_cells_give_deltas_or_name_every_wrong_one() {
    let mut cells: [String; 14] = std::array::from_fn(|_| String::new());
    cells[3] = "▲2".to_owned();
    assert_eq!(deltas(&cells).expect("all can be read").get(AgeBand::Age10To19), -2);
    cells[13] = "▲".to_owned();
    assert_eq!(deltas(&cells), Err(vec![(AgeBand::Unknown, Rule::Malformed)]));
}

proptest! {
    #[test]
    fn every_count_is_read_back_in_half_and_full_width(number in 0_u32..=99_999) {
        let half = number.to_string();
        let full: String = half.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a digit")).collect();
        prop_assert_eq!(count(&half).meaning, Meaning::Number(number));
        prop_assert_eq!(count(&full).meaning, Meaning::Number(number));
    }

    #[test]
    fn no_text_makes_the_reader_fail_and_every_number_is_in_range(typed in ".{0,12}") {
        if let Meaning::Number(number) = count(&typed).meaning {
            prop_assert!(number <= 99_999);
        }
        if let Meaning::Number(number) = delta(&typed).meaning {
            prop_assert!((-99_999..=99_999).contains(&number));
        }
    }
}
