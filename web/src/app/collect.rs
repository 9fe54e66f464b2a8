//! The pages of the fifth program.

use leptos::prelude::*;

use super::Guard;
use crate::pages::{Collect, NotFound, Notifications};
use crate::router;
use crate::words::Text;
use crate::words::collect::keys;

/// The key that leads to a search, and those of the grid of proxy reports (`forms::grid_keys`).
pub const KEYS: [(&str, Text); 11] = [
    ("/", keys::SEARCH),
    ("← → ↑ ↓", keys::MOVE),
    ("Enter · Shift+Enter", keys::NEXT),
    ("Home · End", keys::ROW),
    ("Ctrl+Home · Ctrl+End", keys::TABLE),
    ("PageUp · PageDown", keys::PAGE),
    ("F2", keys::EDIT),
    ("Esc", keys::REVERT),
    ("Alt+S", keys::SAVE),
    ("Ctrl+V", keys::PASTE),
    ("Ctrl+Z", keys::UNDO),
];

/// A page, with what its address says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Collect,
    Notifications,
    NotFound,
}

impl Page {
    /// The page of a path.
    fn at(path: &str) -> Self {
        match path {
            "/collect" => Self::Collect,
            "/notifications" => Self::Notifications,
            _ => Self::NotFound,
        }
    }
}

/// The page of the address.
#[component]
pub fn CollectPages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    move || match page.get() {
        Page::Collect => view! { <Guard><Collect /></Guard> },
        Page::Notifications => view! { <Guard><Notifications /></Guard> },
        Page::NotFound => view! { <NotFound /> },
    }
}

#[cfg(test)]
mod tests {
    use shared::screens::Program;

    use super::*;

    #[test]
    fn every_path_leads_to_its_page_and_any_other_to_none() {
        for (path, page) in [("/collect", Page::Collect), ("/notifications", Page::Notifications)] {
            assert_eq!(Page::at(path), page);
            assert_eq!(Program::of(path), Program::Collect);
        }
        for path in ["/", "/report", "/missing/0190", "/collect/0190"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
