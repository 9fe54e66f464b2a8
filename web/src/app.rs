//! The programs, and the one place that decides who sees a page.

mod access;
mod collect;
mod figures;
mod office;
mod report;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use shared::account::PasswordChangeReason;
use shared::screens::Program;

use crate::components::Loading;
use crate::layout::Layout;
use crate::pages::{Desk, Kept};
use crate::session::{Session, Who, forced_change, use_session};
use crate::{clock, connection, preference, router};
use access::AccessPages;
use collect::CollectPages;
use figures::FiguresPages;
use office::OfficePages;
use report::ReportPages;

/// Runs the first program, in which one reports.
pub fn report() {
    mount_to_body(|| {
        let session = started(Program::Report);
        provide_context(Desk::new(session));
        view! { <Layout><ReportPages /></Layout> }
    });
}

/// Runs the second program, in which one handles one's own access.
pub fn access() {
    mount_to_body(|| {
        started(Program::Access);
        view! { <Layout own_keys=&access::KEYS><AccessPages /></Layout> }
    });
}

/// Runs the third program, the office.
pub fn office() {
    mount_to_body(|| {
        started(Program::Office);
        view! { <Layout own_keys=&office::KEYS><OfficePages /></Layout> }
    });
}

/// Runs the fourth program, in which one reads figures.
pub fn figures() {
    mount_to_body(|| {
        started(Program::Figures);
        view! { <Layout own_keys=&figures::KEYS><FiguresPages /></Layout> }
    });
}

/// Runs the fifth program, in which a health center collects what is missing.
pub fn collect() {
    mount_to_body(|| {
        started(Program::Collect);
        provide_context(Kept::default());
        view! { <Layout own_keys=&collect::KEYS><CollectPages /></Layout> }
    });
}

/// What every program begins with.
fn started(program: Program) -> Session {
    preference::start();
    clock::start();
    connection::start();
    router::start(program);
    let session = Session::new();
    provide_context(session);
    session.start();
    session
}

/// What a guarded page may do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Wait,
    Open,
    SignIn,
    Password(Option<PasswordChangeReason>),
}

/// Shows a page to who is signed in; sends others to where they can be. A session that ends leaves the page as it is,
/// so that nothing typed is lost; another user gets none of it.
#[component]
pub fn Guard(
    /// Whether somebody who must change the password may be here.
    #[prop(optional)]
    changes_password: bool,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let gate = Memo::new(move |_| match session.who() {
        Who::Unknown => Gate::Wait,
        Who::Nobody => Gate::SignIn,
        Who::MustChangePassword(_) if changes_password => Gate::Open,
        Who::MustChangePassword(because) => Gate::Password(because),
        Who::Somebody(_) | Who::Expired(_) => Gate::Open,
        Who::Other(_) => Gate::Wait,
    });
    Effect::new(move || match gate.get() {
        Gate::SignIn => session.ask_to_sign_in(),
        Gate::Password(because) => router::replace(forced_change(because)),
        Gate::Wait | Gate::Open => {}
    });
    move || match gate.get() {
        Gate::Open => children(),
        Gate::Wait | Gate::SignIn | Gate::Password(_) => view! { <Loading /> },
    }
}
