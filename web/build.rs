//! Turns `locales/{ja,en}.json` into typed words, so that a missing key fails the build.
//!
//! A group of keys becomes a module; a text becomes a constant, and one with parameters such as `{n}` a function
//! that takes them in alphabetical order. Each group also has `lookup`, for texts that are found by a key of the wire.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build.rs");
    let japanese = read("locales/ja.json")?;
    let english = read("locales/en.json")?;
    let mut code = String::new();
    group(&mut code, "", &japanese, &english)?;
    code_page(&mut code, [&japanese, &english])?;
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    std::fs::write(Path::new(&out).join("words.rs"), code)?;
    Ok(())
}

fn read(path: &str) -> Result<Map<String, Value>, Box<dyn Error>> {
    match serde_json::from_str(&std::fs::read_to_string(path)?).map_err(|error| format!("{path}: {error}"))? {
        Value::Object(map) => Ok(map),
        _ => Err(format!("{path}: not an object").into()),
    }
}

/// Writes one group: its texts, its groups, and the look-up by key.
fn group(
    code: &mut String,
    path: &str,
    japanese: &Map<String, Value>,
    english: &Map<String, Value>,
) -> Result<(), Box<dyn Error>> {
    let keys = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    if let Some(key) = keys(japanese).symmetric_difference(&keys(english)).next() {
        return Err(format!("locales: {path}{key} is in one language only").into());
    }
    let mut arms = String::new();
    for (key, ja) in japanese {
        match (ja, &english[key]) {
            (Value::Object(ja), Value::Object(en)) => {
                writeln!(code, "/// The words under `{path}{key}`.\npub mod {} {{", snake(key))?;
                group(code, &format!("{path}{key}."), ja, en)?;
                writeln!(code, "}}")?;
            }
            (Value::String(ja), Value::String(en)) => {
                text(code, &format!("{path}{key}"), key, ja, en)?;
                if parameters(ja).is_empty() {
                    writeln!(arms, "        {key:?} => Some({}),", snake(key).to_uppercase())?;
                }
            }
            _ => return Err(format!("locales: {path}{key} is a text in one language, a group in the other").into()),
        }
    }
    if !arms.is_empty() {
        writeln!(
            code,
            "/// The text of a key.\n#[must_use]\npub fn lookup(key: &str) -> Option<crate::words::Text> {{\n    \
             match key {{\n{arms}        _ => None,\n    }}\n}}"
        )?;
    }
    Ok(())
}

/// Writes one text: a constant, or a function of its parameters.
fn text(code: &mut String, path: &str, key: &str, ja: &str, en: &str) -> Result<(), Box<dyn Error>> {
    let names = parameters(ja);
    if names != parameters(en) {
        return Err(format!("locales: {path} has other parameters in the other language").into());
    }
    let value = format!("crate::words::Text {{ ja: {ja:?}, en: {en:?} }}");
    writeln!(code, "/// {en}")?;
    if names.is_empty() {
        writeln!(code, "pub const {}: crate::words::Text = {value};", snake(key).to_uppercase())?;
        return Ok(());
    }
    let list = |each: &dyn Fn(&String) -> String| names.iter().map(each).collect::<Vec<_>>().join(", ");
    writeln!(
        code,
        "#[must_use]\npub fn {}({}) -> String {{\n    {value}.fill(&[{}])\n}}",
        snake(key),
        list(&|name| format!("{name}: &dyn std::fmt::Display")),
        list(&|name| format!("({name:?}, {name})")),
    )?;
    Ok(())
}

/// Writes how the words of a CSV file are encoded for older Excel: only these, since the whole table has 9,000 entries.
fn code_page(code: &mut String, languages: [&Map<String, Value>; 2]) -> Result<(), Box<dyn Error>> {
    let mut characters = BTreeSet::new();
    for (language, name) in
        languages.iter().flat_map(|language| ["band", "table", "day-state", "channel"].map(|name| (language, name)))
    {
        let words =
            language.get(name).and_then(Value::as_object).ok_or_else(|| format!("locales: {name} is missing"))?;
        characters.extend(words.values().filter_map(Value::as_str).flat_map(str::chars));
    }
    writeln!(code, "/// The characters of CSV words in CP932.\npub const CP932: &[(char, &[u8])] = &[")?;
    for character in characters.into_iter().filter(|character| !character.is_ascii()) {
        // Windows has a wave dash of its own, and no dash between numbers: each is written as what Excel shows alike.
        let stand_in = match character {
            '–' => "-".to_owned(),
            other => other.to_string(),
        };
        let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(&stand_in);
        if failed {
            return Err(format!("locales: {character} of a CSV file is not in CP932").into());
        }
        writeln!(code, "    ({character:?}, &{bytes:?}),")?;
    }
    writeln!(code, "];")?;
    Ok(())
}

/// The names between braces, each once.
fn parameters(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn snake(key: &str) -> String {
    key.replace('-', "_")
}
