//! A breaker: after some failures one after the other nothing is tried for a while, so that whoever waits is told at once.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// So many failures one after the other open it.
const FAILURES: u32 = 5;
/// For so long nothing is tried then; after that one try decides.
const REST: TimeDelta = TimeDelta::seconds(60);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    failed_at: Option<DateTime<Utc>>,
}

/// One per process: it protects whoever waits, and no rule rests on it.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

impl Breaker {
    /// Whether nothing would be tried at an instant.
    pub(super) fn is_resting(&self, now: DateTime<Utc>) -> bool {
        self.state().rests(now)
    }

    /// Asks to try. After a rest one asker is let through, and the others wait for what comes of it.
    pub(super) fn may_try(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.state();
        if state.rests(now) {
            return false;
        }
        if state.failures >= FAILURES {
            state.failed_at = Some(now);
        }
        true
    }

    /// Notes what a try came to.
    pub(super) fn note(&self, succeeded: bool, now: DateTime<Utc>) {
        let mut state = self.state();
        if succeeded {
            *state = State::default();
        } else {
            *state = State { failures: state.failures.saturating_add(1), failed_at: Some(now) };
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn rests(&self, now: DateTime<Utc>) -> bool {
        self.failures >= FAILURES && self.failed_at.is_some_and(|failed| (now - failed).abs() < REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_five_failures_in_a_row_and_one_try_decides_after_a_minute() {
        let (breaker, start) = (Breaker::default(), DateTime::UNIX_EPOCH);
        for _ in 0..4 {
            breaker.note(false, start);
        }
        breaker.note(true, start);
        for _ in 0..4 {
            breaker.note(false, start);
            assert!(breaker.may_try(start));
        }
        breaker.note(false, start);
        assert!(breaker.is_resting(start) && !breaker.may_try(start + REST - TimeDelta::milliseconds(1)));
        assert!(breaker.may_try(start + REST));
        assert!(!breaker.may_try(start + REST), "the others wait for what comes of it");
        breaker.note(false, start + REST);
        assert!(!breaker.may_try(start + REST * 2 - TimeDelta::milliseconds(1)));
        assert!(breaker.may_try(start + REST * 2));
        breaker.note(true, start + REST * 2);
        assert!(breaker.may_try(start + REST * 2));
    }
}
