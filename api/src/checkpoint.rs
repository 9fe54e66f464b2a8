//! Signed heads of the audit chain: once an hour, and so at 24:00 in Japan, each process verifies what was recorded since
//! the last time, and signs the head. Who changes the database would need the key as well.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use jsonwebtoken::{Algorithm, Validation, decode_header};
use serde::{Deserialize, Serialize};
use shared::audit::ChainState;

use crate::app::AppState;
use crate::auth::token::signing::SigningKeys;
use crate::store::audit::{Verification, Witnesses, verify_since};

const TYPE: &str = "nippo-audit-head+jwt";
const PREFIX: &str = "checkpoints-";

/// A head, as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Who signs.
    pub iss: String,
    /// When, in seconds since 1970.
    pub iat: i64,
    /// The number of the last event.
    pub seq: i64,
    /// Its hash in hex.
    pub hash: String,
}

/// What the process knows of the chain: how far it has verified it, and for which hour it has signed.
#[derive(Debug, Default)]
pub struct Checkpoints(Mutex<Known>);

#[derive(Debug, Default, Clone)]
struct Known {
    hour: Option<i64>,
    state: Option<ChainState>,
}

impl Checkpoints {
    /// How the chain was found when it was last verified.
    #[must_use]
    pub fn state(&self) -> Option<ChainState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).state.clone()
    }

    /// Whether an hour has begun for which nothing is signed yet; it counts as begun from then on.
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        let hour = now.timestamp().div_euclid(3600);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.hour.replace(hour) != Some(hour)
    }

    fn found(&self, state: ChainState) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).state = Some(state);
    }
}

/// If an hour has begun: verifies what was recorded since the last time, and signs the head into the process's file.
pub async fn keep(state: &AppState) {
    let now = state.clock.now();
    if !state.checkpoints.is_due(now) {
        return;
    }
    let last = state.checkpoints.state().filter(|last| last.intact);
    let since = last.and_then(|last| Some((last.seq, HEXLOWER.decode(last.hash.as_bytes()).ok()?)));
    let found = match verify_since(&state.store, since).await {
        Err(error) => return tracing::warn!(%error, "the audit chain could not be verified at the moment"),
        Ok(Verification::Intact { events, head }) => {
            ChainState { verified_at: now, intact: true, seq: events, hash: head }
        }
        Ok(Verification::Broken { seq, reason }) => {
            tracing::error!(seq, reason, "the audit chain is broken");
            ChainState { verified_at: now, intact: false, seq, hash: String::new() }
        }
    };
    if let Some(folder) = state.config.audit_folder.as_deref().filter(|_| found.intact && found.seq > 0)
        && let Err(error) = sign(state, folder, &found)
    {
        tracing::error!(%error, "the head of the audit chain could not be signed");
    }
    state.checkpoints.found(found);
}

fn sign(state: &AppState, folder: &Path, found: &ChainState) -> io::Result<()> {
    let checkpoint = Checkpoint {
        iss: state.config.issuer().to_owned(),
        iat: found.verified_at.timestamp(),
        seq: found.seq,
        hash: found.hash.clone(),
    };
    let jws = state.signing_keys.sign(TYPE, &checkpoint).ok_or_else(|| io::Error::other("the key does not sign"))?;
    std::fs::create_dir_all(folder)?;
    let file = folder.join(format!("{PREFIX}{}.jws", std::process::id()));
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(format!("{jws}\n").as_bytes())?;
    file.sync_all()
}

/// Adds the signed heads of a folder to what the chain is compared with; how many there are.
///
/// # Errors
///
/// When a file can't be read, or a signature isn't by one of the keys: then its file and line are named.
pub fn add_signed(witnesses: &mut Witnesses, folder: &Path, keys: &SigningKeys) -> io::Result<usize> {
    let mut signed = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with(PREFIX) {
            continue;
        }
        let text = std::fs::read_to_string(entry.path())?;
        // A last line without its end was being written when the process was killed.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for (line, jws) in (1..).zip(whole.lines()) {
            let Some(head) = verified(jws, keys) else {
                let message = format!("{name}, line {line}: not signed by a key that is known");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            };
            signed.push(head);
        }
    }
    signed.sort_unstable();
    let count = signed.len();
    witnesses.add("a signed checkpoint", signed.into_iter().map(Ok))?;
    Ok(count)
}

/// The head of a line, if one of the keys signed it.
fn verified(jws: &str, keys: &SigningKeys) -> Option<(i64, [u8; 32])> {
    let header = decode_header(jws).ok().filter(|header| header.typ.as_deref() == Some(TYPE))?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = keys.find(header.kid.as_deref()?)?;
    let checkpoint: Checkpoint = jsonwebtoken::decode(jws, key, &validation).ok()?.claims;
    Some((checkpoint.seq, HEXLOWER.decode(checkpoint.hash.as_bytes()).ok()?.try_into().ok()?))
}
