//! How far the process's clock is from PostgreSQL's: a clock that was set back would reopen yesterday, and several processes
//! must mean the same instant.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::AppState;
use crate::error::ApiError;

/// How far the two may be apart.
const MOST: TimeDelta = TimeDelta::seconds(1);

/// What was found when the clock was last compared.
#[derive(Debug, Default)]
pub struct ClockOffset(Mutex<Option<Comparison>>);

/// A clock beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// How far it is ahead of the other one; behind, by a negative amount.
    pub ahead: TimeDelta,
    /// How far it may be ahead of that, or behind it.
    pub uncertain: TimeDelta,
}

impl Comparison {
    /// Compares a clock that said `asked` when the other one was asked, which answered `told` after a round trip. The other one
    /// was read at some instant of that trip: most likely in its middle.
    #[must_use]
    pub fn new(asked: DateTime<Utc>, told: DateTime<Utc>, round_trip: Duration) -> Self {
        let uncertain = TimeDelta::from_std(round_trip / 2).unwrap_or(TimeDelta::MAX);
        let middle = asked.checked_add_signed(uncertain).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self { ahead: middle - told, uncertain }
    }

    /// Whether the two are surely more than a second apart: a slow answer isn't mistaken for it.
    #[must_use]
    pub fn is_off(self) -> bool {
        self.ahead.abs() > MOST.checked_add(&self.uncertain).unwrap_or(TimeDelta::MAX)
    }
}

impl ClockOffset {
    /// Whether the clock was off when it was last compared. Where there is nothing to compare it with, it never is.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(Comparison::is_off)
    }

    /// Keeps what was found, and returns whether the clock was off before.
    fn keep(&self, found: Comparison) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(found).is_some_and(Comparison::is_off)
    }
}

/// Compares the clock with the database's, if it is the system's and the database has one of its own. The log tells when it
/// begins to be off, and when it no longer is. While the database doesn't answer, what was found last holds.
pub async fn measure(state: &AppState) {
    if !state.clock.is_systems() {
        return;
    }
    let (asked, begun) = (state.clock.now(), Instant::now());
    let found = match state.store.instant_of_database().await {
        Ok(Some(told)) => Comparison::new(asked, told, begun.elapsed()),
        Ok(None) => return,
        Err(error) => {
            let chain = ApiError::from(error).chain();
            tracing::error!(chain, "the clock could not be compared with the database's");
            return;
        }
    };
    let ahead_seconds = found.ahead.as_seconds_f64();
    metrics::gauge!("clock_offset_seconds").set(ahead_seconds);
    match (state.clock_offset.keep(found), found.is_off()) {
        (false, true) => tracing::error!(ahead_seconds, "the clock differs from the database's: not ready"),
        (true, false) => tracing::info!(ahead_seconds, "the clock agrees with the database's again"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_700_000_000_000 + milliseconds).expect("in range")
    }

    #[test]
    fn a_clock_is_off_when_it_differs_by_more_than_a_second_whatever_the_answer_took() {
        for (told, round_trip, ahead, is_off) in [
            (0, 0, 0, false),
            (-1_000, 0, 1_000, false),
            (1_000, 0, -1_000, false),
            (-1_001, 0, 1_001, true),
            (1_001, 0, -1_001, true),
            // Read in the middle of the trip.
            (100, 200, 0, false),
            (1_100, 200, -1_000, false),
            // Read at its end, or at its beginning.
            (1_200, 200, -1_100, false),
            (-1_000, 200, 1_100, false),
            (1_201, 200, -1_101, true),
            (-1_001, 200, 1_101, true),
            // A slow answer proves nothing but what it couldn't be.
            (8_000, 10_000, -3_000, false),
            (11_001, 10_000, -6_001, true),
        ] {
            let found = Comparison::new(at(0), at(told), Duration::from_millis(round_trip));
            assert_eq!(found.ahead, TimeDelta::milliseconds(ahead), "{told} {round_trip}");
            assert_eq!(found.is_off(), is_off, "{told} {round_trip}");
        }
    }

    #[test]
    fn what_was_found_last_holds() {
        let offset = ClockOffset::default();
        let of = |told| Comparison::new(at(0), at(told), Duration::ZERO);
        assert!(!offset.is_off());
        assert!(!offset.keep(of(5_000)) && offset.is_off());
        assert!(offset.keep(of(-5_000)) && offset.is_off());
        assert!(offset.keep(of(0)) && !offset.is_off());
        assert!(!offset.keep(of(0)));
    }
}
