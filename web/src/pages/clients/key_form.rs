//! A public key to be pasted, with how to make one. A private key is refused before it leaves the browser.

use leptos::prelude::*;
use shared::api_client::{KeyRequest, check_key};
use shared::problem::{Rule, Violation};

use crate::components::{Mistake, TextArea};
use crate::words::office::clients as words;
use crate::words::t;

/// The id of the field.
pub const KEY: &str = "public-key";

/// How to make a key where no other tool is at hand.
const COMMANDS: &str = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem\n\
openssl pkey -in key.pem -pubout";

/// What is pasted, as a request.
pub fn request(pasted: &str) -> KeyRequest {
    KeyRequest { public_key: pasted.trim().to_owned(), alg: None, kid: None }
}

/// What can be seen to be wrong with a pasted key.
pub fn check(pasted: &str) -> Vec<Mistake> {
    check_key(&request(pasted), "").iter().map(mistake).collect()
}

/// A violation at the field.
pub fn mistake(violation: &Violation) -> Mistake {
    match violation.rule {
        Rule::PrivateKey => Mistake { field: KEY.to_owned(), words: words::PRIVATE.get().to_owned() },
        _ => Mistake::at(KEY, words::PUBLIC_KEY, violation),
    }
}

/// The field with its guide.
#[component]
pub fn KeyField(
    /// What is pasted.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <details>
            <summary>{t(words::GUIDE)}</summary>
            <p>{t(words::GUIDE_WHAT)}</p>
            <p class="mono command">{COMMANDS}</p>
        </details>
        <TextArea id=KEY label=words::PUBLIC_KEY hint=words::PUBLIC_KEY_HINT value=value error=error rows="6" is_code=true />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_does_not_leave_the_browser() {
        for pasted in ["-----BEGIN PRIVATE KEY-----\nAAAA", r#"{"kty":"EC","d":"AAAA"}"#, " "] {
            assert_eq!(check(pasted).len(), 1, "{pasted}");
        }
        assert!(check("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").is_empty());
    }
}
