//! What is said of a password while it is typed and when it is refused, and a safe one by chance.

use shared::password::Weakness;
use shared::problem::Violation;

use crate::words::access::pw;
use crate::words::{Language, Text, language_untracked, rule_text};

/// The words for a weakness.
pub fn weakness_text(of: Weakness) -> Text {
    pw::weak::lookup(of.key()).unwrap_or(Text::MISSING)
}

/// What the service has against a password: the rule, and why where it says so. A reason that this page doesn't know yet is
/// left out.
pub fn refusal(violation: &Violation) -> String {
    let language = language_untracked();
    let between = match language {
        Language::Japanese => "",
        Language::English => " ",
    };
    let reasons = violation.reasons.iter().filter_map(|reason| pw::weak::lookup(reason));
    let sentences: Vec<&str> =
        [rule_text(violation.rule)].into_iter().chain(reasons).map(|text| text.of(language)).collect();
    sentences.join(between)
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
    use shared::problem::Rule;

    use super::*;

    #[test]
    fn every_weakness_has_words() {
        for weakness in Weakness::ALL {
            assert_ne!(weakness_text(weakness), Text::MISSING, "{}", weakness.key());
        }
    }

    #[test]
    fn a_refusal_is_the_rule_and_the_reasons_that_are_known() {
        let mut violation = Violation::new("/new_password", Rule::PasswordTooWeak, "");
        let rule = rule_text(Rule::PasswordTooWeak).of(Language::Japanese);
        assert_eq!(refusal(&violation), rule);
        violation.reasons = ["common_password", "of a newer service", "repeats"].map(str::to_owned).to_vec();
        let words = |weakness| weakness_text(weakness).of(Language::Japanese);
        let expected = format!("{rule}{}{}", words(Weakness::CommonPassword), words(Weakness::Repeats));
        assert_eq!(refusal(&violation), expected);
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
