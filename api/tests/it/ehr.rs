//! A clinic's own system, as the tests play it: it has a key, signs assertions, gets tokens and uses them.

use api::auth::token::signing::new_key;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use shared::api_client::{ApiClientRequest, KeyRequest, Scope};
use shared::organization::OrganizationRef;
use shared::token::{ASSERTION_TYPE, GRANT_TYPE, TokenResponse};
use uuid::Uuid;

use crate::harness::{Raw, TestApp};
use crate::permissions::browser;

/// A system with a registered client.
#[derive(Clone)]
pub struct Ehr {
    pub id: Uuid,
    pub kid: String,
    pub key: EncodingKey,
    pub alg: Algorithm,
    pub jwk: Value,
    pub origin: String,
    pub http: reqwest::Client,
    /// The server's time when it was registered.
    pub now: i64,
}

/// A clinic with a manager and a system.
pub struct Clinic {
    pub unit: OrganizationRef,
    pub manager: Raw,
    pub ehr: Ehr,
}

impl Clinic {
    pub async fn new(app: &TestApp) -> Self {
        Self::with(app, &Scope::ALL).await
    }

    pub async fn with(app: &TestApp, scopes: &[Scope]) -> Self {
        let unit = app.organization(shared::organization::OrganizationKind::Institution, Some(app.centers[0].id)).await;
        let manager = browser(app, &unit, true).await;
        let ehr = Ehr::register(app, &manager, scopes).await;
        Self { unit, manager, ehr }
    }
}

/// A new key on P-256: the private half, and the JWK of the public one.
pub fn p256() -> (EncodingKey, Value) {
    let key = EncodingKey::from_ec_pem(new_key().expect("a key").as_bytes()).expect("a key");
    let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).expect("a JWK");
    (key, serde_json::to_value(jwk).expect("JSON"))
}

impl Ehr {
    /// Registers a client with a key of its own, by whoever sits at the browser.
    pub async fn register(app: &TestApp, manager: &Raw, scopes: &[Scope]) -> Self {
        let (key, jwk) = p256();
        Self::register_key(app, manager, scopes, (key, jwk, Algorithm::ES256)).await
    }

    /// The same with a key made elsewhere.
    pub async fn register_key(
        app: &TestApp,
        manager: &Raw,
        scopes: &[Scope],
        (key, jwk, alg): (EncodingKey, Value, Algorithm),
    ) -> Self {
        let key_request = KeyRequest { public_key: jwk.to_string(), alg: None, kid: None };
        let request = ApiClientRequest {
            name: "レセコン".to_owned(),
            vendor: "青葉システム".to_owned(),
            scopes: scopes.to_vec(),
            key: key_request,
        };
        let client = manager.client().register_api_client(&request).await.expect("registered");
        let (http, origin) = (reqwest::Client::builder().build().expect("a client"), app.origin.clone());
        let now = app.clock.now().timestamp();
        Self { id: client.id, kid: client.keys[0].kid.clone(), key, alg, jwk, origin, http, now }
    }

    /// The header of a sound assertion.
    pub fn header(&self) -> Header {
        let mut header = Header::new(self.alg);
        header.typ = Some("client-authentication+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        header
    }

    /// The claims of a sound assertion.
    pub fn claims(&self) -> Value {
        json!({
            "iss": self.id, "sub": self.id, "aud": self.origin, "jti": Uuid::now_v7(),
            "iat": self.now, "exp": self.now + 300,
        })
    }

    /// An assertion with a header and claims.
    pub fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).expect("signed")
    }

    /// A sound assertion.
    pub fn assertion(&self) -> String {
        self.sign(&self.header(), &self.claims())
    }

    /// Asks for a token by an assertion.
    pub async fn ask(&self, assertion: &str) -> Response {
        self.ask_with(&form(assertion)).await
    }

    /// Asks for a token with a form.
    pub async fn ask_with(&self, form: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}/oauth2/token", self.origin));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        request.send().await.expect("an answer")
    }

    /// A token by a sound assertion.
    pub async fn token(&self) -> String {
        let answer = self.ask(&self.assertion()).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        answer.json::<TokenResponse>().await.expect("a token").access_token
    }

    /// A request with a token, without anything that a browser would add.
    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.origin)).bearer_auth(token)
    }

    /// A `GET` with a token.
    pub async fn get(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path, token).send().await.expect("an answer")
    }
}

/// The parameters of a request for a token.
pub fn form(assertion: &str) -> [(&str, &str); 3] {
    [("grant_type", GRANT_TYPE), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]
}
