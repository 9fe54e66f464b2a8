//! What a key does in the grid of proxy reports: a row per unit, fourteen counts and the channel.

use shared::AgeBand;

use super::keys::{Press, belongs_to_input_method};

/// The columns that can be entered: the fourteen counts, then the channel.
pub const COLUMNS: usize = AgeBand::COUNT + 1;
/// The column of the channel.
pub const CHANNEL: usize = AgeBand::COUNT;
/// How many rows a page is.
const PAGE: usize = 10;

/// A cell, by its place from the top and from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The row.
    pub row: usize,
    /// The column, below [`COLUMNS`].
    pub column: usize,
}

/// What the grid does instead of what the browser would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Goes to a cell.
    To(Place),
    /// Begins to edit what stands in the cell: arrows then move within it.
    Edit,
    /// Puts back what stood in the cell before.
    Revert,
    /// Sends the row.
    Save,
    /// Takes back the last paste.
    Undo,
}

/// What a key does at a cell of so many rows; none where the browser shall act.
#[must_use]
pub fn decide(press: Press<'_>, at: Place, rows: usize, editing: bool) -> Option<Move> {
    if belongs_to_input_method(press.composing, press.key_code) || rows == 0 {
        return None;
    }
    match (press.key, press.command, press.alt) {
        ("s" | "S" | "ｓ", false, true) => return Some(Move::Save),
        ("z" | "Z", true, false) if !press.shift => return Some(Move::Undo),
        (_, _, true) => return None,
        _ => {}
    }
    let (last_row, last_column) = (rows - 1, COLUMNS - 1);
    let to = |row, column| Some(Move::To(Place { row, column }));
    match (press.key, press.command) {
        ("Enter", false) if press.shift => to(at.row, at.column.saturating_sub(1)),
        ("Enter", false) if at.column < last_column => to(at.row, at.column + 1),
        ("Enter", false) => to((at.row + 1).min(last_row), 0),
        ("F2", false) => Some(Move::Edit),
        ("Escape", false) => Some(Move::Revert),
        ("Home", true) => to(0, 0),
        ("End", true) => to(last_row, last_column),
        ("PageUp", false) => to(at.row.saturating_sub(PAGE), at.column),
        ("PageDown", false) => to((at.row + PAGE).min(last_row), at.column),
        // A list of choices has these two for itself.
        ("ArrowUp", false) if at.column != CHANNEL => to(at.row.saturating_sub(1), at.column),
        ("ArrowDown", false) if at.column != CHANNEL => to((at.row + 1).min(last_row), at.column),
        // While a cell is edited, these move within it.
        (_, false) if editing || press.shift => None,
        ("ArrowLeft", false) => to(at.row, at.column.saturating_sub(1)),
        ("ArrowRight", false) => to(at.row, (at.column + 1).min(last_column)),
        ("Home", false) => to(at.row, 0),
        ("End", false) => to(at.row, last_column),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, key_code: 0, composing: false, shift: false, command: false, alt: false }
    }

    const fn place(row: usize, column: usize) -> Place {
        Place { row, column }
    }

    fn to(press: Press<'_>, at: Place) -> Place {
        match decide(press, at, 30, false) {
            Some(Move::To(place)) => place,
            other => panic!("{press:?} gives {other:?}"),
        }
    }

    #[test]
    fn arrows_go_to_the_cell_beside_and_stay_at_the_edges() {
        for (key, at, expected) in [
            ("ArrowLeft", place(3, 5), place(3, 4)),
            ("ArrowLeft", place(3, 0), place(3, 0)),
            ("ArrowRight", place(3, 5), place(3, 6)),
            ("ArrowRight", place(3, 14), place(3, 14)),
            ("ArrowUp", place(3, 5), place(2, 5)),
            ("ArrowUp", place(0, 5), place(0, 5)),
            ("ArrowDown", place(3, 5), place(4, 5)),
            ("ArrowDown", place(29, 5), place(29, 5)),
        ] {
            assert_eq!(to(press(key), at), expected, "{key}");
        }
    }

    #[test]
    fn home_end_and_pages_go_to_the_ends_and_ten_rows_on() {
        assert_eq!(to(press("Home"), place(3, 5)), place(3, 0));
        assert_eq!(to(press("End"), place(3, 5)), place(3, 14));
        assert_eq!(to(Press { command: true, ..press("Home") }, place(3, 5)), place(0, 0));
        assert_eq!(to(Press { command: true, ..press("End") }, place(3, 5)), place(29, 14));
        assert_eq!(to(press("PageDown"), place(3, 5)), place(13, 5));
        assert_eq!(to(press("PageDown"), place(25, 5)), place(29, 5));
        assert_eq!(to(press("PageUp"), place(3, 5)), place(0, 5));
    }

    #[test]
    fn enter_goes_through_a_row_and_on_to_the_next() {
        assert_eq!(to(press("Enter"), place(3, 5)), place(3, 6));
        assert_eq!(to(press("Enter"), place(3, 14)), place(4, 0));
        assert_eq!(to(press("Enter"), place(29, 14)), place(29, 0));
        assert_eq!(to(Press { shift: true, ..press("Enter") }, place(3, 5)), place(3, 4));
    }

    #[test]
    fn while_a_cell_is_edited_the_caret_keys_are_the_browsers() {
        for key in ["ArrowLeft", "ArrowRight", "Home", "End"] {
            assert_eq!(decide(press(key), place(3, 5), 30, true), None, "{key}");
        }
        assert_eq!(decide(press("Escape"), place(3, 5), 30, true), Some(Move::Revert));
        assert_eq!(decide(press("F2"), place(3, 5), 30, false), Some(Move::Edit));
        assert_eq!(decide(press("Enter"), place(3, 5), 30, true), Some(Move::To(place(3, 6))));
    }

    #[test]
    fn a_list_of_choices_keeps_its_arrows_and_an_input_method_its_keys() {
        assert_eq!(decide(press("ArrowDown"), place(3, CHANNEL), 30, false), None);
        assert_eq!(decide(Press { composing: true, ..press("Enter") }, place(3, 5), 30, false), None);
        assert_eq!(decide(Press { key_code: 229, ..press("ArrowDown") }, place(3, 5), 30, false), None);
    }

    #[test]
    fn the_shortcuts_save_and_undo_and_digits_are_the_browsers() {
        assert_eq!(decide(Press { alt: true, ..press("s") }, place(3, 5), 30, true), Some(Move::Save));
        assert_eq!(decide(Press { command: true, ..press("z") }, place(3, 5), 30, false), Some(Move::Undo));
        for key in ["1", "１", "Tab", "Backspace"] {
            assert_eq!(decide(press(key), place(3, 5), 30, false), None, "{key}");
        }
        assert_eq!(decide(Press { alt: true, ..press("ArrowLeft") }, place(3, 5), 30, false), None);
        assert_eq!(decide(press("ArrowDown"), place(0, 0), 0, false), None, "no rows");
    }
}
