//! What the database must hold and nobody may read there: sealed with AES-256-GCM under a key that lies elsewhere.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use secrecy::zeroize::Zeroizing;
use uuid::Uuid;

use crate::config::DataKey;
use crate::error::{ApiError, ApiResult};
use crate::store::second_factor::Sealed;

/// What the secret of a factor is sealed with: neither another account's nor another factor's opens in its place.
#[must_use]
pub fn about_factor(account_id: Uuid, factor_id: Uuid) -> Vec<u8> {
    [b"second factor".as_slice(), account_id.as_bytes(), factor_id.as_bytes()].concat()
}

/// The keys: the first seals and signs, all open and verify.
pub struct Seals(Vec<Keys>);

struct Keys {
    id: String,
    seal: RandomizedNonceKey,
    sign: hmac::Key,
}

impl Seals {
    /// Seals under some keys.
    ///
    /// # Errors
    ///
    /// When there is no key.
    pub fn new(keys: &[DataKey]) -> ApiResult<Self> {
        if keys.is_empty() {
            return Err(ApiError::internal("there is no data key"));
        }
        keys.iter().map(Keys::of).collect::<ApiResult<_>>().map(Self)
    }

    /// Seals; what it is about must be named the same when it is opened, so that nothing sealed fits another place.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn seal(&self, about: &[u8], plain: &[u8]) -> ApiResult<Sealed> {
        let keys = self.0.first().ok_or_else(|| ApiError::internal("there is no data key"))?;
        let mut text = plain.to_vec();
        let nonce = keys.seal.seal_in_place_append_tag(Aad::from(about), &mut text);
        let nonce = nonce.map_err(|_| ApiError::internal("a secret can't be sealed"))?;
        let mut bytes = nonce.as_ref().to_vec();
        bytes.append(&mut text);
        Ok(Sealed { key_id: keys.id.clone(), bytes })
    }

    /// Opens what was sealed about the same thing.
    ///
    /// # Errors
    ///
    /// When its key isn't there any more, or when it was altered or put elsewhere.
    pub fn open(&self, about: &[u8], sealed: &Sealed) -> ApiResult<Zeroizing<Vec<u8>>> {
        let lost = || ApiError::internal(format!("what is sealed under the key {} can't be opened", sealed.key_id));
        let keys = self.0.iter().find(|keys| keys.id == sealed.key_id).ok_or_else(lost)?;
        let (nonce, text) = sealed.bytes.split_at_checked(NONCE_LEN).ok_or_else(lost)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| lost())?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = keys.seal.open_in_place(nonce, Aad::from(about), &mut text).map_err(|_| lost())?.len();
        text.truncate(length);
        Ok(text)
    }

    /// A signature (HMAC-SHA-256) of a text, for what a browser keeps.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.0.first().map(|keys| hmac::sign(&keys.sign, text).as_ref().to_vec()).unwrap_or_default()
    }

    /// Whether one of the keys signed a text.
    #[must_use]
    pub fn is_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        self.0.iter().any(|keys| hmac::verify(&keys.sign, text, signature).is_ok())
    }
}

impl Keys {
    fn of(key: &DataKey) -> ApiResult<Self> {
        let unusable = |_| ApiError::internal(format!("the data key {} can't be used", key.id));
        // One key for one purpose: what signs is derived from what seals, and tells nothing of it.
        let root = hmac::Key::new(hmac::HMAC_SHA256, key.bits.as_slice());
        let derived = hmac::sign(&root, b"nippo: what a browser keeps");
        Ok(Self {
            id: key.id.clone(),
            seal: RandomizedNonceKey::new(&AES_256_GCM, key.bits.as_slice()).map_err(unusable)?,
            sign: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        })
    }
}

/// Says only how the keys are called.
impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|keys| &keys.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seals(ids: &[&str]) -> Seals {
        let keys: Vec<DataKey> = ids.iter().map(|id| DataKey::new(*id, [id.as_bytes()[0]; 32])).collect();
        Seals::new(&keys).expect("seals")
    }

    #[test]
    fn what_is_sealed_is_opened_under_the_same_key_about_the_same_thing_only() {
        let sealed = seals(&["a"]).seal(b"of one", b"a seed").expect("sealed");
        assert!(!sealed.bytes.windows(6).any(|part| part == b"a seed"));
        assert_eq!(seals(&["b", "a"]).open(b"of one", &sealed).expect("opened").as_slice(), b"a seed");
        assert!(seals(&["a"]).open(b"of another", &sealed).is_err());
        assert!(seals(&["b"]).open(b"of one", &sealed).is_err());
        for place in 0..sealed.bytes.len() {
            let mut altered = sealed.clone();
            altered.bytes[place] ^= 1;
            assert!(seals(&["a"]).open(b"of one", &altered).is_err(), "byte {place}");
        }
    }

    #[test]
    fn the_same_thing_sealed_twice_looks_different() {
        let seals = seals(&["a"]);
        assert_ne!(seals.seal(b"x", b"a seed").expect("sealed"), seals.seal(b"x", b"a seed").expect("sealed"));
    }

    #[test]
    fn what_an_older_key_signed_is_still_good_and_nothing_else_is() {
        let signature = seals(&["a"]).sign(b"a text");
        assert!(seals(&["b", "a"]).is_signed(b"a text", &signature));
        assert!(!seals(&["b"]).is_signed(b"a text", &signature));
        assert!(!seals(&["a"]).is_signed(b"another", &signature));
    }
}
