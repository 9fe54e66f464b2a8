//! Public holidays: imported from the Cabinet Office's file, and listed.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use encoding_rs::SHIFT_JIS;
use shared::holidays::{Comparison, Difference, Holiday, Published, check_year};
use shared::{ReportingDay, reporting_day};

use super::maintenance::open;
use super::{Failure, put_out};

/// How many bytes a file has at the most. The one of 2026 has 22,000.
const MOST_BYTES: u64 = 1 << 20;

pub(super) async fn import(file: &Path, dry_run: bool) -> Result<(), Failure> {
    let of_file = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = text(file).map_err(|error| of_file(&error))?;
    let store = open().await?;
    let today = reporting_day(store.clock().now());
    let published = Published::read(&text, today).map_err(|error| of_file(&error))?;
    let comparison = if dry_run {
        let reading = store.reading().await?;
        let holidays = reading.all_holidays().await?;
        reading.finish();
        holidays.compared_with(&published, today)
    } else {
        store.import_holidays(published).await?
    };
    Ok(put_out(&told(&comparison, dry_run))?)
}

pub(super) async fn list(year: Option<i32>) -> Result<(), Failure> {
    let store = open().await?;
    let year = check_year(year, reporting_day(store.clock().now()))
        .map_err(|violation| format!("a year is {}", violation.message))?;
    let reading = store.reading().await?;
    let holidays = reading.all_holidays().await?;
    reading.finish();
    let mut text = String::new();
    for Holiday { day, name } in holidays.of_year(year) {
        let _ = writeln!(text, "{} {name}", shown(day));
    }
    if text.is_empty() {
        return Err(format!("nothing is known of {year}; holidays are known until {}", holidays.known_until()).into());
    }
    Ok(put_out(&text)?)
}

/// The text of a file: UTF-8 where it is that, otherwise CP932.
fn text(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(
            format!("it has more than {MOST_BYTES} bytes: this isn't the Cabinet Office's syukujitsu.csv").into()
        );
    }
    decoded(bytes).ok_or_else(|| "its text is neither CP932 nor UTF-8".into())
}

fn decoded(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).map_or_else(
        |error| SHIFT_JIS.decode_without_bom_handling_and_without_replacement(error.as_bytes()).map(Into::into),
        Some,
    )
}

/// What an import changed, or would change.
fn told(comparison: &Comparison, dry_run: bool) -> String {
    let mut text = String::new();
    for difference in &comparison.coming {
        let day = shown(difference.day);
        let _ = match change(difference) {
            Change::Added(name) => writeln!(text, "added       {day} {name}"),
            Change::TakenAway(name) => writeln!(text, "taken away  {day} {name}"),
            Change::Renamed(before, after) => writeln!(text, "renamed     {day} {before} → {after}"),
        };
    }
    let count = |of: fn(&Change<'_>) -> bool| comparison.coming.iter().map(change).filter(of).count();
    let (added, taken_away) =
        (count(|it| matches!(it, Change::Added(_))), count(|it| matches!(it, Change::TakenAway(_))));
    let (renamed, left) = (comparison.coming.len() - added - taken_away, comparison.left);
    let _ = writeln!(
        text,
        "coming days: {added} added, {taken_away} taken away, {renamed} renamed, {left} left as they were"
    );
    for difference in &comparison.past {
        let name = |name: &Option<String>| name.as_deref().unwrap_or("no holiday").to_owned();
        let (day, before, after) = (shown(difference.day), name(&difference.before), name(&difference.after));
        let _ = writeln!(text, "not changed {day} was {before}; the file says {after}");
    }
    if !comparison.past.is_empty() {
        let _ = writeln!(text, "days up to today stay as they were: which units were to be expected then is history");
    }
    if dry_run {
        text.push_str("this was a dry run: nothing was changed\n");
    }
    text
}

/// What becomes of a day.
enum Change<'a> {
    Added(&'a str),
    TakenAway(&'a str),
    Renamed(&'a str, &'a str),
}

fn change(difference: &Difference) -> Change<'_> {
    match (difference.before.as_deref(), difference.after.as_deref()) {
        (Some(before), Some(after)) => Change::Renamed(before, after),
        (Some(before), None) => Change::TakenAway(before),
        (None, after) => Change::Added(after.unwrap_or_default()),
    }
}

/// A day with its weekday.
fn shown(day: ReportingDay) -> String {
    format!("{day} {}", day.weekday())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2027/1/1,元日\r\n2027/11/23,勤労感謝の日\r\n";

    #[test]
    fn a_file_is_read_in_either_encoding() {
        let (cp932, _, failed) = SHIFT_JIS.encode(TEXT);
        assert!(!failed && std::str::from_utf8(&cp932).is_err(), "the two differ");
        assert_eq!(decoded(cp932.into_owned()).as_deref(), Some(TEXT));
        assert_eq!(decoded(TEXT.into()).as_deref(), Some(TEXT));
        assert_eq!(decoded(vec![0x81, 0x20, 0xff]), None);
    }

    #[test]
    fn what_changes_is_told_a_line_a_day() {
        let difference = |text: &str, before: Option<&str>, after: Option<&str>| Difference {
            day: text.parse().expect("a day"),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let comparison = Comparison {
            coming: vec![
                difference("2027-07-19", Some("海の日"), None),
                difference("2027-07-22", None, Some("海の日")),
                difference("2027-07-23", Some("休日"), Some("スポーツの日")),
            ],
            past: vec![difference("2026-11-03", Some("文化の日"), None)],
            left: 14,
        };
        let expected = "taken away  2027-07-19 Mon 海の日\n\
            added       2027-07-22 Thu 海の日\n\
            renamed     2027-07-23 Fri 休日 → スポーツの日\n\
            coming days: 1 added, 1 taken away, 1 renamed, 14 left as they were\n\
            not changed 2026-11-03 Tue was 文化の日; the file says no holiday\n\
            days up to today stay as they were: which units were to be expected then is history\n";
        assert_eq!(told(&comparison, false), expected);
        assert_eq!(told(&comparison, true), format!("{expected}this was a dry run: nothing was changed\n"));
    }
}
