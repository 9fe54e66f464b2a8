//! A cell of the form, read by the grammar of `shared::entry`.

use shared::Rule;
use shared::entry::{self, Entry, Meaning, Note};

/// What was changed when a cell was written plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Full width, separators or a counting word went.
    Folded,
    /// A dash or なし became 0.
    MadeZero,
}

/// The count of a cell; none while it is blank.
///
/// # Errors
/// The rule that it breaks.
pub fn count(typed: &str) -> Result<Option<u32>, Rule> {
    value(entry::count(typed).meaning)
}

/// The change of a cell; none while it is blank.
///
/// # Errors
/// The rule that it breaks.
pub fn delta(typed: &str) -> Result<Option<i32>, Rule> {
    value(entry::delta(typed).meaning)
}

fn value<N>(meaning: Meaning<N>) -> Result<Option<N>, Rule> {
    match meaning {
        Meaning::Blank => Ok(None),
        Meaning::Number(number) => Ok(Some(number)),
        Meaning::Wrong(rule) => Err(rule),
    }
}

/// How a cell is written when it is left, if otherwise than typed. What can't be read stays as it is.
#[must_use]
pub fn tidy(typed: &str, signed: bool) -> Option<(String, Option<Change>)> {
    if signed {
        plain(entry::delta(typed), |number| number.to_string().replace('-', "−"))
    } else {
        plain(entry::count(typed), |number| number.to_string())
    }
}

fn plain<N: Copy>(entry: Entry<N>, write: impl Fn(N) -> String) -> Option<(String, Option<Change>)> {
    let written = match entry.meaning {
        Meaning::Blank => String::new(),
        Meaning::Number(number) => write(number),
        Meaning::Wrong(_) => return None,
    };
    let change = if entry.notes.contains(&Note::DashIsZero) {
        Some(Change::MadeZero)
    } else {
        (!entry.notes.is_empty()).then_some(Change::Folded)
    };
    (written != entry.typed).then_some((written, change))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_written_plainly_when_it_is_left_and_says_what_changed() {
        assert_eq!(tidy("12", false), None);
        assert_eq!(tidy("１２", false), Some(("12".to_owned(), Some(Change::Folded))));
        assert_eq!(tidy("1,234人", false), Some(("1234".to_owned(), Some(Change::Folded))));
        assert_eq!(tidy("なし", false), Some(("0".to_owned(), Some(Change::MadeZero))));
        assert_eq!(tidy("　", false), Some((String::new(), None)));
        assert_eq!(tidy("十二", false), None);
    }

    #[test]
    fn a_minus_is_shown_as_a_minus_and_can_be_read_again() {
        assert_eq!(tidy("▲3", true), Some(("−3".to_owned(), None)));
        assert_eq!(tidy("-3", true).map(|(written, _)| written), Some("−3".to_owned()));
        assert_eq!(tidy("−3", true), None);
        assert_eq!(delta("−3"), Ok(Some(-3)));
    }
}
