//! The `Idempotency-Key` of a write, and what makes two requests the same.

use actix_web::HttpRequest;
use aws_lc_rs::digest::{Context, SHA256};
use shared::{Caller, ProblemKind};

use crate::error::{ApiError, ApiResult};
use crate::store::idempotency::IdempotencyKey;

/// The header in which the key is sent.
pub const KEY: &str = "idempotency-key";
/// The header of an answer that was given before.
pub const REPLAYED: &str = "Idempotency-Replayed";
/// How long a key is at the most.
const LONGEST: usize = 255;

/// The key of a request, if it has one, with a digest over method, path, query and body.
///
/// # Errors
///
/// `malformed-request` when the key isn't 1 to 255 visible ASCII characters, or there are two.
pub fn of_request(request: &HttpRequest, caller: &Caller, body: &[u8]) -> ApiResult<Option<IdempotencyKey>> {
    let mut keys = request.headers().get_all(KEY);
    let Some(key) = keys.next() else { return Ok(None) };
    if keys.next().is_some() || !is_key(key.as_bytes()) {
        let detail = format!("An Idempotency-Key has 1 to {LONGEST} visible ASCII characters.");
        return Err(ApiError::new(ProblemKind::MalformedRequest).detail(detail));
    }
    let mut digest = Context::new(&SHA256);
    for part in [request.method().as_str(), request.path(), request.query_string()] {
        digest.update(part.as_bytes());
        digest.update(b"\0");
    }
    digest.update(body);
    let mut request_hash = [0; 32];
    request_hash.copy_from_slice(digest.finish().as_ref());
    let key = String::from_utf8_lossy(key.as_bytes()).into_owned();
    Ok(Some(IdempotencyKey { account_id: caller.account_id, key, request_hash }))
}

fn is_key(key: &[u8]) -> bool {
    (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_1_to_255_visible_ascii_characters() {
        assert!(is_key(b"k") && is_key(&[b'~'; 255]));
        for key in [&b""[..], &[b'k'; 256], b"two words", b"tab\t", "鍵".as_bytes(), b"\x7f"] {
            assert!(!is_key(key));
        }
    }
}
