//! The words of every screen in both languages, typed: `words::form::TOTAL`, `words::form::heading(&date)`.
//!
//! The constants come from `locales/{ja,en}.json` by `build.rs`. Whatever reads a word in a view reads the language
//! signal with it, so that a switch of the language changes the page in place.

use std::fmt::{Display, Write as _};
use std::sync::LazyLock;

use leptos::prelude::*;

#[expect(
    dead_code,
    reason = "a look-up is written for every group of words, whether or not its keys come from the wire"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
pub use generated::*;

mod wire;
pub use wire::*;

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
    fn parameters_are_filled_once_and_values_with_braces_stay() {
        assert_eq!(filled("{a} of {b}", &[("a", &"{b}"), ("b", &2)]), "{b} of 2");
    }
}
