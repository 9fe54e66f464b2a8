//! 「数え方」: who is counted, by kind of unit.

use leptos::prelude::*;
use shared::organization::OrganizationKind;

use crate::words::{Text, form, t};

/// The one sentence above the cells.
pub const fn hint(kind: OrganizationKind) -> Text {
    match kind {
        OrganizationKind::FollowUpCenter => form::HINT_FOLLOW_UP,
        OrganizationKind::HealthCenter => form::HINT_CENTER,
        OrganizationKind::Institution | OrganizationKind::Prefecture | OrganizationKind::Ministry => form::HINT,
    }
}

/// The heading of the numbers.
pub const fn heading(kind: OrganizationKind) -> Text {
    match kind {
        OrganizationKind::FollowUpCenter => form::NUMBER_FOLLOW_UP,
        _ => form::NUMBER,
    }
}

/// The drawer with the rules of counting.
#[component]
pub fn Counting(
    /// What kind of unit counts.
    kind: OrganizationKind,
) -> impl IntoView {
    let rules: &[Text] = match kind {
        OrganizationKind::FollowUpCenter => &[form::COUNTING_FOLLOW_UP_1, form::COUNTING_FOLLOW_UP_2],
        OrganizationKind::HealthCenter => &[form::COUNTING_CENTER_1, form::COUNTING_CENTER_2],
        _ => &[form::COUNTING_1, form::COUNTING_2, form::COUNTING_3, form::COUNTING_4],
    };
    view! {
        <details class="counting">
            <summary>{t(form::COUNTING)}</summary>
            <ul>{rules.iter().map(|rule| view! { <li>{t(*rule)}</li> }).collect_view()}</ul>
        </details>
    }
}
