//! Every kind of problem can be had over HTTP, and each has its one shape.

use reqwest::Method;
use serde_json::json;
use shared::{ProblemKind, Rule};

use crate::harness::{TestApp, problem};

#[tokio::test]
async fn what_cannot_be_read_is_a_malformed_request() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for body in ["", "{", "[1,", "{}{}", "\u{0}"] {
        let request = browser.request(Method::POST, "/api/v1/auth/sign-in").header("Content-Type", "application/json");
        let answer = request.body(body).send().await.expect("an answer");
        assert_eq!(problem(answer).await.0, ProblemKind::MalformedRequest, "{body}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_a_rule_is_answered_with_a_pointer() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for (body, pointer, rule) in [
        (json!({ "login_id": "a" }), "/password", Rule::Required),
        (json!({ "login_id": "a", "password": 1 }), "/password", Rule::Malformed),
        (json!({ "login_id": "a", "password": "b", "role": "ministry" }), "/role", Rule::UnknownField),
        (json!([]), "", Rule::Malformed),
    ] {
        let (kind, problem) = problem(browser.post("/api/v1/auth/sign-in", &body).await).await;
        assert_eq!(kind, ProblemKind::InvalidRequest, "{body}");
        let violation = &problem.violations[0];
        assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule), "{body}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_not_found_and_a_wrong_method_names_the_right_ones() {
    let app = TestApp::new().await;
    let browser = app.browser();
    assert_eq!(problem(browser.get("/api/v1/nowhere").await).await.0, ProblemKind::NotFound);
    let posted = browser.bare(Method::POST, "/nowhere").send().await.expect("an answer");
    assert_eq!(problem(posted).await.0, ProblemKind::NotFound);
    for method in ["DELETE", "PUT", "TRACE", "FOO", "OPTIONS"] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = browser.bare(method.clone(), "/api/v1/auth/session").send().await.expect("an answer");
        assert_eq!(answer.headers().get("allow").map(|allow| allow.to_str().expect("text")), Some("GET"), "{method}");
        assert_eq!(problem(answer).await.0, ProblemKind::MethodNotAllowed, "{method}");
    }
}

#[tokio::test]
async fn a_fault_of_ours_tells_nothing_but_its_id() {
    let app = TestApp::new().await;
    let (account, login_id) = app.account(&app.centers[0], false).await;
    let sql = "UPDATE account SET password_phc = 'damaged' WHERE id = ?";
    crate::database::execute(app.db(), sql, vec![account.into()]).await.expect("damaged");
    let body = json!({ "login_id": login_id, "password": "x" });
    let (kind, problem) = problem(app.browser().post("/api/v1/auth/sign-in", &body).await).await;
    assert_eq!((kind, problem.detail), (ProblemKind::InternalError, None));
}
