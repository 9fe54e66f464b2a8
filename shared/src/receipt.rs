//! Receipts: the proof that a report was accepted.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::check_character::check_character;
use crate::day::ReportingDay;
use crate::organization::OrganizationRef;
use crate::unicode::nfkc;

/// The proof that a report was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// `YYMMDD-PP-NNNNN-C`: entry day, prefecture, counter of that day and prefecture, check character (ISO 7064 MOD 37,36).
    #[cfg_attr(feature = "openapi", schema(example = "261122-35-00217-I"))]
    pub number: String,
    /// When it was accepted.
    #[serde(deserialize_with = "crate::instant::read")]
    pub accepted_at: DateTime<Utc>,
    /// The unit.
    pub unit: OrganizationRef,
    /// The day the report is filed under.
    pub entry_day: ReportingDay,
    /// The report's total.
    pub total: u64,
    /// The first twelve hex digits of the report's own event in the audit chain.
    #[cfg_attr(feature = "openapi", schema(example = "3f9a1c0277be"))]
    pub audit_hash: String,
    /// Where it was asked for: the QR code of number and hash, as a file of SVG, for the printed receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<String>,
}

impl Receipt {
    /// What its QR code holds: number and hash, by which the report can be found and its place in the chain compared.
    #[must_use]
    pub fn in_code(&self) -> String {
        format!("{} {}", self.number, self.audit_hash)
    }
}

/// The number of a receipt, `YYMMDD-PP-NNNNN-C`: it can be read out over a telephone and checked without a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptNumber {
    entry_day: ReportingDay,
    prefecture: u8,
    counter: u32,
}

/// Why a text isn't a receipt number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptNumberError {
    /// It hasn't the form.
    #[error("a receipt number has the form YYMMDD-PP-NNNNN-C")]
    Form,
    /// The check character doesn't fit: something was misread.
    #[error("the check character of the receipt number does not fit")]
    Check,
}

impl ReceiptNumber {
    /// How many receipts a prefecture can give on a day.
    pub const MAX_COUNTER: u32 = 99_999;

    /// The number of a day, a prefecture (1 to 47, JIS X 0401) and a counter; none where one of them doesn't fit in.
    #[must_use]
    pub fn new(entry_day: ReportingDay, prefecture: u8, counter: u32) -> Option<Self> {
        let fits = (2000..2100).contains(&entry_day.0.year())
            && (1..=47).contains(&prefecture)
            && (1..=Self::MAX_COUNTER).contains(&counter);
        fits.then_some(Self { entry_day, prefecture, counter })
    }

    /// The day the report is filed under.
    #[must_use]
    pub const fn entry_day(&self) -> ReportingDay {
        self.entry_day
    }

    /// The prefecture's code, 1 to 47.
    #[must_use]
    pub const fn prefecture(&self) -> u8 {
        self.prefecture
    }

    /// The counter of that day and prefecture.
    #[must_use]
    pub const fn counter(&self) -> u32 {
        self.counter
    }

    fn payload(&self) -> String {
        let day = self.entry_day.0;
        format!("{:02}{:02}{:02}{:02}{:05}", day.year() % 100, day.month(), day.day(), self.prefecture, self.counter)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = self.payload();
        write!(f, "{}-{}-{}-{}", &payload[..6], &payload[6..8], &payload[8..], check_character(&payload))
    }
}

impl FromStr for ReceiptNumber {
    type Err = ReceiptNumberError;

    /// Reads a number as people type it: full width, in small letters, with or without hyphens and blanks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_separator = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−' | 'ー');
        let plain: String = nfkc(text).chars().filter(|&c| !is_separator(c)).map(|c| c.to_ascii_uppercase()).collect();
        let (payload, check) = plain.split_at_checked(13).ok_or(ReceiptNumberError::Form)?;
        let mut check = check.chars();
        let (Some(check), None) = (check.next(), check.next()) else { return Err(ReceiptNumberError::Form) };
        if !payload.bytes().all(|byte| byte.is_ascii_digit()) || !check.is_ascii_alphanumeric() {
            return Err(ReceiptNumberError::Form);
        }
        if check_character(payload) != check {
            return Err(ReceiptNumberError::Check);
        }
        Self::of_payload(payload).ok_or(ReceiptNumberError::Form)
    }
}

impl ReceiptNumber {
    fn of_payload(payload: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| payload.get(range)?.parse::<u32>().ok();
        let year = 2000 + number(0..2)?.cast_signed();
        let day = NaiveDate::from_ymd_opt(year, number(2..4)?, number(4..6)?)?;
        Self::new(ReportingDay(day), u8::try_from(number(6..8)?).ok()?, number(8..13)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(counter: u32) -> ReceiptNumber {
        ReceiptNumber::new("2026-11-22".parse().expect("a day"), 35, counter).expect("fits")
    }

    #[test]
    fn a_number_names_day_prefecture_and_counter_and_can_be_read_back() {
        let number = number(217);
        assert_eq!(number.to_string(), "261122-35-00217-I");
        let read: ReceiptNumber = number.to_string().parse().expect("reads");
        assert_eq!((read.entry_day().to_string().as_str(), read.prefecture(), read.counter()), ("2026-11-22", 35, 217));
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = number(217);
        let text = number.to_string();
        let full_width: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { to_full_width(c) } else { 'ー' }).collect();
        for typed in [text.to_lowercase(), text.replace('-', ""), text.replace('-', " "), full_width] {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
    }

    fn to_full_width(c: char) -> char {
        char::from_u32(u32::from(c) - 0x21 + 0xFF01).expect("a full-width form")
    }

    #[test]
    fn what_is_no_receipt_number_is_refused() {
        for (text, payload) in
            [("a month 13", "2613223500217"), ("prefecture 48", "2611224800217"), ("counter 0", "2611223500000")]
        {
            let typed = format!("{payload}{}", check_character(payload));
            assert_eq!(typed.parse::<ReceiptNumber>(), Err(ReceiptNumberError::Form), "{text}");
        }
        for text in ["", "261122-35-00217", "261122-35-00217-KK", "26A122-35-00217-K", "二六一一二二三五〇〇二一七K"]
        {
            assert_eq!(text.parse::<ReceiptNumber>(), Err(ReceiptNumberError::Form), "{text}");
        }
    }

    #[test]
    fn numbers_end_where_their_form_ends() {
        let day = |text: &str| text.parse::<ReportingDay>().expect("a day");
        assert!(ReceiptNumber::new(day("2026-11-22"), 47, ReceiptNumber::MAX_COUNTER).is_some());
        for (day, prefecture, counter) in [
            (day("2026-11-22"), 47, ReceiptNumber::MAX_COUNTER + 1),
            (day("2026-11-22"), 48, 1),
            (day("2026-11-22"), 0, 1),
            (day("2026-11-22"), 1, 0),
            (day("2100-01-01"), 1, 1),
        ] {
            assert_eq!(ReceiptNumber::new(day, prefecture, counter), None, "{day} {prefecture} {counter}");
        }
    }

    proptest! {
        #[test]
        fn every_number_comes_back_and_one_wrong_character_is_noticed(
            days in 0_u32..30_000, prefecture in 1_u8..=47, counter in 1_u32..=99_999,
            place in 0_usize..14, wrong in prop::sample::select("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().collect::<Vec<_>>()),
        ) {
            let first: ReportingDay = "2000-01-01".parse().expect("a day");
            let number = ReceiptNumber::new(first.plus(days), prefecture, counter).expect("fits");
            let plain = number.to_string().replace('-', "");
            prop_assert_eq!(plain.parse(), Ok(number));
            let mut changed: Vec<char> = plain.chars().collect();
            prop_assume!(changed[place] != wrong);
            changed[place] = wrong;
            let changed: String = changed.into_iter().collect();
            prop_assert!(changed.parse::<ReceiptNumber>().is_err(), "{} for {}", changed, plain);
        }
    }
}
