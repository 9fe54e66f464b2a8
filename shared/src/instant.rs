//! Instants as they are read from JSON.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};

/// Reads an instant of RFC 3339.
///
/// # Errors
/// When it isn't one.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    parse(&Cow::<str>::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("expected an instant of RFC 3339"))
}

/// Reads an instant of RFC 3339, or null.
///
/// # Errors
/// When it is neither.
pub fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    #[derive(Deserialize)]
    struct Instant(#[serde(deserialize_with = "read")] DateTime<Utc>);
    Ok(Option::<Instant>::deserialize(deserializer)?.map(|Instant(instant)| instant))
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

/// The browser has a reader of its own: chrono's would be a fiftieth of the bundle. It reads whole milliseconds, which
/// is all that a screen shows or counts by.
#[cfg(target_arch = "wasm32")]
fn parse(text: &str) -> Option<DateTime<Utc>> {
    let milliseconds = js_sys::Date::parse(text);
    // `NaN`, where it is no instant, would become 0.
    if milliseconds.is_nan() { None } else { DateTime::from_timestamp_millis(milliseconds as i64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_in_any_zone_and_to_the_microsecond() {
        let read = |text: &str| read(serde_json::Value::from(text)).map(|instant| instant.timestamp_micros());
        assert_eq!(read("2026-11-22T18:20:00.000001+09:00").expect("an instant"), 1_795_339_200_000_001);
        assert_eq!(read("2026-11-22T09:20:00Z").expect("an instant"), 1_795_339_200_000_000);
        assert!(read("2026-11-22").is_err() && read("today").is_err());
    }
}
