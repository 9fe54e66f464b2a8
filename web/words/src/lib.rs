//! The locale files: every text of one language by its dotted key, such as `form.total`.
//!
//! A text's number is the place of its key in the alphabetical order of all keys of a program. The screens' constants are such
//! numbers and the bundle's tables are texts in that order; both are made from what this crate reads. The office's own words
//! are numbered behind those that both programs have, so that the first program's table is the beginning of the office's.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value};

/// The languages of the screens, as the names of their files and the values of `<html lang>`.
pub const LANGUAGES: [&str; 2] = ["ja", "en"];

/// The group of the office's own words, and the folder of its locale files below that of both programs'.
pub const OFFICE: &str = "office";

/// The texts of a language by their dotted keys, in the order of their numbers.
pub type Locale = BTreeMap<String, String>;

/// Reads the locale file of a language from a folder.
///
/// # Errors
/// Where the file can't be read, or holds anything but groups and texts.
pub fn read(folder: &Path, language: &str) -> Result<Locale, Box<dyn Error>> {
    let path = folder.join(language).with_extension("json");
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| named(&error))?;
    let groups: Map<String, Value> = serde_json::from_str(&text).map_err(|error| named(&error))?;
    let mut locale = Locale::new();
    collect(&mut locale, "", groups).map_err(|error| named(&error))?;
    Ok(locale)
}

fn collect(locale: &mut Locale, above: &str, group: Map<String, Value>) -> Result<(), String> {
    for (key, value) in group {
        let path = if above.is_empty() { key } else { format!("{above}.{key}") };
        match value {
            Value::String(text) => drop(locale.insert(path, text)),
            Value::Object(group) => collect(locale, &path, group)?,
            _ => return Err(format!("{path} is neither a text nor a group")),
        }
    }
    Ok(())
}

/// The texts in the order of their numbers, as the JSON array that a browser loads: those of both programs, for the office
/// followed by its own.
#[must_use]
pub fn table<'a>(locales: impl IntoIterator<Item = &'a Locale>) -> String {
    Value::from_iter(locales.into_iter().flat_map(Locale::values).map(String::as_str)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locales(language: &str) -> [Locale; 2] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales");
        [folder.clone(), folder.join(OFFICE)].map(|folder| read(&folder, language).expect("the locale file"))
    }

    #[test]
    fn a_texts_number_is_its_place_in_the_table() {
        let [both, office] = locales("ja");
        let table: Vec<String> = serde_json::from_str(&table([&both, &office])).expect("an array of texts");
        let number = both.keys().position(|key| key == "form.total").expect("the key is there");
        assert_eq!(table[number], both["form.total"]);
        assert_eq!(table[both.len()], *office.values().next().expect("the office has words"));
    }

    #[test]
    fn both_languages_have_the_same_keys_and_no_empty_text() {
        for (japanese, english) in locales("ja").into_iter().zip(locales("en")) {
            assert_eq!(japanese.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
            for (key, text) in japanese.iter().chain(&english) {
                assert!(!text.trim().is_empty(), "{key} is empty");
            }
        }
    }
}
