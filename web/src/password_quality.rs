//! What can be said of a password while it is typed, and a safe one by chance. The service has the last word.

use shared::unicode::lower_case;

use crate::words::Text;
use crate::words::access::pw;

/// Why a password is easy to guess, as far as the page can tell without a dictionary.
pub fn weaknesses(password: &str, login_id: &str) -> Vec<Text> {
    let lower = lower_case(password);
    let mut found = Vec::new();
    if repeats(&lower) {
        found.push(pw::WEAK_REPEATS);
    }
    if has_run(&lower) {
        found.push(pw::WEAK_SEQUENCE);
    }
    let id = lower_case(login_id);
    let known = ["nippo", "hokenjo", "covid", "password", "iryou", "kansen"];
    if (id.len() >= 4 && lower.contains(&id)) || known.iter().any(|word| lower.contains(word)) {
        found.push(pw::WEAK_ID);
    }
    found
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

/// Whether four characters follow one another in the alphabet, among the digits, or on a row of keys.
fn has_run(password: &str) -> bool {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let characters: Vec<char> = password.chars().collect();
    characters.windows(4).any(|four| {
        let steps = |by: i32| {
            four.windows(2).all(|pair| {
                pair[0].is_ascii_alphanumeric()
                    && u32::from(pair[1]).cast_signed() - u32::from(pair[0]).cast_signed() == by
            })
        };
        let text: String = four.iter().collect();
        steps(1) || steps(-1) || ROWS.iter().any(|row| row.contains(&text))
    })
}

/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8; 56] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// How many characters a made password has: 115 bits of chance.
const LENGTH: usize = 20;

/// A password from random bytes: each byte below the largest multiple of the alphabet's size gives a character, so that
/// all are equally likely. None where the bytes run out.
pub fn from_random(bytes: &[u8]) -> Option<String> {
    let size = ALPHABET.len();
    let fair = 256 / size * size;
    let made: String = bytes
        .iter()
        .map(|&byte| usize::from(byte))
        .filter(|&byte| byte < fair)
        .map(|byte| char::from(ALPHABET[byte % size]))
        .take(LENGTH)
        .collect();
    (made.len() == LENGTH).then_some(made)
}

/// A safe password from the browser's random source.
pub fn safe_password() -> Option<String> {
    let mut bytes = [0; 64];
    let crypto = leptos::prelude::window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    from_random(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_few_characters_a_run_or_the_login_id_is_called_weak() {
        assert_eq!(weaknesses("aaaaaaaaaaaaa", ""), [pw::WEAK_REPEATS]);
        assert_eq!(weaknesses("xk1234mrtvbzq", ""), [pw::WEAK_SEQUENCE]);
        assert_eq!(weaknesses("xk9876mrtvbzq", ""), [pw::WEAK_SEQUENCE]);
        assert_eq!(weaknesses("Asdf-mrtvbzq7", ""), [pw::WEAK_SEQUENCE]);
        assert_eq!(weaknesses("x-P13-0001-A-z", "P13-0001-A"), [pw::WEAK_ID]);
    }

    #[test]
    fn a_long_sentence_is_not_called_weak() {
        assert!(weaknesses("夕焼けの坂道をゆっくり下る犬", "P13-0001-A").is_empty());
        assert!(weaknesses("rain on the tin roof", "P13-0001-A").is_empty());
    }

    #[test]
    fn a_made_password_has_twenty_fair_characters() {
        let bytes: Vec<u8> = (0..=255).collect();
        let made = from_random(&bytes).expect("enough bytes");
        assert_eq!(made.len(), LENGTH);
        assert!(made.bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_eq!(from_random(&[255; 64]), None, "bytes that would make some characters likelier are left out");
    }
}
