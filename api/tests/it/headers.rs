//! Headers that every answer has, whatever it is: each value as a whole, as a reviewer of the service's safety reads it.

use std::collections::BTreeSet;

use reqwest::{Method, Response};

use crate::harness::TestApp;

/// The policy of our own pages, and of all that is no page.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; object-src 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// That of the documentation, whose library writes style attributes.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' \
                              data:; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; \
                              form-action 'self'; frame-ancestors 'none'";

/// Passkeys are asked for, and a code is copied; nothing else of what a browser offers is used.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
                           encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
                           screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=(), \
                           publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self)";

const NOT_KEPT: &str = "no-store";
const ASKED_AGAIN: &str = "no-cache";
const KEPT_FOR_EVER: &str = "public, max-age=31536000, immutable";

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let mut all = answer.headers().get_all(name).iter();
    let value = all.next().map_or("", |value| value.to_str().expect("text"));
    assert!(all.next().is_none(), "{name} is there once");
    value
}

/// Where an answer may be kept: a program's files, whose names carry their hash, for ever; the pages that load them, the
/// contract and its documentation as long as they hold; whatever else is answered nowhere.
fn caching(path: &str, status: u16) -> &'static str {
    let name = path.trim_start_matches('/');
    let names_a_file = api::static_files::names().any(|file| file == name);
    match path {
        _ if status >= 400 => NOT_KEPT,
        "/api/openapi.json" => ASKED_AGAIN,
        _ if path.starts_with("/api/docs/") => ASKED_AGAIN,
        _ if names_a_file && !path.ends_with(".html") => KEPT_FOR_EVER,
        _ if names_a_file => ASKED_AGAIN,
        "/" | "/sign-in" | "/audit" => ASKED_AGAIN,
        _ => NOT_KEPT,
    }
}

/// Every header of an answer that protects whoever reads it has its whole value, and none tells who answers.
pub fn assert_headers(answer: &Response, path: &str, what: &str) {
    let status = answer.status().as_u16();
    let is_docs = path.starts_with("/api/docs/") && status < 400;
    for (name, expected) in [
        ("content-security-policy", if is_docs { POLICY_OF_DOCS } else { POLICY }),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("permissions-policy", PERMISSIONS),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", caching(path, status)),
    ] {
        assert_eq!(header(answer, name), expected, "{what}: {name}");
    }
    header(answer, "x-request-id").parse::<uuid::Uuid>().unwrap_or_else(|error| panic!("{what}: {error}"));
    for never in [
        "server",
        "x-powered-by",
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "sourcemap",
        "x-sourcemap",
    ] {
        assert!(answer.headers().get(never).is_none(), "{what}: {never}");
    }
}

/// Each cookie that an answer sets or clears is for this host alone, for no script and for no other site, and lasts as long
/// as the browser runs; but what names a device that signed in before outlives the session, since it lets nobody in.
/// Returns their names.
pub fn assert_cookies(answer: &Response, what: &str) -> Vec<String> {
    let mut names = Vec::new();
    for cookie in answer.headers().get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
        let attributes: Vec<&str> = parts.collect();
        let mut expected = BTreeSet::from(["HttpOnly", "SameSite=Strict", "Secure", "Path=/"]);
        match name {
            "__Host-sid" | "__Host-pre" if value.is_empty() => drop(expected.insert("Max-Age=0")),
            "__Host-sid" | "__Host-pre" => {}
            // 180 days.
            "__Host-device" => drop(expected.insert("Max-Age=15552000")),
            _ => panic!("{what}: {cookie}"),
        }
        assert_eq!(attributes.len(), expected.len(), "{what}: {cookie}");
        assert_eq!(attributes.into_iter().collect::<BTreeSet<_>>(), expected, "{what}: {cookie}");
        names.push(name.to_owned());
    }
    names
}

#[tokio::test]
async fn what_the_contract_does_not_name_has_the_headers_too() {
    let app = TestApp::new().await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    for (path, status) in [
        ("/", 200),
        ("/api/docs", 308),
        ("/api/docs/", 200),
        ("/api/docs/nowhere.js", 404),
        ("/api/openapi.json", 200),
        ("/.well-known/oauth-authorization-server", 200),
        ("/oauth2/jwks", 200),
        ("/problems/not-found", 200),
        ("/problems/nonsense", 404),
        ("/api/v1/nowhere", 404),
        ("/nowhere.js", 404),
    ] {
        let answer = http.get(format!("{}{path}", app.origin)).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
        assert_headers(&answer, path, path);
    }
}

#[tokio::test]
async fn a_refusal_before_any_route_has_the_headers_too() {
    let app = TestApp::with(|config| config.limits.in_flight = 0).await;
    let answer = app.browser().get("/api/v1/site").await;
    assert_eq!(answer.status(), 503);
    assert_headers(&answer, "/api/v1/site", "busy");
}

#[tokio::test]
async fn two_requests_have_two_ids() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let (one, other) = (browser.get("/health/live").await, browser.get("/health/live").await);
    assert_ne!(header(&one, "x-request-id"), header(&other, "x-request-id"));
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_holds() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let answer = clinic.raw.request(Method::POST, "/api/v1/auth/sign-out").send().await.expect("an answer");
    assert_eq!(header(&answer, "clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(answer.status(), 204);
}
