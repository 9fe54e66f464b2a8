//! Enrolling a second factor: in the second step of a new account, and later by choice. The service says which kinds it
//! offers, of which a browser may not know passkeys; each has a form of its own here.

mod app;
mod confirm;
mod passkey;
mod telephone;

use leptos::prelude::*;
use shared::account::CeremonyStep;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::second_factor::FactorKind;

use crate::api;
use crate::components::{Loading, focus_on};
use crate::passkeys;
use crate::session::use_session;
use crate::words::access::enroll as words;
use crate::words::{Text, t};
use app::EnrollApp;
use passkey::EnrollPasskey;
use telephone::EnrollTelephone;

/// What becomes of an enrollment, as the forms of all kinds need it.
#[derive(Clone, Copy)]
pub struct Enrolling {
    /// Goes on: the factor counts.
    pub done: Callback<CeremonyStep>,
    /// The attempt is over, or what is sensitive isn't open any more.
    pub over: Callback<()>,
}

impl Enrolling {
    /// Whether an attempt has ended: its time is over, or too many codes were wrong. It is told to whoever asked then.
    fn ends_with(self, error: &ClientError) -> bool {
        let ended = matches!(
            api::kind(error),
            Some(ProblemKind::SignInRequired | ProblemKind::SignInUnfinished | ProblemKind::StepUpRequired)
        );
        if ended {
            self.over.run(());
        }
        ended
    }
}

/// The heading of the chosen kind's form.
const FORM: &str = "factor-form";
/// The list of kinds.
const KINDS: &str = "factor-kinds";

/// The kinds to choose from, each as a card that says what it needs; then the form of the one that was chosen. Where there
/// is one kind only, nothing is to be chosen.
#[component]
pub fn Enroll(enrolling: Enrolling) -> impl IntoView {
    let session = use_session();
    let kinds = Memo::new(move |_| {
        let mut kinds = session.site().map(|site| site.second_factors).unwrap_or_default();
        kinds.retain(|kind| *kind != FactorKind::Passkey || passkeys::are_possible());
        kinds
    });
    let chosen = RwSignal::new(None::<FactorKind>);
    move || {
        let kinds = kinds.get();
        match (kinds.as_slice(), chosen.get()) {
            ([], _) => view! { <Loading lines=3 /> },
            ([only], _) => form(*only, enrolling),
            (_, None) => view! { <Kinds kinds=kinds chosen=chosen /> },
            (_, Some(kind)) => view! { <Chosen kind=kind chosen=chosen enrolling=enrolling /> },
        }
    }
}

/// The form of a kind.
fn form(kind: FactorKind, enrolling: Enrolling) -> AnyView {
    match kind {
        FactorKind::Passkey => view! { <EnrollPasskey enrolling=enrolling /> }.into_any(),
        FactorKind::Totp => view! { <EnrollApp enrolling=enrolling /> }.into_any(),
        FactorKind::Sms | FactorKind::Voice => view! { <EnrollTelephone kind=kind enrolling=enrolling /> }.into_any(),
    }
}

/// Moves the focus to the kinds to choose from, once they are shown.
pub fn focus_on_kinds() {
    focus_soon(KINDS);
}

/// Moves the focus to what the next frame shows in the place of what had it.
fn focus_soon(id: &'static str) {
    request_animation_frame(move || focus_on(id));
}

/// The cards.
#[component]
fn Kinds(kinds: Vec<FactorKind>, chosen: RwSignal<Option<FactorKind>>) -> impl IntoView {
    let card = move |(place, kind): (usize, FactorKind)| {
        let choose = move |_| {
            chosen.set(Some(kind));
            focus_soon(FORM);
        };
        view! {
            <li class="card">
                <h3>{t(name(kind))} {(place == 0).then(|| view! { " " <span class="tag">{t(words::RECOMMENDED)}</span> })}</h3>
                <p>{t(needs(kind))}</p>
                <button type="button" class="button" on:click=choose>{move || words::choose(&name(kind).get())}</button>
            </li>
        }
    };
    view! {
        <p>{t(words::WHICH)}</p>
        <ul class="plain-list" id=KINDS tabindex="-1">{kinds.into_iter().enumerate().map(card).collect_view()}</ul>
    }
}

/// The form of the kind that was chosen among several, and the way back.
#[component]
fn Chosen(kind: FactorKind, chosen: RwSignal<Option<FactorKind>>, enrolling: Enrolling) -> impl IntoView {
    let back = move |_| {
        chosen.set(None);
        focus_on_kinds();
    };
    view! {
        <h3 id=FORM tabindex="-1">{t(name(kind))}</h3>
        {form(kind, enrolling)}
        <p class="actions">
            <button type="button" class="link-button" on:click=back>{t(words::OTHER)}</button>
        </p>
    }
}

/// What a kind is called.
pub const fn name(kind: FactorKind) -> Text {
    match kind {
        FactorKind::Passkey => words::PASSKEY,
        FactorKind::Totp => words::TOTP,
        FactorKind::Sms => words::SMS,
        FactorKind::Voice => words::VOICE,
    }
}

/// What a kind needs, and how long it takes.
const fn needs(kind: FactorKind) -> Text {
    match kind {
        FactorKind::Passkey => words::PASSKEY_NEEDS,
        FactorKind::Totp => words::TOTP_NEEDS,
        FactorKind::Sms => words::SMS_NEEDS,
        FactorKind::Voice => words::VOICE_NEEDS,
    }
}
