//! Passkeys: what a browser is asked, and whether its answer is right. The library knows the standard (W3C Web
//! Authentication, level 3); what this service asks of it is that the user is verified, by finger, face or PIN, and that the
//! page is one of its own.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::passkey::{NewPasskey, PasskeyOptions, ShownPasskey};
use webauthn_rs::prelude::{
    Credential, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Url, Webauthn, WebauthnBuilder,
};

use super::session::Session;
use crate::config::Config;
use crate::error::{ApiError, ApiResult};

/// How long an answer is taken.
pub const LIFE: Duration = Duration::from_secs(5 * 60);

/// A passkey of an account, as it is kept.
pub struct Own(Passkey);

/// What a browser is asked, and what its answer will be checked against.
pub struct Asked {
    /// For the browser.
    pub options: PasskeyOptions,
    /// For the service alone.
    pub state: Vec<u8>,
}

/// A passkey that may be registered.
pub struct Registered {
    /// What authenticators call it.
    pub id: Vec<u8>,
    /// What is kept of it.
    pub kept: Vec<u8>,
    /// How often its authenticator says that it was used; 0 where it doesn't count.
    pub counter: u32,
}

/// A passkey that was shown.
pub struct Shown {
    /// What authenticators call it.
    pub id: Vec<u8>,
    /// How often its authenticator says that it was used; 0 where it doesn't count.
    pub counter: u32,
}

/// What an answer is checked against. Two kinds in one type, so that neither can be taken for the other.
#[derive(Serialize, Deserialize)]
enum State {
    Registration(PasskeyRegistration),
    Authentication(PasskeyAuthentication),
}

/// The service as passkeys know it: the host that they belong to, and the origins of its pages.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// The service at its configured origins. None where they have no host name: an address such as 127.0.0.1 can have no
    /// passkeys.
    ///
    /// # Errors
    ///
    /// When an origin can't be read.
    pub fn of(config: &Config) -> ApiResult<Option<Self>> {
        let origins = config.origins.iter().map(|origin| Url::parse(origin)).collect::<Result<Vec<_>, _>>();
        let origins = origins.map_err(ApiError::internal)?;
        let Some((host, first)) = origins.iter().find_map(|origin| Some((origin.domain()?, origin))) else {
            return Ok(None);
        };
        let mut builder = WebauthnBuilder::new(host, first).map_err(ApiError::internal)?;
        for other in origins.iter().filter(|origin| origin.domain() == Some(host) && *origin != first) {
            builder = builder.append_allowed_origin(other);
        }
        let service = builder.rp_name(&config.site.name_ja).timeout(LIFE).build();
        Ok(Some(Self(service.map_err(ApiError::internal)?)))
    }

    /// Asks for a new passkey, from an authenticator that holds none of those that the account has.
    ///
    /// # Errors
    ///
    /// When the library can't say what to ask.
    pub fn ask_new(&self, session: &Session, own: &[Own]) -> ApiResult<Asked> {
        let known = own.iter().map(|own| own.0.cred_id().clone()).collect();
        let (account, name) = (session.caller.account_id, &session.login_id);
        let asked = self.0.start_passkey_registration(account, name, &session.display_name, Some(known));
        let (options, state) = asked.map_err(ApiError::internal)?;
        Asked::new(json!(options.public_key), &State::Registration(state))
    }

    /// The new passkey, where it answers to what was asked; the log says why it doesn't.
    #[must_use]
    pub fn registered(&self, state: &[u8], given: &NewPasskey) -> Option<Registered> {
        let NewPasskey { id, client_data_json, attestation_object, transports } = given;
        let response = json!({
            "clientDataJSON": client_data_json, "attestationObject": attestation_object, "transports": transports,
        });
        let given: RegisterPublicKeyCredential = credential(id, response)?;
        let Ok(State::Registration(state)) = serde_json::from_slice(state) else { return None };
        let registered = self.0.finish_passkey_registration(&given, &state).inspect_err(|error| {
            tracing::info!(%error, "a new passkey was refused");
        });
        let mut credential = Credential::from(registered.ok()?);
        credential.transports = given.response.transports;
        // Where the count stands is kept beside, and compared there.
        let counter = std::mem::take(&mut credential.counter);
        let id = credential.cred_id.clone();
        let kept = serde_json::to_vec(&Passkey::from(credential)).ok()?;
        Some(Registered { id, kept, counter })
    }

    /// Asks for one of an account's passkeys.
    ///
    /// # Errors
    ///
    /// When the library can't say what to ask.
    pub fn ask(&self, own: &[Own]) -> ApiResult<Asked> {
        let own: Vec<Passkey> = own.iter().map(|own| own.0.clone()).collect();
        let (options, state) = self.0.start_passkey_authentication(&own).map_err(ApiError::internal)?;
        Asked::new(json!(options.public_key), &State::Authentication(state))
    }

    /// Which passkey was shown, where it answers to what was asked; the log says why it doesn't. Whether its count goes on
    /// is decided where the count is kept.
    #[must_use]
    pub fn shown(&self, state: &[u8], given: &ShownPasskey) -> Option<Shown> {
        let ShownPasskey { id, client_data_json, authenticator_data, signature } = given;
        let response = json!({
            "clientDataJSON": client_data_json, "authenticatorData": authenticator_data, "signature": signature,
        });
        let given: PublicKeyCredential = credential(id, response)?;
        let Ok(State::Authentication(state)) = serde_json::from_slice(state) else { return None };
        let shown = self.0.finish_passkey_authentication(&given, &state).inspect_err(|error| {
            tracing::info!(%error, "a passkey was refused");
        });
        shown.ok().map(|shown| Shown { id: shown.cred_id().clone(), counter: shown.counter() })
    }
}

impl Own {
    /// From what is kept of it.
    ///
    /// # Errors
    ///
    /// When that can't be read.
    pub fn read(kept: &[u8]) -> ApiResult<Self> {
        serde_json::from_slice(kept).map(Self).map_err(ApiError::internal)
    }

    /// Whether authenticators call it so.
    #[must_use]
    pub fn is_called(&self, id: &[u8]) -> bool {
        self.0.cred_id() == id
    }
}

impl Asked {
    fn new(options: serde_json::Value, state: &State) -> ApiResult<Self> {
        Ok(Self { options: options.into(), state: serde_json::to_vec(state).map_err(ApiError::internal)? })
    }
}

/// A credential as the standard writes it; none where that can't be read.
fn credential<T: serde::de::DeserializeOwned>(id: &str, response: serde_json::Value) -> Option<T> {
    serde_json::from_value(json!({ "id": id, "rawId": id, "type": "public-key", "response": response })).ok()
}
