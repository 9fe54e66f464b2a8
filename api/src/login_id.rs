//! Login IDs: a letter of the source, a prefecture, a number, and a check character against misreading.

use shared::check_character::check_character;
use shared::organization::OrganizationKind;
use unicode_normalization::UnicodeNormalization as _;

/// The most characters of a login ID.
const LONGEST: usize = 64;

/// The letter with which the login IDs of an organization's accounts begin.
#[must_use]
pub const fn letter(kind: OrganizationKind) -> char {
    match kind {
        OrganizationKind::Institution | OrganizationKind::FollowUpCenter => 'P',
        OrganizationKind::HealthCenter => 'H',
        OrganizationKind::Prefecture => 'K',
        OrganizationKind::Ministry => 'M',
    }
}

/// The login ID of a number: `P13-0001-5`. None where the check character itself would be misread: as 1 or as 0.
#[must_use]
pub fn login_id(letter: char, prefecture: &str, number: u32) -> Option<String> {
    let body = format!("{letter}{prefecture}-{number:04}");
    let check = check_character(&body);
    (!matches!(check, 'I' | 'O')).then(|| format!("{body}-{check}"))
}

/// A login ID as it is stored, in whatever width and case it was typed.
#[must_use]
pub fn canonical(typed: &str) -> String {
    typed.trim().nfkc().collect::<String>().to_uppercase()
}

/// Whether an account may be called so: letters, digits and hyphens, as it will be read when it is typed.
#[must_use]
pub fn is_login_id(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_login_id_ends_with_a_letter_that_looks_like_a_digit() {
        let ids: Vec<String> = (0..1_000).filter_map(|number| login_id('P', "13", number)).collect();
        assert!(ids.iter().all(|id| !id.ends_with(['I', 'O'])));
        // Two characters of thirty-six.
        assert!((930..960).contains(&ids.len()), "{}", ids.len());
    }

    #[test]
    fn a_login_id_is_the_same_however_it_is_typed() {
        let id = login_id('P', "13", 1).expect("no letter that looks like a digit");
        assert!(is_login_id(&id));
        assert_eq!(canonical(" ｐ13－0001－5\n"), id);
        for text in ["", "admin", "A B", "日報", &"A".repeat(65)] {
            assert!(!is_login_id(text), "{text}");
        }
    }
}
