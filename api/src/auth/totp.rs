//! Codes of an authenticator app (RFC 6238): SHA-1, six digits, a new one each 30 seconds, one step early or late.

use aws_lc_rs::rand;
use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

use crate::error::{ApiError, ApiResult};

/// Seconds for which a code is the present one.
pub const STEP: i64 = 30;
/// How many steps early or late a code is taken.
pub const SKEW: i64 = 1;
/// Bytes of a seed.
pub const SEED: usize = 20;

/// A new seed of 160 bits.
///
/// # Errors
///
/// When the system has no randomness.
pub fn new_seed() -> ApiResult<[u8; SEED]> {
    let mut seed = [0_u8; SEED];
    rand::fill(&mut seed).map_err(|_| ApiError::internal("no randomness"))?;
    Ok(seed)
}

/// The step of an instant.
#[must_use]
pub fn step_of(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP)
}

/// The step whose code this is, if it is one of those taken at an instant. That it is used once is for the store to see
/// to. Codes are compared in constant time.
///
/// # Errors
///
/// When the seed is too short.
pub fn accepted_step(seed: &[u8], code: &str, now: DateTime<Utc>) -> ApiResult<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(totp(seed)?.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// The code of a step.
///
/// # Errors
///
/// When the seed is too short.
pub fn code_of(seed: &[u8], step: i64) -> ApiResult<String> {
    let seconds = u64::try_from(step.saturating_mul(STEP)).unwrap_or(0);
    Ok(totp(seed)?.generate(seconds).to_string())
}

/// The next code that would be taken and wasn't used yet, given the last step that was, and for how many seconds it is
/// good; without one, after how many seconds there will be.
///
/// # Errors
///
/// When the seed is too short.
pub fn next_code(seed: &[u8], last_step: i64, now: DateTime<Utc>) -> ApiResult<(Option<String>, i64)> {
    /// A code that ends sooner would be shown too late by who copies it from one place of Swagger UI to another.
    const LEAST: i64 = 25;
    let (present, seconds) = (step_of(now), now.timestamp());
    let ends_in = |step: i64| (step + SKEW + 1) * STEP - seconds;
    let mut open = (present - SKEW..=present + SKEW).filter(|&step| step > last_step && ends_in(step) >= LEAST);
    match open.next() {
        Some(step) => Ok((Some(code_of(seed, step)?), ends_in(step))),
        None => Ok((None, (last_step.max(present) + 1 - SKEW) * STEP - seconds)),
    }
}

/// The seed as people type it.
#[must_use]
pub fn text_of(seed: &[u8]) -> String {
    Secret::from(seed.to_vec()).to_base32()
}

/// What an authenticator app reads from a QR code.
///
/// # Errors
///
/// When the seed is too short.
pub fn uri_of(seed: &[u8], service: &str, login_id: &str) -> ApiResult<String> {
    // The form has a colon between the two, so neither may hold one.
    let (service, login_id) = (service.replace(':', " "), login_id.replace(':', " "));
    let named = builder(seed).with_account_name(login_id).with_issuer(Some(service));
    named.build().and_then(|totp| totp.to_url()).map_err(failed)
}

fn builder(seed: &[u8]) -> Builder {
    Builder::new().with_secret(Secret::from(seed.to_vec()))
}

fn totp(seed: &[u8]) -> ApiResult<Totp> {
    builder(seed).build().map_err(failed)
}

fn failed(error: totp_rs::TotpError) -> ApiError {
    ApiError::internal(format!("totp: {error}"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    /// The seed of RFC 6238, appendix B.
    const RFC: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn codes_are_the_last_six_digits_of_those_in_rfc_6238() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_of(RFC, step_of(at(seconds))).expect("a code"), code);
            assert_eq!(accepted_step(RFC, code, at(seconds)).expect("checked"), Some(seconds / STEP));
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_late_and_no_more() {
        let step = 41_152_263;
        let code = code_of(RFC, step).expect("a code");
        let taken = |seconds: i64| accepted_step(RFC, &code, at(step * STEP + seconds)).expect("checked");
        for (seconds, expected) in
            [(-31, None), (-30, Some(step)), (0, Some(step)), (29, Some(step)), (59, Some(step)), (60, None)]
        {
            assert_eq!(taken(seconds), expected, "{seconds} seconds");
        }
    }

    #[test]
    fn the_next_code_is_one_that_would_be_taken_and_was_not() {
        let step = 41_152_263;
        let next =
            |last_step: i64, seconds: i64| next_code(RFC, last_step, at(step * STEP + seconds)).expect("checked");
        let code = |step: i64| Some(code_of(RFC, step).expect("a code"));
        assert_eq!(next(0, 5), (code(step - 1), 25));
        assert_eq!(next(0, 6), (code(step), 54));
        assert_eq!(next(step, 0), (code(step + 1), 90));
        assert_eq!(next(step + 1, 12), (None, 18));
        assert_eq!(next(step + 1, 30), (code(step + 2), 90));
    }

    #[test]
    fn what_is_no_code_is_not_taken() {
        for typed in ["", "28708", "2870822", "28708a", "+28708", "２８７０８２"] {
            assert_eq!(accepted_step(RFC, typed, at(59)).expect("checked"), None, "{typed}");
        }
    }

    #[test]
    fn the_uri_is_the_one_that_apps_read() {
        let uri = uri_of(RFC, "nippo", "P13-0001-5").expect("a uri");
        assert!(uri.starts_with("otpauth://totp/nippo:P13-0001-5?"), "{uri}");
        assert!(uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && uri.contains("issuer=nippo"), "{uri}");
        assert_eq!(text_of(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
