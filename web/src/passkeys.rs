//! Passkeys, the browser's part (W3C Web Authentication, level 3). What is asked and what is given travel in the form that
//! browsers read and write themselves; one that doesn't know it counts as one without passkeys.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use shared::passkey::{NewPasskey, PasskeyOptions, ShownPasskey};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why there is no passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPasskey {
    /// The user didn't want to, or took too long, or has none here. Browsers don't tell which.
    Cancelled,
    /// This authenticator holds one of the account's already.
    Known,
    /// Not in this browser, or not at this address.
    Impossible,
}

/// Whether this browser can have passkeys at this address: one of digits, such as 127.0.0.1, can have none.
pub fn are_possible() -> bool {
    let host = window().location().hostname().unwrap_or_default();
    has_name(&host) && get(&class(), "parseRequestOptionsFromJSON").is_function()
}

fn has_name(host: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !host.ends_with(']') && !host.rsplit('.').next().is_none_or(is_number)
}

/// Has a passkey made.
pub async fn make(options: &PasskeyOptions) -> Result<NewPasskey, NoPasskey> {
    let made = ask("parseCreationOptionsFromJSON", "create", options).await.map_err(|error| why(&error))?;
    let response = get(&made, "response");
    let transports: Array = get(&response, "transports").dyn_into().unwrap_or_default();
    Ok(NewPasskey {
        id: text(&made, "id"),
        client_data_json: text(&response, "clientDataJSON"),
        attestation_object: text(&response, "attestationObject"),
        transports: transports.iter().filter_map(|way| way.as_string()).collect(),
    })
}

/// Has a passkey shown.
pub async fn show(options: &PasskeyOptions) -> Result<ShownPasskey, NoPasskey> {
    let shown = ask("parseRequestOptionsFromJSON", "get", options).await.map_err(|error| why(&error))?;
    let response = get(&shown, "response");
    Ok(ShownPasskey {
        id: text(&shown, "id"),
        client_data_json: text(&response, "clientDataJSON"),
        authenticator_data: text(&response, "authenticatorData"),
        signature: text(&response, "signature"),
    })
}

/// Asks the browser, and returns what it gives as plain text throughout.
async fn ask(read: &str, act: &str, options: &PasskeyOptions) -> Result<JsValue, JsValue> {
    let asked = Object::new();
    let options = call(&class(), read, &JSON::parse(options.as_json())?)?;
    Reflect::set(&asked, &JsValue::from_str("publicKey"), &options)?;
    let given: Promise = call(&get(&window().navigator(), "credentials"), act, &asked)?.dyn_into()?;
    call(&JsFuture::from(given).await?, "toJSON", &JsValue::UNDEFINED)
}

fn why(error: &JsValue) -> NoPasskey {
    match text(error, "name").as_str() {
        "NotAllowedError" | "AbortError" => NoPasskey::Cancelled,
        "InvalidStateError" => NoPasskey::Known,
        _ => NoPasskey::Impossible,
    }
}

fn class() -> JsValue {
    get(&window(), "PublicKeyCredential")
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

fn call(object: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    get(object, name).dyn_into::<Function>()?.call1(object, argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_digits_has_no_name() {
        for (host, expected) in [
            ("localhost", true),
            ("nippo.example", true),
            ("clinic7", true),
            ("127.0.0.1", false),
            ("[::1]", false),
            ("", false),
        ] {
            assert_eq!(has_name(host), expected, "{host}");
        }
    }
}
