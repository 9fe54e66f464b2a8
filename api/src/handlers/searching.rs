//! What lists have in common: words to look for, and the size of a page.

use shared::{Rule, Violation};
use unicode_normalization::UnicodeNormalization as _;

/// How many items a page has when nothing is said, and at the most.
const USUAL: u32 = 50;
const MOST: u32 = 200;
/// What a search may ask for.
const LONGEST: usize = 100;
const MOST_WORDS: usize = 8;

/// The words of a search. Typed in full width or in half, they are the same.
pub fn words(typed: Option<&str>, violations: &mut Vec<Violation>) -> Vec<String> {
    let text: String = typed.unwrap_or_default().nfkc().collect();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if text.chars().count() > LONGEST || words.len() > MOST_WORDS {
        let message = format!("At most {LONGEST} characters in {MOST_WORDS} words.");
        violations.push(Violation::new("?q", Rule::TooLong, message));
    }
    if text.contains('\0') {
        violations.push(Violation::new("?q", Rule::Malformed, "No control characters."));
    }
    words
}

/// How many items a page has.
pub fn limit(asked: Option<u32>, violations: &mut Vec<Violation>) -> u32 {
    let limit = asked.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        violations.push(Violation::new("?limit", Rule::OutOfRange, format!("1 to {MOST} items.")));
    }
    limit
}

/// Where a page begins.
pub fn cursor<T>(
    asked: Option<&str>,
    decode: impl Fn(&str) -> Option<T>,
    violations: &mut Vec<Violation>,
) -> Option<T> {
    let cursor = decode(asked?);
    if cursor.is_none() {
        violations.push(Violation::new("?cursor", Rule::Malformed, "A cursor comes from `next_cursor`."));
    }
    cursor
}
