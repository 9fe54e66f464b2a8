//! Every route as a scanner would look at it: the headers of each answer, the flags of each cookie, the methods that nobody
//! offers, the shape of each refusal, and what errors tell.

use std::collections::BTreeSet;

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use shared::ProblemKind;
use shared::account::SignInRequest;
use shared::token::TokenError;

use crate::authenticator::shown;
use crate::harness::{PASSWORD, Raw, TestApp, problem};
use crate::headers::{assert_cookies, assert_headers};

/// Pages, and files that are or were never there.
const STATIC: [&str; 8] =
    ["/", "/sign-in", "/audit", "/api/docs/", "/api/docs/swagger-ui.css", "/nothing.js", "/.git/config", "/a.wasm.map"];

/// Each operation of the contract: its path with something in the place of each parameter, its method, whether a browser's
/// session is asked for.
fn operations() -> Vec<(String, Method, bool)> {
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let mut filled = String::new();
        for part in path.split('/').skip(1) {
            filled.push('/');
            filled.push_str(match part {
                "{entry_day}" => "2026-11-22",
                "{kid}" => "key",
                parameter if parameter.starts_with('{') => "0199f3c0-0000-7000-8000-000000000000",
                plain => plain,
            });
        }
        for (method, operation) in item.as_object().expect("operations") {
            let asks = operation["security"]
                .as_array()
                .is_some_and(|all| !all.contains(&Value::Object([].into_iter().collect())));
            operations.push((filled.clone(), method.to_uppercase().parse().expect("a method"), asks));
        }
    }
    assert!(operations.len() > 40, "{} operations", operations.len());
    operations
}

fn paths() -> Vec<String> {
    let of_contract = operations().into_iter().map(|(path, ..)| path).collect::<BTreeSet<_>>();
    of_contract.into_iter().chain(STATIC.map(str::to_owned)).collect()
}

/// A refusal says why in the one shape of the contract, and of a kind that it knows; that of tokens, in OAuth's.
async fn assert_refusal(answer: Response, path: &str, what: &str) {
    let media = answer.headers().get("content-type").map_or("", |value| value.to_str().expect("text")).to_owned();
    if path == "/oauth2/token" {
        assert_eq!(media, "application/json", "{what}");
        let refusal: TokenError = answer.json().await.expect("an error of RFC 6749");
        assert!(!refusal.error.is_empty(), "{what}");
        return;
    }
    assert_eq!(media, "application/problem+json", "{what}");
    let (kind, refusal) = problem(answer).await;
    assert_eq!((refusal.status, refusal.title.as_str()), (kind.status(), kind.title()), "{what}");
}

async fn send(browser: &Raw, method: Method, path: &str) -> Response {
    let request = browser.request(method, path).header("Accept", "text/html,application/json");
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn every_route_answers_everybody_with_the_headers_refuses_by_a_problem_and_flags_its_cookies() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let mut refused = 0;
    for browser in [&app.browser(), &clinic.raw] {
        // Whatever ends the session comes last.
        let mut operations = operations();
        operations.sort_by_key(|(path, ..)| path.contains("sign-out"));
        for (path, method, _) in operations {
            let answer = send(browser, method.clone(), &path).await;
            let what = format!("{method} {path}: {}", answer.status());
            assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{what}");
            assert_headers(&answer, &path, &what);
            assert_cookies(&answer, &what);
            if answer.status().as_u16() >= 400 {
                assert_refusal(answer, &path, &what).await;
                refused += 1;
            }
        }
        for path in STATIC.iter().copied().chain(api::static_files::names()) {
            let path = format!("/{}", path.trim_start_matches('/'));
            let answer = send(browser, Method::GET, &path).await;
            assert_headers(&answer, &path, &path);
            if answer.status().as_u16() >= 400 {
                assert_refusal(answer, &path, &path).await;
            }
        }
    }
    // Whoever isn't signed in is refused nearly everything.
    assert!(refused > 40, "{refused} refusals");
}

#[tokio::test]
async fn every_cookie_of_a_sign_in_has_its_flags() {
    let app = TestApp::new().await;
    let unit = app.institution().await.organization;
    let (account, login_id) = app.account(&unit, false).await;
    let browser = app.browser();
    let request = SignInRequest { login_id, password: PASSWORD.to_owned() };
    for (path, body, expected) in [
        ("/api/v1/auth/sign-in", serde_json::to_value(request).expect("JSON"), vec!["__Host-pre", "__Host-sid"]),
        (
            "/api/v1/auth/second-factor",
            serde_json::to_value(shown(app.code(account).await)).expect("JSON"),
            vec!["__Host-sid", "__Host-pre", "__Host-device"],
        ),
        ("/api/v1/auth/sign-out", Value::Null, vec!["__Host-sid", "__Host-pre"]),
    ] {
        let answer = browser.post(path, &body).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        assert_eq!(assert_cookies(&answer, path), expected, "{path}");
    }
}

#[tokio::test]
async fn no_route_takes_a_method_that_echoes_or_opens_a_tunnel() {
    let app = TestApp::new().await;
    let (anonymous, clinic) = (app.browser(), app.institution().await);
    for path in paths() {
        for browser in [&anonymous, &clinic.raw] {
            let answer =
                browser.bare(Method::TRACE, &path).header("Cookie", "echo=me").send().await.expect("an answer");
            let status = answer.status();
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_headers(&answer, &path, &path);
            let (kind, refusal) = problem(answer).await;
            assert_eq!(kind, ProblemKind::MethodNotAllowed, "{path}");
            assert!(!format!("{refusal:?}").contains("echo=me"), "{path}");
        }
    }
}

/// Found by fuzzing: `/accounts/batches` was also the account whose id is `batches`.
#[tokio::test]
async fn a_path_has_the_methods_of_the_contract_and_says_so() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    for path in paths() {
        let known: Vec<Method> =
            operations().into_iter().filter(|(of, ..)| *of == path).map(|(_, method, _)| method).collect();
        if known.is_empty() {
            continue;
        }
        for method in methods.iter().filter(|method| !known.contains(method)) {
            let answer = send(&clinic.raw, method.clone(), &path).await;
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let allow = answer.headers()["allow"].to_str().expect("text").to_owned();
            let named = |method: &Method| allow.split(", ").any(|named| named == method.as_str());
            assert!(methods.iter().all(|method| named(method) == known.contains(method)), "{path}: {allow}");
        }
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let app = TestApp::new().await;
    let (anonymous, clinic) = (app.browser(), app.institution().await);
    let read: Vec<String> = operations()
        .into_iter()
        .filter(|(_, method, _)| *method == Method::GET)
        .map(|(path, ..)| path)
        .chain(STATIC.map(str::to_owned))
        .collect();
    for path in read {
        for browser in [&anonymous, &clinic.raw] {
            let get = send(browser, Method::GET, &path).await;
            let (status, headers) = (get.status(), get.headers().clone());
            // Read to its end: what is still being written takes a place of those that a caller may have.
            get.bytes().await.expect("a body");
            let head = send(browser, Method::HEAD, &path).await;
            assert_eq!(head.status(), status, "{path}");
            for name in ["content-type", "content-encoding", "content-disposition", "cache-control", "vary"] {
                assert_eq!(head.headers().get(name), headers.get(name), "{path}: {name}");
            }
            assert_headers(&head, &path, &path);
            assert_eq!(head.bytes().await.expect("no body").len(), 0, "{path}");
        }
    }
    let answer = send(&clinic.raw, Method::POST, "/api/v1/history").await;
    assert_eq!(answer.headers()["allow"], "GET, HEAD");
    assert_eq!(send(&clinic.raw, Method::HEAD, "/api/v1/reports").await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_error_tells_neither_version_nor_library_nor_path_on_the_disk() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let version = env!("CARGO_PKG_VERSION");
    for (method, path) in [
        (Method::GET, "/api/v1/nowhere"),
        (Method::GET, "/nothing.js"),
        (Method::PUT, "/api/v1/site"),
        (Method::GET, "/api/v1/reports/x"),
        (Method::GET, "/api/v1/history?days=x"),
        (Method::POST, "/api/v1/reports"),
        (Method::GET, "/..%2f..%2fetc%2fpasswd"),
    ] {
        let answer = send(&clinic.raw, method.clone(), path).await;
        assert!(answer.status().is_client_error(), "{method} {path}: {}", answer.status());
        let text = answer.text().await.expect("text").to_lowercase();
        for told in [version, "actix", "sqlx", "sea-orm", "rust", "panicked", "/src/", ".rs:"] {
            assert!(!text.contains(told), "{method} {path} tells {told}: {text}");
        }
    }
}

/// The files of the bundle, where it is built.
#[tokio::test]
async fn no_file_is_a_source_map_or_names_one_or_holds_a_key() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for name in api::static_files::names() {
        assert!(!name.ends_with(".map") && !name.starts_with('.'), "{name}");
        let file = browser.get(&format!("/{name}")).await.bytes().await.expect("a file");
        for told in ["sourceMappingURL", "PRIVATE KEY-----", "eyJhbGciOi"] {
            assert!(memchr::memmem::find(&file, told.as_bytes()).is_none(), "{name} has {told}");
        }
    }
}
