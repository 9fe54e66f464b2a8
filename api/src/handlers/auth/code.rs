//! Codes to telephones: sent within their budgets, compared, and the owners told of changes.

use std::sync::Arc;

use actix_web::web;
use aws_lc_rs::rand;
use shared::second_factor::{Challenge, CodeLanguage, FactorKind};
use shared::telephone::Telephone;
use shared::{ProblemKind, Rule, Violation};
use uuid::Uuid;

use super::second_factor::digits;
use crate::app::AppState;
use crate::auth::ceremony::TRIES;
use crate::auth::seal::about_factor;
use crate::auth::session::Session;
use crate::envelope::Arrival;
use crate::error::{ApiError, ApiResult};
use crate::gateway::message::{self, CODE_LIFE, NumberChange};
use crate::gateway::{Channel, Gateway};
use crate::store::code_challenge::{Budget, NewChallenge, Open, RESEND, WhichChallenge};
use crate::store::second_factor::Factor;

/// A code to be sent.
pub(super) struct Sending {
    /// The factor whose number it goes to.
    pub factor_id: Uuid,
    /// The number.
    pub to: Telephone,
    /// As text, or read out.
    pub kind: FactorKind,
    /// The language of the message.
    pub language: CodeLanguage,
}

/// Whether codes go to a factor.
pub(super) const fn is_telephone(kind: FactorKind) -> bool {
    matches!(kind, FactorKind::Sms | FactorKind::Voice)
}

/// The number of a factor.
pub(super) fn number_of(state: &AppState, factor: &Factor) -> ApiResult<Telephone> {
    let opened = state.seals.open(&about_factor(factor.account_id, factor.id), &factor.sealed)?;
    let number = std::str::from_utf8(&opened).ok().and_then(Telephone::of_e164);
    number.ok_or_else(|| ApiError::internal("a sealed telephone number can't be read"))
}

/// The numbers of all telephones among some factors.
pub(super) fn numbers_of(state: &AppState, factors: &[Factor]) -> ApiResult<Vec<Telephone>> {
    factors.iter().filter(|factor| is_telephone(factor.kind)).map(|factor| number_of(state, factor)).collect()
}

/// Sends a code to a number, within the budgets.
pub(super) async fn send(
    state: &AppState,
    session: &Session,
    arrival: Arrival,
    Sending { factor_id, to, kind, language }: Sending,
) -> ApiResult<Challenge> {
    if kind == FactorKind::Sms && !to.takes_text() {
        return Err(Violation::new("/method", Rule::NotAllowed, "expected voice: this number takes no text").into());
    }
    let gateway = open_gateway(state)?;
    let (id, code) = (Uuid::now_v7(), new_code()?);
    let expires_at = arrival.at + CODE_LIFE;
    let new = NewChallenge {
        id,
        session_id: session.id,
        factor_id,
        kind,
        number_hash: state.seals.sign(&[b"telephone".as_slice(), to.e164().as_bytes()].concat()),
        code_hash: state.seals.sign(&about_code(id, &code)),
        at: arrival.at,
        expires_at,
        per_day: state.config.code_rules.per_day,
        by: session.caller.clone(),
        ip: arrival.address,
    };
    within_budget(state, arrival, state.store.begin_challenge(new).await?)?;
    let channel = if kind == FactorKind::Sms { Channel::Sms } else { Channel::Voice };
    let masked = to.masked();
    let message = message::of_code(&state.config.site, language, id, channel, to, &code);
    gateway.send(&message).await.map_err(|error| ApiError::new(ProblemKind::CodesUnavailable).because(error))?;
    Ok(Challenge {
        challenge_id: id,
        expires_at,
        masked_number: Some(masked),
        resend_at: Some(arrival.at + RESEND),
        options: None,
    })
}

/// The challenge for which a code is right; the try is counted first.
pub(super) async fn check(
    state: &AppState,
    session: &Session,
    which: WhichChallenge,
    typed: &str,
) -> ApiResult<Option<Open>> {
    let found = state.store.try_challenge(session.id, which, TRIES).await?;
    Ok(found.filter(|one| state.seals.is_signed(&about_code(one.id, &digits(typed)), &one.code_hash)))
}

/// Tells numbers of a change. It is no part of the request: what can't be told is logged.
pub(super) fn tell(state: &web::Data<AppState>, numbers: Vec<Telephone>, change: NumberChange) {
    let state = Arc::clone(state);
    if numbers.is_empty() {
        return;
    }
    actix_web::rt::spawn(async move {
        let Some(gateway) = &state.gateway else { return };
        for number in numbers {
            if let Err(error) = gateway.send(&message::of_change(&state.config.site, change, number)).await {
                tracing::error!(%error, "the owner of a telephone number could not be told that it was changed");
            }
        }
    });
}

fn open_gateway(state: &AppState) -> ApiResult<&Gateway> {
    let open = state.gateway.as_ref().filter(|gateway| gateway.is_open());
    open.ok_or_else(|| ApiError::new(ProblemKind::CodesUnavailable).retry_after(60))
}

fn within_budget(state: &AppState, arrival: Arrival, budget: Budget) -> ApiResult<()> {
    let per_day = u64::from(state.config.code_rules.per_day);
    let (until, whose) = match budget {
        Budget::Free(sent) => {
            if sent == per_day - per_day / 5 {
                tracing::warn!(sent, per_day, "the day's codes run out");
            }
            return Ok(());
        }
        Budget::Until(until) => (until, "own"),
        Budget::Exhausted(until) => {
            tracing::warn!(per_day, "the day's codes have run out; nobody is sent any");
            (until, "all")
        }
    };
    metrics::counter!("codes_refused_total", "budget" => whose).increment(1);
    let seconds = u32::try_from((until - arrival.at).num_seconds() + 1).unwrap_or(1);
    Err(ApiError::new(ProblemKind::TooManyRequests).retry_after(seconds))
}

fn about_code(challenge: Uuid, code: &str) -> Vec<u8> {
    [b"code challenge".as_slice(), challenge.as_bytes(), code.as_bytes()].concat()
}

/// Six digits, each code as likely as any other.
fn new_code() -> ApiResult<String> {
    const CODES: u32 = 1_000_000;
    loop {
        let mut bits = [0_u8; 4];
        rand::fill(&mut bits).map_err(|_| ApiError::internal("no randomness"))?;
        let number = u32::from_le_bytes(bits);
        if number < u32::MAX / CODES * CODES {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}
