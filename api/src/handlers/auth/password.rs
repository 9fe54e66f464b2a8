//! One's own password.

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, Datelike as _, Utc};
use shared::account::{CeremonyStep, NextStep, PasswordChangeRequest};
use shared::{ProblemKind, Rule, Violation, reporting_day};
use unicode_normalization::UnicodeNormalization as _;

use super::super::refusals::Unacceptable;
use super::step;
use crate::app::AppState;
use crate::auth::ceremony::{self, Credential, TRIES};
use crate::auth::session::Session;
use crate::auth::{HalfSignedIn, password_policy};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::openapi::Refusals;
use crate::store::account::Account;
use crate::store::ceremony::PasswordChange;
use crate::store::visible_to;

/// Change one's own password
///
/// Needs the current password, or, of a new account, the code of its slip, which is used up by it. Ends every other
/// session of the account and begins a new one. Open at the step `change_password`, and to whoever is signed in. Five
/// wrong current passwords end the session. A new password that is easy to guess is refused as `password_too_weak`; `reasons` of
/// the violation say why.
#[utoipa::path(
    operation_id = "change_password",
    tag = "auth",
    request_body(content = PasswordChangeRequest, example = json!(examples::password_change())),
    responses((status = 200, description = "Changed; the session is a new one.", body = CeremonyStep), Refusals, Unacceptable),
    security(("session" = []))
)]
#[post("/auth/password")]
pub async fn change_password(
    request: HttpRequest,
    holder: HalfSignedIn,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<PasswordChangeRequest>,
) -> ApiResult<HttpResponse> {
    let session = &holder.0;
    if !matches!(session.next, NextStep::ChangePassword | NextStep::Done) {
        return Err(ApiError::unfinished(session.next));
    }
    let PasswordChangeRequest { current_password, new_password } = body.value;
    let standing = step::standing(&state, session.caller.account_id, arrival).await?;
    // Before the present one is looked at: what is wrong with the new one takes no try, and tells nothing of the other.
    let words = words_of(&state, &standing.account, arrival.at).await?;
    check_new_password(&words, &current_password, &new_password, arrival.at)?;
    // Who finds no place in the queue has used no try up.
    let place = state.passwords.line_up()?;
    if !state.store.take_try(session.hash, TRIES).await? {
        return Err(ProblemKind::SignInRequired.into());
    }
    let Credential { shown, text, phc } = ceremony::credential(Some(&standing), current_password);
    let checked = place.check(&text, phc).await?;
    step::tell_of_damage(checked.damage, Some(session.caller.account_id), arrival);
    if !checked.is_right {
        return Err(wrong(&state, session, arrival).await?);
    }
    let next = if session.next == NextStep::Done { NextStep::Done } else { ceremony::after_own_password(&standing) };
    let (id, mut begun) = step::new_session(&state, arrival.at, next, step::place(&request, arrival))?;
    begun.factor_at = session.factor_at;
    let change = PasswordChange {
        caller: session.caller.clone(),
        ip: arrival.address,
        from: (session.hash, session.next),
        old: shown,
        new_phc: state.passwords.hash(&new_password).await?,
        session: begun.clone(),
    };
    if !state.store.change_password(change).await? {
        return Err(wrong(&state, session, arrival).await?);
    }
    let mut answer = CeremonyStep::new(next);
    if next == NextStep::Done {
        let idle_ends_at = (arrival.at + state.session_times.idle).min(begun.ends_at);
        let view = Session { hash: begun.hash, ends_at: begun.ends_at, idle_ends_at, ..Session::clone(session) };
        answer.session = Some(view.view(arrival.at));
    }
    Ok(step::answer(id, answer))
}

/// Notes a wrong password, and says that it is wrong. The last ends the session.
async fn wrong(state: &AppState, session: &Session, arrival: Arrival) -> ApiResult<ApiError> {
    state.failures.note(Some(session.caller.account_id), arrival.address, arrival.at);
    state.store.end_spent_session(session.hash, TRIES).await?;
    Ok(at("/current_password", Rule::PasswordWrong, "expected the present password"))
}

/// Words that everybody knows who knows the owner: whose account it is, and whose institution, center and prefecture.
async fn words_of(state: &AppState, account: &Account, now: DateTime<Utc>) -> ApiResult<Vec<String>> {
    let reading = state.store.reading().await?;
    let sight = visible_to(&account.caller, reporting_day(now));
    let found = reading.organization(sight, account.caller.organization_id).await?;
    reading.finish();
    let above = found.into_iter().flat_map(|found| found.above).flat_map(|above| [above.name, above.kana]);
    let own = [&account.login_id, &account.display_name, &account.organization_name, &account.organization_kana];
    Ok(own.into_iter().cloned().chain(above).collect())
}

fn check_new_password(words: &[String], current: &str, new: &str, now: DateTime<Utc>) -> ApiResult<()> {
    const POINTER: &str = "/new_password";
    if new.nfkc().eq(current.nfkc()) {
        return Err(at(POINTER, Rule::PasswordUnchanged, "expected another password than the present one"));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Ok(password_policy::check(new, &words, now.year(), POINTER)?)
}

fn at(pointer: &str, rule: Rule, message: &str) -> ApiError {
    Violation::new(pointer, rule, message).into()
}
