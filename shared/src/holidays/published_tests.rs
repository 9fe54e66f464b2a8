use super::*;

const TODAY: &str = "2026-11-22";

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn file(rows: &[&str]) -> String {
    rows.iter().fold(format!("{HEADER}\r\n"), |file, row| file + row + "\r\n")
}

fn read(text: &str) -> Result<Published, Unreadable> {
    Published::read(text, day(TODAY))
}

fn refused(rows: &[&str]) -> Unreadable {
    read(&file(rows)).expect_err("refused")
}

const SOUND: [&str; 5] =
    ["1955/1/1,元日", "2026/11/23,勤労感謝の日", "2027/1/1,元日", "2027/11/3,文化の日", "2027/11/23,勤労感謝の日"];

#[test]
fn the_cabinet_offices_file_is_read() {
    let published = read(&file(&SOUND)).expect("read");
    assert_eq!(published.name(day("2027-01-01")), Some("元日"));
    assert_eq!(published.name(day("1955-01-01")), Some("元日"));
    assert_eq!(published.name(day("2027-01-02")), None);
    assert_eq!(published.years().collect::<Vec<_>>(), (1955..=2027).collect::<Vec<_>>());
}

#[test]
fn line_ends_marks_zeros_and_the_order_do_not_matter() {
    let expected = read(&file(&SOUND)).expect("read");
    let mut backwards = SOUND;
    backwards.reverse();
    for text in [
        file(&SOUND).replace("\r\n", "\n"),
        format!("\u{feff}{}", file(&SOUND)),
        format!("{}\r\n", file(&SOUND)),
        file(&SOUND).trim_end().to_owned(),
        file(&SOUND).replace("/1/1", "/01/01"),
        file(&backwards),
    ] {
        assert_eq!(read(&text), Ok(expected.clone()), "{text}");
    }
}

#[test]
fn what_is_not_that_file_is_refused() {
    for text in ["", "\u{feff}", "\r\n \r\n"] {
        assert_eq!(read(text), Err(Unreadable::Empty));
    }
    for text in ["day,name\r\n2027/1/1,元日\r\n", "2027/1/1,元日\r\n", "<html>\r\n"] {
        assert_eq!(read(text), Err(Unreadable::AnotherFile), "{text}");
    }
    assert_eq!(refused(&[]), Unreadable::NoHolidays);
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    for row in ["2027/1/1", "2027/1/1,元日,", "元日"] {
        assert_eq!(refused(&["2026/11/23,勤労感謝の日", row]), Unreadable::Columns { line: 3 }, "{row}");
    }
    for text in
        ["2027-1-1", "2027/2/29", "2027/13/1", "27/1/1", "2027/1", "2027/1/1/1", "2027/+1/1", "２０２７/1/1", ""]
    {
        let expected = Unreadable::NotADay { line: 2, text: text.to_owned() };
        assert_eq!(refused(&[&format!("{text},元日")]), expected);
    }
    let long = format!("\u{1b}{}", "9".repeat(99));
    assert_eq!(refused(&[&format!("{long},元日")]), Unreadable::NotADay { line: 2, text: "9".repeat(20) });
    for name in ["", " ", "元\u{1b}日", &"祝".repeat(41)] {
        assert_eq!(refused(&[&format!("2027/1/1,{name}")]), Unreadable::NotAName { line: 2 }, "{name:?}");
    }
}

#[test]
fn a_day_that_stands_there_twice_is_refused_with_both_lines() {
    let rows = ["2027/1/1,元日", "2027/11/3,文化の日", "2027/01/01,休日"];
    assert_eq!(refused(&rows), Unreadable::Twice { line: 4, day: day("2027-01-01"), before: 2 });
    assert_eq!(refused(&rows).to_string(), "line 4: 2027-01-01 has line 2 already");
}

#[test]
fn a_file_that_says_nothing_of_coming_days_is_refused() {
    assert_eq!(refused(&["2025/11/3,文化の日", "2026/11/22,休日"]), Unreadable::Past { last: day(TODAY) });
    assert!(read(&file(&["2026/11/23,勤労感謝の日"])).is_ok(), "the next day is one");
}

#[test]
fn a_file_that_was_cut_off_is_refused_since_it_would_withdraw_the_rest() {
    let rows = ["2026/11/23,勤労感謝の日", "2027/1/1,元日", "2027/10/11,スポーツの日"];
    assert_eq!(refused(&rows), Unreadable::CutOff { year: 2027 });
    assert_eq!(refused(&["2026/11/23,勤労感謝の日", "2028/11/3,文化の日"]), Unreadable::CutOff { year: 2027 });
    assert!(read(&file(&["1955/1/1,元日", "2026/11/23,勤労感謝の日"])).is_ok(), "past years are history");
}
