//! The ten-digit medical-institution code (医療機関コード): prefecture, table, district, institution, check digit.
//!
//! Its check digit is computed in two ways in the field, and some codes fit neither: a code that doesn't check is
//! questioned, never refused.

use std::fmt;

use crate::problem::Rule;
use crate::unicode::nfkc;

/// Ten digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstitutionCode(String);

/// Whether a code fits its check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeCheck {
    /// It fits.
    Fits,
    /// A substitute, 9 and the last nine digits of the telephone number: it has no check digit.
    Substitute,
    /// It doesn't fit, or its prefecture doesn't exist: to be looked at, and to be accepted if a person says so.
    Doubtful,
}

/// A code as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedCode {
    /// All ten digits.
    Whole {
        /// The code.
        code: InstitutionCode,
        /// Whether it fits.
        check: CodeCheck,
        /// Whether a leading zero that a spreadsheet had dropped was put back.
        zero_restored: bool,
    },
    /// The last seven, by which many know their code: enough to look it up, not to register it.
    LastSeven(String),
}

impl InstitutionCode {
    /// Takes ten ASCII digits.
    #[must_use]
    pub fn new(digits: &str) -> Option<Self> {
        (digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(digits.to_owned()))
    }

    /// Reads a code as people type it: full width, with blanks or hyphens, or with its leading zero dropped.
    ///
    /// # Errors
    /// [`Rule::Malformed`] where it isn't a code of ten digits, nor the last seven of one.
    pub fn read(typed: &str) -> Result<TypedCode, Rule> {
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー');
        let digits: String = nfkc(typed).chars().filter(|&c| !is_mark(c)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Rule::Malformed);
        }
        if digits.len() == 7 {
            return Ok(TypedCode::LastSeven(digits));
        }
        if let Some(code) = Self::new(&digits) {
            let check = code.check();
            return Ok(TypedCode::Whole { code, check, zero_restored: false });
        }
        let restored = Self::new(&format!("0{digits}")).filter(|code| code.check() == CodeCheck::Fits);
        let code = restored.ok_or(Rule::Malformed)?;
        Ok(TypedCode::Whole { code, check: CodeCheck::Fits, zero_restored: true })
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefecture's two digits; of a substitute they mean nothing.
    #[must_use]
    pub fn prefecture(&self) -> &str {
        &self.0[..2]
    }

    /// Whether it fits its check digit. Saitama, Chiba, Tokyo and Kanagawa compute it over the last seven digits, all
    /// others over the ten; of Okinawa it isn't known, so that either will do.
    #[must_use]
    pub fn check(&self) -> CodeCheck {
        let over_ten = || luhn(&self.0);
        let over_seven = || luhn(&self.0[3..]);
        let fits = match self.prefecture() {
            substitute if substitute.starts_with('9') => return CodeCheck::Substitute,
            "11" | "12" | "13" | "14" => over_seven(),
            "47" => over_ten() || over_seven(),
            prefecture => ("01"..="46").contains(&prefecture) && over_ten(),
        };
        if fits { CodeCheck::Fits } else { CodeCheck::Doubtful }
    }
}

impl fmt::Display for InstitutionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether digits fit their last one by Luhn's formula: every second digit from the right is doubled and its own
/// digits are summed.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(digits: &str) -> CodeCheck {
        InstitutionCode::new(digits).expect("ten digits").check()
    }

    fn whole(digits: &str, check: CodeCheck, zero_restored: bool) -> Result<TypedCode, Rule> {
        Ok(TypedCode::Whole { code: InstitutionCode::new(digits).expect("ten digits"), check, zero_restored })
    }

    #[test]
    fn codes_of_the_public_list_fit_over_ten_digits_or_over_the_last_seven() {
        for digits in ["0110113719", "1310110049", "1110301762", "1210101980", "1410100065"] {
            assert_eq!(check(digits), CodeCheck::Fits, "{digits}");
        }
        assert!(luhn("0110113719") && !luhn("0113719"));
        assert!(luhn("0110049") && !luhn("1310110049"));
    }

    #[test]
    fn the_prefecture_decides_over_which_digits_a_code_is_checked() {
        // Fits over its last seven digits only, whatever stands before them.
        for (prefecture, expected) in [
            ("10", CodeCheck::Doubtful),
            ("11", CodeCheck::Fits),
            ("12", CodeCheck::Fits),
            ("13", CodeCheck::Fits),
            ("14", CodeCheck::Fits),
            ("15", CodeCheck::Doubtful),
            ("46", CodeCheck::Doubtful),
            ("47", CodeCheck::Fits),
        ] {
            let code = format!("{prefecture}10110049");
            assert!(!luhn(&code), "{code} must not fit over ten digits for this test");
            assert_eq!(check(&code), expected, "{code}");
        }
        // Fits over ten digits only.
        for (code, expected) in [("4710110042", CodeCheck::Fits), ("1310110042", CodeCheck::Doubtful)] {
            assert!(luhn(code) && !luhn(&code[3..]), "{code}");
            assert_eq!(check(code), expected, "{code}");
        }
    }

    #[test]
    fn a_prefecture_that_does_not_exist_is_doubtful() {
        for code in ["0010113710", "4810110041", "8910110041"] {
            assert!(luhn(code), "{code} must fit for this test");
            assert_eq!(check(code), CodeCheck::Doubtful, "{code}");
        }
    }

    #[test]
    fn a_substitute_is_not_checked() {
        for code in ["9312345678", "9312345679"] {
            assert_eq!(check(code), CodeCheck::Substitute);
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in
            ["0110113719", "０１１０１１３７１９", " 01-1-0113719 ", "01 1011371 9", "０１－１０－１１３７１９"]
        {
            assert_eq!(InstitutionCode::read(typed), whole("0110113719", CodeCheck::Fits, false), "{typed}");
        }
        assert_eq!(InstitutionCode::read("0110113718"), whole("0110113718", CodeCheck::Doubtful, false));
        assert_eq!(InstitutionCode::read("９３１２３４５６７８"), whole("9312345678", CodeCheck::Substitute, false));
        assert_eq!(InstitutionCode::read("0113719"), Ok(TypedCode::LastSeven("0113719".to_owned())));
    }

    #[test]
    fn a_dropped_leading_zero_is_put_back_only_where_the_code_then_fits() {
        assert_eq!(InstitutionCode::read("110113719"), whole("0110113719", CodeCheck::Fits, true));
        assert_eq!(InstitutionCode::read("110113718"), Err(Rule::Malformed));
    }

    #[test]
    fn what_has_another_length_or_other_characters_is_no_code() {
        for typed in ["", "01101137", "01101137190", "01101137I9", "十", "011011371９x"] {
            assert_eq!(InstitutionCode::read(typed), Err(Rule::Malformed), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_ten_is_noticed(code in "(0[1-9]|10|1[5-9]|[23][0-9]|4[0-6])[0-9]{7}", place in 2_usize..10, wrong in 0_u8..10) {
            let code = (0..10).map(|digit| format!("{code}{digit}")).find(|code| luhn(code)).expect("one digit fits");
            prop_assert_eq!(check(&code), CodeCheck::Fits);
            let mut changed = code.clone().into_bytes();
            changed[place] = b'0' + wrong;
            let changed = String::from_utf8(changed).expect("digits");
            prop_assume!(changed != code);
            prop_assert_eq!(check(&changed), CodeCheck::Doubtful);
        }
    }
}
