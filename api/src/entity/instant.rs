//! Instants as the tables hold them.

use chrono::{DateTime, Utc};
use sea_orm::DeriveValueType;

/// Microseconds since 1970 in UTC: exact, comparable, and the same on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Micros(pub i64);

impl From<DateTime<Utc>> for Micros {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_micros())
    }
}

impl From<Micros> for DateTime<Utc> {
    /// An instant beyond the calendar, which nothing writes, becomes the calendar's end.
    fn from(Micros(micros): Micros) -> Self {
        Self::from_timestamp_micros(micros).unwrap_or(Self::MAX_UTC)
    }
}

impl Micros {
    /// The instant in UTC.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.into()
    }
}
