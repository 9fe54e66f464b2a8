//! Telephone numbers to which codes go: as they are typed, in one form (E.164), and masked.
//!
//! Which numbers exist follows Japan's numbering plan (電気通信番号計画): mobile telephones have 060, 070, 080 and 090
//! with 11 digits; landlines have 10 digits; 050 (IP telephones) has 11. What costs the caller extra or has no owner who
//! could answer (0120, 0800, 0570, 0990, 020) is no number for codes.

use crate::problem::Rule;
use crate::unicode::nfkc;

/// The country code of Japan.
pub const JAPAN: u16 = 81;
/// The most characters that are looked at: far more than any way to write a number needs.
const LONGEST: usize = 40;

/// A number that codes can be sent to, in the form of E.164.
#[derive(Clone, PartialEq, Eq)]
pub struct Telephone {
    digits: String,
}

impl Telephone {
    /// Reads a number as it is typed: in any width, with hyphens, blanks or brackets; in Japan's form, or with `+` and a
    /// country code among those allowed.
    ///
    /// # Errors
    ///
    /// [`Rule::Malformed`] for what is no number, [`Rule::NotAllowed`] for a number that codes don't go to.
    pub fn read(typed: &str, countries: &[u16]) -> Result<Self, Rule> {
        if typed.chars().count() > LONGEST {
            return Err(Rule::Malformed);
        }
        let plain: String = nfkc(typed).chars().filter(|c| !c.is_whitespace() && !"-‐‑–−ー().".contains(*c)).collect();
        let (is_global, digits) = plain.strip_prefix('+').map_or((false, plain.as_str()), |digits| (true, digits));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Rule::Malformed);
        }
        let japan = JAPAN.to_string();
        let national = match (is_global, digits.strip_prefix(&japan)) {
            (true, Some(rest)) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            (true, None) => return Self::abroad(digits, countries),
            (false, _) => digits.to_owned(),
        };
        if !countries.contains(&JAPAN) {
            return Err(Rule::NotAllowed);
        }
        match of_japan(&national)? {
            true => Ok(Self { digits: format!("{japan}{}", &national[1..]) }),
            false => Err(Rule::NotAllowed),
        }
    }

    fn abroad(digits: &str, countries: &[u16]) -> Result<Self, Rule> {
        if !(8..=15).contains(&digits.len()) {
            return Err(Rule::Malformed);
        }
        let is_allowed = countries.iter().any(|&country| country != JAPAN && digits.starts_with(&country.to_string()));
        if is_allowed { Ok(Self { digits: digits.to_owned() }) } else { Err(Rule::NotAllowed) }
    }

    /// A number in the form in which it was kept.
    #[must_use]
    pub fn of_e164(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self { digits: digits.to_owned() })
    }

    /// The number with `+` and country code.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.digits)
    }

    /// Whether text messages reach it. Abroad that can't be told from the number.
    #[must_use]
    pub fn takes_text(&self) -> bool {
        match self.national() {
            Some(national) => is_mobile(&national),
            None => true,
        }
    }

    /// The number as its owner knows it again and nobody else can call it: `090-****-7709`.
    #[must_use]
    pub fn masked(&self) -> String {
        let last = &self.digits[self.digits.len() - 4..];
        match self.national() {
            Some(national) if national.len() == 11 => format!("{}-****-{last}", &national[..3]),
            Some(national) => format!("{}-****-{last}", &national[..2]),
            None => format!("+{}-****-{last}", &self.digits[..2]),
        }
    }

    /// The number in groups, as it is read back to whoever typed it: `090 1234 7709`. Of a landline they needn't be those of
    /// its area code.
    #[must_use]
    pub fn grouped(&self) -> String {
        let Some(national) = self.national() else { return self.e164() };
        let of_city = national.starts_with("03") || national.starts_with("06") && national.len() == 10;
        let first = if of_city { 2 } else { 3 };
        format!("{} {} {}", &national[..first], &national[first..national.len() - 4], &national[national.len() - 4..])
    }

    fn national(&self) -> Option<String> {
        self.digits.strip_prefix(&JAPAN.to_string()).map(|rest| format!("0{rest}"))
    }
}

/// Says nothing of the number: it must not get into the log by accident.
impl std::fmt::Debug for Telephone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telephone")
    }
}

/// Whether codes go to a number of Japan, by its form there.
fn of_japan(national: &str) -> Result<bool, Rule> {
    let bytes = national.as_bytes();
    match (bytes.len(), bytes.first(), bytes.get(1)) {
        // No area code has 0 in its third place: that is a mobile number that lacks a digit.
        (10, Some(b'0'), Some(b'1'..=b'9')) if bytes[2] != b'0' => {
            Ok(!["0120", "0570", "0990"].iter().any(|special| national.starts_with(special)))
        }
        (11, Some(b'0'), Some(b'5'..=b'9')) if bytes[2] == b'0' => {
            Ok(is_mobile(national) && !national.starts_with("0800") || national.starts_with("050"))
        }
        _ => Err(Rule::Malformed),
    }
}

fn is_mobile(national: &str) -> bool {
    national.len() == 11 && ["060", "070", "080", "090"].iter().any(|prefix| national.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Result<String, Rule> {
        Telephone::read(typed, &[JAPAN]).map(|number| number.e164())
    }

    #[test]
    fn a_number_has_one_form_however_it_is_typed() {
        for typed in [
            "09012347709",
            "090-1234-7709",
            "０９０－１２３４－７７０９",
            "+81 90 1234 7709",
            "+81 (0)90-1234-7709",
            "090ー1234ー7709",
        ] {
            assert_eq!(read(typed).as_deref(), Ok("+819012347709"), "{typed}");
        }
        assert_eq!(read("03-1234-5678").as_deref(), Ok("+81312345678"));
        assert_eq!(read("050 1234 5678").as_deref(), Ok("+815012345678"));
    }

    #[test]
    fn what_is_no_number_and_what_codes_do_not_go_to_is_refused() {
        for typed in ["", "090", "0901234567", "090123477090", "phone", "1234567890", "+", "030-1234-56789"] {
            assert!(read(typed).is_err(), "{typed}");
        }
        for typed in
            ["0120-123-456", "0570-123-456", "0990-123-456", "0800-123-4567", "+1 202 555 0123", "+44 20 7946 0000"]
        {
            assert_eq!(read(typed), Err(Rule::NotAllowed), "{typed}");
        }
        assert_eq!(read(&"0".repeat(1000)), Err(Rule::Malformed));
    }

    #[test]
    fn other_countries_are_open_where_they_are_allowed() {
        let american = Telephone::read("+1 202 555 0123", &[JAPAN, 1]).expect("allowed");
        assert_eq!((american.e164().as_str(), american.takes_text()), ("+12025550123", true));
        assert_eq!(Telephone::read("09012347709", &[1]).err(), Some(Rule::NotAllowed));
    }

    #[test]
    fn a_number_is_read_back_in_groups() {
        for (typed, grouped) in [
            ("09012347709", "090 1234 7709"),
            ("06012347709", "060 1234 7709"),
            ("0312345678", "03 1234 5678"),
            ("0612345678", "06 1234 5678"),
            ("0834211234", "083 421 1234"),
        ] {
            assert_eq!(Telephone::read(typed, &[JAPAN]).map(|number| number.grouped()).as_deref(), Ok(grouped));
        }
    }

    #[test]
    fn a_landline_is_called_only_and_every_number_is_masked() {
        for (typed, takes_text, masked) in [
            ("09012347709", true, "090-****-7709"),
            ("0312345678", false, "03-****-5678"),
            ("05012345678", false, "050-****-5678"),
        ] {
            let number = Telephone::read(typed, &[JAPAN]).expect("a number");
            assert_eq!((number.takes_text(), number.masked().as_str()), (takes_text, masked));
            assert_eq!(Telephone::of_e164(&number.e164()), Some(number.clone()));
            assert_eq!(format!("{number:?}"), "Telephone");
        }
    }
}
