//! The keys that sign access tokens.

use std::path::PathBuf;

use super::{ConfigError, Reader};

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn signing_key_files(&self, demo: bool) -> Result<Vec<PathBuf>, ConfigError> {
        let files = ["NIPPO_SIGNING_KEY_FILE", "NIPPO_OTHER_SIGNING_KEY_FILE"].map(|name| self.text(name));
        match &files {
            [None, _] if !demo => Err(ConfigError::Unsafe(
                "NIPPO_SIGNING_KEY_FILE is required: a private key that `nippo create-key FILE` makes (or use --demo)",
            )),
            [None, Some(_)] => {
                Err(ConfigError::Unsafe("NIPPO_OTHER_SIGNING_KEY_FILE stands beside NIPPO_SIGNING_KEY_FILE"))
            }
            _ => Ok(files.into_iter().flatten().map(PathBuf::from).collect()),
        }
    }
}
