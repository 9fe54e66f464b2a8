//! The words of every screen in both languages, typed: `words::form::TOTAL`, `words::form::heading(&date)`.
//!
//! The constants come from the locale files by `build.rs` (those of one program alone in `words::help`, `words::access`,
//! `words::office`, `words::figures` and `words::collect`); the texts are loaded, at first those of one language.
//! Whatever reads a word in a view reads the language signal with it, so that a switch changes the page in place.

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

mod tables;
mod wire;
pub use tables::{load, start, table};
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

/// A text, by its number in the tables of all languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(u16);

impl Text {
    /// Stands where a text is missing, which tests keep from happening.
    pub const MISSING: Self = Self(u16::MAX);

    const fn numbered(number: u16) -> Self {
        Self(number)
    }

    /// The text in the language of the screens, tracked.
    pub fn get(self) -> &'static str {
        self.of(language())
    }

    /// The text in a language, if its table is there and this program's has it; otherwise a dash.
    pub fn of(self, language: Language) -> &'static str {
        let text = table(language).and_then(|texts| texts.get(usize::from(self.0)));
        text.filter(|text| !text.is_empty()).map_or("–", String::as_str)
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
    use super::*;

    #[test]
    fn parameters_are_filled_once_and_values_with_braces_stay() {
        assert_eq!(filled("{a} of {b}", &[("a", &"{b}"), ("b", &2)]), "{b} of 2");
    }
}
