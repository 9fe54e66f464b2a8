//! Numbers as people type or paste them, for the form and for files alike.
//!
//! What was typed is always kept: a reading says what it means, or what is wrong with it, and what had to be
//! understood on the way.

use crate::age_band::{AgeBand, BandCounts, BandDeltas};
use crate::problem::Rule;
use crate::unicode::nfkc;

/// What a cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<N> {
    /// Nothing was typed: counted as 0, and shown as not entered.
    Blank,
    /// A number within its range.
    Number(N),
    /// Something that is no number of this cell: [`Rule::Malformed`] or [`Rule::OutOfRange`].
    Wrong(Rule),
}

impl<N: Copy + Default> Meaning<N> {
    /// The number, a blank being 0; none where something is wrong.
    #[must_use]
    pub fn or_zero(self) -> Option<N> {
        match self {
            Self::Blank => Some(N::default()),
            Self::Number(number) => Some(number),
            Self::Wrong(_) => None,
        }
    }
}

/// What had to be understood to read a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Note {
    /// Full-width characters were converted.
    FullWidthConverted,
    /// Separators, blanks between digits or a counting word (人, 名, 件) were left out.
    MarksLeftOut,
    /// A dash or なし was taken for 0.
    DashIsZero,
}

/// A cell that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<N> {
    /// What was typed, unchanged.
    pub typed: String,
    /// What it means.
    pub meaning: Meaning<N>,
    /// What had to be understood for that, each once.
    pub notes: Vec<Note>,
}

/// Reads a cell of the fourteen counts: 0 to 99,999.
#[must_use]
pub fn count(typed: &str) -> Entry<u32> {
    let mut reading = Reading::of(typed);
    let meaning = match reading.plain.as_str() {
        "" => reading.nothing(),
        text if is_zero_word(text) || is_dash_alone(text) => reading.zero(),
        text => match number(text) {
            Ok(number) => u32::try_from(number)
                .ok()
                .filter(|number| *number <= BandCounts::MAX)
                .map_or(Meaning::Wrong(Rule::OutOfRange), Meaning::Number),
            Err(rule) => Meaning::Wrong(rule),
        },
    };
    reading.end(typed, meaning)
}

/// Reads a cell of an adjustment: −99,999 to 99,999. A sign alone is an error, since nobody knows what it means here.
#[must_use]
pub fn delta(typed: &str) -> Entry<i32> {
    let mut reading = Reading::of(typed);
    let meaning = match reading.plain.as_str() {
        "" => reading.nothing(),
        text if is_zero_word(text) => reading.zero(),
        text => match number(text) {
            Ok(number) => i32::try_from(number)
                .ok()
                .filter(|number| (BandDeltas::MIN..=BandDeltas::MAX).contains(number))
                .map_or(Meaning::Wrong(Rule::OutOfRange), Meaning::Number),
            Err(rule) => Meaning::Wrong(rule),
        },
    };
    reading.end(typed, meaning)
}

/// A number of any size written in the grammar of a cell: a total.
#[must_use]
pub fn large(typed: &str) -> Option<u64> {
    u64::try_from(number(&Reading::of(typed).plain).ok()?).ok()
}

/// The counts of fourteen cells, blanks being 0.
///
/// # Errors
/// The cells in which something is wrong, each with its rule.
pub fn counts(cells: &[String; AgeBand::COUNT]) -> Result<BandCounts, Vec<(AgeBand, Rule)>> {
    all(cells, count).and_then(|numbers| BandCounts::new(numbers).map_err(out_of_range))
}

/// The deltas of fourteen cells, blanks being 0. That not all are 0 is for the whole adjustment to check.
///
/// # Errors
/// The cells in which something is wrong, each with its rule.
pub fn deltas(cells: &[String; AgeBand::COUNT]) -> Result<BandDeltas, Vec<(AgeBand, Rule)>> {
    all(cells, delta).and_then(|numbers| BandDeltas::new(numbers).map_err(out_of_range))
}

fn out_of_range(band: AgeBand) -> Vec<(AgeBand, Rule)> {
    vec![(band, Rule::OutOfRange)]
}

fn all<N: Copy + Default>(
    cells: &[String; AgeBand::COUNT],
    read: impl Fn(&str) -> Entry<N>,
) -> Result<[N; AgeBand::COUNT], Vec<(AgeBand, Rule)>> {
    let mut numbers = [N::default(); AgeBand::COUNT];
    let mut wrong = Vec::new();
    for (band, cell) in AgeBand::ALL.into_iter().zip(cells) {
        match read(cell).meaning {
            Meaning::Blank => {}
            Meaning::Number(number) => numbers[band.index()] = number,
            Meaning::Wrong(rule) => wrong.push((band, rule)),
        }
    }
    if wrong.is_empty() { Ok(numbers) } else { Err(wrong) }
}

/// A typed text on its way to a number.
struct Reading {
    /// In its compatibility form (NFKC), without separators, blanks and a counting word.
    plain: String,
    blank: bool,
    notes: Vec<Note>,
}

impl Reading {
    fn of(typed: &str) -> Self {
        let folded: String = nfkc(typed).chars().filter(|c| !is_blank(*c)).collect();
        let blank = folded.is_empty();
        let as_typed = typed.chars().filter(|c| !is_blank(*c));
        let mut notes = Vec::new();
        if !folded.chars().eq(as_typed) {
            notes.push(Note::FullWidthConverted);
        }
        let bare: String = folded.chars().filter(|c| !matches!(c, ',' | '、')).collect();
        let plain = bare.strip_suffix(['人', '名', '件']).unwrap_or(&bare);
        let blank_inside = typed.trim().contains(char::is_whitespace);
        if plain.len() != folded.len() || blank_inside {
            notes.push(Note::MarksLeftOut);
        }
        Self { plain: plain.to_owned(), blank, notes }
    }

    /// Nothing is left: nothing was typed, or marks without a number.
    const fn nothing<N>(&self) -> Meaning<N> {
        if self.blank { Meaning::Blank } else { Meaning::Wrong(Rule::Malformed) }
    }

    fn zero<N: Default>(&mut self) -> Meaning<N> {
        self.notes.push(Note::DashIsZero);
        Meaning::Number(N::default())
    }

    fn end<N>(mut self, typed: &str, meaning: Meaning<N>) -> Entry<N> {
        if matches!(meaning, Meaning::Blank | Meaning::Wrong(_)) {
            self.notes.clear();
        }
        Entry { typed: typed.to_owned(), meaning, notes: self.notes }
    }
}

/// Blanks of every width, and marks without any that come along when text is copied from a page.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn is_zero_word(text: &str) -> bool {
    text == "なし"
}

/// The dashes that keyboards and spreadsheets produce, the long-vowel mark of an input method among them.
const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | 'ー')
}

fn is_dash_alone(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_dash) && chars.next().is_none()
}

/// A whole number with an optional sign; ▲ and △ are minus, as bookkeepers write it.
fn number(text: &str) -> Result<i64, Rule> {
    let (negative, digits) = match text.strip_prefix(|c| is_dash(c) || matches!(c, '▲' | '△')) {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Rule::Malformed);
    }
    // What doesn't fit here fits no cell either.
    let number: i64 = digits.parse().map_err(|_| Rule::OutOfRange)?;
    Ok(if negative { -number } else { number })
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
