//! One's second factors and recovery codes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::CeremonyStep;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::second_factor::{SecondFactor, SecondFactors};

use crate::components::{Failure, Trouble, focus_on};
use crate::load::Load;
use crate::pages::activate::RecoveryCodes;
use crate::pages::enroll::{Enroll, Enrolling, focus_on_kinds, name};
use crate::session::use_session;
use crate::words::access::security as words;
use crate::words::t;
use crate::{api, format};

type Waiting = RwSignal<Option<Callback<()>>>;

/// The heading.
const HEADING: &str = "factors";

/// The list, with what may be changed about it.
#[component]
pub fn Factors(
    waiting: Waiting,
    /// How many recovery codes are left, once one was used since the list was read.
    left: RwSignal<Option<u32>>,
) -> impl IntoView {
    let presses = RwSignal::new(0_u32);
    // What was pressed goes with the old list: the keyboard begins anew at the heading.
    let reload = Callback::new(move |()| {
        presses.update(|times| *times += 1);
        focus_on(HEADING);
    });
    let load = Load::new(move || {
        presses.track();
        async { api::client().second_factors().await }
    });
    view! {
        <section>
            <h2 id=HEADING tabindex="-1">{t(words::FACTORS)}</h2>
            {load.view(3, move |factors| view! { <List factors=factors waiting=waiting left=left reload=reload /> })}
        </section>
    }
}

#[component]
fn List(factors: SecondFactors, waiting: Waiting, left: RwSignal<Option<u32>>, reload: Callback<()>) -> impl IntoView {
    let session = use_session();
    let login_id = Signal::derive(move || session.view().map(|view| view.login_id.clone()).unwrap_or_default());
    let failure = RwSignal::new(None::<Failure>);
    let enrolling = RwSignal::new(false);
    let codes = RwSignal::new(Vec::<String>::new());
    let alone = factors.items.len() < 2;
    let listed = factors.recovery_codes_left;
    left.set(None);
    let enrolled = Callback::new(move |_: CeremonyStep| {
        enrolling.set(false);
        reload.run(());
    });
    let begin = Callback::new(move |()| {
        enrolling.set(true);
        focus_on_kinds();
    });
    // Whoever wants to add a factor shows one first.
    let ask = move |_| waiting.set(Some(begin));
    let over = Callback::new(move |()| {
        enrolling.set(false);
        waiting.set(Some(begin));
    });
    let kept = Callback::new(move |()| {
        codes.set(Vec::new());
        reload.run(());
    });
    view! {
        {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
        <ul class="plain-list">
            {factors
                .items
                .into_iter()
                .map(|factor| view! { <Factor factor=factor removable=!alone waiting=waiting reload=reload failure=failure /> })
                .collect_view()}
        </ul>
        <Show
            when=move || enrolling.get()
            fallback=move || {
                view! {
                    <p class="actions">
                        <button type="button" class="button" on:click=ask>{t(words::ADD)}</button>
                    </p>
                }
            }
        >
            <Enroll enrolling=Enrolling { done: enrolled, over } />
        </Show>
        <h2>{t(words::RECOVERY)}</h2>
        <p>{move || words::recovery_left(&left.get().unwrap_or(listed))}</p>
        <Show
            when=move || !codes.with(Vec::is_empty)
            fallback=move || view! { <NewCodes waiting=waiting codes=codes failure=failure /> }
        >
            <RecoveryCodes codes=codes login_id=login_id done=kept />
        </Show>
    }
}

/// Whether an act waits for the second factor.
fn wants_factor(error: &ClientError) -> bool {
    api::kind(error) == Some(ProblemKind::StepUpRequired)
}

#[component]
fn NewCodes(waiting: Waiting, codes: RwSignal<Vec<String>>, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let session = use_session();
    let slot = StoredValue::new(None::<Callback<()>>);
    let make = Callback::new(move |()| {
        spawn_local(async move {
            match session.call(api::client().make_recovery_codes()).await {
                Ok(step) => codes.set(step.recovery_codes),
                Err(error) if wants_factor(&error) => waiting.set(slot.get_value()),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    slot.set_value(Some(make));
    view! {
        <p class="small">{t(words::RECOVERY_WHAT)}</p>
        <p class="actions">
            <button type="button" class="button" on:click=move |_| make.run(())>{t(words::RECOVERY_NEW)}</button>
        </p>
    }
}

#[component]
fn Factor(
    factor: SecondFactor,
    removable: bool,
    waiting: Waiting,
    reload: Callback<()>,
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let session = use_session();
    let id = factor.id;
    let slot = StoredValue::new(None::<Callback<()>>);
    let remove = Callback::new(move |()| {
        spawn_local(async move {
            match session.call(api::client().remove_second_factor(id)).await {
                Ok(()) => reload.run(()),
                Err(error) if wants_factor(&error) => waiting.set(slot.get_value()),
                Err(error) => failure.set(Some(Failure::from(&error))),
            }
        });
    });
    slot.set_value(Some(remove));
    let (since, used) = (factor.confirmed_at, factor.last_used_at);
    let facts = move || {
        let used = used.map_or_else(|| words::NEVER.get().to_owned(), format::day_and_time);
        words::factor_facts(&format::day_and_time(since), &used)
    };
    view! {
        <li class="card">
            <p><strong>{t(name(factor.method))}</strong> " " {factor.masked_number.unwrap_or_default()} " " {factor.label}</p>
            <p class="small">{facts}</p>
            {removable
                .then(|| {
                    view! {
                        <button type="button" class="button small" on:click=move |_| remove.run(())>{t(words::REMOVE)}</button>
                    }
                })}
        </li>
    }
}
