//! What makes a password easy to guess: the rules that need no dictionary, which a page asks while one types and the service
//! when it refuses. The service's dictionaries are larger than a page, so it alone decides, and says why by the same names.

use serde::{Deserialize, Serialize};

use crate::unicode::{lower_case, nfkc};

/// Fewest characters of a password.
pub const MIN_LENGTH: u32 = 13;
/// Most characters of a password.
pub const MAX_LENGTH: u32 = 256;

/// Words that everybody tries who knows what the service is for.
pub const SERVICE_WORDS: [&str; 9] =
    ["nippo", "日報", "hokenjo", "保健所", "covid", "covid19", "corona", "iryou", "kansen"];

/// Why a password is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weakness {
    /// It is a password that many people have, or holds one.
    CommonPassword,
    /// It is mostly words of a dictionary.
    CommonWord,
    /// It holds names that many people have.
    Name,
    /// It holds a date or a year.
    Date,
    /// It repeats characters or words.
    Repeats,
    /// Its characters follow one another, as in `1234`.
    Sequence,
    /// Its keys lie side by side on a keyboard.
    Keyboard,
    /// It holds words known to whoever knows its owner: login ID, name, organization, the service.
    KnownWord,
    /// A word of it is disguised in a way that is tried too: `@` for `a`, or backwards.
    Disguised,
}

impl Weakness {
    /// Every weakness.
    pub const ALL: [Self; 9] = [
        Self::CommonPassword,
        Self::CommonWord,
        Self::Name,
        Self::Date,
        Self::Repeats,
        Self::Sequence,
        Self::Keyboard,
        Self::KnownWord,
        Self::Disguised,
    ];

    /// The name on the wire, in snake case.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CommonPassword => "common_password",
            Self::CommonWord => "common_word",
            Self::Name => "name",
            Self::Date => "date",
            Self::Repeats => "repeats",
            Self::Sequence => "sequence",
            Self::Keyboard => "keyboard",
            Self::KnownWord => "known_word",
            Self::Disguised => "disguised",
        }
    }
}

/// How many characters a password has, in the form in which it is hashed.
#[must_use]
pub fn length(password: &str) -> u64 {
    nfkc(password).chars().count() as u64
}

/// What can be said against a password without a dictionary. `known` are the words of its owner.
///
/// None of it decides: a long password may hold a year or a run and be good, and one without any may be in a dictionary.
#[must_use]
pub fn signs_of_weakness(password: &str, known: &[&str]) -> Vec<Weakness> {
    let password = lower_case(&nfkc(password));
    let found = [
        (Weakness::CommonPassword, password.contains("password")),
        (Weakness::Repeats, repeats(&password)),
        (Weakness::Sequence, has_sequence(&password)),
        (Weakness::Keyboard, has_row_of_keys(&password)),
        (Weakness::KnownWord, SERVICE_WORDS.iter().chain(known).any(|word| holds(&password, word))),
    ];
    found.into_iter().filter_map(|(weakness, is_there)| is_there.then_some(weakness)).collect()
}

/// Whether a word is in a password, unless it is so short that it may be there by chance: two kanji are not, two letters are.
fn holds(password: &str, word: &str) -> bool {
    let word = lower_case(&nfkc(word));
    word.len() >= 4 && password.contains(&word)
}

/// Whether fewer than half of its characters differ from each other.
fn repeats(password: &str) -> bool {
    let mut different = String::new();
    let mut length = 0;
    for character in password.chars() {
        length += 1;
        if !different.contains(character) {
            different.push(character);
        }
    }
    length >= 4 && different.chars().count() * 2 < length.min(20)
}

/// Whether four characters follow one another in the alphabet or among the digits, in either direction.
fn has_sequence(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    characters.windows(4).any(|four| {
        let steps = |by: i32| {
            four.windows(2).all(|pair| {
                pair[0].is_ascii_alphanumeric()
                    && u32::from(pair[1]).cast_signed() - u32::from(pair[0]).cast_signed() == by
            })
        };
        steps(1) || steps(-1)
    })
}

/// Whether four keys follow one another on a row of letters.
fn has_row_of_keys(password: &str) -> bool {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    ROWS.iter().any(|row| (4..=row.len()).any(|end| password.contains(&row[end - 4..end])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weakness_is_written_as_its_key() {
        for weakness in Weakness::ALL {
            assert_eq!(serde_json::to_value(weakness).expect("serializes"), weakness.key());
        }
    }

    #[test]
    fn each_sign_is_seen_alone() {
        for (password, sign) in [
            ("my-PassWord-vtkz", Weakness::CommonPassword),
            ("aaaaaaaaaaaaa", Weakness::Repeats),
            ("abc!abc!abc!abc!", Weakness::Repeats),
            ("xk1234mrtvbzq", Weakness::Sequence),
            ("xk9876mrtvbzq", Weakness::Sequence),
            ("ｘｋ１２３４ｍｒｔｖｂｚｑ", Weakness::Sequence),
            ("xkdCbAmrtvbzq", Weakness::Sequence),
            ("Asdf-mrtvbzq7", Weakness::Keyboard),
            ("mrt-iuiop-7vbz", Weakness::Keyboard),
            ("x-P13-0001-A-z", Weakness::KnownWord),
            ("xk-ｎｉｐｐｏ-mrtz", Weakness::KnownWord),
            ("橋の下の小林恵と青い傘", Weakness::KnownWord),
        ] {
            assert_eq!(signs_of_weakness(password, &["P13-0001-A", "小林恵"]), [sign], "{password}");
        }
    }

    #[test]
    fn a_long_sentence_has_no_sign_and_neither_have_words_so_short_that_they_are_everywhere() {
        for password in ["夕焼けの坂道をゆっくり下る犬", "rain on the tin roof"] {
            assert_eq!(signs_of_weakness(password, &["P13-0001-A", "on", "犬", ""]), [], "{password}");
        }
    }

    #[test]
    fn several_signs_are_all_told() {
        let expected = [Weakness::Repeats, Weakness::Sequence, Weakness::KnownWord];
        assert_eq!(signs_of_weakness("nippo1234nippo1234nippo1234", &[]), expected);
    }

    #[test]
    fn characters_are_counted_as_they_are_hashed() {
        assert_eq!(length("ｶﾞｷﾞ"), 2, "a half-width letter and its mark are one");
        assert_eq!(length("㍿"), 4, "a square of four is four");
    }
}
