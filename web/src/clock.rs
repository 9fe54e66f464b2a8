//! The server's time as the screens know it: the browser's clock plus how far the server's last answer was ahead of it.
//!
//! A clock that a user set wrong must not close the form early or late.

use std::sync::LazyLock;
use std::time::Duration as Pause;

use chrono::{DateTime, Duration, Utc};
use leptos::prelude::*;
use shared::ReportingDay;

static AHEAD: LazyLock<ArcRwSignal<Duration>> = LazyLock::new(|| ArcRwSignal::new(Duration::zero()));
static NOW: LazyLock<ArcRwSignal<DateTime<Utc>>> = LazyLock::new(|| ArcRwSignal::new(browser_now()));

/// Begins to tick, once a second.
pub fn start() {
    set_interval(tick, Pause::from_secs(1));
}

/// Takes the server's time from an answer.
pub fn synchronize(server_now: DateTime<Utc>) {
    AHEAD.set(server_now - browser_now());
}

/// The server's time, tracked: changes every second. Derive a `Memo` of what is shown.
pub fn now() -> DateTime<Utc> {
    NOW.get() + AHEAD.get()
}

/// The browser's own time, tracked: for spans between two moments on this machine.
pub fn local_now() -> DateTime<Utc> {
    NOW.get()
}

/// The browser's own time at this moment, untracked.
pub fn local_instant() -> DateTime<Utc> {
    browser_now()
}

/// The server's time at this moment, untracked.
pub fn instant() -> DateTime<Utc> {
    browser_now() + AHEAD.get_untracked()
}

/// Today in Japan, changing at midnight.
pub fn today() -> Memo<ReportingDay> {
    Memo::new(|_| shared::reporting_day(now()))
}

fn tick() {
    NOW.set(browser_now());
}

fn browser_now() -> DateTime<Utc> {
    // Milliseconds since 1970 fit an i64 for the next 292 million years.
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds are wanted")]
    let milliseconds = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}
