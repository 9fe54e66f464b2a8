//! An arrival that isn't entered: it is returned, for a reason.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::arrival::{Arrival, RejectReason, RejectRequest, check_rejection};
use shared::problem::Rule;

use super::evening::Evening;
use super::inbox::sender;
use crate::api;
use crate::components::{ChoiceField, Dialog, Failure, TextField, Trouble, focus_on};
use crate::words::collect::{entry as words, reject};
use crate::words::{Text, t};

/// The arrival that is being returned.
pub type Rejecting = RwSignal<Option<Arrival>>;

/// The dialog; Esc leaves it without doing anything.
#[component]
pub fn RejectDialog(evening: Evening, rejecting: Rejecting) -> impl IntoView {
    let open = Memo::new(move |_| rejecting.with(Option::is_some));
    let heading = move || {
        rejecting.with(|asked| asked.as_ref().map(|asked| words::reject_heading(&sender(asked))).unwrap_or_default())
    };
    view! {
        <Dialog id="reject-heading" open=open heading=Signal::derive(heading) on_close=move |()| rejecting.set(None)>
            {move || rejecting.get().map(|arrival| view! { <Form arrival=arrival evening=evening rejecting=rejecting /> })}
        </Dialog>
    }
}

#[component]
fn Form(arrival: Arrival, evening: Evening, rejecting: Rejecting) -> impl IntoView {
    let (chosen, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let mistake = RwSignal::new(None::<(&'static str, Text)>);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(reason) = RejectReason::ALL.into_iter().find(|reason| reason.key() == chosen.get_untracked()) else {
            mistake.set(Some(("reject-reason", words::REASON_MISSING)));
            return focus_on("reject-reason");
        };
        let request = RejectRequest { reason, note: Some(note.get_untracked()).filter(|note| !note.trim().is_empty()) };
        if let Err(violations) = check_rejection(&request) {
            let required = violations.iter().any(|violation| violation.rule == Rule::NoteRequired);
            mistake.set(Some(("reject-note", if required { words::NOTE_MISSING } else { words::NOTE_LONG })));
            return focus_on("reject-note");
        }
        let (id, name) = (arrival.id, sender(&arrival));
        spawn_local(async move {
            match evening.session.call(api::client().reject_arrival(id, &request)).await {
                Ok(arrival) => {
                    rejecting.set(None);
                    evening.said.set(words::was_rejected(&name));
                    evening.settled(arrival);
                    request_animation_frame(|| focus_on("finder"));
                }
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    };
    let error = move |field: &'static str| {
        let words = move || mistake.get().filter(|(at, _)| *at == field).map(|(_, word)| word.get().to_owned());
        Signal::derive(words)
    };
    let reasons: Vec<_> =
        RejectReason::ALL.map(|reason| (reason.key(), reject::lookup(reason.key()).unwrap_or(Text::MISSING))).into();
    view! {
        <form class="stack" novalidate on:submit=submit>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            <ChoiceField
                id="reject-reason"
                label=words::REASON
                none=words::CHOOSE
                choices=reasons
                value=chosen
                error=error("reject-reason")
            />
            <TextField id="reject-note" label=words::NOTE hint=words::NOTE_HINT value=note error=error("reject-note") />
            <p class="actions">
                <button type="submit" class="button primary">{t(words::RECORD)}</button>
                <button type="button" class="button" on:click=move |_| rejecting.set(None)>{t(words::CANCEL)}</button>
            </p>
        </form>
    }
}
