//! S6 and S7: the daily report, entered and checked.

mod adjustments;
mod cells;
mod check;
mod closed;
mod counting;
mod desk;
mod drafts;
mod entry;
mod gate;
mod outcome;
mod over;
mod paste;
mod send;
mod status;
mod warnings;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_navigate;

pub use check::CheckPage;
pub use desk::Desk;
pub use entry::EntryPage;

use crate::session::use_session;

/// The two pages of a report around the one desk: the day is asked for once, and what was typed stays between them.
#[component]
pub fn ReportFlow() -> impl IntoView {
    let desk = desk::use_desk();
    let session = use_session();
    let navigate = use_navigate();
    desk.open(move |path| navigate(path, NavigateOptions::default()));
    desk.save_when_hidden();
    // After a new sign-in, what was refused for want of a session is made up for.
    Effect::new(move |before: Option<u32>| {
        let sign_ins = session.sign_ins();
        if before.is_some_and(|before| before != sign_ins) {
            match desk.place() {
                Some(_) => desk.save_now(),
                None => desk.load(),
            }
        }
        sign_ins
    });
    view! { <Outlet /> }
}
