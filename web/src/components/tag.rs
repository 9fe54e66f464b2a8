//! The state of a day as icon and word.

use leptos::prelude::*;
use shared::history::DayState;

use crate::words::{Text, t};

/// Icon and word of a day's state.
#[component]
pub fn StateTag(
    /// The state.
    state: DayState,
    /// Its word.
    word: Text,
) -> impl IntoView {
    let icon = match state {
        DayState::Reported => "✓",
        DayState::Zero => "0",
        DayState::Closed => "休",
        DayState::Late => "↺",
        DayState::Missing => "!",
        DayState::NotScheduled => "–",
    };
    view! {
        <span class="tag" data-state=state.key()>
            <span class="tag-icon" aria-hidden="true">{icon}</span>
            {t(word)}
        </span>
    }
}
