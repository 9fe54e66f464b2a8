//! Signing in, being signed in, and signing out.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::account::{CeremonyStep, NextStep, PasswordChangeRequest, SignInRequest};
use shared::client::ClientError;
use shared::{ProblemKind, Rule};

use crate::authenticator;
use crate::database::{execute, number};
use crate::harness::{PASSWORD, TestApp, problem};

const NEW: &str = "seven herons read newspapers";

fn kind<T: std::fmt::Debug>(result: Result<T, ClientError>) -> ProblemKind {
    match result.expect_err("refused") {
        ClientError::Problem(problem) => problem.kind().expect("a known kind"),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn who_signs_in_is_known_until_signing_out() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let session = clinic.client.session().await.expect("a session");
    assert_eq!((session.account_id, &session.organization), (clinic.account_id, &clinic.organization));
    assert_eq!(session.ends_at, app.clock.now() + TimeDelta::hours(12));
    clinic.client.sign_out().await.expect("signed out");
    assert_eq!(kind(clinic.client.session().await), ProblemKind::SignInRequired);
}

#[tokio::test]
async fn every_failure_has_the_same_answer() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (disabled, disabled_login) = app.account(&clinic.organization, false).await;
    app.disable(disabled).await;
    let browser = app.browser();
    let mut answers = Vec::new();
    for (login_id, password) in
        [(clinic.login_id.as_str(), "wrong"), ("P99-9999-X", PASSWORD), (&disabled_login, PASSWORD), ("", "")]
    {
        let body = json!({ "login_id": login_id, "password": password });
        let (kind, mut problem) = problem(browser.post("/api/v1/auth/sign-in", &body).await).await;
        assert_eq!(kind, ProblemKind::SignInFailed);
        problem.instance = None;
        answers.push(serde_json::to_string(&problem).expect("serializes"));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(kind(browser.client().session().await), ProblemKind::SignInRequired);
}

/// An answer's status and body, without the id of its request.
async fn told(answer: reqwest::Response) -> (StatusCode, String) {
    let status = answer.status();
    let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    (status, answer.text().await.expect("text").replace(&id, ""))
}

#[tokio::test]
async fn a_secret_whose_hash_is_damaged_is_answered_like_a_wrong_one() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let code = authenticator::RECOVERY_CODES[0];
    let sign_in = |password: &str| json!({ "login_id": clinic.login_id, "password": password });
    let change = |password: &str| json!({ "current_password": password, "new_password": NEW });
    let show = |code: &str| json!({ "method": "recovery_code", "code": code });
    let half_way = async || {
        let browser = app.browser();
        assert_eq!(browser.post("/api/v1/auth/sign-in", &sign_in(PASSWORD)).await.status(), StatusCode::OK);
        browser
    };
    // Each of an attempt of its own: the answer tells how many tries are left.
    let [first, second] = [half_way().await, half_way().await];
    let ask = async |wrong: bool| {
        let half_way = if wrong { &first } else { &second };
        let (password, code) = if wrong { ("wrong", "ABCD-EFGH-JKMN-PQRS") } else { (PASSWORD, code) };
        [
            told(app.browser().post("/api/v1/auth/sign-in", &sign_in(password)).await).await,
            told(half_way.post("/api/v1/auth/second-factor", &show(code)).await).await,
            told(clinic.raw.post("/api/v1/auth/password", &change(password)).await).await,
        ]
    };
    let wrong = ask(true).await;
    assert_eq!(wrong.each_ref().map(|(status, _)| status.as_u16()), [401, 401, 422]);
    for (table, column, id) in [("account", "password_phc", "id"), ("recovery_code", "phc", "account_id")] {
        let damage = format!("UPDATE {table} SET {column} = 'x' || {column} WHERE {id} = ?");
        assert!(execute(app.db(), &damage, vec![clinic.account_id.into()]).await.expect("damaged") > 0, "{table}");
    }
    assert_eq!(ask(false).await, wrong);
}

#[tokio::test]
async fn a_login_id_is_found_in_whatever_width_and_case_it_is_typed() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let wide: String = clinic.login_id.to_lowercase().chars().map(widen).collect();
    let request = SignInRequest { login_id: format!(" {wide} "), password: PASSWORD.to_owned() };
    let step = app.browser().client().sign_in(&request).await.expect("the password is right");
    assert_eq!(step.next, NextStep::SecondFactor);
}

fn widen(narrow: char) -> char {
    char::from_u32(u32::from(narrow) + 0xFEE0).expect("a wide form")
}

#[tokio::test]
async fn the_first_password_must_be_changed_before_anything_else() {
    let app = TestApp::new().await;
    let (_, login_id) = app.account(&app.centers[0], true).await;
    let client = app.browser().client();
    let step = app.sign_in(&client, &login_id, PASSWORD).await.expect("half way");
    assert_eq!((step.next, step.session), (NextStep::ChangePassword, None));
    assert_eq!(kind(client.session().await), ProblemKind::SignInUnfinished);
    let step = client.change_password(&change(PASSWORD, NEW)).await.expect("changed");
    assert_eq!(step.next, NextStep::Done);
    assert_eq!(client.session().await.ok(), step.session);
}

fn change(current: &str, new: &str) -> PasswordChangeRequest {
    PasswordChangeRequest { current_password: current.to_owned(), new_password: new.to_owned() }
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let elsewhere = app.browser().client();
    app.sign_in(&elsewhere, &clinic.login_id, PASSWORD).await.expect("signed in");
    clinic.client.change_password(&change(PASSWORD, NEW)).await.expect("changed");
    assert_eq!(kind(elsewhere.session().await), ProblemKind::SignInRequired);
    clinic.client.session().await.expect("still signed in");
    assert_eq!(kind(app.sign_in(&elsewhere, &clinic.login_id, PASSWORD).await), ProblemKind::SignInFailed);
    app.clock.advance(TimeDelta::seconds(30));
    app.sign_in(&elsewhere, &clinic.login_id, NEW).await.expect("signed in");
}

#[tokio::test]
async fn a_new_password_is_refused_with_the_rule_that_it_breaks() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    // The name of the health center above, which everybody knows who knows the clinic.
    let of_center = format!("{}!Xq7", app.centers[0].name);
    for (current, new, pointer, rule) in [
        (PASSWORD, of_center.as_str(), "/new_password", Rule::PasswordTooWeak),
        ("wrong", NEW, "/current_password", Rule::PasswordWrong),
        (PASSWORD, PASSWORD, "/new_password", Rule::PasswordUnchanged),
        (PASSWORD, "short", "/new_password", Rule::PasswordTooShort),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "/new_password", Rule::PasswordTooWeak),
    ] {
        let ClientError::Problem(problem) =
            clinic.client.change_password(&change(current, new)).await.expect_err("refused")
        else {
            panic!("a problem was expected")
        };
        assert_eq!(problem.kind(), Some(ProblemKind::InvalidRequest));
        assert_eq!((problem.violations[0].pointer.as_str(), problem.violations[0].rule), (pointer, rule));
    }
}

#[tokio::test]
async fn a_password_that_is_easy_to_guess_is_refused_with_the_reasons() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let center = format!("{}!Xq7", app.centers[0].name);
    for (password, reasons) in [
        ("password12345", json!(["common_password", "sequence"])),
        ("p@$$w0rdp@$$w0rd", json!(["common_password", "repeats", "disguised"])),
        (center.as_str(), json!(["known_word"])),
    ] {
        let body = json!({ "current_password": PASSWORD, "new_password": password });
        let answer = clinic.raw.post("/api/v1/auth/password", &body).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = answer.json().await.expect("JSON");
        assert_eq!(problem["violations"][0]["rule"], "password_too_weak");
        assert_eq!(problem["violations"][0]["reasons"], reasons, "{password}");
    }
    // What has another rule has no such member.
    let body = json!({ "current_password": PASSWORD, "new_password": "short" });
    let answer = clinic.raw.post("/api/v1/auth/password", &body).await;
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(problem["violations"][0].get("reasons"), None);
}

#[tokio::test]
async fn five_wrong_current_passwords_end_the_session() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for _ in 0..5 {
        assert_eq!(kind(clinic.client.change_password(&change("wrong", NEW)).await), ProblemKind::InvalidRequest);
    }
    assert_eq!(kind(clinic.client.session().await), ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_session_lives_half_an_hour_after_its_last_request_and_twelve_hours_in_all() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for _ in 0..24 {
        app.clock.advance(TimeDelta::minutes(29));
        clinic.client.session().await.expect("still signed in");
    }
    app.clock.advance(TimeDelta::minutes(24));
    assert_eq!(kind(clinic.client.session().await), ProblemKind::SignInRequired);
    let other = app.institution().await;
    app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(kind(other.client.session().await), ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_its_next_request() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    app.disable(clinic.account_id).await;
    assert_eq!(kind(clinic.client.session().await), ProblemKind::SignInRequired);
}

#[tokio::test]
async fn the_session_cookie_is_strict_and_its_id_is_nowhere_stored() {
    let app = TestApp::new().await;
    let (account, login_id) = app.account(&app.centers[0], false).await;
    let browser = app.browser();
    let body = json!({ "login_id": login_id, "password": PASSWORD });
    assert_eq!(browser.post("/api/v1/auth/sign-in", &body).await.status(), StatusCode::OK);
    let body = json!({ "method": "totp", "code": app.code(account).await });
    let answer = browser.post("/api/v1/auth/second-factor", &body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookies: Vec<String> =
        answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text").to_owned()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-sid=")).expect("a session cookie");
    for part in ["; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Domain") && !session.contains("Max-Age"));
    let step: CeremonyStep = answer.json().await.expect("a step");
    assert_eq!(step.next, NextStep::Done);
    let sql = "SELECT COUNT(*) FROM session WHERE length(id_hash) = 32";
    assert_eq!(number(app.db(), sql).await, 1);
}

#[tokio::test]
async fn signing_in_out_and_failing_leave_their_events() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for _ in 0..3 {
        let wrong = SignInRequest { login_id: clinic.login_id.clone(), password: "wrong".to_owned() };
        assert_eq!(kind(app.browser().client().sign_in(&wrong).await), ProblemKind::SignInFailed);
    }
    clinic.client.sign_out().await.expect("signed out");
    app.clock.advance(TimeDelta::minutes(2));
    api::handlers::auth::record_failures(&app.state, Some(app.clock.now())).await.expect("recorded");
    let count = |action: &str, part: &str| {
        format!("SELECT COUNT(*) FROM audit_event WHERE action = '{action}' AND content LIKE '%{part}%'")
    };
    assert_eq!(number(app.db(), &count("sign_in", r#""outcome":"second_factor""#)).await, 1);
    assert_eq!(number(app.db(), &count("sign_in", r#""outcome":"ok""#)).await, 1);
    assert_eq!(number(app.db(), &count("sign_in", r#""count":3"#)).await, 1);
    assert_eq!(number(app.db(), &count("sign_out", "")).await, 1);
    assert_eq!(number(app.db(), &count("create_account", "")).await, 1);
}
