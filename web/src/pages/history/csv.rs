//! The table as a CSV file, made in the browser: UTF-8 with a byte order mark, or CP932 for older Excel.

use leptos::prelude::*;
use shared::history::HistoryItem;
use shared::organization::OrganizationKind;
use shared::{AgeBand, ReportingDay};

use crate::file_address;
use crate::words::{Language, band_label, channel_word, cp932, day_state, hist, language, t, table, unit_day_word};

/// One link for each encoding.
#[component]
pub fn CsvLinks(
    items: Vec<HistoryItem>,
    kind: OrganizationKind,
    first: ReportingDay,
    last: ReportingDay,
) -> impl IntoView {
    let name = format!("nippo-{first}-{last}.csv");
    let table = StoredValue::new(items);
    let text = move || table.with_value(|items| rows(items, kind, language()));
    let utf8 = move || file_address::of("text/csv;charset=utf-8", "\u{feff}".bytes().chain(text().bytes()));
    let excel = move || file_address::of("text/csv;charset=shift_jis", cp932(&text()).into_iter());
    view! {
        <a class="button quiet" download=name.clone() href=utf8>{t(hist::CSV)}</a>
        <a class="button quiet" download=name href=excel>{t(hist::CSV_EXCEL)}</a>
    }
}

/// The rows. Every cell is a number, a date or one of our own words, so that none needs quotes and none is a formula.
fn rows(items: &[HistoryItem], kind: OrganizationKind, language: Language) -> String {
    let head = [table::DAY, table::STATE, table::CHANNEL]
        .into_iter()
        .chain(AgeBand::ALL.map(band_label))
        .chain([table::TOTAL, day_state::ADJUSTED])
        .map(|word| word.of(language).to_owned());
    let mut out = line(head);
    for item in items {
        let counts =
            AgeBand::ALL.map(|band| item.counts.map(|counts| counts.get(band).to_string()).unwrap_or_default());
        let cells = [
            item.day.to_string(),
            unit_day_word(kind, item.state).of(language).to_owned(),
            item.channel.map(|channel| channel_word(channel).of(language)).unwrap_or_default().to_owned(),
        ]
        .into_iter()
        .chain(counts)
        .chain([
            item.total.map(|total| total.to_string()).unwrap_or_default(),
            item.adjusted_total.map(|total| total.to_string()).unwrap_or_default(),
        ]);
        out.push_str(&line(cells));
    }
    out
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut out = cells.collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use shared::age_band::{BandCounts, BandSums};
    use shared::history::DayState;
    use shared::report::Channel;

    use super::*;

    fn item() -> HistoryItem {
        HistoryItem {
            day: "2026-11-22".parse().expect("a day"),
            state: DayState::Reported,
            counts: Some(BandCounts::new([0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100]).expect("in range")),
            total: Some(10_117),
            channel: Some(Channel::Web),
            by_proxy: false,
            receipt_id: None,
            adjustments_sent: Vec::new(),
            deltas_received: BandSums::ZERO,
            adjusted_total: Some(10_117),
        }
    }

    #[test]
    fn the_row_of_the_source_figure_comes_out_as_it_is() {
        let text = rows(&[item()], OrganizationKind::Institution, Language::Japanese);
        assert_eq!(text.lines().nth(1), Some("2026-11-22,報告済み,画面,0,0,0,10000,2,2,2,3,0,0,7,1,0,100,10117,10117"));
    }

    #[test]
    fn a_day_without_a_center_s_own_report_has_the_word_of_its_table() {
        let silent = HistoryItem { state: DayState::Missing, counts: None, total: None, channel: None, ..item() };
        let said = |kind| rows(&[silent.clone()], kind, Language::Japanese).lines().nth(1).map(str::to_owned);
        let line = |word: &str| Some(format!("2026-11-22,{word},{},10117", ",".repeat(AgeBand::COUNT + 1)));
        assert_eq!(said(OrganizationKind::HealthCenter), line("報告なし"));
        assert_eq!(said(OrganizationKind::Institution), line("未報告"));
    }

    #[test]
    fn a_file_for_older_excel_has_its_code_page() {
        assert_eq!(cp932("0歳"), [0x30, 0x8d, 0xce]);
        for language in [Language::Japanese, Language::English] {
            assert!(!cp932(&rows(&[item()], OrganizationKind::Institution, language)).contains(&b'?'));
        }
    }
}
