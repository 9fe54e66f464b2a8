//! Enrolling an authenticator app: the QR code and the key as text, then a code at once, so that it surely works.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::second_factor::{Enrollment, EnrollmentRequest, FactorKind};

use super::Enrolling;
use super::confirm::Confirm;
use crate::api;
use crate::components::{Failure, QrCode, Trouble};
use crate::words::access::enroll as words;
use crate::words::t;

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
        <Confirm id=enrollment.id enrolling=enrolling again=again label=words::CODE />
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
