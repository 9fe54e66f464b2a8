//! One export at a time for everybody: a file of many pages costs as much as hundreds of requests.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use shared::ProblemKind;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

/// After so many seconds a second export may be asked for again.
const COME_AGAIN: u32 = 10;

/// The accounts that are being sent a file by this process.
#[derive(Debug, Default)]
pub struct Exports(Arc<Mutex<HashSet<Uuid>>>);

/// An export under way; dropping it ends it.
#[derive(Debug)]
pub struct Exporting {
    all: Arc<Mutex<HashSet<Uuid>>>,
    account_id: Uuid,
}

impl Exports {
    /// Begins one.
    ///
    /// # Errors
    ///
    /// `too-many-requests` while another of the same account is under way.
    pub fn begin(&self, account_id: Uuid) -> ApiResult<Exporting> {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account_id) {
            return Ok(Exporting { all: Arc::clone(&self.0), account_id });
        }
        Err(ApiError::new(ProblemKind::TooManyRequests).retry_after(COME_AGAIN))
    }
}

impl Drop for Exporting {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.account_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_export_waits_until_the_first_is_over_and_nobody_waits_for_somebody_else() {
        let exports = Exports::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let first = exports.begin(one).expect("begun");
        assert_eq!(exports.begin(one).expect_err("under way").kind(), ProblemKind::TooManyRequests);
        let beside = exports.begin(other).expect("another account's");
        drop((first, beside));
        assert!(exports.begin(one).is_ok());
    }
}
