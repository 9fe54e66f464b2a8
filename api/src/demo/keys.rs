//! Keys that everybody knows: whoever has the demo may sign as its service and as its clinic's system. They open nothing
//! but demos.

use serde::Serialize;
use uuid::Uuid;

use super::country::id_of;
use super::examples;

/// The key by which the demo signs, unless the configuration names one.
pub const SIGNING_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsY5Jk/70+Fw+osu/
Kt1o2oAO+5qn8tRXJDlnfTUtheqhRANCAARnIgFRjPDpn5UEhF2ztEWkWh7qoX5W
dW/C7lty3FvwSgrqvMAggDio+j/pajoR6hfGOTnRfzTEIRU3NR7vjdao
-----END PRIVATE KEY-----
";

/// The private key of the demo's API client.
pub const CLIENT_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7vfMtrmiYOzQVTHd
1Jfzl6jJTRPndL/2okQOIZ/2zvyhRANCAAQZGzSrbgzX9LYnb9KLvPFl4pwLf2X+
7yDcmvNfQ5G1Ghhavxyhz4hx3nHj5jjYDMIOQxn9U/0V+qPoMZWu7llt
-----END PRIVATE KEY-----
";

/// The public half of that key.
pub const CLIENT_PUBLIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGRs0q24M1/S2J2/Si7zxZeKcC39l
/u8g3JrzX0ORtRoYWr8coc+Icd5x4+Y42AzCDkMZ/VP9Ffqj6DGVru5ZbQ==
-----END PUBLIC KEY-----
";

/// A public key for examples; nobody has its private half.
pub const EXAMPLE_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExq3uvCseM0SiSPtwX+7LubI2J1rG
uYWbi8vKXSSgzmyXDQze4nLWlT0oJ5isBkVqs9KOOXYd9/NhI5LrfsozDA==
-----END PUBLIC KEY-----
";

/// The name of the client's key.
pub const CLIENT_KID: &str = "demo-1";

/// The name of the other client's key, which is there to be removed.
pub const OTHER_KID: &str = "demo-2";

/// The demo's API client, with its private key.
#[derive(Debug, Clone, Serialize)]
pub struct DemoClient {
    /// Its id.
    pub client_id: Uuid,
    /// The unit that it reports for.
    pub unit_id: Uuid,
    /// The name of its key.
    pub kid: &'static str,
    /// The key's algorithm.
    pub alg: &'static str,
    /// The private key in PEM.
    pub private_key: &'static str,
}

/// The API client of the first clinic.
#[must_use]
pub fn client() -> DemoClient {
    DemoClient {
        client_id: client_id(),
        unit_id: examples::unit_id(),
        kid: CLIENT_KID,
        alg: "ES256",
        private_key: CLIENT_KEY,
    }
}

/// The id of that client.
#[must_use]
pub fn client_id() -> Uuid {
    id_of(&[5, 0])
}

/// The id of another client of that clinic, which is there to be disabled.
#[must_use]
pub fn other_client_id() -> Uuid {
    id_of(&[5, 1])
}
