//! Enrolling a telephone: its number, typed twice and read back, then the code that was sent to it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::problem::{Rule, Violation};
use shared::second_factor::{Enrollment, EnrollmentRequest, FactorKind, TelephoneEntry};
use shared::telephone::{JAPAN, Telephone};

use super::Enrolling;
use super::confirm::Confirm;
use crate::api;
use crate::components::{Banner, ErrorSummary, Failure, Mistake, TextField, Tone, Trouble, focus_on, mistake_at};
use crate::pages::show_factor::{ASKED, Resend, ask_after, language_of};
use crate::words::access::enroll as words;
use crate::words::{Text, signin, t};

const NUMBER: &str = "telephone-number";
const REPEATED: &str = "telephone-repeated";
/// What says where the code went.
const SENT: &str = "telephone-sent";

/// What was typed, and what became of it.
#[derive(Clone, Copy)]
struct Entry {
    kind: FactorKind,
    number: RwSignal<String>,
    repeated: RwSignal<String>,
    mistakes: RwSignal<Vec<Mistake>>,
    trouble: RwSignal<Option<Failure>>,
    working: RwSignal<bool>,
    begun: RwSignal<Option<Enrollment>>,
}

/// The number first, then the code that confirms it.
#[component]
pub fn EnrollTelephone(kind: FactorKind, enrolling: Enrolling) -> impl IntoView {
    let entry = Entry {
        kind,
        number: RwSignal::new(String::new()),
        repeated: RwSignal::new(String::new()),
        mistakes: RwSignal::new(Vec::new()),
        trouble: RwSignal::new(None),
        working: RwSignal::new(false),
        begun: RwSignal::new(None),
    };
    let send = Callback::new(move |()| entry.send(enrolling));
    let change = Callback::new(move |()| {
        entry.begun.set(None);
        request_animation_frame(|| focus_on(NUMBER));
    });
    view! {
        {move || entry.trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
        {move || match entry.begun.get() {
            None => view! { <Numbers entry=entry send=send /> }.into_any(),
            Some(begun) => {
                view! { <Code begun=begun kind=kind enrolling=enrolling send=send change=change /> }.into_any()
            }
        }}
    }
}

impl Entry {
    /// Has a code sent to the number, where it was typed twice the same.
    fn send(self, enrolling: Enrolling) {
        if self.working.get_untracked() {
            return;
        }
        let (number, repeated) = (self.number.get_untracked(), self.repeated.get_untracked());
        let found = mistakes_in(self.kind, &number, &repeated);
        let is_right = found.is_empty();
        self.mistakes.set(found.into_iter().map(mistake).collect());
        self.trouble.set(None);
        if !is_right {
            return;
        }
        self.working.set(true);
        let telephone = Some(TelephoneEntry { number, repeated, language: language_of() });
        let request = EnrollmentRequest { method: self.kind, label: None, telephone };
        spawn_local(async move {
            match api::client().enroll(&request).await {
                Ok(begun) => {
                    self.begun.set(Some(begun));
                    request_animation_frame(|| focus_on(SENT));
                }
                Err(error) if enrolling.ends_with(&error) => {}
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    self.mistakes.set(problem.violations.iter().map(refused).map(mistake).collect());
                }
                Err(error) => self.trouble.set(Some(Failure::from(&error))),
            }
            self.working.set(false);
        });
    }
}

fn mistake((field, words): (&str, Text)) -> Mistake {
    Mistake { field: field.to_owned(), words: words.get().to_owned() }
}

/// What is wrong with the numbers before they are sent. Which countries are open the service knows.
fn mistakes_in(kind: FactorKind, number: &str, repeated: &str) -> Vec<(&'static str, Text)> {
    let read = |typed: &str| Telephone::read(typed, &[JAPAN]);
    if number.trim().is_empty() {
        return vec![(NUMBER, words::NUMBER_MISSING)];
    }
    match read(number) {
        Err(Rule::Malformed) => return vec![(NUMBER, words::NUMBER_BAD)],
        Ok(one) if kind == FactorKind::Sms && !one.takes_text() => return vec![(NUMBER, words::NUMBER_LANDLINE)],
        Ok(one) if read(repeated).as_ref() != Ok(&one) => {}
        Ok(_) | Err(_) => return Vec::new(),
    }
    vec![(REPEATED, words::NUMBER_DIFFERS)]
}

/// What the service refuses, and at which field.
fn refused(violation: &Violation) -> (&'static str, Text) {
    match (violation.pointer.as_str(), violation.rule) {
        ("/telephone/repeated", _) => (REPEATED, words::NUMBER_DIFFERS),
        ("/method", _) => (NUMBER, words::NUMBER_LANDLINE),
        (_, Rule::NotAllowed) => (NUMBER, words::NUMBER_REFUSED),
        _ => (NUMBER, words::NUMBER_BAD),
    }
}

#[component]
fn Numbers(entry: Entry, send: Callback<()>) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let at = |field| mistake_at(entry.mistakes, field);
    // What was understood, in groups: a code to a wrong number would go to a stranger.
    let read = Memo::new(move |_| {
        let read = |typed: RwSignal<String>| Telephone::read(&typed.get(), &[JAPAN]).ok();
        read(entry.number).filter(|number| read(entry.repeated).as_ref() == Some(number)).map(|number| number.grouped())
    });
    view! {
        <Banner tone=Tone::Warning heading=words::RISK />
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=entry.mistakes />
            <TextField
                id=NUMBER
                label=words::NUMBER
                value=entry.number
                error=at(NUMBER)
                hint=words::NUMBER_HINT
                autocomplete="tel"
                inputmode="tel"
            />
            <TextField
                id=REPEATED
                label=words::NUMBER_REPEATED
                value=entry.repeated
                error=at(REPEATED)
                inputmode="tel"
            />
            <p role="status">{move || read.get().map(|number| words::number_read(&number))}</p>
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || entry.working.get().then_some("true")>
                    {t(words::SEND)}
                </button>
            </p>
        </form>
    }
}

#[component]
fn Code(
    begun: Enrollment,
    kind: FactorKind,
    enrolling: Enrolling,
    send: Callback<()>,
    /// Back to the number.
    change: Callback<()>,
) -> impl IntoView {
    let fate = RwSignal::new(None::<Text>);
    let number = begun.challenge.as_ref().and_then(|challenge| challenge.masked_number.clone()).unwrap_or_default();
    let sent = move || match kind {
        FactorKind::Voice => signin::sent_voice(&number),
        _ => signin::sent_sms(&number),
    };
    if let Some(challenge) = &begun.challenge {
        ask_after(challenge.challenge_id, ASKED, fate);
    }
    view! {
        <p id=SENT tabindex="-1">{sent}</p>
        {move || fate.get().map(|words| view! { <Banner tone=Tone::Warning heading=words live=true /> })}
        <Confirm id=begun.id enrolling=enrolling again=change label=words::SENT_CODE />
        {begun.challenge.map(|challenge| view! { <Resend begun=challenge send=send /> })}
        <p class="actions">
            <button type="button" class="link-button" on:click=move |_| change.run(())>{t(words::NUMBER_CHANGE)}</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_checked_before_it_is_sent_and_unknown_countries_are_left_to_the_service() {
        let found = |kind, number, repeated| mistakes_in(kind, number, repeated).first().copied();
        assert_eq!(found(FactorKind::Sms, " ", ""), Some((NUMBER, words::NUMBER_MISSING)));
        assert_eq!(found(FactorKind::Sms, "090-1234", "090-1234"), Some((NUMBER, words::NUMBER_BAD)));
        assert_eq!(found(FactorKind::Sms, "03-1234-5678", "03-1234-5678"), Some((NUMBER, words::NUMBER_LANDLINE)));
        assert_eq!(found(FactorKind::Voice, "03-1234-5678", "03-1234-5678"), None);
        assert_eq!(found(FactorKind::Sms, "090-1234-7709", "090-1234-7708"), Some((REPEATED, words::NUMBER_DIFFERS)));
        assert_eq!(found(FactorKind::Sms, "090-1234-7709", "０９０１２３４７７０９"), None);
        assert_eq!(found(FactorKind::Sms, "+1 202 555 0123", "+1 202 555 0123"), None);
    }
}
