//! A try at a password: whose it counts to, and whether it may be compared with anything.

use uuid::Uuid;

use crate::app::AppState;
use crate::auth::device::Device;
use crate::auth::seal::Seals;
use crate::error::ApiResult;
use crate::guesses::Guesser;
use crate::store::ceremony::Shown;
use crate::store::guesses::Guess;

/// Who tries. Strangers have a rate for all of them together too, so that they leave some of the service's hashing to
/// those who are known.
///
/// # Errors
///
/// `busy` when strangers are over that rate.
pub(super) fn guesser(state: &AppState, device: &Device, about: Uuid, is_known_network: bool) -> ApiResult<Guesser> {
    Ok(match (device.knows(about), is_known_network) {
        (true, _) => Guesser::Device,
        (false, true) => Guesser::Network,
        (false, false) => {
            if let Some(limits) = &state.limits {
                limits.check_stranger()?;
            }
            Guesser::Stranger
        }
    })
}

/// Whether what was typed may be compared with what the account has. It is written down before it is known.
///
/// # Errors
///
/// `busy` when the database doesn't take writes at the moment.
pub(super) async fn is_within_budget(state: &AppState, guess: Guess, shown: Shown) -> ApiResult<bool> {
    let is_within = state.store.take_guess(guess).await?;
    // The code of a slip has 80 bits: nobody guesses it, and nobody may keep its owner from using it.
    if is_within || matches!(shown, Shown::Slip(_)) || state.limits.is_none() {
        return Ok(true);
    }
    metrics::counter!("sign_in_tries_refused_total", "by" => guess.guesser.name()).increment(1);
    Ok(false)
}

/// What tries at a login ID that doesn't exist count to: one of a fixed number, so that they take as long as others and
/// nobody can fill the database with them.
pub(super) fn stand_in(seals: &Seals, login_id: &str) -> Uuid {
    const HOW_MANY: u128 = 4_096;
    let signature = seals.sign(&[b"nippo: no such login ID\0", login_id.as_bytes()].concat());
    let number = signature.iter().take(4).fold(0, |number, byte| number << 8 | u128::from(*byte));
    Uuid::from_u128(number % HOW_MANY)
}
