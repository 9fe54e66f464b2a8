//! What a key does in the fourteen cells.

/// A key that went down in a cell.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// The `key` of the event.
    pub key: &'a str,
    /// The `keyCode` of the event; 229 while an input method handles the key, in browsers that say nothing else.
    pub key_code: u32,
    /// Whether an input method is composing.
    pub composing: bool,
    /// Whether Shift is down.
    pub shift: bool,
    /// Whether Ctrl or Command is down.
    pub command: bool,
    /// Whether Alt is down.
    pub alt: bool,
}

/// What the form does instead of what the browser would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Goes to the cell at this position.
    Cell(usize),
    /// Goes to what follows the last cell, without pressing it.
    Beyond,
    /// Stays, and does nothing.
    Stay,
    /// Goes to the check page.
    Check,
    /// States that there were no cases today.
    Zero,
    /// Takes back the last paste.
    Undo,
}

/// The key code that browsers give while an input method handles the key.
const HANDLED_BY_INPUT_METHOD: u32 = 229;

/// Whether the key belongs to an input method: Enter then confirms 「１２」 and must not leave the cell.
#[must_use]
pub const fn belongs_to_input_method(composing: bool, key_code: u32) -> bool {
    composing || key_code == HANDLED_BY_INPUT_METHOD
}

/// What a key does at a position among so many cells; none where the browser shall act.
#[must_use]
pub fn decide(press: Press<'_>, position: usize, cells: usize) -> Option<Step> {
    if belongs_to_input_method(press.composing, press.key_code) {
        return None;
    }
    match (press.key, press.command, press.alt, press.shift) {
        ("Enter", true, false, _) => Some(Step::Check),
        ("0" | "０", false, true, false) => Some(Step::Zero),
        ("z" | "Z", true, false, false) => Some(Step::Undo),
        ("Enter" | "ArrowDown", false, false, false) => Some(forward(position, cells)),
        ("Enter" | "ArrowUp", false, false, true) | ("ArrowUp", false, false, false) => Some(backward(position)),
        _ => None,
    }
}

const fn forward(position: usize, cells: usize) -> Step {
    if position + 1 < cells { Step::Cell(position + 1) } else { Step::Beyond }
}

const fn backward(position: usize) -> Step {
    match position.checked_sub(1) {
        Some(before) => Step::Cell(before),
        None => Step::Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, key_code: 13, composing: false, shift: false, command: false, alt: false }
    }

    #[test]
    fn enter_and_down_go_to_the_next_cell_and_from_the_last_beyond() {
        for key in ["Enter", "ArrowDown"] {
            assert_eq!(decide(press(key), 0, 14), Some(Step::Cell(1)));
            assert_eq!(decide(press(key), 6, 14), Some(Step::Cell(7)));
            assert_eq!(decide(press(key), 13, 14), Some(Step::Beyond));
        }
    }

    #[test]
    fn shift_enter_and_up_go_back_and_stay_in_the_first() {
        let shifted = Press { shift: true, ..press("Enter") };
        assert_eq!(decide(shifted, 5, 14), Some(Step::Cell(4)));
        assert_eq!(decide(press("ArrowUp"), 5, 14), Some(Step::Cell(4)));
        assert_eq!(decide(press("ArrowUp"), 0, 14), Some(Step::Stay));
    }

    #[test]
    fn a_key_of_an_input_method_is_left_alone() {
        assert_eq!(decide(Press { composing: true, ..press("Enter") }, 3, 14), None);
        assert_eq!(decide(Press { key_code: 229, ..press("Enter") }, 3, 14), None);
        assert_eq!(decide(Press { key_code: 229, command: true, ..press("Enter") }, 3, 14), None);
        assert_eq!(decide(Press { key_code: 229, ..press("Process") }, 3, 14), None);
    }

    #[test]
    fn the_shortcuts_check_state_zero_and_undo() {
        assert_eq!(decide(Press { command: true, ..press("Enter") }, 3, 14), Some(Step::Check));
        assert_eq!(decide(Press { alt: true, ..press("0") }, 3, 14), Some(Step::Zero));
        assert_eq!(decide(Press { command: true, ..press("z") }, 3, 14), Some(Step::Undo));
    }

    #[test]
    fn digits_tab_and_the_caret_keys_stay_with_the_browser() {
        for key in ["1", "１", "Tab", "ArrowLeft", "ArrowRight", "Home", "End", "Backspace", "a"] {
            assert_eq!(decide(press(key), 3, 14), None, "{key}");
        }
        assert_eq!(decide(Press { command: true, ..press("v") }, 3, 14), None);
    }

    #[test]
    fn four_bands_take_at_most_nineteen_keys_to_the_check_page() {
        let mut position = 0;
        let mut keys = 4;
        while let Some(Step::Cell(next)) = decide(press("Enter"), position, 14) {
            position = next;
            keys += 1;
        }
        let checking = decide(Press { command: true, ..press("Enter") }, position, 14);
        assert_eq!((position, checking), (13, Some(Step::Check)));
        assert!(keys < 19, "{keys} keys before Ctrl+Enter");
    }
}
