//! Issuing one account: which organization, which person, a check, and the slip.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::client::ClientError;
use shared::issuance::{IssuedAccount, NewAccountRequest, check_person};
use shared::organization::OrganizationRef;
use shared::problem::ProblemKind;
use uuid::Uuid;

use super::slip::{NextPerson, Slips};
use crate::components::{
    Banner, ErrorSummary, Failure, Mistake, PageHeading, TextField, Tone, Trouble, focus_on, mistake_at,
};
use crate::load::Load;
use crate::pages::register::Added;
use crate::session::use_session;
use crate::words::office::{accounts, issue as words, slip};
use crate::words::t;
use crate::{api, router};

const PERSON: &str = "person";

/// The page; the organization stands in the address.
#[component]
pub fn IssueAccount() -> impl IntoView {
    let issued = RwSignal::new(None::<IssuedAccount>);
    let chosen = Memo::new(|_| router::parameter("organization").and_then(|id| id.parse::<Uuid>().ok()));
    let clear = Callback::new(move |()| issued.set(None));
    let heading =
        move || if issued.with(Option::is_some) { slip::HEADING.get() } else { words::HEADING.get() }.to_owned();
    view! {
        <PageHeading text=Signal::derive(heading) />
        {move || match (issued.get(), chosen.get()) {
            (Some(account), _) => {
                let next = NextPerson { organization: account.account.organization.clone(), again: clear };
                view! { <Slips issued=vec![account] next=next /> }.into_any()
            }
            (None, Some(organization)) => view! { <ForOrganization id=organization issued=issued /> }.into_any(),
            (None, None) => view! { <Where /> }.into_any(),
        }}
    }
}

/// The first question: an organization's people are told apart by its page in the register.
#[component]
fn Where() -> impl IntoView {
    let own = use_session().view_untracked().map(|view| view.organization.clone());
    view! {
        <h2>{t(words::WHERE)}</h2>
        {own.map(|own| {
            let name = own.name.clone();
            view! {
                <p>
                    <a class="button" href=format!("/accounts/new?organization={}", own.id)>
                        {move || words::where_own(&name)}
                    </a>
                </p>
            }
        })}
        <p>{t(words::WHERE_OTHER)}</p>
        <p><a class="button quiet" href="/organizations">{t(words::REGISTER)}</a></p>
    }
}

#[component]
fn ForOrganization(id: Uuid, issued: RwSignal<Option<IssuedAccount>>) -> impl IntoView {
    let load = Load::new(move || async move { api::client().organization(id).await });
    load.view(4, move |found| {
        let organization = found.organization;
        view! {
            <Added name=organization.name.clone() />
            <Wizard organization=organization.reference() issued=issued />
        }
    })
}

/// The person, then a check of it all.
#[component]
fn Wizard(organization: OrganizationRef, issued: RwSignal<Option<IssuedAccount>>) -> impl IntoView {
    let session = use_session();
    let person = RwSignal::new(String::new());
    let is_manager = RwSignal::new(false);
    let checking = RwSignal::new(false);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let id = organization.id;
    let attempt = Action::new_local(move |request: &(Uuid, NewAccountRequest)| {
        let (key, request) = request.clone();
        async move {
            let answer = session.call(api::client().issue_account(&key.to_string(), &request)).await;
            match answer {
                Ok(account) => issued.set(Some(account)),
                Err(error) => return Some(Refusal::of(&error)),
            }
            None
        }
    });
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        let found = check_person(&person.get_untracked(), "").err();
        checking.set(found.is_none());
        mistakes.set(found.iter().map(|violation| Mistake::at(PERSON, words::PERSON, violation)).collect());
    };
    // The key belongs to what was checked: the same content sent twice issues one account.
    let key = StoredValue::new(Uuid::new_v4());
    let change = move |_| {
        checking.set(false);
        key.set_value(Uuid::new_v4());
        request_animation_frame(|| focus_on(PERSON));
    };
    let send = move |_| {
        if !attempt.pending().get_untracked() {
            attempt.dispatch_local((
                key.get_value(),
                NewAccountRequest {
                    organization_id: Some(id),
                    display_name: person.get_untracked(),
                    is_manager: is_manager.get_untracked(),
                },
            ));
        }
    };
    let error = mistake_at(mistakes, PERSON);
    let organization_name = StoredValue::new(organization.name);
    let hint: Signal<String> = words::PERSON_HINT.into();
    let refused = move || attempt.value().get().flatten().map(|refusal| refusal.shown());
    view! {
        <Show
            when=move || checking.get()
            fallback=move || {
                view! {
                    <form class="stack narrow" novalidate on:submit=next>
                        <ErrorSummary mistakes=mistakes />
                        <p class="lead">{organization_name.get_value()}</p>
                        <TextField
                            id=PERSON
                            label=words::PERSON
                            value=person
                            error=error
                            hint=hint
                        />
                        <ManagerBox is_manager=is_manager />
                        <p class="actions">
                            <button type="submit" class="button primary">{t(words::NEXT)}</button>
                        </p>
                    </form>
                }
            }
        >
            <section>
                <h2>{t(words::CHECK_HEADING)}</h2>
                {refused}
                <dl class="summary-list">
                    <div><dt>{t(words::ORGANIZATION)}</dt><dd>{organization_name.get_value()}</dd></div>
                    <div><dt>{t(words::PERSON)}</dt><dd>{move || person.get()}</dd></div>
                    <div>
                        <dt>{t(accounts::MANAGER)}</dt>
                        <dd>{move || if is_manager.get() { accounts::YES.get() } else { accounts::NO.get() }}</dd>
                    </div>
                </dl>
                <p class="actions">
                    <button
                        type="button"
                        class="button primary"
                        aria-disabled=move || attempt.pending().get().then_some("true")
                        on:click=send
                    >
                        {move || if attempt.pending().get() { words::WORKING.get() } else { words::SUBMIT.get() }}
                    </button>
                    <button type="button" class="button" on:click=change>{t(words::BACK)}</button>
                </p>
            </section>
        </Show>
    }
}

/// Whether the person becomes a manager, with what that means.
#[component]
pub fn ManagerBox(is_manager: RwSignal<bool>) -> impl IntoView {
    view! {
        <p class="check-row">
            <input
                type="checkbox"
                id="is-manager"
                aria-describedby="is-manager-hint"
                prop:checked=move || is_manager.get()
                on:change=move |event| is_manager.set(event_target_checked(&event))
            />
            <label for="is-manager">{t(accounts::IS_MANAGER)}</label>
            <span id="is-manager-hint" class="field-hint">{t(accounts::IS_MANAGER_WHAT)}</span>
        </p>
    }
}

/// Why nothing was issued.
#[derive(Debug, Clone)]
enum Refusal {
    NotYours,
    Trouble(Failure),
}

impl Refusal {
    fn of(error: &ClientError) -> Self {
        match api::kind(error) {
            Some(ProblemKind::Forbidden | ProblemKind::NotFound) => Self::NotYours,
            _ => Self::Trouble(error.into()),
        }
    }

    fn shown(&self) -> AnyView {
        match self {
            Self::NotYours => view! { <Banner tone=Tone::Error heading=words::NONE live=true /> }.into_any(),
            Self::Trouble(failure) => view! { <Trouble failure=failure.clone() /> }.into_any(),
        }
    }
}
