//! Writes `openapi/openapi.json`, the committed contract of the API; its tests compare and lint it.

#[cfg(test)]
mod examples;
#[cfg(test)]
mod lint;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = path();
    match std::fs::write(&path, text()) {
        Ok(()) => {
            println!("wrote {}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{} can't be written: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi.json")
}

/// The document as it is committed.
fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

fn document() -> serde_json::Value {
    serde_json::to_value(api::openapi::document()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_what_the_server_serves() {
        let committed = std::fs::read_to_string(path()).unwrap_or_default();
        assert!(committed == text(), "openapi/openapi.json is stale: run `cargo run -p openapi` and commit it");
    }

    #[test]
    fn the_document_passes_every_rule() {
        let complaints = lint::complaints(&document());
        assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    }
}
