//! What it costs to check a password.

use super::{ConfigError, Reader};

/// What a password hash (Argon2id) costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, lanes: 1 }
    }
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn password_cost(&self, demo: bool) -> Result<PasswordCost, ConfigError> {
        const NAME: &str = "NIPPO_PASSWORD_COST";
        const EXPECTED: &str = "three numbers: memory in KiB (at least 8 a lane), passes and lanes (at least 1)";
        let least = PasswordCost::default();
        let cost = match self.list::<u32>(NAME, EXPECTED)?[..] {
            [] => return Ok(least),
            [memory, passes, lanes] => PasswordCost { memory, passes, lanes },
            _ => return Err(ConfigError::unreadable(NAME, EXPECTED)),
        };
        if argon2::Params::new(cost.memory, cost.passes, cost.lanes, None).is_err() {
            return Err(ConfigError::unreadable(NAME, EXPECTED));
        }
        if !demo && (cost.memory < least.memory || cost.passes < least.passes) {
            return Err(ConfigError::Unsafe("NIPPO_PASSWORD_COST below 19456,2,1 is for --demo"));
        }
        Ok(cost)
    }
}
