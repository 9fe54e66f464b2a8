//! The words of every screen in both languages, typed: `words::form::TOTAL`, `words::form::heading(&date)`.
//!
//! The constants come from `locales/{ja,en}.json` by `build.rs`. Whatever reads a word in a view reads the language
//! signal with it, so that a switch of the language changes the page in place.

use std::fmt::{Display, Write as _};
use std::sync::LazyLock;

use leptos::prelude::*;
use shared::age_band::AgeBand;
use shared::history::DayState;
use shared::organization::OrganizationKind;
use shared::problem::{ProblemKind, Rule};
use shared::report::{AdjustmentReason, Channel, Warning, WarningCode};
use shared::{Role, report};

use crate::format;

#[expect(
    dead_code,
    reason = "a look-up is written for every group of words, whether or not its keys come from the wire"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
pub use generated::*;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 日本語
    Japanese,
    /// English
    English,
}

impl Language {
    /// The value of `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// The language of a tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Japanese, Self::English].into_iter().find(|language| language.tag() == tag)
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Japanese => Self::English,
            Self::English => Self::Japanese,
        }
    }
}

static LANGUAGE: LazyLock<ArcRwSignal<Language>> = LazyLock::new(|| ArcRwSignal::new(Language::Japanese));

/// The language of the screens, tracked.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// The language of the screens at this moment.
pub fn language_untracked() -> Language {
    LANGUAGE.get_untracked()
}

/// Switches the language of the screens.
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// 日本語
    pub ja: &'static str,
    /// English
    pub en: &'static str,
}

impl Text {
    /// The text in the language of the screens, tracked.
    pub fn get(self) -> &'static str {
        self.of(language())
    }

    /// The text in a language.
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::Japanese => self.ja,
            Language::English => self.en,
        }
    }

    /// The text in the language of the screens with its parameters filled in, tracked.
    pub fn fill(self, parameters: &[(&str, &dyn Display)]) -> String {
        filled(self.get(), parameters)
    }
}

/// For attributes and children in views.
impl From<Text> for Signal<String> {
    fn from(text: Text) -> Self {
        Signal::derive(move || text.get().to_owned())
    }
}

/// A text as a child or an attribute of a view: follows the language.
pub fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text.get()
}

/// One pass, so that a value which happens to hold braces is left as it is.
fn filled(template: &str, parameters: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        if let Some((_, value)) = parameters.iter().find(|(known, _)| *known == name) {
            // Writing to a string can't fail.
            let _ = write!(out, "{value}");
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A text of CSV words in CP932; a character that no such word has becomes `?`.
pub fn cp932(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.extend(u8::try_from(character));
        } else {
            let known = CP932.iter().find(|(known, _)| *known == character);
            out.extend_from_slice(known.map_or(b"?", |(_, bytes)| bytes));
        }
    }
    out
}

/// A key of the wire without words: a test keeps this from happening.
const MISSING: Text = Text { ja: "–", en: "–" };

/// The label of an age band.
pub fn band_label(of: AgeBand) -> Text {
    band::lookup(of.key()).unwrap_or(MISSING)
}

/// The word for what is known of a day.
pub fn day_state_word(of: DayState) -> Text {
    day_state::lookup(of.key()).unwrap_or(MISSING)
}

/// The word for what is known of a unit's day: a health center's own report is never expected, and it has no working days.
pub fn unit_day_word(kind: OrganizationKind, state: DayState) -> Text {
    match (kind, state) {
        (OrganizationKind::HealthCenter, DayState::NotScheduled | DayState::Missing) => day_state::NO_REPORT,
        _ => day_state_word(state),
    }
}

/// The word for a channel.
pub fn channel_word(of: Channel) -> Text {
    channel::lookup(of.key()).unwrap_or(MISSING)
}

/// The word for the reason of an adjustment.
pub fn reason_word(of: AdjustmentReason) -> Text {
    reason::lookup(of.key()).unwrap_or(MISSING)
}

/// The word for a role.
pub fn role_word(of: Role) -> Text {
    role::lookup(of.key()).unwrap_or(MISSING)
}

/// The word for a kind of organization.
pub fn kind_word(of: OrganizationKind) -> Text {
    org::lookup(of.key()).unwrap_or(MISSING)
}

/// What a kind of problem is called.
pub fn problem_title(of: ProblemKind) -> Text {
    problems::title::lookup(of.slug()).unwrap_or(MISSING)
}

/// What to do about a kind of problem.
pub fn problem_advice(of: ProblemKind) -> Text {
    problems::advice::lookup(of.slug()).unwrap_or(MISSING)
}

/// What a rule asks for.
pub fn rule_text(of: Rule) -> Text {
    rule::lookup(of.key()).unwrap_or(MISSING)
}

/// The short name of a warning.
pub fn warning_title(of: WarningCode) -> Text {
    warn::title::lookup(of.key()).unwrap_or(MISSING)
}

/// A warning as a sentence with its numbers, tracked.
pub fn warning_sentence(of: &Warning) -> String {
    let separator = match language() {
        Language::Japanese => "、",
        Language::English => ", ",
    };
    let bands = of.bands.iter().map(|band| band_label(*band).get()).collect::<Vec<_>>().join(separator);
    let n = format::count(of.value);
    let m = of.usual.map_or_else(|| "–".to_owned(), format::count);
    match of.code {
        report::WarningCode::BandVeryHigh => warn::band_very_high(&bands, &n),
        report::WarningCode::AllOneBand => warn::all_one_band(&bands, &n),
        report::WarningCode::ManyUnknown => warn::many_unknown(&n),
        report::WarningCode::TotalFarAbove => warn::total_far_above(&m, &n),
        report::WarningCode::BandFarAbove => warn::band_far_above(&bands, &n),
        report::WarningCode::SameAsLast => warn::same_as_last(&n),
        report::WarningCode::ShiftedByOne => warn::shifted_by_one(&n),
        report::WarningCode::RoundThousands => warn::round_thousands(&bands, &n),
        report::WarningCode::ZeroUnusual => warn::zero_unusual(&m),
        report::WarningCode::BelowNotifications => warn::below_notifications(&m, &n),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;

    fn texts(json: &str) -> BTreeMap<String, String> {
        fn walk(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
            match value {
                Value::Object(map) => map.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, found)),
                Value::String(text) => {
                    found.insert(path.to_owned(), text.clone());
                }
                _ => panic!("{path} is neither a text nor a group"),
            }
        }
        let mut found = BTreeMap::new();
        walk("", &serde_json::from_str(json).expect("JSON"), &mut found);
        found
    }

    #[test]
    fn both_languages_have_the_same_keys_and_no_empty_text() {
        let japanese = texts(include_str!("../locales/ja.json"));
        let english = texts(include_str!("../locales/en.json"));
        assert_eq!(japanese.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
        for (key, text) in japanese.iter().chain(&english) {
            assert!(!text.trim().is_empty(), "{key} is empty");
        }
    }

    #[test]
    fn every_kind_of_problem_has_a_title_and_advice() {
        for &kind in ProblemKind::ALL {
            assert_ne!(problem_title(kind), MISSING, "{}", kind.slug());
            assert_ne!(problem_advice(kind), MISSING, "{}", kind.slug());
        }
    }

    #[test]
    fn every_rule_and_every_warning_has_words() {
        for rule in Rule::ALL {
            assert_ne!(rule_text(rule), MISSING, "{}", rule.key());
        }
        for code in WarningCode::ALL {
            assert_ne!(warning_title(code), MISSING, "{}", code.key());
            let warning = Warning { code, bands: vec![AgeBand::Age10To19], value: 10_000, usual: Some(3) };
            let sentence = warning_sentence(&warning);
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn every_key_of_the_wire_has_a_word() {
        use DayState::{Closed, Late, Missing, NotScheduled, Reported, Zero};
        let words = AgeBand::ALL
            .map(band_label)
            .into_iter()
            .chain([Reported, Zero, Closed, Late, Missing, NotScheduled].map(day_state_word))
            .chain(Channel::ALL.map(channel_word))
            .chain(AdjustmentReason::ALL.map(reason_word))
            .chain(Role::ALL.map(role_word))
            .chain(OrganizationKind::ALL.map(kind_word));
        for word in words {
            assert_ne!(word, MISSING);
        }
    }

    #[test]
    fn parameters_are_filled_once_and_values_with_braces_stay() {
        assert_eq!(filled("{a} of {b}", &[("a", &"{b}"), ("b", &2)]), "{b} of 2");
    }
}
