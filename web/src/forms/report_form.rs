//! The report as typed, and the report that it says.

use shared::age_band::{BandCounts, BandDeltas};
use shared::check::{Refusal, Sender, check};
use shared::draft::{DraftAdjustment, DraftCells, DraftContent};
use shared::history::HistoryItem;
use shared::report::{Adjustment, AdjustmentReason, ReportRequest};
use shared::{AgeBand, ReportingDay, Rule};
use uuid::Uuid;

use super::cell;
use super::field::{Field, FieldError};

/// An adjustment to be filled in: for yesterday, as most are.
#[must_use]
pub fn new_adjustment(today: ReportingDay) -> DraftAdjustment {
    DraftAdjustment { target_day: today.minus(1).to_string(), ..DraftAdjustment::default() }
}

/// The report that the form says.
///
/// # Errors
/// Everything that is to be corrected, in the order of the fields.
pub fn parse(content: &DraftContent, unit: Uuid, day: ReportingDay) -> Result<ReportRequest, Vec<FieldError>> {
    let mut errors = Vec::new();
    let counts = parse_counts(&content.cells, &mut errors);
    let mut places = Vec::new();
    let mut adjustments = Vec::new();
    for (at, typed) in content.adjustments.iter().enumerate().filter(|(_, typed)| !is_untouched(typed)) {
        if let Some(adjustment) = parse_adjustment(at, typed, &mut errors) {
            places.push(at);
            adjustments.push(adjustment);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let request = request(unit, day, counts, adjustments);
    match check(&request, day, Sender::Unit) {
        Ok(checked) => Ok(ReportRequest { adjustments: checked.adjustments().to_vec(), ..request }),
        Err(Refusal::DayChanged { .. }) => Ok(request),
        Err(Refusal::Violations(violations)) => Err(violations
            .into_iter()
            .map(|violation| FieldError { field: place(&violation.pointer, &places), rule: violation.rule })
            .collect()),
    }
}

/// The report of a day without patients.
#[must_use]
pub fn zero(unit: Uuid, day: ReportingDay) -> ReportRequest {
    request(unit, day, BandCounts::ZERO, Vec::new())
}

fn request(unit: Uuid, day: ReportingDay, counts: BandCounts, adjustments: Vec<Adjustment>) -> ReportRequest {
    ReportRequest {
        unit_id: Some(unit),
        entry_day: day,
        counts,
        total: Some(counts.total()),
        adjustments,
        channel: None,
        acknowledged_warnings: Vec::new(),
    }
}

/// The field that a pointer of the request means, where adjustments left blank were not sent.
#[must_use]
pub fn field_of(pointer: &str, content: &DraftContent) -> Field {
    let filled = content.adjustments.iter().enumerate().filter(|(_, typed)| !is_untouched(typed));
    place(pointer, &filled.map(|(at, _)| at).collect::<Vec<_>>())
}

fn place(pointer: &str, places: &[usize]) -> Field {
    let real = |at: usize| places.get(at).copied().unwrap_or(at);
    match Field::of_pointer(pointer) {
        Field::TargetDay(at) => Field::TargetDay(real(at)),
        Field::Reason(at) => Field::Reason(real(at)),
        Field::Note(at) => Field::Note(real(at)),
        Field::Delta(at, band) => Field::Delta(real(at), band),
        Field::Deltas(at) => Field::Deltas(real(at)),
        field @ (Field::Count(_) | Field::Whole) => field,
    }
}

/// Whether an adjustment was opened and left alone: it says nothing and is not sent.
fn is_untouched(typed: &DraftAdjustment) -> bool {
    typed.note.trim().is_empty() && typed.reason.is_empty() && typed.cells.iter().all(|cell| cell.trim().is_empty())
}

fn parse_counts(cells: &DraftCells, errors: &mut Vec<FieldError>) -> BandCounts {
    let mut numbers = [0; AgeBand::COUNT];
    for ((band, typed), number) in AgeBand::ALL.into_iter().zip(cells).zip(&mut numbers) {
        match cell::count(typed) {
            Ok(value) => *number = value.unwrap_or(0),
            Err(rule) => errors.push(FieldError { field: Field::Count(band), rule }),
        }
    }
    // Each cell was read within its range.
    BandCounts::new(numbers).unwrap_or_default()
}

fn parse_adjustment(at: usize, typed: &DraftAdjustment, errors: &mut Vec<FieldError>) -> Option<Adjustment> {
    let before = errors.len();
    let target_day = typed.target_day.parse::<ReportingDay>().ok();
    if target_day.is_none() {
        errors.push(FieldError { field: Field::TargetDay(at), rule: Rule::Required });
    }
    let reason = reason_of(&typed.reason);
    if reason.is_none() {
        errors.push(FieldError { field: Field::Reason(at), rule: Rule::Required });
    }
    let mut numbers = [0; AgeBand::COUNT];
    for ((band, cell), number) in AgeBand::ALL.into_iter().zip(&typed.cells).zip(&mut numbers) {
        match cell::delta(cell) {
            Ok(value) => *number = value.unwrap_or(0),
            Err(rule) => errors.push(FieldError { field: Field::Delta(at, band), rule }),
        }
    }
    if errors.len() > before {
        return None;
    }
    Some(Adjustment {
        target_day: target_day?,
        reason: reason?,
        note: Some(typed.note.trim().to_owned()).filter(|note| !note.is_empty()),
        deltas: BandDeltas::new(numbers).unwrap_or_default(),
    })
}

/// The reason of a key, if it is one.
#[must_use]
pub fn reason_of(key: &str) -> Option<AdjustmentReason> {
    AdjustmentReason::ALL.into_iter().find(|reason| reason.key() == key)
}

/// The sum of the cells that can be read so far.
#[must_use]
pub fn live_total(cells: &DraftCells) -> u64 {
    cells.iter().filter_map(|typed| cell::count(typed).ok().flatten()).map(u64::from).sum()
}

/// The sum of the changes that can be read so far.
#[must_use]
pub fn live_change(cells: &DraftCells) -> i64 {
    cells.iter().filter_map(|typed| cell::delta(typed).ok().flatten()).map(i64::from).sum()
}

/// The mean of the reported days before today, in tenths: each band's and the total's. None where nothing was reported.
#[must_use]
pub fn averages(recent: &[HistoryItem], today: ReportingDay) -> Option<([u64; AgeBand::COUNT], u64)> {
    let days: Vec<&BandCounts> =
        recent.iter().filter(|item| item.day != today).filter_map(|item| item.counts.as_ref()).collect();
    let number = u64::try_from(days.len()).ok().filter(|&number| number > 0)?;
    let tenths = |sum: u64| (sum * 10 + number / 2) / number;
    let bands = AgeBand::ALL.map(|band| tenths(days.iter().map(|counts| u64::from(counts.get(band))).sum()));
    Some((bands, tenths(days.iter().map(|counts| counts.total()).sum())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> ReportingDay {
        "2026-11-22".parse().expect("a day")
    }

    fn typed(cells: [&str; 14]) -> DraftContent {
        DraftContent { cells: cells.map(str::to_owned), adjustments: Vec::new() }
    }

    fn parsed(content: &DraftContent) -> Result<ReportRequest, Vec<FieldError>> {
        parse(content, Uuid::nil(), today())
    }

    #[test]
    fn the_row_of_the_source_is_read_and_sums_to_10117() {
        let content = typed(["0", "", "0", "１０，０００", "2", "2人", " 2 ", "3", "", "", "7", "1", "", "100"]);
        let request = parsed(&content).expect("all are numbers");
        assert_eq!(request.total, Some(10_117));
        assert_eq!(live_total(&content.cells), 10_117);
    }

    #[test]
    fn every_wrong_cell_is_named_in_order() {
        let mut cells = [""; 14];
        (cells[1], cells[3], cells[13]) = ("-1", "x", "100000");
        let errors = parsed(&typed(cells)).expect_err("three are wrong");
        let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
        let expected = [AgeBand::Age1To4, AgeBand::Age10To19, AgeBand::Unknown].map(Field::Count);
        assert_eq!(fields, expected);
        assert_eq!(errors[2].rule, Rule::OutOfRange);
    }

    #[test]
    fn an_adjustment_left_alone_is_not_sent_and_a_half_filled_one_is_named() {
        let adjustments = vec![new_adjustment(today()), new_adjustment(today())];
        let mut content = DraftContent { adjustments, ..DraftContent::default() };
        assert_eq!(parsed(&content).map(|request| request.adjustments.len()), Ok(0));
        content.adjustments[1].cells[4] = "▲2".to_owned();
        let errors = parsed(&content).expect_err("the reason is missing");
        assert_eq!(errors, [FieldError { field: Field::Reason(1), rule: Rule::Required }]);
        content.adjustments[1].reason = "other".to_owned();
        let errors = parsed(&content).expect_err("the note is missing");
        assert_eq!(errors, [FieldError { field: Field::Note(1), rule: Rule::NoteRequired }]);
        content.adjustments[1].note = " 重複 ".to_owned();
        let request = parsed(&content).expect("complete");
        assert_eq!(request.adjustments[0].deltas.total(), -2);
        assert_eq!(request.adjustments[0].note.as_deref(), Some("重複"));
        assert_eq!(field_of("/adjustments/0/deltas/age_20_29", &content), Field::Delta(1, AgeBand::Age20To29));
    }

    #[test]
    fn the_means_leave_out_today_and_days_without_a_report() {
        let item = |day: &str, first: Option<u32>| HistoryItem {
            day: day.parse().expect("a day"),
            state: shared::history::DayState::Reported,
            counts: first.map(|first| {
                let mut numbers = [0; 14];
                numbers[0] = first;
                BandCounts::new(numbers).expect("in range")
            }),
            total: first.map(u64::from),
            channel: None,
            by_proxy: false,
            receipt_id: None,
            adjustments_sent: Vec::new(),
            deltas_received: shared::age_band::BandSums::ZERO,
            adjusted_total: None,
        };
        let recent = [item("2026-11-22", Some(90)), item("2026-11-21", None), item("2026-11-20", Some(1))];
        assert_eq!(averages(&recent[..2], today()), None);
        let (bands, total) = averages(&[&recent[..], &[item("2026-11-19", Some(2))]].concat(), today()).expect("two");
        assert_eq!((bands[0], bands[1], total), (15, 0, 15));
    }
}
