//! What a paste from a table does to the cells.

use shared::AgeBand;
use shared::draft::DraftCells;

use super::report_form::live_total;

/// What shall happen to a text that is pasted into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paste {
    /// One value: the browser pastes it as it does everywhere.
    Single,
    /// Several: they are shown before they are taken.
    Several(Preview),
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

/// How many values a row with its total has.
const WITH_TOTAL: usize = AgeBand::COUNT + 1;

/// Plans a paste at a cell. Fourteen values, or fifteen with the total, fill the whole row wherever they are pasted.
#[must_use]
pub fn plan(text: &str, at: usize, cells: &DraftCells) -> Paste {
    let Some(values) = row_or_column(text) else { return Paste::Refused };
    let (from, count) = match values.len() {
        0 | 1 => return Paste::Single,
        AgeBand::COUNT | WITH_TOTAL => (0, AgeBand::COUNT),
        some if at + some <= AgeBand::COUNT => (at, some),
        _ => return Paste::Refused,
    };
    let mut filled = cells.clone();
    for (slot, value) in filled.iter_mut().skip(from).zip(values.iter().take(count)) {
        *slot = shortened(value);
    }
    let total = values.get(AgeBand::COUNT).and_then(|stated| shared::entry::large(stated)).map(|stated| (stated, live_total(&filled)));
    Paste::Several(Preview { cells: filled, from, values: count, total })
}

/// The values of one row (between tabs) or one column (a line each); none where there are both.
fn row_or_column(text: &str) -> Option<Vec<&str>> {
    let lines: Vec<&str> = text.trim_matches(['\r', '\n']).lines().collect();
    match lines.as_slice() {
        [] => Some(Vec::new()),
        [row] => Some(row.split('\t').collect()),
        lines if lines.iter().all(|line| !line.contains('\t')) => Some(lines.to_vec()),
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
            Paste::Several(preview) => preview,
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
