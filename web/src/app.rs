//! The table of routes, and the one place that decides who sees them.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, path};

use crate::components::Loading;
use crate::layout::Layout;
use crate::pages::{
    CheckPage, Desk, EntryPage, FaxForm, Help, History, Home, NotFound, Password, ProblemPage, ReceiptPage, ReportFlow,
    SignIn,
};
use crate::session::{Session, Who, use_session};
use crate::{clock, connection, preference};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    preference::start();
    clock::start();
    connection::start();
    let session = Session::new();
    provide_context(session);
    provide_context(Desk::new(session));
    session.start();
    view! {
        <Router>
            <Layout>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=|| view! { <Guard><Home /></Guard> } />
                    <Route path=path!("/sign-in") view=SignIn />
                    <Route path=path!("/password") view=|| view! { <Guard first_password=true><Password /></Guard> } />
                    <Route path=path!("/reports/:id") view=|| view! { <Guard><ReceiptPage /></Guard> } />
                    <ParentRoute path=path!("/report") view=|| view! { <Guard><ReportFlow /></Guard> }>
                        <Route path=path!("") view=EntryPage />
                        <Route path=path!("check") view=CheckPage />
                    </ParentRoute>
                    <Route path=path!("/history") view=|| view! { <Guard><History /></Guard> } />
                    <Route path=path!("/help") view=Help />
                    <Route path=path!("/help/fax-form") view=FaxForm />
                    <Route path=path!("/problems/:slug") view=ProblemPage />
                </Routes>
            </Layout>
        </Router>
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
    let path = use_location().pathname;
    let navigate = use_navigate();
    Effect::new(move || {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        match gate.get() {
            Gate::SignIn => {
                session.remember(path.get_untracked());
                navigate("/sign-in", options);
            }
            Gate::Password => navigate("/password", options),
            Gate::Wait | Gate::Open => {}
        }
    });
    move || match gate.get() {
        Gate::Open => children().into_any(),
        Gate::Wait | Gate::SignIn | Gate::Password => view! { <Loading /> }.into_any(),
    }
}
