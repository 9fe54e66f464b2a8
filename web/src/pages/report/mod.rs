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

use check::CheckPage;
pub use desk::Desk;
use entry::EntryPage;
use leptos::prelude::*;

use crate::session::use_session;

/// A page of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportStep {
    /// The numbers are typed.
    Entry,
    /// They are looked at once more.
    Check,
}

/// The two pages of a report around the one desk: the day is asked for once, and what was typed stays between them.
#[component]
pub fn ReportFlow(
    /// Which of them.
    step: Memo<ReportStep>,
) -> impl IntoView {
    let desk = desk::use_desk();
    let session = use_session();
    desk.open();
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
    move || match step.get() {
        ReportStep::Entry => view! { <EntryPage /> },
        ReportStep::Check => view! { <CheckPage /> },
    }
}
