//! The locale files: every text of one language by its dotted key, such as `form.total`.
//!
//! A text's number is the place of its key in the alphabetical order of its part, behind the parts before it. The screens'
//! constants are such numbers and the bundle's tables are texts in that order; both are made from what this crate reads. A
//! program's table has an empty text for each that no screen of it says, and ends with its last part.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value};

/// The languages of the screens, as the names of their files and the values of `<html lang>`.
pub const LANGUAGES: [&str; 2] = ["ja", "en"];

/// The parts of the words, in the order in which their texts are numbered: the folder of its locale files, and the group of its
/// keys. The first, without either, is what every program has; `form` and `problems` are too, and stand apart so that no file
/// grows too long. Each of the others is said by one program alone, `help` by the first.
pub const PARTS: [&str; 8] = ["", "form", "problems", "help", "access", "office", "figures", "collect"];

/// The texts of a language by their dotted keys, in the order of their numbers.
pub type Locale = BTreeMap<String, String>;

/// Reads every part of the words of a language from the folder of the locale files.
///
/// # Errors
/// Where a file can't be read, or holds anything but groups and texts.
pub fn parts(folder: &Path, language: &str) -> Result<Vec<Locale>, Box<dyn Error>> {
    PARTS.iter().map(|part| read(&folder.join(part), language)).collect()
}

fn read(folder: &Path, language: &str) -> Result<Locale, Box<dyn Error>> {
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

/// The texts in the order of their numbers, as the JSON array that a browser loads, with the texts of the parts that a program
/// says.
#[must_use]
pub fn table(parts: &[Locale], said: &[&str]) -> String {
    let end = PARTS.iter().rposition(|part| said.contains(part)).map_or(0, |last| last + 1);
    let texts = PARTS.iter().zip(parts).take(end).flat_map(|(part, locale)| {
        let said = said.contains(part);
        locale.values().map(move |text| if said { text.as_str() } else { "" })
    });
    Value::from_iter(texts).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locales(language: &str) -> Vec<Locale> {
        parts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales"), language).expect("the locale files")
    }

    fn read_back(parts: &[Locale], said: &[&str]) -> Vec<String> {
        serde_json::from_str(&table(parts, said)).expect("an array of texts")
    }

    #[test]
    fn a_texts_number_is_its_place_in_every_table_that_has_it() {
        let parts = locales("ja");
        let [all, form, .., office, _, _] = parts.as_slice() else { panic!("eight parts") };
        let number = all.len() + form.keys().position(|key| key == "total").expect("the key is there");
        let whole = read_back(&parts, &PARTS);
        assert_eq!(whole[number], form["total"]);
        assert_eq!(whole.len(), parts.iter().map(Locale::len).sum::<usize>());

        let first = read_back(&parts, &["", "form"]);
        assert_eq!(first, whole[..all.len() + form.len()]);
        let of_office = read_back(&parts, &["", "form", "office"]);
        let behind = parts[..5].iter().map(Locale::len).sum::<usize>();
        assert_eq!(of_office[behind..], whole[behind..behind + office.len()]);
        assert!(
            of_office[first.len()..behind].iter().all(String::is_empty),
            "nobody loads what its program doesn't say"
        );
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
