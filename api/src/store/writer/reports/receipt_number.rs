//! Receipt numbers: `YYMMDD-PP-NNNNN-C`.

use shared::ReportingDay;

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The number of a day's and prefecture's receipt, with its check character.
pub(super) fn receipt_number(day: ReportingDay, prefecture_code: &str, counter: u32) -> String {
    let number = format!("{}-{prefecture_code}-{counter:05}", day.0.format("%y%m%d"));
    let check = check_character(&number);
    format!("{number}-{check}")
}

/// The check character of ISO 7064 MOD 37,36 over digits and capital letters; hyphens don't count.
fn check_character(text: &str) -> char {
    let values = text.chars().filter_map(|character| character.to_digit(36));
    let product = values.fold(36, |product, value| {
        let sum = (product + value) % 36;
        (if sum == 0 { 36 } else { sum } * 2) % 37
    });
    let check = (37 - product) % 36;
    char::from(ALPHABET[check as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_number_names_day_prefecture_and_counter_and_one_wrong_digit_breaks_it() {
        let number = receipt_number("2026-11-22".parse().expect("a day"), "35", 217);
        assert!(number.starts_with("261122-35-00217-"), "{number}");
        let check = number.chars().next_back().expect("a character");
        for wrong in ["261123-35-00217", "261122-36-00217", "261122-35-00271", "261122-35-00218"] {
            assert_ne!(check_character(wrong), check, "{wrong}");
        }
        // The example of the Global Release Identifier standard, which uses the same system.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }
}
