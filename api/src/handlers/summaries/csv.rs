//! A table of figures as a file for a spreadsheet.

use shared::AgeBand;
use shared::summary::{SummaryRow, SummaryView};

use super::super::spreadsheet::{Charset, CsvFile, encode, harmless, lines, text, written};

/// Writes a table as CSV (RFC 4180), one line a row in the order of the table, with the names that the JSON has.
///
/// # Errors
/// Only when the library can't write to memory.
pub fn write(view: &SummaryView, charset: Charset) -> Result<CsvFile, csv::Error> {
    let mut writer = lines();
    writer.write_record(header())?;
    for row in &view.rows {
        writer.write_record(line(view, row))?;
    }
    Ok(encode(&String::from_utf8_lossy(&written(writer)?), charset))
}

fn header() -> impl Iterator<Item = &'static str> {
    const BEFORE: [&str; 6] = ["from", "to", "series", "kind", "prefecture_code", "name"];
    const AFTER: [&str; 8] =
        ["total", "follow_up_total", "expected", "covered", "percent", "cumulative", "state", "as_of"];
    BEFORE.into_iter().chain(AgeBand::ALL.into_iter().map(AgeBand::key)).chain(AFTER)
}

fn line(view: &SummaryView, row: &SummaryRow) -> Vec<String> {
    let name = row.organization.as_ref().map_or("", |organization| &organization.name);
    let mut cells = vec![
        view.from.to_string(),
        view.to.to_string(),
        view.series.key().to_owned(),
        row.kind.key().to_owned(),
        text(row.prefecture_code.as_ref()),
        harmless(name),
    ];
    cells.extend(AgeBand::ALL.map(|band| row.counts.get(band).to_string()));
    cells.extend([
        row.total.to_string(),
        row.follow_up_total.to_string(),
        row.coverage.expected().to_string(),
        row.coverage.covered().to_string(),
        text(row.percent),
        text(row.cumulative),
        view.state.key().to_owned(),
        view.as_of.clone(),
    ]);
    cells
}
