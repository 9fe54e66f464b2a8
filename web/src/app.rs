//! The table of pages, and the one place that decides who sees them.

use leptos::prelude::*;

use crate::components::Loading;
use crate::layout::Layout;
use crate::pages::{
    Desk, FaxForm, Help, History, Home, NotFound, Password, ProblemPage, ReceiptPage, ReportFlow, ReportStep, SignIn,
};
use crate::session::{Session, Who, use_session};
use crate::{clock, connection, preference, router};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    preference::start();
    clock::start();
    connection::start();
    router::start();
    let session = Session::new();
    provide_context(session);
    provide_context(Desk::new(session));
    session.start();
    view! {
        <Layout>
            <Pages />
        </Layout>
    }
}

/// A page, with what its address says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Home,
    SignIn,
    Password,
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
            ["password"] => Self::Password,
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
fn Pages() -> impl IntoView {
    let page = Memo::new(|_| Page::at(&router::path()));
    // Form and check are one page in two steps, so that what was typed stays.
    let step = Memo::new(|_| if router::path() == "/report" { ReportStep::Entry } else { ReportStep::Check });
    move || match page.get() {
        Page::Home => view! { <Guard><Home /></Guard> },
        Page::SignIn => view! { <SignIn /> },
        Page::Password => view! { <Guard first_password=true><Password /></Guard> },
        Page::Receipt(id) => view! { <Guard><ReceiptPage id=id.clone() /></Guard> },
        Page::Report => view! { <Guard><ReportFlow step=step /></Guard> },
        Page::History => view! { <Guard><History /></Guard> },
        Page::Help => view! { <Help /> },
        Page::FaxForm => view! { <FaxForm /> },
        Page::Problem(slug) => view! { <ProblemPage slug=slug /> },
        Page::NotFound => view! { <NotFound /> },
    }
}

/// What a guarded page may do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Wait,
    Open,
    SignIn,
    Password,
}

/// Shows a page to who is signed in; sends others to where they can be. A session that ends leaves the page as it is,
/// so that nothing typed is lost; another user gets none of it.
#[component]
pub fn Guard(
    /// Whether somebody with a first password may be here.
    #[prop(optional)]
    first_password: bool,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let gate = Memo::new(move |_| match session.who() {
        Who::Unknown => Gate::Wait,
        Who::Nobody => Gate::SignIn,
        Who::FirstPassword if first_password => Gate::Open,
        Who::FirstPassword => Gate::Password,
        Who::Somebody(_) | Who::Expired(_) => Gate::Open,
        Who::Other(_) => Gate::Wait,
    });
    Effect::new(move || match gate.get() {
        Gate::SignIn => {
            session.remember(router::path_untracked());
            router::replace("/sign-in");
        }
        Gate::Password => router::replace("/password"),
        Gate::Wait | Gate::Open => {}
    });
    move || match gate.get() {
        Gate::Open => children(),
        Gate::Wait | Gate::SignIn | Gate::Password => view! { <Loading /> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page_and_any_other_to_none() {
        for (path, page) in [
            ("/", Page::Home),
            ("/sign-in", Page::SignIn),
            ("/password", Page::Password),
            ("/reports/0190", Page::Receipt("0190".to_owned())),
            ("/report", Page::Report),
            ("/report/check", Page::Report),
            ("/history", Page::History),
            ("/help", Page::Help),
            ("/help/fax-form", Page::FaxForm),
            ("/problems/busy", Page::Problem("busy".to_owned())),
        ] {
            assert_eq!(Page::at(path), page, "{path}");
        }
        for path in ["/reports", "/reports/1/receipt", "/report/other", "/help/fax-form/x", "/nowhere"] {
            assert_eq!(Page::at(path), Page::NotFound, "{path}");
        }
    }
}
