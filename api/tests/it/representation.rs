//! Answers that are compressed, and answers that their caller has already.

use std::io::Read as _;

use chrono::TimeDelta;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::harness::{PASSWORD, Raw, TestApp};
use crate::reports::report;

async fn accepting(browser: &Raw, path: &str, codings: &str) -> Response {
    browser.bare(Method::GET, path).header("Accept-Encoding", codings).send().await.expect("an answer")
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().expect("text"))
}

async fn inflated(answer: Response) -> Value {
    let bytes = answer.bytes().await.expect("a body");
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
    serde_json::from_slice(&plain).expect("JSON")
}

#[tokio::test]
async fn a_long_answer_is_compressed_for_who_takes_gzip() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let path = "/api/v1/history?days=30";
    let plain = accepting(&clinic.raw, path, "identity").await;
    assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), (None, Some("Accept-Encoding")));
    let plain = plain.bytes().await.expect("a body");
    let short = accepting(&clinic.raw, path, "br, gzip").await;
    assert_eq!((header(&short, "content-encoding"), header(&short, "vary")), (Some("gzip"), Some("Accept-Encoding")));
    assert_eq!((header(&short, "cache-control"), header(&short, "transfer-encoding")), (Some("no-store"), None));
    let length: usize = header(&short, "content-length").expect("a length").parse().expect("a number");
    assert!(length * 4 < plain.len(), "{length} of {} bytes", plain.len());
    assert_eq!(inflated(short).await, serde_json::from_slice::<Value>(&plain).expect("JSON"));
}

#[tokio::test]
async fn short_answers_refusals_and_what_lies_near_a_secret_are_never_compressed() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for path in ["/api/v1/history?days=1", "/api/v1/site", "/api/v1/auth/session", "/api/v1/nowhere"] {
        let answer = accepting(&clinic.raw, path, "gzip").await;
        assert_eq!(header(&answer, "content-encoding"), None, "{path}");
    }
    // A name that makes the answer to a sign-in as long as answers get.
    let long = "あ".repeat(600);
    let db = app.db();
    let sql = "UPDATE account SET display_name = ? WHERE id = ?";
    crate::database::execute(db, sql, vec![long.into(), clinic.account_id.into()]).await.expect("renamed");
    let body = serde_json::json!({ "login_id": clinic.login_id, "password": PASSWORD });
    assert_eq!(clinic.raw.post("/api/v1/auth/sign-in", &body).await.status(), StatusCode::OK);
    let body = crate::authenticator::shown(app.code(clinic.account_id).await);
    let sign_in =
        clinic.raw.request(Method::POST, "/api/v1/auth/second-factor").header("Accept-Encoding", "gzip").json(&body);
    let session = clinic.raw.bare(Method::GET, "/api/v1/auth/session").header("Accept-Encoding", "gzip");
    for request in [sign_in, session] {
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status(), header(&answer, "content-encoding")), (StatusCode::OK, None));
        assert!(answer.bytes().await.expect("a body").len() > 1024);
    }
}

#[tokio::test]
async fn the_documentation_is_compressed_once_and_the_contract_moves_with_the_day() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let path = "/api/openapi.json";
    let script = accepting(&browser, "/api/docs/swagger-ui-bundle.js", "gzip").await;
    assert_eq!(header(&script, "content-encoding"), Some("gzip"));
    let tag = header(&script, "etag").expect("a tag").to_owned();
    let again = browser.bare(Method::GET, "/api/docs/swagger-ui-bundle.js").header("If-None-Match", &tag).send();
    assert_eq!(again.await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
    let example = |document: &Value| {
        document["paths"]["/api/v1/reports"]["post"]["requestBody"]["content"]["application/json"]["example"]["entry_day"]
            .clone()
    };
    let answer = accepting(&browser, path, "gzip").await;
    assert_eq!(header(&answer, "content-encoding"), Some("gzip"));
    let tag = header(&answer, "etag").expect("a tag").to_owned();
    assert_eq!(example(&inflated(answer).await), "2026-11-22");
    let known = || browser.bare(Method::GET, path).header("If-None-Match", &tag).send();
    assert_eq!(known().await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
    app.clock.advance(TimeDelta::days(1));
    let answer = known().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(example(&answer.json().await.expect("JSON")), "2026-11-23");
}

#[tokio::test]
async fn who_polls_is_told_only_when_something_changed() {
    let app = TestApp::new().await;
    let (clinic, other) = (app.institution().await, app.institution().await);
    let ask = async |path: &str, tag: &str| {
        clinic.raw.bare(Method::GET, path).header("If-None-Match", tag).send().await.expect("an answer")
    };
    let mut tags = Vec::new();
    for path in ["/api/v1/reporting-day", "/api/v1/history"] {
        let answer = ask(path, "\"nothing\"").await;
        assert_eq!((answer.status(), header(&answer, "cache-control")), (StatusCode::OK, Some("no-store")));
        tags.push((path, header(&answer, "etag").expect("a tag").to_owned()));
    }
    // Time passes, and somebody else reports: what this caller knows still holds.
    app.clock.advance(TimeDelta::minutes(5));
    other.client.submit_report("other", &report(app.today(), [1; 14])).await.expect("accepted");
    for (path, tag) in &tags {
        let answer = ask(path, tag).await;
        assert_eq!(
            (answer.status(), header(&answer, "etag")),
            (StatusCode::NOT_MODIFIED, Some(tag.as_str())),
            "{path}"
        );
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.bytes().await.expect("a body").len(), 0, "{path}");
    }
    clinic.client.submit_report("own", &report(app.today(), [1; 14])).await.expect("accepted");
    for (path, tag) in &tags {
        assert_eq!(ask(path, tag).await.status(), StatusCode::OK, "{path}");
    }
}
