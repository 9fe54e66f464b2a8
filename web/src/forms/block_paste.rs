//! What a paste from a table does to a grid: one value is the browser's, a block is shown before it is taken.

use shared::AgeBand;
use shared::draft::DraftCells;
use shared::paste::{fourteen, rows};

use super::grid_keys::{CHANNEL, Place};

/// What shall happen to a text that is pasted into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paste {
    /// One value: the browser pastes it as it does everywhere.
    Single,
    /// Several: rows of the grid with the cells as they would be.
    Several(Vec<(usize, DraftCells)>),
    /// More rows or columns than there are from the cell on.
    Refused,
}

/// Plans a paste at a cell of a grid with these cells. A line of fourteen values, or fifteen with the total, fills its whole
/// row wherever it is pasted.
#[must_use]
pub fn plan(text: &str, at: Place, grid: &[DraftCells]) -> Paste {
    if at.column == CHANNEL {
        return Paste::Single;
    }
    let Some(first) = grid.get(at.row) else { return Paste::Refused };
    if let Some(whole) = fourteen(text).filter(|_| rows(text).len() < 2 || rows(text).iter().all(|row| row.len() == 1))
    {
        return Paste::Several(vec![(at.row, whole.cells.each_ref().map(|value| shortened(value)))]);
    }
    let block = rows(text);
    if let [row] = block.as_slice()
        && row.len() < 2
    {
        return Paste::Single;
    }
    let mut planned = Vec::with_capacity(block.len());
    for (below, values) in block.iter().enumerate() {
        let Some(cells) = grid.get(at.row + below) else { return Paste::Refused };
        let whole = values.len() == AgeBand::COUNT || values.len() == AgeBand::COUNT + 1;
        let from = if whole { 0 } else { at.column };
        let values = if whole { &values[..AgeBand::COUNT] } else { values.as_slice() };
        if from + values.len() > AgeBand::COUNT {
            return Paste::Refused;
        }
        let mut filled = if below == 0 { first.clone() } else { cells.clone() };
        for (slot, value) in filled.iter_mut().skip(from).zip(values) {
            *slot = shortened(value);
        }
        planned.push((at.row + below, filled));
    }
    Paste::Several(planned)
}

/// A value as a cell can hold it.
fn shortened(value: &str) -> String {
    value.trim().chars().take(shared::check::MAX_CELL_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Place = Place { row: 1, column: 2 };

    fn grid() -> Vec<DraftCells> {
        (0..3).map(|_| std::array::from_fn(|_| "9".to_owned())).collect()
    }

    fn several(text: &str) -> Vec<(usize, DraftCells)> {
        match plan(text, AT, &grid()) {
            Paste::Several(planned) => planned,
            other => panic!("{text:?} gives {other:?}"),
        }
    }

    #[test]
    fn a_block_goes_to_the_cells_from_there_on_and_leaves_the_others() {
        let planned = several("1\t２\r\n3\t4人\r\n");
        assert_eq!(planned.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(planned[0].1[1..5], ["9", "1", "２", "9"]);
        assert_eq!(planned[1].1[1..5], ["9", "3", "4人", "9"]);
    }

    #[test]
    fn lines_of_fourteen_fill_whole_rows_with_or_without_the_total() {
        let line: Vec<String> = (0..14).map(|value| value.to_string()).collect();
        let one = several(&line.join("\t"));
        assert_eq!((one[0].0, one[0].1.to_vec()), (1, line.clone()));
        let two = several(&format!("{0}\t91\n{0}\t91", line.join("\t")));
        assert_eq!((two.len(), two[1].1.to_vec()), (2, line.clone()));
        assert_eq!(several(&line.join("\n"))[0].1.to_vec(), line, "a column of fourteen is a row");
    }

    #[test]
    fn one_value_is_the_browsers_and_what_does_not_fit_is_refused() {
        assert_eq!(plan("12", AT, &grid()), Paste::Single);
        assert_eq!(plan("fax", Place { row: 0, column: CHANNEL }, &grid()), Paste::Single);
        assert_eq!(plan("1\n2\n3", AT, &grid()), Paste::Refused, "more rows than there are");
        assert_eq!(plan(&["1"; 13].join("\t"), AT, &grid()), Paste::Refused, "more columns than there are");
        assert_eq!(plan("1\t2", Place { row: 5, column: 0 }, &grid()), Paste::Refused);
    }
}
