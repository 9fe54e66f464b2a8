//! The style sheet: of the design system's variables only those that are used, then our own sheets without their comments.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{Outcome, sorted_files};

/// Where npm puts the variables of the design system, below `web/`.
const TOKENS: &str = "node_modules/@digital-go-jp/design-tokens/dist/tokens.css";

/// A sheet with this in its name is for what people do at a desk: the first program, in which one reports, goes without.
const DESK: &str = "desk";

/// The variables, then our own sheets in the order of their names; those of desks only where they are wanted.
pub fn sheet(web: &Path, with_desk: bool) -> Outcome<Vec<u8>> {
    let tokens =
        fs::read_to_string(web.join(TOKENS)).map_err(|error| format!("{TOKENS}: {error}; run `npm ci` in web/"))?;
    let mut own = String::new();
    for path in sorted_files(&web.join("style"))? {
        let is_desk = path.file_stem().is_some_and(|name| name.to_string_lossy().contains(DESK));
        if path.extension().is_some_and(|extension| extension == "css") && (with_desk || !is_desk) {
            own.push_str(&bare(&fs::read_to_string(path)?));
        }
    }
    Ok((used(&bare(&tokens), &own) + &own).into_bytes())
}

/// The lines of a sheet of variables, without those that neither `own` nor a variable that is used names.
fn used(tokens: &str, own: &str) -> String {
    let mut wanted = BTreeSet::new();
    let mut unread = vec![own];
    while let Some(text) = unread.pop() {
        for name in text.split("var(").skip(1).map(name_at_start) {
            if wanted.insert(name) {
                unread.extend(tokens.lines().filter(|line| defined(line) == Some(name)));
            }
        }
    }
    let kept = tokens.lines().filter(|line| defined(line).is_none_or(|name| wanted.contains(name)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// The variable that a line defines.
fn defined(line: &str) -> Option<&str> {
    line.starts_with("--").then(|| name_at_start(line))
}

fn name_at_start(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// A sheet without comments, indentation and blank lines. None of ours has a text with the signs of a comment in it.
fn bare(sheet: &str) -> String {
    let mut code = String::new();
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_kept_when_a_sheet_or_a_kept_variable_names_it() {
        let tokens = "--a: 1px;\n--ab: var(--c);\n--c: 2px;\n--d: 3px;\n}\n";
        assert_eq!(used(tokens, "p { margin: var(--ab); }"), "--ab: var(--c);\n--c: 2px;\n}\n");
    }

    #[test]
    fn comments_and_indentation_go_and_the_rules_stay() {
        assert_eq!(bare("/* why */\n.a { /* b */\n  c: d;\n\n}\n"), ".a {\nc: d;\n}\n");
    }
}
