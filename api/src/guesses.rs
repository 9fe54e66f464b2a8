//! How often passwords of one account may be tried. Pure: it decides from what was counted.
//!
//! Nobody is ever locked out of an account by what somebody else typed: the devices on which its owner signed in, the
//! networks from which he did, and everybody else have budgets apart. What is over a budget is answered like a wrong
//! password, after the same work, and isn't compared with the account's hash. A try is given back when its sign-in
//! passes the second factor, so that whoever knows the password but has no factor can't try codes without end either.

use chrono::{DateTime, TimeDelta, Utc};
use shared::{ReportingDay, reporting_day};

/// Tries that a known device or network has at once.
pub const AT_ONCE: i32 = 10;
/// After that, one comes back in this time.
pub const COMES_BACK: TimeDelta = TimeDelta::minutes(1);
/// Tries that all strangers together have on a day.
pub const OF_STRANGERS: i32 = 100;

/// Who tries, as far as can be known before the password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guesser {
    /// A browser in which the account was signed in to: it carries our signature for that.
    Device,
    /// A browser in a network from which the account was signed in to within the last 30 days.
    Network,
    /// Anybody else.
    Stranger,
}

impl Guesser {
    /// How the metrics call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Network => "network",
            Self::Stranger => "stranger",
        }
    }
}

/// What was tried. The instants say until when it counts: every try adds a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    /// By known devices.
    pub device_until: DateTime<Utc>,
    /// From known networks.
    pub network_until: DateTime<Utc>,
    /// The day for which the others count.
    pub day: ReportingDay,
    /// By strangers, on that day.
    pub by_strangers: i32,
    /// Tries over a budget, on that day.
    pub refused: i32,
}

impl Guesses {
    /// Nothing yet.
    #[must_use]
    pub const fn none(day: ReportingDay) -> Self {
        let long_ago = DateTime::UNIX_EPOCH;
        Self { device_until: long_ago, network_until: long_ago, day, by_strangers: 0, refused: 0 }
    }

    /// Counts a try; whether it is within the budget.
    pub fn take(&mut self, guesser: Guesser, now: DateTime<Utc>) -> bool {
        self.begin_day(now);
        let is_within = match guesser {
            Guesser::Device => take_from(&mut self.device_until, now),
            Guesser::Network => take_from(&mut self.network_until, now),
            Guesser::Stranger if self.by_strangers < OF_STRANGERS => {
                self.by_strangers += 1;
                true
            }
            Guesser::Stranger => false,
        };
        if !is_within {
            self.refused = self.refused.saturating_add(1);
        }
        is_within
    }

    /// Gives a try back: its sign-in passed the second factor.
    pub fn give_back(&mut self, guesser: Guesser, now: DateTime<Utc>) {
        self.begin_day(now);
        match guesser {
            Guesser::Device => self.device_until -= COMES_BACK,
            Guesser::Network => self.network_until -= COMES_BACK,
            Guesser::Stranger => self.by_strangers = (self.by_strangers - 1).max(0),
        }
    }

    fn begin_day(&mut self, now: DateTime<Utc>) {
        let today = reporting_day(now);
        if self.day != today {
            (self.day, self.by_strangers, self.refused) = (today, 0, 0);
        }
    }
}

/// A bucket that leaks a try a minute.
fn take_from(until: &mut DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let counts_until = (*until).max(now);
    let is_within = counts_until - now <= COMES_BACK * (AT_ONCE - 1);
    if is_within {
        *until = counts_until + COMES_BACK;
    }
    is_within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evening() -> DateTime<Utc> {
        "2026-11-22T10:20:00Z".parse().expect("an instant")
    }

    fn taken(guesses: &mut Guesses, guesser: Guesser, tries: usize, now: DateTime<Utc>) -> usize {
        (0..tries).filter(|_| guesses.take(guesser, now)).count()
    }

    #[test]
    fn who_is_known_has_ten_tries_at_once_and_then_one_a_minute() {
        for guesser in [Guesser::Device, Guesser::Network] {
            let (mut guesses, now) = (Guesses::none(reporting_day(evening())), evening());
            assert_eq!(taken(&mut guesses, guesser, 1_000, now), 10);
            assert_eq!(taken(&mut guesses, guesser, 5, now + TimeDelta::seconds(59)), 0);
            assert_eq!(taken(&mut guesses, guesser, 5, now + TimeDelta::seconds(60)), 1);
            assert_eq!(taken(&mut guesses, guesser, 50, now + TimeDelta::minutes(4)), 3);
            assert_eq!(taken(&mut guesses, guesser, 50, now + TimeDelta::hours(3)), 10);
        }
    }

    #[test]
    fn strangers_have_a_hundred_tries_a_day_together_and_leave_the_others_theirs() {
        let (mut guesses, now) = (Guesses::none(reporting_day(evening())), evening());
        assert_eq!(taken(&mut guesses, Guesser::Stranger, 1_000, now), 100);
        assert_eq!((guesses.by_strangers, guesses.refused), (100, 900));
        assert!(guesses.take(Guesser::Device, now) && guesses.take(Guesser::Network, now));
        let midnight = reporting_day(now).end();
        assert_eq!(taken(&mut guesses, Guesser::Stranger, 1, midnight - TimeDelta::microseconds(1)), 0);
        assert_eq!(taken(&mut guesses, Guesser::Stranger, 1_000, midnight), 100);
    }

    #[test]
    fn who_comes_from_a_known_network_cant_use_up_the_tries_of_known_devices() {
        let (mut guesses, now) = (Guesses::none(reporting_day(evening())), evening());
        assert_eq!(taken(&mut guesses, Guesser::Network, 1_000, now), 10);
        assert_eq!(taken(&mut guesses, Guesser::Device, 1_000, now), 10);
    }

    #[test]
    fn a_try_comes_back_when_its_sign_in_passed_and_nothing_more_does() {
        let now = evening();
        for (guesser, most) in [(Guesser::Device, 10), (Guesser::Network, 10), (Guesser::Stranger, 100)] {
            let mut guesses = Guesses::none(reporting_day(now));
            for _ in 0..1_000 {
                assert!(guesses.take(guesser, now));
                guesses.give_back(guesser, now);
            }
            guesses.give_back(guesser, now);
            assert_eq!(taken(&mut guesses, guesser, 1_000, now), most, "{guesser:?}");
        }
    }

    #[test]
    fn what_was_tried_yesterday_is_not_given_back_today() {
        let now = evening();
        let mut guesses = Guesses::none(reporting_day(now));
        guesses.take(Guesser::Stranger, now);
        let tomorrow = now + TimeDelta::days(1);
        assert_eq!(taken(&mut guesses, Guesser::Stranger, 1_000, tomorrow), 100);
        guesses.give_back(Guesser::Stranger, tomorrow + TimeDelta::days(1));
        assert_eq!(guesses.by_strangers, 0);
    }
}
