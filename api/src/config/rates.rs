//! How many requests are answered.

use super::{ConfigError, Reader};

/// Requests a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Sign-ins per address; the burst is twice as large.
    pub sign_ins: u32,
    /// Sign-ins from where nobody signed in before, all of them together; the burst is as large.
    pub strangers: u32,
    /// Writes per account; the burst is as large.
    pub writes: u32,
    /// Writes per account of a health center.
    pub center_writes: u32,
    /// What a health center may write at once.
    pub center_burst: u32,
    /// Reads per account; the burst is as large.
    pub reads: u32,
    /// Drafts saved per account; the burst is as large.
    pub drafts: u32,
    /// Requests per API client; the burst is as large.
    pub clients: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sign_ins: 20,
            strangers: 1_200,
            writes: 120,
            center_writes: 1_200,
            center_burst: 400,
            reads: 600,
            drafts: 60,
            clients: 120,
        }
    }
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn rates(&self, demo: bool) -> Result<Option<Rates>, ConfigError> {
        match self.choice("NIPPO_RATE_LIMITS", &[("on", true), ("off", false)])? {
            Some(false) if demo => return Ok(None),
            Some(false) => return Err(ConfigError::Unsafe("NIPPO_RATE_LIMITS=off is for --demo")),
            Some(true) | None => {}
        }
        let mut rates = Rates::default();
        if let Some(sign_ins) = self.above_zero("NIPPO_SIGN_INS_PER_MINUTE")? {
            rates.sign_ins = sign_ins;
        }
        if let Some(strangers) = self.above_zero("NIPPO_UNKNOWN_SIGN_INS_PER_MINUTE")? {
            rates.strangers = strangers;
        }
        if let Some(writes) = self.above_zero("NIPPO_WRITES_PER_MINUTE")? {
            rates.writes = writes;
            rates.center_writes = writes.saturating_mul(10);
        }
        if let Some(reads) = self.above_zero("NIPPO_READS_PER_MINUTE")? {
            rates.reads = reads;
        }
        if let Some(drafts) = self.above_zero("NIPPO_DRAFTS_PER_MINUTE")? {
            rates.drafts = drafts;
        }
        if let Some(clients) = self.above_zero("NIPPO_CLIENT_REQUESTS_PER_MINUTE")? {
            rates.clients = clients;
        }
        Ok(Some(rates))
    }
}
