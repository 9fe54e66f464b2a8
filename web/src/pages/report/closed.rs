//! 本日は休診: one question, one request, and the way back the same day.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ReportingDay;
use shared::client::ClientError;
use shared::day_statement::{DayStatement, StatementKind, StatementRequest};
use shared::reporting_day::ReportingDayView;
use uuid::Uuid;

use super::desk::{Day, Desk, use_desk};
use crate::components::{Dialog, Failure, Trouble};
use crate::words::{form, t};
use crate::{api, format};

impl Desk {
    fn with_statement(self, statement: Option<DayStatement>) {
        self.day.update(|day| {
            if let Day::Known(view) = day {
                *view = Arc::new(ReportingDayView { statement, ..(**view).clone() });
            }
        });
    }

    /// States that the day was closed. The key is made when the question opens, so that a second press repeats nothing.
    fn state_closed(self, key: Uuid, failure: RwSignal<Option<Failure>>) {
        let Some((unit, day)) = self.place() else { return };
        let request = StatementRequest { unit_id: Some(unit), day, kind: StatementKind::Closed, channel: None };
        spawn_local(async move {
            match self.session.call(api::client().state_day(&key.to_string(), &request)).await {
                Ok(statement) => self.with_statement(Some(statement)),
                Err(error) => self.tell(&error, failure),
            }
        });
    }

    /// Withdraws the statement of today.
    pub fn withdraw(self, id: Uuid, failure: RwSignal<Option<Failure>>) {
        spawn_local(async move {
            match self.session.call(api::client().withdraw_statement(id)).await {
                Ok(()) => self.with_statement(None),
                Err(error) => self.tell(&error, failure),
            }
        });
    }

    /// Shows what went wrong; where the day has been reported meanwhile, the report itself.
    fn tell(self, error: &ClientError, failure: RwSignal<Option<Failure>>) {
        match error {
            ClientError::Problem(problem) if problem.existing.is_some() => {
                if let Some(existing) = problem.existing.clone() {
                    self.give_way(existing);
                }
            }
            // The page may have been left while the answer was on its way.
            _ => drop(failure.try_set(Some(Failure::from(error)))),
        }
    }
}

/// Asks whether the day is to be recorded as closed.
#[component]
pub fn ClosedDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The day.
    day: ReportingDay,
) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let key = Memo::new(move |_| {
        open.track();
        Uuid::new_v4()
    });
    let typed = move || desk.content.with(|content| content.cells.iter().any(|cell| !cell.trim().is_empty()));
    view! {
        <Dialog id="closed-heading" open=open heading=form::CLOSED_HEADING on_close=move |()| open.set(false)>
            <p>{move || form::closed_what(&format::long_day(day))}</p>
            <Show when=typed>
                <p><strong>{t(form::CLOSED_TYPED)}</strong></p>
            </Show>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <p class="actions">
                <button
                    type="button"
                    class="button primary"
                    on:click=move |_| desk.state_closed(key.get_untracked(), failure)
                >
                    {t(form::CLOSED_DO)}
                </button>
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                    {t(form::CLOSED_CANCEL)}
                </button>
            </p>
        </Dialog>
    }
}
