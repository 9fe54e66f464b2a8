//! Reading variables: an empty one counts as absent, and what can't be read is named.

use std::num::NonZeroU32;
use std::str::FromStr;

use super::ConfigError;

/// Reads variables from anywhere.
pub(super) struct Reader<F> {
    lookup: F,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn new(lookup: F) -> Self {
        Self { lookup }
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    pub(super) fn parsed<T: FromStr>(&self, name: &'static str, expected: &str) -> Result<Option<T>, ConfigError> {
        let unreadable = |_| ConfigError::unreadable(name, expected);
        self.text(name).map(|value| value.trim().parse().map_err(unreadable)).transpose()
    }

    pub(super) fn above_zero(&self, name: &'static str) -> Result<Option<u32>, ConfigError> {
        Ok(self.parsed::<NonZeroU32>(name, "a number above 0")?.map(NonZeroU32::get))
    }

    /// One of a few words, and what each means.
    pub(super) fn choice<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text.trim());
        let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" or ");
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| ConfigError::unreadable(name, &all()))
    }

    pub(super) fn list<T: FromStr>(&self, name: &'static str, expected: &str) -> Result<Vec<T>, ConfigError> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| ConfigError::unreadable(name, expected)))
            .collect()
    }
}
