//! The one-time code of an activation slip: 80 random bits as sixteen characters of Crockford's base 32.
//!
//! Crockford's alphabet leaves out I, L, O and U: who reads a slip can't mistake one character for another, and what
//! is typed for them all the same is taken for what it looks like.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::unicode::nfkc;

const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code.
const LENGTH: usize = 16;
/// Characters of a group, as a code is shown.
const GROUP: usize = 4;

/// A code. It is shown once and kept nowhere: neither written to a log nor to the database. On the wire it has its
/// display form.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "7K2M-9QXA-10Z1-BHCJ"))]
pub struct ActivationCode(String);

impl ActivationCode {
    /// The code of 80 bits, which must come from a source that nobody can predict.
    #[must_use]
    pub fn of_bits(bits: [u8; 10]) -> Self {
        let number = bits.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let digit = |place: usize| (number >> (5 * (LENGTH - 1 - place)) & 31) as usize;
        Self((0..LENGTH).map(|place| char::from(ALPHABET[digit(place)])).collect())
    }

    /// Reads a code as people type it: in any case and width, with hyphens and blanks or without, with O for 0 and
    /// I or L for 1. None where it can't be one.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for c in nfkc(typed).chars().filter(|&c| !is_mark(c)) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => c,
                _ => return None,
            };
            code.push(c);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// The sixteen characters, as they are hashed and as a QR code carries them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands between the groups.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
}

/// Four groups of four: `7K2M-9QXA-0ZT4-B6HC`.
impl fmt::Display for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, c) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl Serialize for ActivationCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ActivationCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("expected an activation code"))
    }
}

/// Says nothing of the code.
impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn eighty_bits_are_sixteen_characters_in_groups_of_four() {
        assert_eq!(ActivationCode::of_bits([0; 10]).to_string(), "0000-0000-0000-0000");
        assert_eq!(ActivationCode::of_bits([0xff; 10]).to_string(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        // 00000 00001 00010 … 01111, five bits a character.
        let bits = [0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf];
        assert_eq!(ActivationCode::of_bits(bits).to_string(), "0123-4567-89AB-CDEF");
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = ActivationCode::read("7K2M-9QXA-10Z1-BHCJ").expect("a code");
        for typed in [
            "7K2M9QXA10Z1BHCJ",
            "7k2m-9qxa-10z1-bhcj",
            " 7K2M 9QXA 10Z1 BHCJ\n",
            "７Ｋ２Ｍ－９ＱＸＡ－１０Ｚ１－ＢＨＣＪ",
            "7k2mー9qxaー１０z1ー bhcj",
            "7K2M‐9QXA–lOZi—BHCJ",
            "7K2M-9QXA-LoZI-BHCJ",
        ] {
            assert_eq!(ActivationCode::read(typed).as_ref(), Some(&code), "{typed}");
        }
        assert_eq!(code.as_str(), "7K2M9QXA10Z1BHCJ");
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "7K2M-9QXA-10Z1-BHC",
            "7K2M-9QXA-10Z1-BHCJ0",
            "7K2M-9QXA-10Z1-BHCU",
            "7K2M-9QXA-10Z1-BHC日",
            "7K2M_9QXA_10Z1_BHCJ",
        ] {
            assert_eq!(ActivationCode::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_code_is_not_written_where_values_are_debugged() {
        let code = ActivationCode::of_bits([7; 10]);
        let written = format!("{code:?}");
        assert!(!written.contains(code.as_str()) && !written.contains(&code.to_string()), "{written}");
    }

    proptest! {
        #[test]
        fn every_code_is_read_back_from_its_display_form(bits: [u8; 10], other: [u8; 10]) {
            let code = ActivationCode::of_bits(bits);
            prop_assert_eq!(ActivationCode::read(&code.to_string()), Some(code.clone()));
            prop_assert_eq!(code == ActivationCode::of_bits(other), bits == other);
        }
    }
}
