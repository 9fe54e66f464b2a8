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
    /// As the service states it, carried over to the browser's clock: a clock that is set wrong or set right meanwhile ends
    /// no session early.
    pub fn of(view: &SessionView, received_at: DateTime<Utc>) -> Self {
        let idle = view.idle_ends_at - view.now;
        Self { idle, idle_at: received_at + idle, in_any_case: received_at + (view.ends_at - view.now) }
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
