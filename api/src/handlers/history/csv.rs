//! A history as a file for a spreadsheet.

use shared::AgeBand;
use shared::history::{History, HistoryItem};

use super::super::spreadsheet::{Charset, CsvFile, encode, harmless, lines, text, written};

/// Writes a history as CSV (RFC 4180), one line a day, newest first, with the names that the JSON has.
///
/// # Errors
/// Only when the library can't write to memory.
pub fn write(unit_name: &str, history: &History, charset: Charset) -> Result<CsvFile, csv::Error> {
    let mut writer = lines();
    writer.write_record(header())?;
    for item in &history.items {
        writer.write_record(line(unit_name, item))?;
    }
    Ok(encode(&String::from_utf8_lossy(&written(writer)?), charset))
}

fn header() -> impl Iterator<Item = &'static str> {
    let bands = AgeBand::ALL.into_iter().map(AgeBand::key);
    let after = ["total", "deltas_received", "adjusted_total", "channel", "by_proxy", "receipt_id"];
    ["unit_name", "day", "state"].into_iter().chain(bands).chain(after)
}

fn line(unit_name: &str, item: &HistoryItem) -> Vec<String> {
    let mut cells = vec![harmless(unit_name), item.day.to_string(), item.state.key().to_owned()];
    cells.extend(AgeBand::ALL.map(|band| text(item.counts.map(|counts| counts.get(band)))));
    let known = item.adjusted_total.is_some();
    cells.extend([
        text(item.total),
        text(known.then(|| item.deltas_received.total())),
        text(item.adjusted_total),
        item.channel.map_or("", |channel| channel.key()).to_owned(),
        item.by_proxy.to_string(),
        text(item.receipt_id),
    ]);
    cells
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use encoding_rs::SHIFT_JIS;
    use shared::age_band::{BandCounts, BandDeltas, BandSums};
    use shared::history::DayState;
    use shared::report::Channel;
    use uuid::Uuid;

    use super::super::super::spreadsheet::BYTE_ORDER_MARK;
    use super::*;

    fn history() -> History {
        let counts = BandCounts::new([0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100]).expect("in range");
        let mut deltas_received = BandSums::ZERO;
        deltas_received
            .add_deltas(&BandDeltas::new([0, 0, 0, -9_999, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).expect("in range"));
        let reported = HistoryItem {
            day: "2026-11-22".parse().expect("a day"),
            state: DayState::Reported,
            counts: Some(counts),
            total: Some(counts.total()),
            channel: Some(Channel::Fax),
            by_proxy: true,
            receipt_id: Some(Uuid::nil()),
            adjustments_sent: Vec::new(),
            deltas_received,
            adjusted_total: Some(118),
        };
        let missing = HistoryItem {
            day: "2026-11-21".parse().expect("a day"),
            state: DayState::Missing,
            counts: None,
            total: None,
            channel: None,
            by_proxy: false,
            receipt_id: None,
            adjustments_sent: Vec::new(),
            deltas_received: BandSums::ZERO,
            adjusted_total: None,
        };
        let items = vec![reported, missing];
        History { unit_id: Uuid::nil(), items, next_cursor: None, as_of: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn a_file_begins_with_a_byte_order_mark_and_leaves_cells_without_a_value_empty() {
        let file = write("青葉, 診療所", &history(), Charset::Utf8).expect("written");
        assert!(file.bytes.starts_with(BYTE_ORDER_MARK));
        let text = String::from_utf8(file.bytes).expect("UTF-8");
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines[0].split(',').count(), 23);
        assert_eq!(
            lines[1],
            "\"青葉, 診療所\",2026-11-22,reported,0,0,0,10000,2,2,2,3,0,0,7,1,0,100,10117,-9999,118,fax,true,\
             00000000-0000-0000-0000-000000000000"
        );
        assert_eq!(lines[2], "\"青葉, 診療所\",2026-11-21,missing,,,,,,,,,,,,,,,,,,,false,");
    }

    #[test]
    fn a_name_that_looks_like_a_formula_is_made_harmless() {
        for name in ["=1+1", "+81", "-x", "@SUM(A1)", "\tx"] {
            assert_eq!(harmless(name), format!("'{name}"));
        }
        assert_eq!(harmless("青葉"), "青葉");
    }

    #[test]
    fn what_the_code_page_lacks_is_replaced_and_counted() {
        let file = write("①髙﨑🏥診療所", &history(), Charset::Cp932).expect("written");
        assert_eq!(file.replaced, 2, "one in each line");
        let (text, _, damaged) = SHIFT_JIS.decode(&file.bytes);
        assert!(!damaged && text.contains("①髙﨑〓診療所"));
    }
}
