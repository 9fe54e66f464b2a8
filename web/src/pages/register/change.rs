//! Changing what the register says of an organization.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::organization::Organization;
use shared::register::OrganizationChange;
use shared::register_check::check_change;

use super::fields::{Fields, OrganizationFields};
use super::organization::Done;
use crate::api;
use crate::components::{ErrorSummary, Trouble};
use crate::session::use_session;
use crate::words::office::{accounts, register as words};
use crate::words::t;

/// The form.
#[component]
pub fn Change(organization: Organization, done: Done) -> impl IntoView {
    let session = use_session();
    let fields = Fields::of(&organization);
    let active = RwSignal::new(organization.active);
    let kind = organization.kind;
    let id = organization.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let change = OrganizationChange {
            name: differing(fields.name, &organization.name),
            kana: differing(fields.kana, &organization.kana),
            institution_code: differing(fields.code, organization.institution_code.as_deref().unwrap_or_default()),
            address: differing(fields.address, &organization.address),
            telephone: differing(fields.telephone, &organization.telephone),
            active: Some(active.get_untracked()).filter(|active| *active != organization.active),
            acknowledged_warnings: fields.acknowledged(),
        };
        if let Err(refusal) = check_change(&change, kind) {
            return fields.refuse(refusal);
        }
        spawn_local(async move {
            match session.call(api::client().change_organization(id, &change)).await {
                Ok(_) => done.say(words::CHANGED),
                Err(error) => fields.fail(&error),
            }
        });
    };
    view! {
        <details class="card">
            <summary>{t(words::CHANGE)}</summary>
            <form class="stack" novalidate on:submit=submit>
                <ErrorSummary mistakes=fields.mistakes />
                {move || fields.failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <OrganizationFields fields=fields kind=Signal::derive(move || Some(kind)) />
                <p class="check-row">
                    <input
                        type="checkbox"
                        id="active"
                        aria-describedby="active-hint"
                        prop:checked=move || active.get()
                        on:change=move |event| active.set(event_target_checked(&event))
                    />
                    <label for="active">{t(words::ACTIVE)}</label>
                    <span id="active-hint" class="field-hint">{t(words::ACTIVE_WHAT)}</span>
                </p>
                <p class="actions"><button type="submit" class="button">{t(accounts::SAVE)}</button></p>
            </form>
        </details>
    }
}

/// What is typed, where it is something else than before: what is absent from a change stays.
fn differing(typed: RwSignal<String>, before: &str) -> Option<String> {
    Some(typed.get_untracked()).filter(|typed| typed != before)
}
