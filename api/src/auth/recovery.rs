//! Recovery codes: ten of 80 bits, in the form of a slip's code, each of which works once.

use aws_lc_rs::rand;
use shared::activation_code::ActivationCode;
use shared::second_factor::RECOVERY_CODES;

use super::password::Passwords;
use crate::error::{ApiError, ApiResult};

/// A new set.
#[derive(Debug)]
pub struct RecoverySet {
    /// The codes, to be shown once.
    pub codes: Vec<ActivationCode>,
    /// Their hashes.
    pub phcs: Vec<String>,
}

/// Makes a set.
///
/// # Errors
///
/// `busy` when too many hashes wait; when the system has no randomness.
pub async fn new_set(passwords: &Passwords) -> ApiResult<RecoverySet> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bits = [0_u8; 10];
        rand::fill(&mut bits).map_err(|_| ApiError::internal("no randomness"))?;
        codes.push(ActivationCode::of_bits(bits));
    }
    let texts = codes.iter().map(|code| code.as_str().to_owned()).collect();
    let phcs = passwords.hash_set(texts).await?;
    Ok(RecoverySet { codes, phcs })
}
