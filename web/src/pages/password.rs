//! S4: a new password: forced the first time and when it has grown too old, else by choice.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account::{PasswordChangeReason, PasswordChangeRequest, SessionView};
use shared::client::ClientError;
use shared::password::{MAX_LENGTH, MIN_LENGTH, length, signs_of_weakness};
use shared::problem::{Rule, Violation};

use crate::components::{
    Banner, ErrorSummary, Failure, Mistake, PageHeading, PasswordField, Tone, Trouble, mistake_at,
};
use crate::format;
use crate::password_quality::{refusal, safe_password, weakness_text};
use crate::session::{Session, Who, said_reason, use_session};
use crate::words::access::pw;
use crate::words::{Text, app, t};

const CURRENT: &str = "current-password";
const NEW: &str = "new-password";

/// The page.
#[component]
pub fn Password() -> impl IntoView {
    let done = RwSignal::new(false);
    view! {
        <div class="narrow">
            <PageHeading text=pw::HEADING />
            <Show when=move || done.get() fallback=move || view! { <PasswordForm done=done /> }>
                <Banner tone=Tone::Success heading=pw::DONE_HEADING live=true>
                    <p>{t(pw::DONE)}</p>
                </Banner>
                <p><a class="button primary" href="/">{t(app::BACK_HOME)}</a></p>
            </Show>
        </div>
    }
}

#[component]
fn PasswordForm(done: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (current_shown, new_shown) = (RwSignal::new(false), RwSignal::new(false));
    let made = RwSignal::new(false);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let least = move || least_length(session);
    let known = Memo::new(move |_| known_words(session));
    let change = Action::new_local(move |request: &PasswordChangeRequest| {
        let request = request.clone();
        async move {
            let answer = session.change_password(request).await;
            match &answer {
                Ok(_) => done.set(true),
                Err(ClientError::Problem(problem)) => mistakes.set(of_violations(&problem.violations)),
                Err(_) => {}
            }
            answer.map(|_| ()).map_err(|error| Failure::from(&error))
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if change.pending().get_untracked() {
            return;
        }
        let request =
            PasswordChangeRequest { current_password: current.get_untracked(), new_password: new.get_untracked() };
        let found = checked(&request, untrack(least));
        if found.is_empty() {
            change.dispatch_local(request);
        }
        mistakes.set(found);
    };
    let make = move |_| {
        if let Some(password) = safe_password() {
            new.set(password);
            new_shown.set(true);
            made.set(true);
        }
    };
    let at = |field| mistake_at(mistakes, field);
    // A refusal with violations stands at the fields; any other above them.
    let trouble = move || {
        let failure = change.value().get()?.err()?;
        mistakes.with(Vec::is_empty).then(|| view! { <Trouble failure=failure /> })
    };
    view! {
        <p class="lead">{move || lead(session).get()}</p>
        <form class="stack" novalidate on:submit=submit>
            <ErrorSummary mistakes=mistakes />
            {trouble}
            <PasswordField
                id=CURRENT
                label=pw::CURRENT
                value=current
                shown=current_shown
                error=at(CURRENT)
                autocomplete="current-password"
            />
            <PasswordField
                id=NEW
                label=pw::NEW
                value=new
                shown=new_shown
                error=at(NEW)
                hint=Signal::derive(move || pw::rule(&least()))
                autocomplete="new-password"
            />
            <Quality password=new least=Signal::derive(least) known=known />
            <p class="actions">
                <button type="button" class="button small" on:click=make>{t(pw::MAKE)}</button>
            </p>
            <p role="status" class="small">{move || made.get().then(|| pw::MADE.get())}</p>
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || change.pending().get().then_some("true")>
                    {t(pw::SUBMIT)}
                </button>
            </p>
        </form>
    }
}

/// Why the password is changed; where nobody told, that it must be and no more.
fn lead(session: Session) -> Text {
    let Who::MustChangePassword(because) = session.who() else { return pw::CHOICE };
    match because.or_else(said_reason) {
        Some(PasswordChangeReason::First) => pw::FIRST,
        Some(PasswordChangeReason::Expired) => pw::EXPIRED,
        None => pw::MUST,
    }
}

/// The fewest characters that a new password must have.
pub fn least_length(session: Session) -> u32 {
    session.site().map_or(MIN_LENGTH, |site| site.password_policy.min_length)
}

/// What the page knows that others know of whoever is signed in. The service knows more.
fn known_words(session: Session) -> Vec<String> {
    let of_view =
        |view: Arc<SessionView>| vec![view.login_id.clone(), view.display_name.clone(), view.organization.name.clone()];
    session.view().map(of_view).unwrap_or_default()
}

/// How long it is and what speaks against it, while it is typed: it doesn't say that a password will be taken, which the
/// service alone knows. Spoken only when the words change.
#[component]
pub fn Quality(
    /// What is typed.
    password: RwSignal<String>,
    /// Fewest characters.
    #[prop(into)]
    least: Signal<u32>,
    /// Words that others know of its owner.
    #[prop(into)]
    known: Signal<Vec<String>>,
) -> impl IntoView {
    let length = Memo::new(move |_| password.with(|text| length(text)));
    let signs = Memo::new(move |_| {
        let known = known.get();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        password.with(|text| signs_of_weakness(text, &known))
    });
    let words = move || {
        let (n, least) = (length.get(), u64::from(least.get()));
        (n > 0).then(|| {
            if n < least {
                pw::length_short(&format::count(least - n), &format::count(n))
            } else {
                pw::length(&format::count(n))
            }
        })
    };
    let verdict = move || match (signs.with(Vec::is_empty), length.get() >= u64::from(least.get())) {
        (false, _) => Some(pw::SIGNS.get()),
        (true, true) => Some(pw::LONG_ENOUGH.get()),
        (true, false) => None,
    };
    let sign = |sign| view! { <li>{t(weakness_text(sign))}</li> };
    view! {
        <div class="quality" aria-live="polite">
            <p>{words} " " {verdict}</p>
            <ul>{move || signs.get().into_iter().map(sign).collect_view()}</ul>
        </div>
    }
}

/// What the page can refuse by itself.
fn checked(request: &PasswordChangeRequest, least: u32) -> Vec<Mistake> {
    let mistake = |field: &str, words: String| Mistake { field: field.to_owned(), words };
    let no_current = request.current_password.is_empty().then(|| pw::CURRENT_MISSING.get().to_owned());
    let at_new = unfit(&request.new_password, least).map(|words| mistake(NEW, words));
    no_current.map(|words| mistake(CURRENT, words)).into_iter().chain(at_new).collect()
}

/// Why a new password needn't be sent: there is none, or its length is wrong.
pub fn unfit(password: &str, least: u32) -> Option<String> {
    let (length, least) = (length(password), u64::from(least));
    if length == 0 {
        Some(pw::NEW_MISSING.get().to_owned())
    } else if length < least {
        Some(pw::length_short(&format::count(least - length), &format::count(length)))
    } else if length > u64::from(MAX_LENGTH) {
        Some(pw::too_long(&MAX_LENGTH))
    } else {
        None
    }
}

/// The violations of the service at their fields.
fn of_violations(violations: &[Violation]) -> Vec<Mistake> {
    violations
        .iter()
        .map(|violation| {
            let current = violation.pointer == "/current_password" || violation.rule == Rule::PasswordWrong;
            Mistake { field: if current { CURRENT } else { NEW }.to_owned(), words: refusal(violation) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(current: &str, new: &str) -> Vec<String> {
        let request = PasswordChangeRequest { current_password: current.to_owned(), new_password: new.to_owned() };
        checked(&request, MIN_LENGTH).into_iter().map(|mistake| mistake.field).collect()
    }

    #[test]
    fn blank_passwords_and_those_of_a_wrong_length_are_refused_before_sending() {
        assert_eq!(fields("", ""), [CURRENT, NEW]);
        assert_eq!(fields("old", "twelve chars"), [NEW]);
        assert!(fields("old", "十三文字ちょうどの合言葉です").is_empty());
        assert_eq!(fields("old", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞ - six"), [NEW], "half-width marks are no characters of their own");
        assert_eq!(fields("old", &"ab1 ".repeat(65)), [NEW]);
    }

    #[test]
    fn a_violation_of_the_service_stands_at_its_field() {
        let violations = [
            Violation::new("/current_password", Rule::PasswordWrong, ""),
            Violation::new("/new_password", Rule::PasswordTooWeak, ""),
        ];
        let found = of_violations(&violations);
        assert_eq!(found[0].field, CURRENT);
        assert_eq!(found[1].field, NEW);
    }
}
