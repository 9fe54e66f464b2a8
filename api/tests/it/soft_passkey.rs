//! An authenticator in software, and the browser around it: what they answer is made by hand, so that it can be wrong in
//! every way (W3C Web Authentication, level 3).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use shared::passkey::{NewPasskey, ShownPasskey};
use shared::second_factor::{Challenge, SecondFactorMethod, SecondFactorRequest};

/// Where the page is that asks: one of the service's origins.
pub const ORIGIN: &str = "http://localhost:8080";

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

/// An authenticator that holds one passkey.
pub struct SoftPasskey {
    pub id: Vec<u8>,
    key: EcdsaKeyPair,
    /// How often it was used; none where it doesn't count.
    pub counter: Option<u32>,
    /// Whether it asks for a finger, a face or a PIN.
    pub verifies: bool,
    /// Where the browser believes the page to be.
    pub origin: &'static str,
    /// To which host the authenticator believes the passkey to belong.
    pub host: &'static str,
}

impl SoftPasskey {
    pub fn new() -> Self {
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).expect("randomness");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { id, key, counter: Some(0), verifies: true, origin: ORIGIN, host: "localhost" }
    }

    /// What it is asked.
    pub fn options(challenge: &Challenge) -> Value {
        let options = challenge.options.as_ref().expect("what the browser asks");
        serde_json::from_str(options.as_json()).expect("JSON")
    }

    /// Makes the passkey.
    pub fn create(&mut self, challenge: &Challenge) -> NewPasskey {
        let client_data = self.client_data("webauthn.create", challenge);
        let point = self.key.public_key().as_ref();
        let mut data = self.data(HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend([0, u8::try_from(self.id.len()).expect("short")]);
        data.extend(&self.id);
        // A key in CBOR: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[]].concat();
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend(data);
        NewPasskey {
            id: BASE64URL_NOPAD.encode(&self.id),
            client_data_json: BASE64URL_NOPAD.encode(client_data.as_bytes()),
            attestation_object: BASE64URL_NOPAD.encode(&object),
            transports: vec!["internal".to_owned(), "of a later version".to_owned()],
        }
    }

    /// Shows it.
    pub fn get(&mut self, challenge: &Challenge) -> ShownPasskey {
        let client_data = self.client_data("webauthn.get", challenge);
        self.sign(client_data)
    }

    /// The same as the service takes it, for one of its own challenges.
    pub fn shown(&mut self, challenge: &Challenge) -> SecondFactorRequest {
        answer(challenge, self.get(challenge))
    }

    /// Signs whatever the browser says.
    pub fn sign(&mut self, client_data: String) -> ShownPasskey {
        self.counter = self.counter.map(|counter| counter + 1);
        let data = self.data(0);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("signed");
        ShownPasskey {
            id: BASE64URL_NOPAD.encode(&self.id),
            client_data_json: BASE64URL_NOPAD.encode(client_data.as_bytes()),
            authenticator_data: BASE64URL_NOPAD.encode(&data),
            signature: BASE64URL_NOPAD.encode(signature.as_ref()),
        }
    }

    /// What a browser says of a challenge.
    pub fn client_data(&self, kind: &str, challenge: &Challenge) -> String {
        let challenge = Self::options(challenge)["challenge"].clone();
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let mut data = digest(&SHA256, self.host.as_bytes()).as_ref().to_vec();
        data.push(flags | USER_PRESENT | verified);
        data.extend(self.counter.unwrap_or(0).to_be_bytes());
        data
    }
}

/// What was given, for a challenge.
pub fn answer(challenge: &Challenge, given: ShownPasskey) -> SecondFactorRequest {
    let (method, challenge_id) = (SecondFactorMethod::Passkey, Some(challenge.challenge_id));
    SecondFactorRequest { method, code: None, credential: Some(given), challenge_id }
}
