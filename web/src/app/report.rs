//! The pages of the first program.

use leptos::prelude::*;

use super::Guard;
use crate::pages::{FaxForm, Help, History, Home, NotFound, ProblemPage, ReceiptPage, ReportFlow, ReportStep, SignIn};
use crate::router;

/// A page, with what its address says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Home,
    SignIn,
    Receipt(String),
    Report,
    History,
    Help,
    FaxForm,
    Problem(String),
    NotFound,
}

impl Page {
    /// The page of a path.
    fn at(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            [""] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["reports", id] => Self::Receipt((*id).to_owned()),
            ["report"] | ["report", "check"] => Self::Report,
            ["history"] => Self::History,
            ["help"] => Self::Help,
            ["help", "fax-form"] => Self::FaxForm,
            ["problems", slug] => Self::Problem((*slug).to_owned()),
            _ => Self::NotFound,
        }
    }
}

/// The page of the address.
#[component]
pub fn ReportPages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    // Form and check are one page in two steps, so that what was typed stays.
    let step = Memo::new(|_| if router::path() == "/report" { ReportStep::Entry } else { ReportStep::Check });
    move || match page.get() {
        Page::Home => view! { <Guard><Home /></Guard> },
        Page::SignIn => view! { <SignIn /> },
        Page::Receipt(id) => view! { <Guard><ReceiptPage id=id.clone() /></Guard> },
        Page::Report => view! { <Guard><ReportFlow step=step /></Guard> },
        Page::History => view! { <Guard><History /></Guard> },
        Page::Help => view! { <Help /> },
        Page::FaxForm => view! { <FaxForm /> },
        Page::Problem(slug) => view! { <ProblemPage slug=slug /> },
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
            ("/", Page::Home),
            ("/sign-in", Page::SignIn),
            ("/reports/0190", Page::Receipt("0190".to_owned())),
            ("/report", Page::Report),
            ("/report/check", Page::Report),
            ("/history", Page::History),
            ("/help", Page::Help),
            ("/help/fax-form", Page::FaxForm),
            ("/problems/busy", Page::Problem("busy".to_owned())),
        ] {
            assert_eq!(Page::at(path), page, "{path}");
            assert_eq!(Program::of(path), Program::Report, "{path}");
        }
        for path in ["/reports", "/reports/1/receipt", "/report/other", "/help/fax-form/x", "/nowhere"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
