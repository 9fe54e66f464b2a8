//! Failed sign-ins, gathered so that a storm of guesses leaves one event an account, address and minute.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::store::account::FailedSignIns;

/// The most pairs of account and address that are held at once: a flood of addresses must not fill the memory.
const MOST: usize = 10_000;

/// Failed sign-ins that aren't in the audit chain yet.
#[derive(Debug, Default)]
pub struct Failures(Mutex<HashMap<(Option<Uuid>, IpAddr), Count>>);

#[derive(Debug, Clone, Copy)]
struct Count {
    since: DateTime<Utc>,
    count: u32,
}

impl Failures {
    /// Counts one.
    pub fn note(&self, account: Option<Uuid>, ip: IpAddr, now: DateTime<Utc>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST && !counts.contains_key(&(account, ip)) {
            tracing::warn!("too many different addresses fail to sign in; one failure is not recorded");
            return;
        }
        let count = counts.entry((account, ip)).or_insert(Count { since: now, count: 0 });
        count.count = count.count.saturating_add(1);
    }

    /// Takes those whose minute is over; all of them when `now` is none, at the end.
    pub fn take_due(&self, now: Option<DateTime<Utc>>) -> Vec<FailedSignIns> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = |count: &Count| now.is_none_or(|now| now - count.since >= TimeDelta::minutes(1));
        let due = counts
            .iter()
            .filter(|(_, count)| is_due(count))
            .map(|(&(account, ip), count)| FailedSignIns { account, ip, count: count.count })
            .collect();
        counts.retain(|_, count| !is_due(count));
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_a_minute_become_one_event() {
        let failures = Failures::default();
        let (ip, start) = (IpAddr::from([192, 0, 2, 1]), DateTime::UNIX_EPOCH);
        let account = Some(Uuid::nil());
        for seconds in 0..5 {
            failures.note(account, ip, start + TimeDelta::seconds(seconds));
        }
        assert_eq!(failures.take_due(Some(start + TimeDelta::seconds(59))), []);
        let due = failures.take_due(Some(start + TimeDelta::seconds(60)));
        assert_eq!(due, [FailedSignIns { account, ip, count: 5 }]);
        assert_eq!(failures.take_due(None), []);
    }
}
