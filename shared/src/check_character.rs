//! The check character of what people read out and type: receipt numbers and login IDs.

/// The check character of ISO 7064 MOD 37,36 for digits and letters; anything else is passed over.
#[must_use]
pub fn check_character(payload: &str) -> char {
    const MODULUS: u32 = 36;
    let product = payload.chars().filter_map(|c| c.to_digit(MODULUS)).fold(MODULUS, |product, value| {
        let sum = (product + value) % MODULUS;
        (if sum == 0 { MODULUS } else { sum }) * 2 % (MODULUS + 1)
    });
    let value = (MODULUS + 1 - product) % MODULUS;
    char::from_digit(value, MODULUS).map_or('0', |c| c.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_iso_7064_mod_37_36() {
        // The example of the Global Release Identifier standard, which uses the same system.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn two_digits_swapped_give_another_check_character() {
        assert_ne!(check_character("P13-0012"), check_character("P13-0021"));
    }
}
