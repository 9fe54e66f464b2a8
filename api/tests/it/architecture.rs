//! What may depend on what, read from the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of a folder, or the one file, with its path from the root of the project.
fn sources(folder: &str) -> Vec<(String, String)> {
    files(folder, &["rs"])
}

/// What is made or installed, and not written.
const MADE: [&str; 5] = ["target", "node_modules", "dist", ".git", "test-results"];

/// Every file of a folder whose name ends so, with its path from the root of the project.
fn files(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = if folder.is_dir() {
            fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect()
        } else {
            vec![folder]
        };
        for path in entries {
            let is_made = path.file_name().is_some_and(|name| MADE.iter().any(|made| name == *made));
            if path.is_dir() && !is_made {
                folders.push(path);
            } else if path.extension().is_some_and(|end| extensions.iter().any(|known| end == *known)) {
                let name = path.strip_prefix(root()).expect("below the root").display().to_string();
                found.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The lines of code: comments may name what code may not.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

fn assert_never(folders: &[&str], words: &[&str], except: &[&str]) {
    for (name, text) in folders.iter().flat_map(|folder| sources(folder)) {
        if except.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        for line in code(&text) {
            for word in words {
                assert!(!line.contains(word), "{name} may not name {word}: {line}");
            }
        }
    }
}

/// The modules of this crate that some code names.
fn named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for line in code(text) {
        for after in line.split("crate::").skip(1) {
            let group = after.strip_prefix('{').map(|group| group.split('}').next().unwrap_or_default());
            for path in group.unwrap_or(after).split(',').take(if group.is_some() { usize::MAX } else { 1 }) {
                let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                named.insert(path.trim().split(|c| !word(c)).next().unwrap_or_default().to_owned());
            }
        }
    }
    named
}

/// Inside `api`, some code names no other modules than these.
fn assert_names_only(place: &str, modules: &[&str]) {
    for (name, text) in sources(place) {
        for module in named(&text) {
            assert!(modules.contains(&module.as_str()), "{name} may not name crate::{module}");
        }
    }
}

#[test]
fn modules_are_read_from_every_form_of_a_path() {
    let named = named(
        "use crate::{openapi, auth::session};\nuse crate::store::{self, Store};\n//! [`crate::no`]\nx(crate::a::b)",
    );
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["a", "auth", "openapi", "store"]);
}

#[test]
fn only_the_store_and_its_models_know_the_database() {
    let known = ["api/src/store/", "api/src/entity/"];
    assert_never(&["api/src"], &["sea_orm", "sqlx", "crate::entity", "migrations::Migrator"], &known);
}

#[test]
fn the_store_and_the_permissions_know_nothing_of_http() {
    assert_never(&["api/src/store", "api/src/entity", "api/src/authorize.rs"], &["actix_web", "shared::Problem"], &[]);
    assert_names_only("api/src/store", &["authorize", "clock", "entity", "guesses", "login_id", "store"]);
    assert_names_only("api/src/entity", &["entity"]);
}

#[test]
fn permissions_clock_and_configuration_are_leaves() {
    for leaf in ["api/src/authorize.rs", "api/src/clock.rs", "api/src/guesses.rs", "api/src/login_id.rs"] {
        assert_names_only(leaf, &[]);
    }
    assert_names_only("api/src/config.rs", &["config"]);
    assert_names_only("api/src/config", &["config"]);
}

#[test]
fn errors_know_the_store_and_the_permissions_and_handlers_leave_the_rest_to_others() {
    assert_names_only("api/src/error.rs", &["authorize", "envelope", "store"]);
    let around = ["app", "auth", "config", "envelope", "error", "gateway", "guesses", "limits", "login_id", "openapi"];
    let said = ["json_body", "parameters", "representation"];
    let allowed: Vec<&str> = around.into_iter().chain(said).chain(["authorize", "store", "demo"]).collect();
    assert_names_only("api/src/handlers", &allowed);
    // Of the demo they name what the contract's examples are, and nothing else.
    for (name, text) in sources("api/src/handlers") {
        assert!(
            code(&text).all(|line| !line.contains("crate::demo") || line == "use crate::demo::examples;"),
            "{name}"
        );
    }
}

#[test]
fn a_permission_is_decided_in_one_place() {
    // The screens ask the same rule what to offer; what they send is decided on again.
    const KNOWN: [&str; 3] = ["api/src/authorize.rs", "api/src/handlers/unit.rs", "web/src/may.rs"];
    for (name, text) in ["api/src", "web/src", "shared/src"].into_iter().flat_map(sources) {
        let decides = code(&text).any(|line| line.contains("permission::") && line.contains("decide"));
        assert!(!decides || KNOWN.contains(&name.as_str()), "{name} decides a permission by itself");
    }
}

#[test]
fn what_form_and_api_share_does_no_work_of_the_server() {
    assert_never(&["shared/src"], &["sea_orm", "actix", "tokio", "sqlx", "std::fs", "std::env", "std::net"], &[]);
}

#[test]
fn the_migrations_know_nobody() {
    assert_never(&["migrations/src"], &["use api", "use shared", "api::", "shared::"], &[]);
    let own = dependencies(&["--package", "migrations", "--depth", "1"]);
    assert!(!own.contains("shared") && !own.contains("api"), "{own:?}");
}

#[test]
fn the_screens_know_nothing_of_the_server() {
    assert_never(&["web/src", "web/dom/src"], &["sea_orm", "actix", "tokio::", "utoipa"], &[]);
    let bundle = dependencies(&["--package", "web", "--target", "wasm32-unknown-unknown"]);
    assert!(bundle.contains("leptos_macro") && bundle.contains("shared"), "{bundle:?}");
    for of_server in ["tokio", "actix", "sea-orm", "sea-query", "sqlx", "utoipa", "hyper", "api", "migrations"] {
        let found: Vec<&String> =
            bundle.iter().filter(|name| *name == of_server || name.starts_with(&format!("{of_server}-"))).collect();
        assert!(found.is_empty(), "the bundle holds {found:?}");
    }
}

#[test]
fn the_journeys_know_nothing_but_the_api() {
    let own = dependencies(&["--package", "integrator", "--depth", "1"]);
    assert!(own.contains("shared") && !own.contains("api") && !own.contains("migrations"), "{own:?}");
}

/// The names of the packages that one is built with, as `cargo tree` lists them.
fn dependencies(options: &[&str]) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let output = tree.args(options).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().skip(1).filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn no_file_is_longer_than_500_lines_or_named_after_nothing() {
    const NOTHING: [&str; 6] = ["utils", "util", "helpers", "common", "types", "service"];
    /// What programs write, and people don't read from end to end.
    const WRITTEN: [&str; 3] = ["openapi/openapi.json", "e2e/package-lock.json", "web/package-lock.json"];
    for (name, text) in files(".", &["rs", "ts", "js", "mjs", "css", "sh", "html", "json"]) {
        if WRITTEN.contains(&name.as_str()) {
            continue;
        }
        let lines = text.lines().count();
        assert!(lines <= 500, "{name} has {lines} lines");
        let stem = Path::new(&name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        assert!(!NOTHING.contains(&stem), "{name} needs a real name");
    }
}

/// Clippy refuses what could end a request's thread; here it is made sure that nobody tells it not to.
#[test]
fn nothing_that_a_request_can_reach_gives_up() {
    const GIVING_UP: [&str; 6] =
        ["clippy::unwrap_used", "clippy::expect_used", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];
    const KNOWN: [&str; 2] = ["api/src/demo/country.rs", "shared/src/day.rs"];
    for (name, text) in ["api/src", "shared/src", "migrations/src"].into_iter().flat_map(sources) {
        let served = text.split("#[cfg(test)]").next().unwrap_or_default();
        if name.ends_with("tests.rs") || KNOWN.contains(&name.as_str()) {
            continue;
        }
        for line in code(served) {
            assert!(!GIVING_UP.iter().any(|word| line.contains(word)), "{name}: {line}");
        }
    }
}
