//! The only source of the present instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A clock that is handed to whoever needs the time: the system's, one that runs beside it, or one that stands still.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// The system clock plus so many microseconds. Whether it says that it is the system's doesn't follow from them: one that
    /// does and is moved is one that goes wrong.
    Running { offset: AtomicI64, is_systems: bool },
    /// Stands still at so many microseconds since 1970, until it is set.
    Fixed { at: AtomicI64 },
}

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        Self::running(TimeDelta::zero(), true)
    }

    /// A clock that runs with the system's, so much ahead of it.
    #[must_use]
    pub fn offset(ahead: TimeDelta) -> Self {
        Self::running(ahead, false)
    }

    fn running(ahead: TimeDelta, is_systems: bool) -> Self {
        let offset = AtomicI64::new(ahead.num_microseconds().unwrap_or(0));
        Self(Arc::new(Source::Running { offset, is_systems }))
    }

    /// A clock that runs on from an instant.
    #[must_use]
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self::offset(instant - system_now())
    }

    /// A clock that stands still.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(Source::Fixed { at: AtomicI64::new(instant.timestamp_micros()) }))
    }

    /// Whether it is meant to say what other machines' clocks say, and not an instant of its own.
    #[must_use]
    pub fn is_systems(&self) -> bool {
        matches!(&*self.0, Source::Running { is_systems: true, .. })
    }

    /// The present instant, in whole microseconds: the precision of both databases.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &*self.0 {
            Source::Running { offset, .. } => {
                (system_now() + TimeDelta::microseconds(offset.load(Ordering::Relaxed))).trunc_subsecs(6)
            }
            Source::Fixed { at } => DateTime::from_timestamp_micros(at.load(Ordering::Relaxed)).unwrap_or_default(),
        }
    }

    /// Puts the clock to an instant; a fixed one then stands there, a running one runs on from there.
    pub fn set(&self, instant: DateTime<Utc>) {
        match &*self.0 {
            Source::Running { offset, .. } => {
                let ahead = (instant - system_now()).num_microseconds().unwrap_or(0);
                offset.store(ahead, Ordering::Relaxed);
            }
            Source::Fixed { at } => at.store(instant.timestamp_micros(), Ordering::Relaxed),
        }
    }

    /// Moves the clock on (or back, by a negative amount).
    pub fn advance(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or(0);
        match &*self.0 {
            Source::Running { offset: value, .. } | Source::Fixed { at: value } => {
                value.fetch_add(by, Ordering::Relaxed);
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_still_until_it_is_moved() {
        let start = DateTime::from_timestamp(1_700_000_000, 0).expect("in range");
        let clock = Clock::fixed(start);
        assert_eq!(clock.now(), start);
        let same = clock.clone();
        same.advance(TimeDelta::seconds(90));
        assert_eq!(clock.now(), start + TimeDelta::seconds(90));
        clock.set(start);
        assert_eq!(same.now(), start);
    }

    #[test]
    fn a_running_clock_runs_on_from_where_it_was_set() {
        let start = DateTime::from_timestamp(1_700_000_000, 0).expect("in range");
        let clock = Clock::starting_at(start);
        let later = clock.now();
        assert!(later >= start && later < start + TimeDelta::minutes(1));
        clock.advance(TimeDelta::days(1));
        assert!(clock.now() >= start + TimeDelta::days(1));
    }

    #[test]
    fn the_systems_clock_stays_that_when_it_goes_wrong_and_no_other_becomes_it() {
        let clock = Clock::system();
        clock.advance(TimeDelta::seconds(5));
        assert!(clock.is_systems());
        assert!(!Clock::offset(TimeDelta::zero()).is_systems());
        assert!(!Clock::starting_at(clock.now()).is_systems() && !Clock::fixed(clock.now()).is_systems());
    }
}
