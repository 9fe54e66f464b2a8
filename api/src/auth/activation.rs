//! Activation codes: made from the system's randomness.

use shared::activation_code::ActivationCode;

use crate::error::{ApiError, ApiResult};

/// A code that nobody can predict.
///
/// # Errors
/// `internal-error` when the system has no randomness.
pub fn new_code() -> ApiResult<ActivationCode> {
    let mut bits = [0; 10];
    aws_lc_rs::rand::fill(&mut bits).map_err(|_| ApiError::internal("the system has no randomness"))?;
    Ok(ActivationCode::of_bits(bits))
}
