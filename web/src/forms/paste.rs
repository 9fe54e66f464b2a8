//! What a paste from a table does to the cells.

use shared::AgeBand;
use shared::draft::DraftCells;
use shared::entry::large;
use shared::paste::{fourteen, rows};

use super::report_form::live_total;

/// What shall happen to a text that is pasted into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paste {
    /// One value: the browser pastes it as it does everywhere.
    Single,
    /// Several: they are shown before they are taken.
    Several(Box<Preview>),
    /// More than one row and column, or more values than cells.
    Refused,
}

/// Several values and the cells they would go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The cells as they would be.
    pub cells: DraftCells,
    /// The cells that the values go to: the first, and how many.
    pub from: usize,
    /// How many values there are, without the total.
    pub values: usize,
    /// The fifteenth value, the total, and the sum of the fourteen.
    pub total: Option<(u64, u64)>,
}

/// Plans a paste at a cell. Fourteen values, or fifteen with the total, fill the whole row wherever they are pasted.
#[must_use]
pub fn plan(text: &str, at: usize, cells: &DraftCells) -> Paste {
    if let Some(whole) = fourteen(text) {
        let filled = whole.cells.each_ref().map(|value| shortened(value));
        let total = whole.total.as_deref().and_then(large).map(|stated| (stated, live_total(&filled)));
        return several(filled, 0, AgeBand::COUNT, total);
    }
    let Some(values) = row_or_column(text) else { return Paste::Refused };
    if values.len() < 2 {
        return Paste::Single;
    }
    if at + values.len() > AgeBand::COUNT {
        return Paste::Refused;
    }
    let mut filled = cells.clone();
    for (slot, value) in filled.iter_mut().skip(at).zip(&values) {
        *slot = shortened(value);
    }
    several(filled, at, values.len(), None)
}

fn several(cells: DraftCells, from: usize, values: usize, total: Option<(u64, u64)>) -> Paste {
    Paste::Several(Box::new(Preview { cells, from, values, total }))
}

/// The values of one row or of one column; none where there are several of both.
fn row_or_column(text: &str) -> Option<Vec<String>> {
    let mut rows = rows(text);
    match rows.as_slice() {
        [_] => rows.pop(),
        column if column.iter().all(|row| row.len() == 1) => Some(rows.into_iter().flatten().collect()),
        _ => None,
    }
}

/// A value as a cell can hold it.
fn shortened(value: &str) -> String {
    value.trim().chars().take(shared::check::MAX_CELL_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> DraftCells {
        std::array::from_fn(|_| String::new())
    }

    fn several(text: &str, at: usize) -> Preview {
        match plan(text, at, &cells()) {
            Paste::Several(preview) => *preview,
            other => panic!("{text:?} gives {other:?}"),
        }
    }

    const ROW: [&str; 14] = ["0", "0", "0", "10,000", "2", "2", "2", "3", "0", "0", "7", "1", "0", "100"];

    #[test]
    fn a_row_or_a_column_of_fourteen_fills_all_cells_wherever_it_is_pasted() {
        for text in [ROW.join("\t"), ROW.join("\r\n"), format!("{}\r\n", ROW.join("\t")), ROW.join("\n") + "\n"] {
            let preview = several(&text, 5);
            assert_eq!(preview.cells, ROW.map(str::to_owned));
            assert_eq!((preview.from, preview.values, preview.total), (0, 14, None));
        }
    }

    #[test]
    fn a_fifteenth_value_is_the_total_and_is_compared() {
        let row = ROW.join("\t");
        assert_eq!(several(&format!("{row}\t10,117"), 0).total, Some((10_117, 10_117)));
        assert_eq!(several(&format!("{row}\t10,118"), 0).total, Some((10_118, 10_117)));
    }

    #[test]
    fn fewer_values_go_to_the_cells_from_there_on() {
        let preview = several("1\t２\t3人", 2);
        assert_eq!(preview.cells[1..6], ["", "1", "２", "3人", ""]);
        assert_eq!((preview.from, preview.values), (2, 3));
    }

    #[test]
    fn one_value_is_the_browsers_and_a_block_is_refused() {
        assert_eq!(plan("12", 0, &cells()), Paste::Single);
        assert_eq!(plan("12\r\n", 0, &cells()), Paste::Single);
        assert_eq!(plan("1\t2\n3\t4", 0, &cells()), Paste::Refused);
        assert_eq!(plan("1\t2\t3", 12, &cells()), Paste::Refused);
        assert_eq!(plan(&["1"; 16].join("\t"), 0, &cells()), Paste::Refused);
    }
}
