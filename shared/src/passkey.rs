//! Passkeys, as they travel between a browser and the service. Their standard is W3C Web Authentication, level 3; binary
//! values are base64url without padding, as there.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a browser's authenticators are asked: the object that `PublicKeyCredential.parseCreationOptionsFromJSON` reads where
/// a passkey is made, and `parseRequestOptionsFromJSON` where one is shown. Only those two read it; here it is a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyOptions(String);

impl PasskeyOptions {
    /// Under this name a reader of JSON gives its text, where it can.
    pub const AS_TEXT: &'static str = "PasskeyOptions";

    /// What is asked, as JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

/// From what the library of the standard writes.
impl From<serde_json::Value> for PasskeyOptions {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string())
    }
}

impl Serialize for PasskeyOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<serde_json::Value>(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PasskeyOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(Self::AS_TEXT, TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = PasskeyOptions;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PasskeyOptions, E> {
        Ok(PasskeyOptions(text.to_owned()))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<PasskeyOptions, D::Error> {
        serde_json::Map::deserialize(deserializer).map(|object| serde_json::Value::Object(object).into())
    }
}

/// A new passkey: what `navigator.credentials.create` gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(max_length = 1400))]
    pub id: String,
    /// `response.clientDataJSON`
    #[cfg_attr(feature = "openapi", schema(max_length = 4096))]
    pub client_data_json: String,
    /// `response.attestationObject`
    #[cfg_attr(feature = "openapi", schema(max_length = 12_288))]
    pub attestation_object: String,
    /// `response.transports`: how a browser may reach it. Told to the browser when it is to be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub transports: Vec<String>,
}

/// A passkey that is shown: what `navigator.credentials.get` gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShownPasskey {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(max_length = 1400))]
    pub id: String,
    /// `response.clientDataJSON`
    #[cfg_attr(feature = "openapi", schema(max_length = 4096))]
    pub client_data_json: String,
    /// `response.authenticatorData`
    #[cfg_attr(feature = "openapi", schema(max_length = 4096))]
    pub authenticator_data: String,
    /// `response.signature`
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub signature: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_an_object_on_the_wire_and_comes_back_as_it_was() {
        let asked =
            serde_json::json!({ "challenge": "AAEC", "allowCredentials": [{ "id": "_-8", "type": "public-key" }] });
        let options = PasskeyOptions::from(asked.clone());
        assert_eq!(serde_json::to_value(&options).expect("written"), asked);
        assert_eq!(serde_json::from_value::<PasskeyOptions>(asked).expect("read"), options);
        assert!(serde_json::from_str::<PasskeyOptions>("\"{}\"").is_err(), "a text is no object");
    }
}
