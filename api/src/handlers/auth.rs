//! Signing in and out, and one's own password.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use shared::account::{CeremonyStep, NextStep, PasswordChangeRequest, SessionView, SignInRequest};
use shared::{ProblemKind, Rule, Violation, reporting_day};
use unicode_normalization::UnicodeNormalization as _;

use super::refusals::Unacceptable;
use crate::app::AppState;
use crate::auth::session::{Session, hash_of, new_id};
use crate::auth::{CurrentCaller, HalfSignedIn, cookie, password};
use crate::demo::examples;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::json_body::JsonBody;
use crate::login_id::canonical;
use crate::openapi::Refusals;
use crate::store::account::{Account, PasswordChange, SignIn};
use crate::store::session::NewSession;
use crate::store::visible_to;

/// After so many wrong current passwords the session ends.
const TRIES: i32 = 5;

/// Sign in
///
/// Takes the login ID and the password and sets the session cookie. Where the password was given by somebody else, the
/// answer asks for `change_password`, and nothing but that is open until it is done. Every failure has the same answer.
#[utoipa::path(
    operation_id = "sign_in",
    tag = "auth",
    request_body(content = SignInRequest, example = json!(examples::sign_in())),
    responses((status = 200, description = "What comes next.", body = CeremonyStep), Refusals, Unacceptable),
    security(())
)]
#[post("/auth/sign-in")]
pub async fn sign_in(
    request: HttpRequest,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<SignInRequest>,
) -> ApiResult<HttpResponse> {
    let SignInRequest { login_id, password } = body.value;
    let found = state.store.account_by_login_id(&canonical(&login_id)).await?;
    let phc = found.as_ref().and_then(|account| account.password_phc.clone());
    let checked = state.passwords.check(&password, phc).await?;
    let account_id = found.as_ref().map(|account| account.caller.account_id);
    let Some(account) = found.filter(|account| checked.is_right && account.is_enabled) else {
        state.failures.note(account_id, arrival.address, arrival.at);
        return Err(ProblemKind::SignInFailed.into());
    };
    let is_full = !account.must_change_password;
    let (id, session) = new_session(&state, arrival.at, is_full)?;
    let replaces = request.cookie(cookie::SESSION).and_then(|cookie| hash_of(cookie.value()));
    let sign_in = SignIn {
        caller: account.caller.clone(),
        ip: arrival.address,
        session: session.clone(),
        replaces,
        rehashed: checked.rehashed,
    };
    state.store.sign_in(sign_in).await?;
    Ok(answer(&state, &account, id, &session, arrival.at))
}

/// Change one's own password
///
/// Needs the current password. Ends every other session of the account and begins a new one. Five wrong current
/// passwords end the session.
#[utoipa::path(
    operation_id = "change_password",
    tag = "auth",
    request_body(content = PasswordChangeRequest, example = json!(examples::password_change())),
    responses((status = 200, description = "Changed; the session is a new one.", body = CeremonyStep), Refusals, Unacceptable),
    security(("session" = []))
)]
#[post("/auth/password")]
pub async fn change_password(
    holder: HalfSignedIn,
    state: web::Data<AppState>,
    arrival: Arrival,
    body: JsonBody<PasswordChangeRequest>,
) -> ApiResult<HttpResponse> {
    let PasswordChangeRequest { current_password, new_password } = body.value;
    let old = &holder.0;
    let mut account =
        state.store.account(old.caller.account_id).await?.ok_or_else(|| ApiError::new(ProblemKind::SignInRequired))?;
    let old_phc = account.password_phc.clone();
    let checked = state.passwords.check(&current_password, old_phc.clone()).await?;
    let Some(old_phc) = old_phc.filter(|_| checked.is_right) else {
        state.failures.note(Some(account.caller.account_id), arrival.address, arrival.at);
        state.store.count_wrong_password(old.hash, TRIES).await?;
        return Err(at("/current_password", Rule::PasswordWrong, "expected the present password"));
    };
    let words = words_of(&state, &account, arrival.at).await?;
    check_new_password(&words, &current_password, &new_password, arrival.at)?;
    let (id, session) = new_session(&state, arrival.at, true)?;
    let change = PasswordChange {
        caller: account.caller.clone(),
        ip: arrival.address,
        old_phc,
        new_phc: state.passwords.hash(&new_password).await?,
        session: session.clone(),
    };
    if !state.store.change_password(change).await? {
        return Err(at("/current_password", Rule::PasswordWrong, "expected the present password"));
    }
    account.must_change_password = false;
    Ok(answer(&state, &account, id, &session, arrival.at))
}

/// Sign out
///
/// Ends the session; its cookie is worthless from then on.
#[utoipa::path(
    operation_id = "sign_out",
    tag = "auth",
    responses((status = 204, description = "Signed out."), Refusals),
    security(("session" = []))
)]
#[post("/auth/sign-out")]
pub async fn sign_out(holder: HalfSignedIn, state: web::Data<AppState>, arrival: Arrival) -> ApiResult<HttpResponse> {
    state.store.sign_out(&holder.0.caller, arrival.address, holder.0.hash).await?;
    Ok(HttpResponse::NoContent()
        .insert_header(("Clear-Site-Data", "\"cache\", \"storage\""))
        .cookie(cookie::clear(cookie::SESSION))
        .cookie(cookie::clear(cookie::PRE_SESSION))
        .finish())
}

/// Who is signed in
///
/// The account, its organization, and when the session ends. Extends the session like any other request.
#[utoipa::path(
    operation_id = "get_session",
    tag = "auth",
    responses((status = 200, description = "Who is signed in.", body = SessionView), Refusals),
    security(("session" = []))
)]
#[get("/auth/session")]
pub async fn get_session(caller: CurrentCaller, arrival: Arrival) -> web::Json<SessionView> {
    web::Json(caller.0.view(arrival.at))
}

fn new_session(state: &AppState, now: DateTime<Utc>, is_full: bool) -> ApiResult<(String, NewSession)> {
    let (id, hash) = new_id()?;
    let life = if is_full { state.session_times.absolute } else { state.session_times.half };
    Ok((id, NewSession { hash, is_full, begins_at: now, ends_at: now + life }))
}

/// The answer to a step of the ceremony, with the cookie of the session that it led to.
fn answer(state: &AppState, account: &Account, id: String, session: &NewSession, now: DateTime<Utc>) -> HttpResponse {
    let (name, other) =
        if session.is_full { (cookie::SESSION, cookie::PRE_SESSION) } else { (cookie::PRE_SESSION, cookie::SESSION) };
    let step = if session.is_full {
        CeremonyStep { next: NextStep::Done, session: Some(view(account, session, state.session_times.idle, now)) }
    } else {
        CeremonyStep { next: NextStep::ChangePassword, session: None }
    };
    HttpResponse::Ok().cookie(cookie::set(name, id)).cookie(cookie::clear(other)).json(step)
}

fn view(account: &Account, session: &NewSession, idle: TimeDelta, now: DateTime<Utc>) -> SessionView {
    Session {
        hash: session.hash,
        is_full: session.is_full,
        caller: account.caller.clone(),
        login_id: account.login_id.clone(),
        display_name: account.display_name.clone(),
        organization_name: account.organization_name.clone(),
        idle_ends_at: (now + idle).min(session.ends_at),
        ends_at: session.ends_at,
    }
    .view(now)
}

/// Words that everybody knows who knows the owner: whose account it is, and whose institution, center and prefecture.
async fn words_of(state: &AppState, account: &Account, now: DateTime<Utc>) -> ApiResult<Vec<String>> {
    let reading = state.store.reading().await?;
    let sight = visible_to(&account.caller, reporting_day(now));
    let found = reading.organization(sight, account.caller.organization_id).await?;
    reading.finish().await?;
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
    Ok(password::check_policy(new, &words, now.year(), POINTER)?)
}

fn at(pointer: &str, rule: Rule, message: &str) -> ApiError {
    Violation::new(pointer, rule, message).into()
}

/// Writes the events of failed sign-ins whose minute is over, or of all at the end.
///
/// # Errors
///
/// When the database doesn't take writes at the moment.
pub async fn record_failures(state: &AppState, now: Option<DateTime<Utc>>) -> ApiResult<()> {
    for failed in state.failures.take_due(now) {
        state.store.record_failed_sign_ins(failed).await?;
    }
    Ok(())
}
