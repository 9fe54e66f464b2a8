//! The document's examples, moved to the day on which it is asked for, so that they can be sent as they stand.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde_json::Value;
use shared::ReportingDay;
use shared::receipt::ReceiptNumber;
use utoipa::openapi::OpenApi;

use crate::demo::examples::without_secrets;

/// The day on which the examples are written: 22 November 2026.
pub const EXAMPLE_DAY: ReportingDay = ReportingDay(match NaiveDate::from_ymd_opt(2026, 11, 22) {
    Some(day) => day,
    None => NaiveDate::MIN,
});

/// What only the demo has.
const OF_DEMO: [&str; 3] = ["/api/v1/demo/codes", "/api/v1/demo/listed-codes", "/api/v1/demo/messages"];

/// A document as it is served on a day: every day and instant of its examples lies as far from `today` as it was
/// written from [`EXAMPLE_DAY`]. Where there is no demo, what only the demo has isn't told.
#[must_use]
pub fn as_served(document: &OpenApi, today: ReportingDay, demo: bool) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let days = today.days_since(EXAMPLE_DAY);
    if !demo && let Some(paths) = document["paths"].as_object_mut() {
        OF_DEMO.iter().for_each(|path| drop(paths.remove(*path)));
    }
    change(&mut document, false, &|text| {
        if !demo && let Some(neutral) = without_secrets(text) {
            return Some(neutral.to_owned());
        }
        moved(text, days)
    });
    document
}

/// Changes every text of the examples below a value.
fn change(value: &mut Value, within_example: bool, to: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) if within_example => {
            if let Some(changed) = to(text) {
                *text = changed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, within_example, to)),
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| {
            change(member, within_example || matches!(name.as_str(), "example" | "examples"), to);
        }),
        _ => {}
    }
}

/// A text that is an instant or a receipt number, or ends with a day, so many days later; none for any other.
fn moved(text: &str, days: i64) -> Option<String> {
    let by = TimeDelta::days(days);
    if let Ok(instant) = DateTime::<FixedOffset>::parse_from_rfc3339(text) {
        return Some((instant + by).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
    if let Ok(number) = text.parse::<ReceiptNumber>() {
        let day = ReportingDay(number.entry_day().0 + by);
        return ReceiptNumber::new(day, number.prefecture(), number.counter()).map(|number| number.to_string());
    }
    let (before, day) = text.split_at_checked(text.len().checked_sub("2026-11-22".len())?)?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    Some(format!("{before}{}", day + by))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_names_a_day_moves_and_nothing_else_does() {
        for (text, expected) in [
            ("2026-11-22", Some("2026-12-02")),
            ("report-of-2026-11-30", Some("report-of-2026-12-10")),
            ("2026-11-22T18:20:00Z", Some("2026-12-02T18:20:00Z")),
            ("2026-11-22T18:20:00.250+09:00", Some("2026-12-02T18:20:00.250+09:00")),
            ("261122-35-00217-I", Some("261202-35-00217-I")),
            ("261122-35-00217-X", None),
            ("closed", None),
            ("２０２６年１１月２２日", None),
        ] {
            assert_eq!(moved(text, 10).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn only_examples_are_changed() {
        let mut value =
            json!({ "description": "a", "example": { "b": ["a", 1] }, "examples": { "c": { "value": "a" } } });
        change(&mut value, false, &|text| (text == "a").then(|| "z".to_owned()));
        let expected =
            json!({ "description": "a", "example": { "b": ["z", 1] }, "examples": { "c": { "value": "z" } } });
        assert_eq!(value, expected);
    }

    #[test]
    fn where_there_is_no_demo_its_sign_in_is_not_told() {
        let document = crate::openapi::document();
        let [public, private] = [true, false].map(|demo| as_served(&document, EXAMPLE_DAY, demo).to_string());
        for path in OF_DEMO {
            assert!(public.contains(path) && !private.contains(path), "{path}");
        }
        let sign_in = crate::demo::examples::sign_in();
        for secret in [&sign_in["login_id"], &sign_in["password"]] {
            assert!(public.contains(&secret.to_string()) && !private.contains(&secret.to_string()), "{secret}");
        }
    }
}
