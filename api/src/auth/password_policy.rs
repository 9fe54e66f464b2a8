//! Which new passwords are taken, and why one is not.

use std::collections::BTreeSet;

use shared::password::{MAX_LENGTH, MIN_LENGTH, SERVICE_WORDS, Weakness, length, signs_of_weakness};
use shared::unicode::nfkc;
use shared::{Rule, Violation};
use zxcvbn::feedback::Warning;
use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Score, zxcvbn};

use super::romaji::spellings;

/// Checks a new password. The words of its owner must not carry it, nor their readings in Latin letters.
///
/// # Errors
///
/// The rule that it breaks, at a pointer; of one that is easy to guess with the reasons.
pub fn check(password: &str, owner: &[&str], year: i32, pointer: &str) -> Result<(), Vec<Violation>> {
    let violation = |rule, message: &str| Violation::new(pointer, rule, message);
    let length = length(password);
    if length < u64::from(MIN_LENGTH) {
        return Err(vec![violation(Rule::PasswordTooShort, "expected at least 13 characters")]);
    }
    if length > u64::from(MAX_LENGTH) {
        return Err(vec![violation(Rule::TooLong, "expected at most 256 characters")]);
    }
    let Some(weaknesses) = weaknesses(&nfkc(password), owner, year) else { return Ok(()) };
    let refusal = violation(Rule::PasswordTooWeak, "expected a password that is hard to guess");
    let reasons = weaknesses.into_iter().map(|weakness| weakness.key().to_owned()).collect();
    Err(vec![Violation { reasons, ..refusal }])
}

/// Why a password is too easy to guess; none of one that is not. What decides is how easy it is, and not whether that can be
/// explained.
fn weaknesses(password: &str, owner: &[&str], year: i32) -> Option<BTreeSet<Weakness>> {
    let spelt = owner.iter().flat_map(|word| spellings(word));
    let owners: Vec<String> = owner.iter().map(|&word| word.to_owned()).chain(spelt).collect();
    let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
    let known: Vec<String> = SERVICE_WORDS
        .iter()
        .chain(&owners)
        .map(|word| nfkc(word).to_lowercase())
        .chain([year.to_string()])
        .filter(|word| !word.is_empty())
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    // Its estimate grows with the square of the length and is good long before the hundredth character.
    let beginning: String = password.chars().take(100).collect();
    let estimate = zxcvbn(&beginning, &known);
    let (is_made_of_known, is_guessable) = (is_made_of(password, &known), estimate.score() < Score::Three);
    if !is_made_of_known && !is_guessable {
        return None;
    }
    // What a page said while it was typed is among the reasons, but is none by itself.
    let mut found = BTreeSet::from_iter(signs_of_weakness(password, &owners));
    if is_made_of_known {
        found.insert(Weakness::KnownWord);
    }
    if is_guessable {
        // Fewer than 10⁸ guesses are two parts at the most, so that of 13 characters one at least is recognized.
        recognize(estimate.sequence(), &known, &mut found);
    }
    Some(found)
}

/// Whether little is left of a password without the words that everybody can guess.
fn is_made_of(password: &str, known: &[&str]) -> bool {
    const LEAST_OF_ITS_OWN: usize = 8;
    let mut rest = password.to_lowercase();
    for word in known.iter().filter(|word| word.chars().count() >= 2) {
        rest = rest.replace(word, "");
    }
    rest.chars().count() < LEAST_OF_ITS_OWN
}

/// Adds what the parts of a password are. Two letters are a word of some list by chance, and explain nothing.
fn recognize(parts: &[Match], known: &[&str], found: &mut BTreeSet<Weakness>) {
    const LEAST_OF_A_PART: usize = 3;
    for part in parts.iter().filter(|part| part.token.chars().count() >= LEAST_OF_A_PART) {
        match &part.pattern {
            MatchPattern::Dictionary(word) => {
                found.insert(of_word(&word.matched_word, known));
                if word.l33t || word.reversed {
                    found.insert(Weakness::Disguised);
                }
            }
            MatchPattern::Repeat(repeated) => {
                found.insert(Weakness::Repeats);
                recognize(&repeated.base_matches, known, found);
            }
            MatchPattern::Spatial(_) => drop(found.insert(Weakness::Keyboard)),
            MatchPattern::Sequence(_) => drop(found.insert(Weakness::Sequence)),
            MatchPattern::Regex(_) | MatchPattern::Date(_) => drop(found.insert(Weakness::Date)),
            MatchPattern::BruteForce => {}
        }
    }
}

/// In which list a word stands. A part doesn't tell what its list is called, but a word by itself is warned of by that name.
fn of_word(word: &str, known: &[&str]) -> Weakness {
    if known.contains(&word) {
        return Weakness::KnownWord;
    }
    let alone = zxcvbn(word, &[]);
    match alone.feedback().and_then(|feedback| feedback.warning()) {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Weakness::CommonPassword,
        Some(Warning::NamesAndSurnamesByThemselvesAreEasyToGuess | Warning::CommonNamesAndSurnamesAreEasyToGuess) => {
            Weakness::Name
        }
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Weakness::Keyboard
        }
        Some(Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => {
            Weakness::Repeats
        }
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Weakness::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Weakness::Date,
        Some(Warning::AWordByItselfIsEasyToGuess) | None => Weakness::CommonWord,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWNER: [&str; 4] = ["P13-0001-A", "あおば内科", "アオバナイカ", ""];

    fn refusal(password: &str) -> Option<Violation> {
        let found = check(password, &OWNER, 2026, "/new_password").err()?;
        assert_eq!(found.len(), 1);
        found.into_iter().next()
    }

    #[test]
    fn a_password_is_long_enough_and_hard_to_guess() {
        let rule = |password: &str| refusal(password).map(|violation| violation.rule);
        assert_eq!(rule("correct-horse-ba"), None);
        assert_eq!(rule("橋の下の青い傘と三匹の魚たち"), None);
        assert_eq!(rule("short"), Some(Rule::PasswordTooShort));
        assert_eq!(rule("twelve chars"), Some(Rule::PasswordTooShort));
        assert_eq!(rule(&"ab1 ".repeat(65)), Some(Rule::TooLong));
        for weak in ["aaaaaaaaaaaaaaaa", "password12345", "aobanaika-aobanaika"] {
            assert_eq!(rule(weak), Some(Rule::PasswordTooWeak), "{weak}");
        }
    }

    #[test]
    fn why_it_is_easy_to_guess_is_told() {
        use Weakness::{CommonPassword, CommonWord, Date, Disguised, Keyboard, KnownWord, Name, Repeats, Sequence};
        let told = |password: &str| weaknesses(&nfkc(password), &OWNER, 2026).into_iter().flatten().collect::<Vec<_>>();
        let expected = [
            ("password12345", vec![CommonPassword, Sequence]),
            ("liverpoolarsenal", vec![CommonPassword]),
            ("1q2w3e4r5t6y7u", vec![CommonPassword]),
            ("characteristics", vec![CommonWord]),
            ("christopherson", vec![CommonWord, Name]),
            ("12-03-19852019", vec![Date]),
            ("aaaaaaaaaaaaaaaa", vec![Repeats]),
            ("abcdefghijklmnop", vec![Sequence]),
            ("/.,mnbvcxz;lkjhgf", vec![Keyboard]),
            ("nippo2026nippo", vec![KnownWord]),
            ("P13-0001-Acovid", vec![KnownWord]),
            ("あおば内科あおば内科あおば内科", vec![Repeats, KnownWord]),
            ("aobanaika-aobanaika", vec![Repeats, KnownWord]),
            ("p@$$w0rdp@$$w0rd", vec![CommonPassword, Repeats, Disguised]),
            ("scitsiretcarahc", vec![CommonWord, Disguised]),
        ];
        let found = expected.each_ref().map(|&(password, _)| (password, told(password)));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_sign_alone_refuses_no_password_that_is_hard_to_guess() {
        for password in ["kumo-1234-hebi-mizu", "nippo hebi kumo mizu tsuki", "P13-0001-A kumo hebi mizu"] {
            assert_ne!(signs_of_weakness(password, &OWNER), [], "{password}");
            assert_eq!(refusal(password), None, "{password}");
        }
    }

    proptest! {
        /// Words of zxcvbn's lists, years, rows, repeats and the owner's, put together as people do.
        #[test]
        fn whoever_is_refused_is_told_a_reason(
            words in prop::collection::vec(prop::sample::select(WORDS.as_slice()), 1..5),
            rest in "[a-z0-9!]{0,4}",
        ) {
            let password = format!("{}{rest}", words.concat());
            if let Some(violation) = refusal(&password).filter(|violation| violation.rule == Rule::PasswordTooWeak) {
                prop_assert!(!violation.reasons.is_empty(), "{password}");
            }
        }
    }

    const WORDS: [&str; 16] = [
        "password",
        "dragon",
        "monday",
        "tanaka",
        "maria",
        "2024",
        "1234",
        "qwerty",
        "aaaa",
        "nippo",
        "aobanaika",
        "p@ssw0rd",
        "drowssap",
        "19850102",
        "of",
        "あおば内科",
    ];
}
