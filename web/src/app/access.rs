//! The pages of the second program.

use leptos::prelude::*;

use super::Guard;
use crate::pages::{Activate, Audit, DemoGateway, NotFound, Password, PoliciesPage, Security};
use crate::router;
use crate::words::Text;
use crate::words::access::keys;

/// The key that leads to the search of a list.
pub const KEYS: [(&str, Text); 1] = [("/", keys::SEARCH)];

/// A page, with what its address says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Activate,
    Audit,
    DemoGateway,
    Password,
    Policies,
    Security,
    NotFound,
}

impl Page {
    /// The page of a path.
    fn at(path: &str) -> Self {
        match path {
            "/activate" => Self::Activate,
            "/audit" => Self::Audit,
            "/demo/gateway" => Self::DemoGateway,
            "/password" => Self::Password,
            "/policies" => Self::Policies,
            "/security" => Self::Security,
            _ => Self::NotFound,
        }
    }
}

/// The page of the address.
#[component]
pub fn AccessPages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    move || match page.get() {
        Page::Activate => view! { <Activate /> },
        Page::Audit => view! { <Guard><Audit /></Guard> },
        Page::DemoGateway => view! { <DemoGateway /> },
        Page::Password => view! { <Guard changes_password=true><Password /></Guard> },
        Page::Policies => view! { <Guard><PoliciesPage /></Guard> },
        Page::Security => view! { <Guard><Security /></Guard> },
        Page::NotFound => view! { <NotFound /> },
    }
}

#[cfg(test)]
mod tests {
    use shared::screens::Program;

    use super::*;

    #[test]
    fn every_path_leads_to_its_page_and_any_other_to_none() {
        for (path, page) in [
            ("/activate", Page::Activate),
            ("/audit", Page::Audit),
            ("/demo/gateway", Page::DemoGateway),
            ("/password", Page::Password),
            ("/policies", Page::Policies),
            ("/security", Page::Security),
        ] {
            assert_eq!(Page::at(path), page, "{path}");
            assert_eq!(Program::of(path), Program::Access, "{path}");
        }
        for path in ["/", "/report", "/activate/x"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
