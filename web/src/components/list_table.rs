//! The table of a list: a box that scrolls sideways, a row of headings, the first column staying.

use leptos::prelude::*;

use crate::words::{Text, t};

/// The table; its rows begin with a heading of their own.
#[component]
pub fn ListTable(
    /// What the list is of, read out but not seen.
    name: Text,
    /// The headings of the columns.
    columns: Vec<Text>,
    /// Those of the headings that stand above numbers.
    #[prop(optional)]
    numbers: &'static [Text],
    /// The rows.
    children: Children,
) -> impl IntoView {
    let headings = (0..).zip(columns).map(|(place, word): (usize, Text)| {
        view! { <th scope="col" class:sticky=place == 0 class:number=numbers.contains(&word)>{t(word)}</th> }
    });
    view! {
        // A box that scrolls must be reachable by keyboard, and say what it is.
        <div class="table-box list" role="region" tabindex="0" aria-label=t(name)>
            <table>
                <caption class="visually-hidden">{t(name)}</caption>
                <thead>
                    <tr>{headings.collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
