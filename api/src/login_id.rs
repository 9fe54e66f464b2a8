//! Login IDs: a letter of the source, a prefecture, a number, and a check character against misreading.

/// The login ID of a number: `P13-0001-A`.
#[must_use]
pub fn login_id(letter: char, prefecture: &str, number: u32) -> String {
    let body = format!("{letter}{prefecture}-{number:04}");
    let check = check_character(&body);
    format!("{body}-{check}")
}

/// ISO 7064 MOD 37,36 over letters and digits.
fn check_character(body: &str) -> char {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut product = 36;
    for value in body.chars().filter_map(|character| character.to_digit(36)) {
        let sum = (product + value) % 36;
        product = if sum == 0 { 36 } else { sum } * 2 % 37;
    }
    char::from(ALPHABET[((37 - product) % 36) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The example of ISO/IEC 7064 for MOD 37,36.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn two_digits_swapped_give_another_check_character() {
        assert_ne!(check_character("P13-0012"), check_character("P13-0021"));
    }
}
