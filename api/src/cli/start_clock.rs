//! The instant at which the demo's clock starts.

use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::clock::Clock;

/// `2026-11-22T18:20+09:00`, seconds if wanted, and `,frozen` for a clock that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StartClock {
    instant: DateTime<Utc>,
    frozen: bool,
}

impl StartClock {
    /// The clock.
    pub(super) fn clock(self) -> Clock {
        if self.frozen { Clock::fixed(self.instant) } else { Clock::starting_at(self.instant) }
    }
}

impl FromStr for StartClock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (instant, frozen) = match text.split_once(',') {
            None => (text, false),
            Some((instant, "frozen")) => (instant, true),
            Some((_, other)) => return Err(format!("`{other}` is not `frozen`")),
        };
        let instant = DateTime::parse_from_rfc3339(instant)
            .or_else(|_| DateTime::parse_from_str(instant, "%Y-%m-%dT%H:%M%:z"))
            .map_err(|_| "expected an instant such as 2026-11-22T18:20+09:00".to_owned())?;
        Ok(Self { instant: instant.with_timezone(&Utc), frozen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_may_have_seconds_and_be_frozen() {
        let parsed: StartClock = "2026-11-22T18:20+09:00".parse().expect("an instant");
        assert_eq!((parsed.instant.to_rfc3339().as_str(), parsed.frozen), ("2026-11-22T09:20:00+00:00", false));
        let parsed: StartClock = "2026-11-22T23:59:59.9+09:00,frozen".parse().expect("an instant");
        assert!(parsed.frozen);
        assert_eq!(parsed.clock().now(), parsed.instant);
    }

    #[test]
    fn an_instant_without_its_zone_is_refused() {
        for text in ["2026-11-22T18:20", "today", "2026-11-22T18:20+09:00,stopped"] {
            assert!(text.parse::<StartClock>().is_err(), "{text}");
        }
    }
}
