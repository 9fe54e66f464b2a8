//! What the steps of a sign-in have in common: who is asked, what follows, and the answer with its cookie.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep};
use shared::second_factor::SecondFactorOption;
use uuid::Uuid;

use super::code::{is_telephone, number_of};
use crate::app::AppState;
use crate::auth::ceremony::{self, STEP_UP};
use crate::auth::cookie;
use crate::auth::device::Device;
use crate::auth::session::{Session, new_id};
use crate::config::Network;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::store::ceremony::{Proof, Raised, Rise};
use crate::store::guesses::Whence;
use crate::store::second_factor::Standing;
use crate::store::session::{NewSession, SessionPlace};

/// All that the steps need to know of an account. One that is gone is nobody's.
pub(super) async fn standing(state: &AppState, account_id: Uuid, arrival: Arrival) -> ApiResult<Standing> {
    let found = state.store.standing(account_id, arrival.at).await?;
    found.ok_or_else(|| ProblemKind::SignInRequired.into())
}

/// How an account can show its second factor; the one to offer first comes first.
pub(super) fn options(state: &AppState, standing: &Standing) -> ApiResult<Vec<SecondFactorOption>> {
    let mut telephones = Vec::new();
    for factor in standing.factors.iter().filter(|factor| is_telephone(factor.kind) && state.means().telephones) {
        telephones.extend(ceremony::ways_of(factor, &number_of(state, factor)?));
    }
    telephones.sort_by_key(|option| option.method);
    Ok(ceremony::options(standing, state.means(), telephones))
}

/// Where a session is begun: the address, and the first 200 characters of what the browser calls itself.
pub(super) fn place(request: &HttpRequest, arrival: Arrival) -> SessionPlace {
    const MOST: usize = 200;
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    SessionPlace { address: arrival.address, user_agent: user_agent.chars().take(MOST).collect() }
}

/// A session that begins, and the id for its cookie.
pub(super) fn new_session(
    state: &AppState,
    now: DateTime<Utc>,
    next: NextStep,
    place: SessionPlace,
) -> ApiResult<(String, NewSession)> {
    let (id, hash) = new_id()?;
    let ends_at = now + life(state, next);
    Ok((id, NewSession { hash, next, begins_at: now, ends_at, factor_at: None, place }))
}

fn life(state: &AppState, next: NextStep) -> chrono::TimeDelta {
    if next == NextStep::Done { state.session_times.absolute } else { state.session_times.half }
}

/// Lets a session rise by what was shown for it; none where that isn't good any more. A browser in which the second
/// factor was shown to sign in is known from then on.
pub(super) async fn rise(
    state: &AppState,
    session: &Session,
    (arrival, device): (Arrival, &Device),
    proof: Proof,
    mut step: CeremonyStep,
) -> ApiResult<Option<HttpResponse>> {
    let (id, hash) = new_id()?;
    let now = arrival.at;
    // Who is signed in already stays so for as long as before.
    let ends_at = (session.next != NextStep::Done).then(|| now + life(state, step.next));
    let to = Raised { hash, at: now, next: step.next, ends_at };
    let (caller, from) = (session.caller.clone(), (session.hash, session.next));
    let account_id = caller.account_id;
    let whence =
        Whence { is_known_device: device.knows(account_id), network: Network::around(arrival.address).to_string() };
    if !state.store.rise(Rise { caller, ip: arrival.address, from, proof, whence, to }).await? {
        return Ok(None);
    }
    if step.next == NextStep::Done {
        let ends_at = ends_at.unwrap_or(session.ends_at);
        let idle_ends_at = (now + state.session_times.idle).min(ends_at);
        step.session = Some(Session { hash, ends_at, idle_ends_at, ..session.clone() }.view(now));
    }
    let mut answer = answer(id, step);
    if session.next.awaits_factor() {
        answer.add_cookie(&device.with(account_id, now, &state.seals)).map_err(ApiError::internal)?;
    }
    Ok(Some(answer))
}

/// The answer to a step, with the cookie of the session that it led to.
pub(super) fn answer(id: String, step: CeremonyStep) -> HttpResponse {
    let (name, other) = match step.next {
        NextStep::Done => (cookie::SESSION, cookie::PRE_SESSION),
        _ => (cookie::PRE_SESSION, cookie::SESSION),
    };
    HttpResponse::Ok().cookie(cookie::set(name, id)).cookie(cookie::clear(other)).json(step)
}

/// Tells the log of a hash in the database that is damaged. Whoever typed is answered as for a wrong password, so that
/// nobody else would hear of it.
pub(super) fn tell_of_damage(damage: Option<String>, account_id: Option<Uuid>, arrival: Arrival) {
    if let Some(damage) = damage {
        let account_id = account_id.map(|id| id.to_string());
        tracing::error!(
            request_id = %arrival.request_id,
            account_id,
            damage,
            "the hash of an account's secret is damaged"
        );
    }
}

/// Whether a session may do what is open at one step of a sign-in, and afterwards to whoever showed the second factor
/// within the last ten minutes.
pub(super) fn open_at(session: &Session, step: NextStep, now: DateTime<Utc>) -> ApiResult<()> {
    match session.next {
        NextStep::Done if session.factor_at.is_some_and(|shown| now < shown + STEP_UP) => Ok(()),
        NextStep::Done => Err(ProblemKind::StepUpRequired.into()),
        next if next == step => Ok(()),
        next => Err(ApiError::unfinished(next)),
    }
}
