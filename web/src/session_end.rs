//! When a session ends: some time after the last request, and some hours after the sign-in in any case.

use chrono::{DateTime, TimeDelta, Utc};
use shared::account::SessionView;

/// The server notes a request at most once a minute: the session may end so much earlier than a request suggests.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    idle: TimeDelta,
    idle_at: DateTime<Utc>,
    in_any_case: DateTime<Utc>,
}

impl Ends {
    /// As the service states it.
    pub fn of(view: &SessionView) -> Self {
        Self { idle: view.idle_ends_at - view.now, idle_at: view.idle_ends_at, in_any_case: view.ends_at }
    }

    /// Moved by a request at an instant.
    pub fn after_request(self, now: DateTime<Utc>) -> Self {
        Self { idle_at: self.idle_at.max(now + self.idle - MARGIN), ..self }
    }

    /// Whichever comes first.
    pub fn at(self) -> DateTime<Utc> {
        self.idle_at.min(self.in_any_case)
    }

    /// When it ends whatever is done.
    pub fn in_any_case(self) -> DateTime<Utc> {
        self.in_any_case
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("an instant") + Duration::minutes(minute)
    }

    fn ends() -> Ends {
        Ends { idle: Duration::minutes(30), idle_at: at(30), in_any_case: at(720) }
    }

    #[test]
    fn a_request_moves_the_idle_end_and_never_back() {
        assert_eq!(ends().after_request(at(10)).at(), at(39));
        assert_eq!(ends().after_request(at(0)).at(), at(30));
    }

    #[test]
    fn no_request_moves_the_end_in_any_case() {
        assert_eq!(ends().after_request(at(715)).at(), at(720));
    }
}
