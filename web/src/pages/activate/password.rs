//! The third step: a password of one's own.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::account::PasswordChangeRequest;
use shared::client::ClientError;
use shared::problem::{ProblemKind, Rule};

use super::Progress;
use crate::api;
use crate::components::{ErrorSummary, Failure, Mistake, PasswordField, TextField, Trouble, mistake_at};
use crate::pages::password::{Quality, least_length, unfit};
use crate::password_quality::{refusal, safe_password};
use crate::session::use_session;
use crate::words::access::activate as words;
use crate::words::access::pw;
use crate::words::t;

const CODE: &str = "code";
const NEW: &str = "new-password";

/// The form. The code is asked for again only of those who left midway.
#[component]
pub fn PasswordStep(progress: Progress) -> impl IntoView {
    let session = use_session();
    let code = progress.code;
    let asks_code = code.with_untracked(String::is_empty);
    let new = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let trouble = RwSignal::new(None::<Failure>);
    let working = RwSignal::new(false);
    let least = move || least_length(session);
    let known = Memo::new(move |_| vec![progress.id.get()]);
    let make = move |_| {
        if let Some(password) = safe_password() {
            new.set(password);
            shown.set(true);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if working.get_untracked() {
            return;
        }
        let request =
            PasswordChangeRequest { current_password: code.get_untracked(), new_password: new.get_untracked() };
        if let Some(words) = unfit(&request.new_password, untrack(least)) {
            mistakes.set(vec![Mistake { field: NEW.to_owned(), words }]);
            return;
        }
        working.set(true);
        spawn_local(async move {
            match api::client().change_password(&request).await {
                Ok(step) => {
                    code.set(String::new());
                    progress.follow(&step);
                }
                Err(error) if api::kind(&error) == Some(ProblemKind::SignInRequired) => progress.restart(),
                Err(ClientError::Problem(problem)) if !problem.violations.is_empty() => {
                    let at_field = |rule: Rule| if rule == Rule::PasswordWrong && asks_code { CODE } else { NEW };
                    let found = problem.violations.iter().map(|violation| Mistake {
                        field: at_field(violation.rule).to_owned(),
                        words: refusal(violation),
                    });
                    mistakes.set(found.collect());
                }
                Err(error) => trouble.set(Some(Failure::from(&error))),
            }
            working.set(false);
        });
    };
    let at = |field| mistake_at(mistakes, field);
    view! {
        <form class="stack" novalidate on:submit=submit>
            <h2>{t(words::STEP_PASSWORD)}</h2>
            <p>{t(words::PASSWORD_WHAT)}</p>
            <ErrorSummary mistakes=mistakes />
            {move || trouble.get().map(|failure| view! { <Trouble failure=failure /> })}
            {asks_code.then(|| view! { <TextField id=CODE label=words::CODE value=code error=at(CODE) /> })}
            <PasswordField
                id=NEW
                label=pw::NEW
                value=new
                shown=shown
                error=at(NEW)
                hint=Signal::derive(move || pw::rule(&least()))
                autocomplete="new-password"
            />
            <Quality password=new least=Signal::derive(least) known=known />
            <p class="actions">
                <button type="button" class="button small" on:click=make>{t(pw::MAKE)}</button>
            </p>
            <p class="actions">
                <button type="submit" class="button primary" aria-disabled=move || working.get().then_some("true")>
                    {t(words::NEXT)}
                </button>
            </p>
        </form>
    }
}
