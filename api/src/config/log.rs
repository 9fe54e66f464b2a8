//! The log.

use super::{ConfigError, Reader};

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A level, or directives.
    pub filter: String,
    /// Whether a line is a JSON object.
    pub json: bool,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn log(&self, demo: bool) -> Result<LogConfig, ConfigError> {
        let json = self.choice("NIPPO_LOG_FORMAT", &[("json", true), ("text", false)])?.unwrap_or(!demo);
        // Whoever tries the demo wants to see its sign-ins, not each request.
        let usual = if demo { "warn" } else { "info" };
        Ok(LogConfig { filter: self.text("NIPPO_LOG").unwrap_or_else(|| usual.to_owned()), json })
    }
}
