//! The pages of the third program.

use leptos::prelude::*;

use super::Guard;
use crate::pages::{
    AccountPage, Accounts, AddOrganization, ClientPage, Clients, IssueAccount, IssueMany, NotFound, OrganizationPage,
    Register, RegisterClient,
};
use crate::router;
use crate::words::Text;
use crate::words::office::keys;

/// The key that leads to the search of a list.
pub const KEYS: [(&str, Text); 1] = [("/", keys::SEARCH)];

/// A page, with what its address says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Accounts,
    IssueAccount,
    IssueMany,
    Account(String),
    Clients,
    RegisterClient,
    Client(String),
    Register,
    AddOrganization,
    Organization(String),
    NotFound,
}

impl Page {
    /// The page of a path.
    fn at(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["accounts"] => Self::Accounts,
            ["accounts", "new"] => Self::IssueAccount,
            ["accounts", "batch"] => Self::IssueMany,
            ["accounts", id] => Self::Account((*id).to_owned()),
            ["clients"] => Self::Clients,
            ["clients", "new"] => Self::RegisterClient,
            ["clients", id] => Self::Client((*id).to_owned()),
            ["organizations"] => Self::Register,
            ["organizations", "new"] => Self::AddOrganization,
            ["organizations", id] => Self::Organization((*id).to_owned()),
            _ => Self::NotFound,
        }
    }
}

/// The page of the address.
#[component]
pub fn OfficePages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    move || match page.get() {
        Page::Accounts => view! { <Guard><Accounts /></Guard> },
        Page::IssueAccount => view! { <Guard><IssueAccount /></Guard> },
        Page::IssueMany => view! { <Guard><IssueMany /></Guard> },
        Page::Account(id) => view! { <Guard><AccountPage id=id.clone() /></Guard> },
        Page::Clients => view! { <Guard><Clients /></Guard> },
        Page::RegisterClient => view! { <Guard><RegisterClient /></Guard> },
        Page::Client(id) => view! { <Guard><ClientPage id=id.clone() /></Guard> },
        Page::Register => view! { <Guard><Register /></Guard> },
        Page::AddOrganization => view! { <Guard><AddOrganization /></Guard> },
        Page::Organization(id) => view! { <Guard><OrganizationPage id=id.clone() /></Guard> },
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
            ("/organizations", Page::Register),
            ("/organizations/new", Page::AddOrganization),
            ("/organizations/0190", Page::Organization("0190".to_owned())),
        ] {
            assert_eq!(Page::at(path), page, "{path}");
            assert_eq!(Program::of(path), Program::Office, "{path}");
        }
        for path in ["/", "/report", "/organizations/0190/x"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
