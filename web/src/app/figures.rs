//! The pages of the fourth program.

use leptos::prelude::*;

use super::Guard;
use crate::pages::{CarryForward, CorrectReport, Figures, MissingList, NotFound};
use crate::router;
use crate::words::Text;
use crate::words::figures::keys;

/// The key that leads to the search of a list.
pub const KEYS: [(&str, Text); 1] = [("/", keys::SEARCH)];

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Figures,
    CarryForward,
    Correct(String),
    Missing,
    NotFound,
}

impl Page {
    /// The page of a path.
    fn at(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["figures"] => Self::Figures,
            ["figures", "carried-forward"] => Self::CarryForward,
            ["corrections", id] => Self::Correct((*id).to_owned()),
            ["missing"] => Self::Missing,
            _ => Self::NotFound,
        }
    }
}

/// The page of the address.
#[component]
pub fn FiguresPages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    move || match page.get() {
        Page::Figures => view! { <Guard><Figures /></Guard> },
        Page::CarryForward => view! { <Guard><CarryForward /></Guard> },
        Page::Correct(id) => view! { <Guard><CorrectReport id=id.clone() /></Guard> },
        Page::Missing => view! { <Guard><MissingList /></Guard> },
        Page::NotFound => view! { <NotFound /> },
    }
}

#[cfg(test)]
mod tests {
    use shared::screens::Program;

    use super::*;

    #[test]
    fn every_path_leads_to_its_page_and_any_other_to_none() {
        for (path, page) in [("/figures", Page::Figures), ("/figures/carried-forward", Page::CarryForward)] {
            assert_eq!(Page::at(path), page, "{path}");
            assert_eq!(Program::of(path), Program::Figures, "{path}");
        }
        for path in ["/", "/report", "/figures/x"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
