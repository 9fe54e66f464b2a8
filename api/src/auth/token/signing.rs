//! The service's own keys: one signs, and one beside it may be on its way in or out.

use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::BASE64;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::Config;
use crate::demo::keys::SIGNING_KEY;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file can't be read.
    #[error("the signing key {0} can't be read")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// Others may read it.
    #[error("the signing key {0} can be read by others: chmod 600 it")]
    ReadableByOthers(PathBuf),
    /// It holds something else.
    #[error("{0} holds no private key on the curve P-256 in PEM (PKCS #8)")]
    NotAKey(PathBuf),
    /// The system has no randomness.
    #[error("no randomness")]
    NoRandomness,
}

/// A key of ours.
struct OwnKey {
    kid: String,
    private: EncodingKey,
    public: DecodingKey,
    jwk: Jwk,
}

/// Our keys. The first signs; all are published, and what any of them signed is taken.
pub struct SigningKeys(Vec<OwnKey>);

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.kid)).finish()
    }
}

impl SigningKeys {
    /// The keys that the configuration names; the demo's own where it names none.
    ///
    /// # Errors
    ///
    /// When a file can't be read, can be read by others, or holds no such key.
    pub fn load(config: &Config) -> Result<Self, SigningKeyError> {
        // Without the demo the configuration names at least one.
        if config.signing_key_files.is_empty() { Self::of_demo() } else { Self::from_files(&config.signing_key_files) }
    }

    /// The keys of some files.
    ///
    /// # Errors
    ///
    /// When a file can't be read, can be read by others, or holds no such key.
    pub fn from_files(files: &[PathBuf]) -> Result<Self, SigningKeyError> {
        let mut keys = Vec::new();
        for file in files {
            check_mode(file)?;
            let pem = std::fs::read(file).map_err(|error| SigningKeyError::Unreadable(file.clone(), error))?;
            let key = EncodingKey::from_ec_pem(&pem).ok().and_then(own);
            keys.push(key.ok_or_else(|| SigningKeyError::NotAKey(file.clone()))?);
        }
        Ok(Self(keys))
    }

    fn of_demo() -> Result<Self, SigningKeyError> {
        let key = EncodingKey::from_ec_pem(SIGNING_KEY.as_bytes()).ok().and_then(own);
        Ok(Self(vec![key.ok_or_else(|| SigningKeyError::NotAKey(PathBuf::from("the demo")))?]))
    }

    /// Signs claims as a token of a type.
    #[must_use]
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Option<String> {
        let key = self.0.first()?;
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, claims, &key.private).ok()
    }

    /// The key of a name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&DecodingKey> {
        self.0.iter().find(|key| key.kid == kid).map(|key| &key.public)
    }

    /// The public keys as a JWK set (RFC 7517 section 5).
    #[must_use]
    pub fn published(&self) -> Value {
        json!({ "keys": self.0.iter().map(|key| &key.jwk).collect::<Vec<_>>() })
    }
}

fn own(private: EncodingKey) -> Option<OwnKey> {
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::ES256).ok()?;
    let public = DecodingKey::from_jwk(&jwk).ok()?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some(OwnKey { kid, private, public, jwk })
}

#[cfg(unix)]
fn check_mode(file: &Path) -> Result<(), SigningKeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).map_err(|error| SigningKeyError::Unreadable(file.to_owned(), error))?;
    if mode.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(SigningKeyError::ReadableByOthers(file.to_owned()))
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), SigningKeyError> {
    Ok(())
}

/// A new private key on the curve P-256, in PEM (PKCS #8).
///
/// # Errors
///
/// When the system has no randomness.
pub fn new_key() -> Result<String, SigningKeyError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let base64 = BASE64.encode(made.map_err(|_| SigningKeyError::NoRandomness)?.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_signs_what_its_published_half_verifies() {
        let key = EncodingKey::from_ec_pem(new_key().expect("a key").as_bytes()).ok().and_then(own).expect("a key");
        let keys = SigningKeys(vec![key]);
        let token = keys.sign("at+jwt", &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": 1 })).expect("signed");
        let kid = keys.published()["keys"][0]["kid"].as_str().expect("a name").to_owned();
        let public = keys.find(&kid).expect("published");
        let claims: Option<Value> = super::super::verified(&token, public, Algorithm::ES256, "i", "a");
        assert_eq!(claims.expect("good")["sub"], "s");
        assert!(!keys.published().to_string().contains("\"d\""), "only the public half is published");
    }

    fn configured(files: &[&Path]) -> Config {
        let mut config = Config::for_tests("127.0.0.1:1".parse().expect("an address")).expect("a configuration");
        config.signing_key_files = files.iter().map(|file| file.to_path_buf()).collect();
        config
    }

    #[test]
    fn while_keys_are_exchanged_both_are_published_and_what_either_signed_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        for file in [&old, &new] {
            write(file, &new_key().expect("a key"), 0o600);
        }
        let load = |files: &[&Path]| SigningKeys::load(&configured(files)).expect("keys");
        let before = load(&[&old, &new]);
        let after = load(&[&new, &old]);
        assert_eq!(after.published()["keys"].as_array().map(Vec::len), Some(2));
        for (signs, takes) in [(&before, &after), (&after, &before)] {
            let token = signs.sign("at+jwt", &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": 1 })).expect("signed");
            let kid = jsonwebtoken::decode_header(&token).expect("a header").kid.expect("a name");
            let key = takes.find(&kid).expect("known");
            assert!(super::super::verified::<Value>(&token, key, Algorithm::ES256, "i", "a").is_some());
            assert_eq!(kid, signs.published()["keys"][0]["kid"], "the first signs");
        }
        assert!(load(&[&new]).find(before.published()["keys"][0]["kid"].as_str().expect("text")).is_none());
    }

    #[cfg(unix)]
    fn write(file: &Path, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(file, text).expect("written");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("set");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_a_missing_one_and_what_is_no_such_key_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let load = || SigningKeys::load(&configured(&[&file]));
        assert!(matches!(load(), Err(SigningKeyError::Unreadable(..))));
        for mode in [0o644, 0o640, 0o604, 0o620] {
            write(&file, &new_key().expect("a key"), mode);
            assert!(matches!(load(), Err(SigningKeyError::ReadableByOthers(_))), "{mode:o}");
        }
        for mode in [0o600, 0o400] {
            write(&file, &new_key().expect("a key"), 0o600);
            write(&file, &new_key().expect("a key"), mode);
            assert!(load().is_ok(), "{mode:o}");
        }
        let public = crate::demo::keys::CLIENT_PUBLIC_KEY;
        std::fs::remove_file(&file).expect("removed");
        for text in ["", "key", public] {
            write(&file, text, 0o600);
            assert!(matches!(load(), Err(SigningKeyError::NotAKey(_))), "{text}");
        }
    }
}
