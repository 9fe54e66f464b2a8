//! Passkeys: asked for, and checked against what was asked.

use chrono::{DateTime, TimeDelta, Utc};
use shared::passkey::{NewPasskey, ShownPasskey};
use shared::second_factor::{Challenge, FactorKind};
use shared::{Rule, Violation};
use uuid::Uuid;

use super::step;
use crate::app::AppState;
use crate::auth::passkey::{Asked, LIFE, Own, Passkeys};
use crate::auth::seal::about_factor;
use crate::auth::session::Session;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::store::ceremony::{ConfirmedPasskey, Proof};
use crate::store::passkey_challenge::NewPasskeyChallenge;
use crate::store::second_factor::{Factor, Standing};

/// Asks a browser for one of the account's passkeys.
pub(super) async fn ask(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    standing: &Standing,
) -> ApiResult<Challenge> {
    let own: Vec<Own> = own(state, &standing.factors)?.into_iter().map(|(_, own)| own).collect();
    if own.is_empty() {
        return Err(Violation::new("/method", Rule::NotAllowed, "expected a way that this account has").into());
    }
    let asked = service(state)?.ask(&own)?;
    let (new, challenge) = prepare(state, session, arrival, Uuid::now_v7(), asked)?;
    state.store.begin_passkey_challenge(new, session.caller.clone(), arrival.address).await?;
    Ok(challenge)
}

/// What asks a browser for a new passkey, to be written down with its enrollment.
pub(super) async fn ask_new(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    enrollment: Uuid,
) -> ApiResult<(NewPasskeyChallenge, Challenge)> {
    // By the slip of a reset those from before are given up, and their authenticators may be used again.
    let standing = step::standing(state, session.caller.account_id, arrival).await?;
    let own: Vec<Own> = own(state, &standing.factors)?.into_iter().map(|(_, own)| own).collect();
    prepare(state, session, arrival, enrollment, service(state)?.ask_new(session, &own)?)
}

/// What is shown, where it answers to a challenge of the session. The challenge is used up by it, right or wrong.
pub(super) async fn proof(
    state: &AppState,
    session: &Session,
    standing: &Standing,
    challenge: Option<Uuid>,
    given: &ShownPasskey,
) -> ApiResult<Option<Proof>> {
    let Some(asked) = take(state, session, challenge).await? else { return Ok(None) };
    let Some(shown) = service(state)?.shown(&asked, given) else { return Ok(None) };
    let own = own(state, &standing.factors)?;
    let found = own.iter().find(|(_, own)| own.is_called(&shown.id));
    Ok(found.map(|(factor, _)| Proof::Passkey { factor_id: factor.id, counter: shown.counter }))
}

/// The new passkey of an enrollment, ready to be kept, and how far it has counted; none where it doesn't answer to what the
/// session was asked.
pub(super) async fn confirmed(
    state: &AppState,
    session: &Session,
    factor: &Factor,
    given: &NewPasskey,
) -> ApiResult<Option<(i64, ConfirmedPasskey)>> {
    let Some(asked) = take(state, session, Some(factor.id)).await? else { return Ok(None) };
    let Some(new) = service(state)?.registered(&asked, given) else { return Ok(None) };
    let sealed = state.seals.seal(&about_factor(factor.account_id, factor.id), &new.kept)?;
    Ok(Some((new.counter.into(), ConfirmedPasskey { credential_id: new.id, sealed })))
}

fn service(state: &AppState) -> ApiResult<&Passkeys> {
    let refused = || Violation::new("/method", Rule::NotAllowed, "expected a method that this service offers");
    state.passkeys.as_ref().ok_or_else(|| refused().into())
}

/// The passkeys among some factors.
fn own<'a>(state: &AppState, factors: &'a [Factor]) -> ApiResult<Vec<(&'a Factor, Own)>> {
    let passkeys = factors.iter().filter(|factor| factor.kind == FactorKind::Passkey);
    let opened = passkeys.map(|factor| {
        let kept = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
        Ok((factor, Own::read(&kept)?))
    });
    opened.collect()
}

fn prepare(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    id: Uuid,
    Asked { options, state: asked }: Asked,
) -> ApiResult<(NewPasskeyChallenge, Challenge)> {
    let expires_at = ends_at(arrival.at, session)?;
    let sealed = state.seals.seal(&about(id), &asked)?;
    let new = NewPasskeyChallenge { id, session_id: session.id, sealed, expires_at };
    let options = Some(options);
    Ok((new, Challenge { challenge_id: id, expires_at, masked_number: None, resend_at: None, options }))
}

/// An answer is taken no longer than the session lasts.
fn ends_at(now: DateTime<Utc>, session: &Session) -> ApiResult<DateTime<Utc>> {
    Ok((now + TimeDelta::from_std(LIFE).map_err(ApiError::internal)?).min(session.ends_at))
}

/// What an answer is checked against.
async fn take(state: &AppState, session: &Session, challenge: Option<Uuid>) -> ApiResult<Option<Vec<u8>>> {
    let Some(id) = challenge else { return Ok(None) };
    let Some(sealed) = state.store.take_passkey_challenge(session.id, id).await? else { return Ok(None) };
    Ok(Some(state.seals.open(&about(id), &sealed)?.to_vec()))
}

fn about(challenge: Uuid) -> Vec<u8> {
    [b"passkey challenge".as_slice(), challenge.as_bytes()].concat()
}
