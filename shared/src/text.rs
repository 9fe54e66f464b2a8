//! Texts that people type about people and places: one line, trimmed, not too long.

use crate::problem::{Rule, Violation};
use crate::unicode::nfkc;

/// A line of text without the blanks around it: present, at most `most` characters, and without control characters.
///
/// # Errors
/// [`Rule::Required`], [`Rule::TooLong`] or [`Rule::Malformed`], at the pointer.
pub fn line(typed: &str, most: usize, pointer: &str) -> Result<String, Violation> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(Violation::new(pointer, Rule::Required, "expected a text"));
    }
    optional_line(text, most, pointer)
}

/// As [`line()`], but it may be empty.
///
/// # Errors
/// [`Rule::TooLong`] or [`Rule::Malformed`], at the pointer.
pub fn optional_line(typed: &str, most: usize, pointer: &str) -> Result<String, Violation> {
    let text = typed.trim();
    if text.chars().count() > most {
        return Err(Violation::new(pointer, Rule::TooLong, format!("At most {most} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Violation::new(pointer, Rule::Malformed, "No control characters."));
    }
    Ok(text.to_owned())
}

/// Hiragana as katakana; all else as it is.
#[must_use]
pub fn katakana(text: &str) -> String {
    const FROM_HIRAGANA: u32 = 0x60;
    let shift = |character: char| match character {
        'ぁ'..='ゖ' => char::from_u32(character as u32 + FROM_HIRAGANA).unwrap_or(character),
        _ => character,
    };
    text.chars().map(shift).collect()
}

/// A reading in katakana, from hiragana or half width too. Digits and Latin letters stay.
///
/// # Errors
/// Those of [`line()`]; [`Rule::Malformed`] where a character is no kana.
pub fn reading(typed: &str, most: usize, pointer: &str) -> Result<String, Violation> {
    let text = katakana(&line(&nfkc(typed), most, pointer)?);
    let is_kana = |c: char| {
        matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | ' ' | '-' | '\'' | '.' | '&' | '(' | ')') || c.is_ascii_alphanumeric()
    };
    if text.chars().all(is_kana) {
        Ok(text)
    } else {
        Err(Violation::new(pointer, Rule::Malformed, "expected katakana"))
    }
}

/// A telephone number in ASCII: digits with hyphens, blanks or parentheses; it may be empty.
///
/// # Errors
/// Those of [`optional_line`]; [`Rule::Malformed`] where it has fewer than ten digits or other characters.
pub fn telephone(typed: &str, pointer: &str) -> Result<String, Violation> {
    const MOST: usize = 30;
    const FEWEST_DIGITS: usize = 10;
    let text = optional_line(&nfkc(typed).replace(['\u{2010}', '\u{2212}', 'ー'], "-"), MOST, pointer)?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+' | '(' | ')'));
    if text.is_empty() || (fits && digits >= FEWEST_DIGITS) {
        Ok(text)
    } else {
        Err(Violation::new(pointer, Rule::Malformed, "expected a telephone number with its area code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule<T: std::fmt::Debug>(result: Result<T, Violation>) -> Rule {
        result.expect_err("refused").rule
    }

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(line("　山田 花子 \n", 5, "/a").as_deref(), Ok("山田 花子"));
        assert_eq!(rule(line(" 　", 5, "/a")), Rule::Required);
        assert_eq!(rule(line("あいうえおか", 5, "/a")), Rule::TooLong);
        assert_eq!(rule(line("a\u{0}b", 5, "/a")), Rule::Malformed);
        assert_eq!(optional_line("", 5, "/a").as_deref(), Ok(""));
    }

    #[test]
    fn a_reading_becomes_katakana() {
        assert_eq!(reading("あおばｸﾘﾆｯｸ　１", 20, "/kana").as_deref(), Ok("アオバクリニック 1"));
        assert_eq!(rule(reading("青葉", 20, "/kana")), Rule::Malformed);
    }

    #[test]
    fn a_telephone_number_has_at_least_ten_digits() {
        for (typed, read) in
            [("０３－１２３４－５６７８", "03-1234-5678"), (" 0120 123 456 ", "0120 123 456"), ("", "")]
        {
            assert_eq!(telephone(typed, "/t").as_deref(), Ok(read), "{typed}");
        }
        for typed in ["1234-5678", "03-1234-567X", "内線 03-1234-5678", &"0".repeat(31)] {
            assert!(telephone(typed, "/t").is_err(), "{typed}");
        }
    }
}
