//! S4: a new password: forced the first time and when it has grown too old, else by choice.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account::{PasswordChangeReason, PasswordChangeRequest};
use shared::client::ClientError;
use shared::problem::{Rule, Violation};

use crate::components::{
    Banner, ErrorSummary, Failure, Mistake, PageHeading, PasswordField, Tone, Trouble, mistake_at,
};
use crate::format;
use crate::password_quality::{safe_password, weaknesses};
use crate::session::{Session, Who, said_reason, use_session};
use crate::words::access::pw;
use crate::words::{Text, app, rule_text, t};

const CURRENT: &str = "current-password";
const NEW: &str = "new-password";
/// Where the service doesn't say: its own default.
const MIN_LENGTH: u32 = 13;

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
    let bounds = move || session.site().map(|site| site.password_policy);
    let least = move || bounds().map_or(MIN_LENGTH, |policy| policy.min_length);
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
            <Quality password=new least=Signal::derive(least) />
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

/// How long it is and why it may be weak, while it is typed. Spoken only when the words change.
#[component]
pub fn Quality(password: RwSignal<String>, least: Signal<u32>) -> impl IntoView {
    let session = use_session();
    let login_id = Memo::new(move |_| session.view().map(|view| view.login_id.clone()).unwrap_or_default());
    let length = Memo::new(move |_| password.with(|text| text.chars().count() as u64));
    let reasons = Memo::new(move |_| password.with(|text| login_id.with(|id| weaknesses(text, id))));
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
    let good = move || length.get() >= u64::from(least.get()) && reasons.with(Vec::is_empty);
    view! {
        <div class="quality" aria-live="polite">
            <p>{words} " " {move || good().then(|| pw::LONG_ENOUGH.get())}</p>
            <ul>{move || reasons.get().into_iter().map(|reason| view! { <li>{t(reason)}</li> }).collect_view()}</ul>
        </div>
    }
}

/// What the page can refuse by itself.
fn checked(request: &PasswordChangeRequest, least: u32) -> Vec<Mistake> {
    let mistake = |field: &str, words: &str| Mistake { field: field.to_owned(), words: words.to_owned() };
    let mut found = Vec::new();
    if request.current_password.is_empty() {
        found.push(mistake(CURRENT, pw::CURRENT_MISSING.get()));
    }
    let length = request.new_password.chars().count() as u64;
    if length == 0 {
        found.push(mistake(NEW, pw::NEW_MISSING.get()));
    } else if length < u64::from(least) {
        let short = u64::from(least) - length;
        found.push(mistake(NEW, &pw::length_short(&format::count(short), &format::count(length))));
    }
    found
}

/// The violations of the service at their fields.
fn of_violations(violations: &[Violation]) -> Vec<Mistake> {
    violations
        .iter()
        .map(|violation| {
            let current = violation.pointer == "/current_password" || violation.rule == Rule::PasswordWrong;
            Mistake {
                field: if current { CURRENT } else { NEW }.to_owned(),
                words: rule_text(violation.rule).get().to_owned(),
            }
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
    fn blank_and_short_passwords_are_refused_before_sending() {
        assert_eq!(fields("", ""), [CURRENT, NEW]);
        assert_eq!(fields("old", "twelve chars"), [NEW]);
        assert!(fields("old", "十三文字ちょうどの合言葉です").is_empty());
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
