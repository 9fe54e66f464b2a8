//! Turns `locales/{ja,en}.json`, and those of each part below, into typed words, so that a missing key fails the build.
//!
//! A group of keys becomes a module; a text becomes a constant, and one with parameters such as `{n}` a function
//! that takes them in alphabetical order. Each group also has `lookup`, for texts that are found by a key of the wire.
//! The texts themselves are no part of the program: it loads the table of one language.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use words::Locale;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build.rs");
    let [japanese, english] = words::LANGUAGES.map(|language| words::parts(Path::new("locales"), language));
    let (japanese, english) = (japanese?, english?);
    let mut texts = Vec::new();
    for (part, (japanese, english)) in words::PARTS.iter().zip(japanese.iter().zip(&english)) {
        let above = if part.is_empty() { String::new() } else { format!("{part}.") };
        gather(&mut texts, &above, japanese, english)?;
    }
    let mut code = String::new();
    group(&mut code, "", &texts)?;
    code_page(&mut code, &texts)?;
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    std::fs::write(Path::new(&out).join("words.rs"), code)?;
    for (language, parts) in words::LANGUAGES.into_iter().zip([&japanese, &english]) {
        let table = words::table(parts, &words::PARTS);
        std::fs::write(Path::new(&out).join(language).with_extension("json"), table)?;
    }
    Ok(())
}

/// Numbers the texts of a locale behind those before it.
fn gather<'a>(
    texts: &mut Vec<Entry<'a>>,
    above: &str,
    japanese: &'a Locale,
    english: &'a Locale,
) -> Result<(), Box<dyn Error>> {
    let keys = |locale: &Locale| locale.keys().cloned().collect::<BTreeSet<_>>();
    if let Some(key) = keys(japanese).symmetric_difference(&keys(english)).next() {
        return Err(format!("locales: {above}{key} is in one language only").into());
    }
    for ((key, japanese), english) in japanese.iter().zip(english.values()) {
        texts.push(Entry { number: texts.len(), key: format!("{above}{key}"), japanese, english });
    }
    Ok(())
}

/// A text in both languages.
struct Entry<'a> {
    number: usize,
    key: String,
    japanese: &'a str,
    english: &'a str,
}

/// Writes one group, whose keys begin with `above`: its texts, its groups, and the look-up by key.
fn group(code: &mut String, above: &str, texts: &[Entry<'_>]) -> Result<(), Box<dyn Error>> {
    let mut arms = String::new();
    let below = |text: &Entry<'_>| text.key[above.len()..].split_once('.').map(|(group, _)| group.to_owned());
    for texts in texts.chunk_by(|one, next| below(one).is_some() && below(one) == below(next)) {
        let Some(first) = texts.first() else { continue };
        if let Some(name) = below(first) {
            writeln!(code, "/// The words under `{above}{name}`.\npub mod {} {{", snake(&name))?;
            group(code, &format!("{above}{name}."), texts)?;
            writeln!(code, "}}")?;
        } else {
            let key = &first.key[above.len()..];
            self::text(code, first, key)?;
            if parameters(first.japanese).is_empty() {
                writeln!(arms, "        {key:?} => Some({}),", snake(key).to_uppercase())?;
            }
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
fn text(code: &mut String, text: &Entry<'_>, key: &str) -> Result<(), Box<dyn Error>> {
    let names = parameters(text.japanese);
    if names != parameters(text.english) {
        return Err(format!("locales: {} has other parameters in the other language", text.key).into());
    }
    let value = format!("crate::words::Text::numbered({})", text.number);
    writeln!(code, "/// {}", text.english)?;
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
fn code_page(code: &mut String, texts: &[Entry<'_>]) -> Result<(), Box<dyn Error>> {
    let mut characters = BTreeSet::new();
    for group in ["band.", "table.", "day-state.", "channel."] {
        let before = characters.len();
        let words = texts.iter().filter(|text| text.key.starts_with(group));
        characters.extend(words.flat_map(|text| text.japanese.chars().chain(text.english.chars())));
        if characters.len() == before {
            return Err(format!("locales: {group} is missing").into());
        }
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
