//! Enrolling an authenticator app: the QR code and the key as text, then a code at once, so that it surely works.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ClientError;
use shared::problem::ProblemKind;
use shared::second_factor::{Enrollment, EnrollmentConfirmation, EnrollmentRequest, FactorKind};

use super::Enrolling;
use crate::api;
use crate::components::{Failure, QrCode, TextField, Trouble};
use crate::words::access::enroll as words;
use crate::words::{rule_text, t};

const CODE: &str = "factor-code";

/// The form: a new key first, then the code that confirms it.
#[component]
pub fn EnrollApp(enrolling: Enrolling) -> impl IntoView {
    let enrollment = RwSignal::new(None::<Enrollment>);
    let trouble = RwSignal::new(None::<Failure>);
    let begin = Callback::new(move |()| {
        trouble.set(None);
        spawn_local(async move {
            let request = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
            match api::client().enroll(&request).await {
                Ok(begun) => enrollment.set(Some(begun)),
                Err(error) if enrolling.ends_with(&error) => {}
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
        });
    });
    begin.run(());
    view! {
        {move || trouble.get().map(|failure| view! { <Trouble failure=failure again=begin /> })}
        {move || {
            enrollment
                .get()
                .map(|begun| view! { <ConfirmApp enrollment=begun enrolling=enrolling again=begin /> })
        }}
    }
}

#[component]
fn ConfirmApp(
    enrollment: Enrollment,
    enrolling: Enrolling,
    /// Begins with a new key.
    again: Callback<()>,
) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let mistake = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let id = enrollment.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let typed = code.get_untracked();
        if typed.trim().is_empty() {
            mistake.set(Some(words::CODE_MISSING.get().to_owned()));
            return;
        }
        working.set(true);
        spawn_local(async move {
            match api::client().confirm_enrollment(id, &EnrollmentConfirmation { code: typed }).await {
                Ok(step) => enrolling.done.run(step),
                Err(error) if enrolling.ends_with(&error) => {}
                // Five wrong codes end an enrollment: the next one has a new key.
                Err(error) if api::kind(&error) == Some(ProblemKind::NotFound) => again.run(()),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    let words = problem.violations.first().map(|violation| rule_text(violation.rule).get().to_owned());
                    mistake.set(words);
                    code.set(String::new());
                }
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let error = Signal::derive(move || mistake.get());
    let key = in_groups(&enrollment.secret.unwrap_or_default());
    view! {
        <ol class="stack">
            <li>{t(words::APP_OPEN)}</li>
            <li>
                <p>{t(words::APP_READ)}</p>
                {enrollment.otpauth_uri.map(|uri| view! { <QrCode text=uri label=words::APP_QR /> })}
                <p>{t(words::APP_KEY)} ": " <span class="mono factor-key">{key}</span></p>
            </li>
            <li>{t(words::APP_TYPE)}</li>
        </ol>
        <form class="stack" novalidate on:submit=submit>
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            <TextField
                id=CODE
                label=words::CODE
                value=code
                error=error
                autocomplete="one-time-code"
                inputmode="numeric"
            />
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(words::CONFIRM)}
                </button>
            </p>
        </form>
    }
}

/// A key in groups of four, as people copy it.
fn in_groups(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + key.len() / 4);
    for (place, c) in key.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_in_groups_of_four() {
        assert_eq!(in_groups("JBSWY3DPEH"), "JBSW Y3DP EH");
        assert_eq!(in_groups(""), "");
    }
}
