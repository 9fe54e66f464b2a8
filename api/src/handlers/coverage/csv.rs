//! The list of units with what is known of each, as a file for a spreadsheet.

use chrono::{DateTime, SecondsFormat, Utc};
use shared::ReportingDay;
use shared::coverage::UnitCoverage;
use shared::day::jst;

use super::super::spreadsheet::{Charset, CsvFile, encode, harmless, lines, text, written};

const HEADER: [&str; 18] = [
    "day",
    "institution_code",
    "name",
    "kana",
    "kind",
    "telephone",
    "area",
    "state",
    "channel",
    "known_since",
    "usual_tenths",
    "silent_days",
    "missing_tenths",
    "pointed_out",
    "waiting_arrivals",
    "contact_outcome",
    "contact_note",
    "contact_noted_at",
];

/// Writes the units of a day as CSV (RFC 4180), one line a unit in the order of the list, with the names that the JSON has.
/// Times are those of Japan. Who noted a contact isn't in it: a file travels further than a page.
///
/// # Errors
/// Only when the library can't write to memory.
pub fn write(day: ReportingDay, units: &[UnitCoverage], charset: Charset) -> Result<CsvFile, csv::Error> {
    let mut writer = lines();
    writer.write_record(HEADER)?;
    for unit in units {
        writer.write_record(line(day, unit))?;
    }
    Ok(encode(&String::from_utf8_lossy(&written(writer)?), charset))
}

fn line(day: ReportingDay, unit: &UnitCoverage) -> [String; HEADER.len()] {
    let note = unit.last_note.as_ref();
    [
        day.to_string(),
        text(unit.institution_code.as_ref()),
        harmless(&unit.name),
        harmless(&unit.kana),
        unit.kind.key().to_owned(),
        harmless(&unit.telephone),
        harmless(&unit.area.name),
        unit.state.key().to_owned(),
        unit.channel.map_or("", |channel| channel.key()).to_owned(),
        text(unit.known_since.map(in_japan)),
        text(unit.usual_tenths),
        unit.silent_days.to_string(),
        unit.missing_tenths.to_string(),
        unit.pointed_out.to_string(),
        unit.waiting_arrivals.to_string(),
        note.map_or("", |note| note.outcome.key()).to_owned(),
        note.and_then(|note| note.note.as_deref()).map(harmless).unwrap_or_default(),
        text(note.map(|note| in_japan(note.noted_at))),
    ]
}

fn in_japan(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&jst()).to_rfc3339_opts(SecondsFormat::Secs, false)
}
