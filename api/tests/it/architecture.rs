//! What may depend on what, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every source file of a folder, with its path from the root of the project.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
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

#[test]
fn only_the_store_and_its_models_know_the_database() {
    assert_never(&["api/src"], &["sea_orm", "crate::entity"], &["api/src/store/", "api/src/entity/"]);
}

#[test]
fn the_store_and_the_permissions_know_nothing_of_http() {
    assert_never(&["api/src/store", "api/src/entity"], &["actix_web", "crate::handlers", "crate::error"], &[]);
    let (_, authorize) =
        sources("api/src").into_iter().find(|(name, _)| name.ends_with("src/authorize.rs")).expect("it");
    assert!(code(&authorize).all(|line| !line.contains("actix_web") && !line.contains("crate::store")));
}

#[test]
fn what_form_and_api_share_does_no_work_of_the_server() {
    assert_never(&["shared/src"], &["sea_orm", "actix", "tokio", "sqlx", "std::fs", "std::env"], &[]);
}

#[test]
fn the_migrations_know_nobody() {
    assert_never(&["migrations/src"], &["use api", "use shared", "api::", "shared::"], &[]);
}

#[test]
fn the_screens_know_nothing_of_the_server() {
    assert_never(&["web/src"], &["sea_orm", "actix", "tokio::", "utoipa"], &[]);
}

#[test]
fn no_file_is_longer_than_500_lines_or_named_after_nothing() {
    const NOTHING: [&str; 6] = ["utils.rs", "util.rs", "helpers.rs", "common.rs", "types.rs", "service.rs"];
    for folder in ["api/src", "api/tests", "shared/src", "migrations/src", "web/src", "web/bundler/src", "openapi/src"]
    {
        for (name, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 500, "{name} has {lines} lines");
            assert!(!NOTHING.iter().any(|nothing| name.ends_with(&format!("/{nothing}"))), "{name} needs a real name");
        }
    }
}
