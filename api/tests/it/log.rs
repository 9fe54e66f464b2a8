//! What the program says: one JSON object a line, with the id by which a request is found again, and never what somebody
//! typed; and in the demo, the messages that it would have sent.

use std::collections::{BTreeMap, BTreeSet};

use api::auth::password::Passwords;
use api::clock::Clock;
use api::config::PasswordCost;
use api::store::account::{Created, NewAccount};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use shared::organization::OrganizationKind;
use shared::second_factor::FactorKind;
use uuid::Uuid;

use crate::codes;
use crate::database::{self, Place, execute};
use crate::program::{ORIGIN, Program, browser};

/// What is in requests and answers and in no line.
const TYPED: &str = "eleven-magpies-count-buttons";

/// All that the line of a request says.
const OF_REQUESTS: [&str; 9] =
    ["timestamp", "level", "message", "target", "request_id", "method", "path", "status", "micros"];

/// The lines, each of which must be a JSON object.
fn lines(said: &str) -> Vec<Value> {
    let line = |line: &str| -> Value {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(value.is_object(), "{line}");
        value
    };
    said.lines().map(line).collect()
}

fn id_of(answer: &Response) -> String {
    answer.headers()["x-request-id"].to_str().expect("text").to_owned()
}

/// The lines of requests, by the request's id; each request has one.
fn of_requests(lines: &[Value]) -> BTreeMap<&str, &Value> {
    let mut found = BTreeMap::new();
    for line in lines.iter().filter(|line| line["target"] == "nippo::request") {
        let fields: BTreeSet<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(fields, OF_REQUESTS.into_iter().collect(), "{line}");
        let id = line["request_id"].as_str().expect("text");
        assert!(found.insert(id, line).is_none(), "{id} has two lines");
    }
    found
}

#[tokio::test]
async fn every_line_is_json_and_a_request_is_found_by_the_id_of_its_answer() {
    let place = Place::new().await;
    // As loud as it can be about what is our own.
    let mut program = Program::serve_as(&place.url(), |command| {
        command.env("NIPPO_LOG", "info,api=trace,nippo=trace");
    });
    let http = browser();
    let mut answered = Vec::new();
    for (method, path, content) in [
        (Method::GET, "/health/live", None),
        (Method::GET, "/api/v1/site?password=eleven-magpies-count-buttons", None),
        (Method::GET, "/api/v1/nowhere", None),
        (Method::POST, "/api/v1/auth/sign-in", Some(json!({ "login_id": TYPED, "password": TYPED }).to_string())),
        (Method::POST, "/api/v1/auth/sign-in", Some(format!("{{\"login_id\":\"{TYPED}"))),
        (Method::POST, "/api/v1/auth/sign-in", Some(json!({ "eleven-magpies-count-buttons": 1 }).to_string())),
        (Method::POST, "/api/v1/reports", Some(json!({ "comment": TYPED }).to_string())),
    ] {
        let request = http.request(method.clone(), format!("{}{path}", program.address));
        let request = request.header("Origin", ORIGIN).header("X-Requested-By", "web");
        let request = request.header("Cookie", format!("__Host-sid={TYPED}; {TYPED}=1"));
        let request = request.header("Content-Type", "application/json").body(content.unwrap_or_default());
        let answer = request.send().await.expect("an answer");
        let path = path.split('?').next().expect("a path");
        answered.push((id_of(&answer), method.to_string(), path, answer.status().as_u16()));
    }
    let bearer = http.get(format!("{}/api/v1/reporting-day", program.address)).bearer_auth(TYPED);
    let answer = bearer.send().await.expect("an answer");
    answered.push((id_of(&answer), "GET".to_owned(), "/api/v1/reporting-day", answer.status().as_u16()));
    assert_eq!(
        answered.iter().map(|(.., status)| *status).collect::<Vec<_>>(),
        [200, 200, 404, 401, 400, 422, 401, 401]
    );

    let said = program.stop();
    let lines = lines(&said);
    let found = of_requests(&lines);
    for (id, method, path, status) in answered {
        let line = found.get(id.as_str()).unwrap_or_else(|| panic!("{method} {path} has no line"));
        assert_eq!((&line["method"], &line["path"], &line["status"]), (&json!(method), &json!(path), &json!(status)));
        assert!(line["micros"].is_u64() && line["level"] == "INFO", "{line}");
    }
    assert!(!said.contains(TYPED), "{said}");
    let messages: BTreeSet<_> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    assert!(messages.contains("listening") && messages.contains("stopped"), "from its beginning to its end");
}

#[tokio::test]
async fn a_damaged_hash_is_told_to_the_log_with_its_account_and_without_itself() {
    let place = Place::new().await;
    let (account_id, login_id) = (Uuid::now_v7(), "T-DAMAGED");
    let passwords = Passwords::new(PasswordCost::default()).expect("a cost");
    let phc = passwords.hash(TYPED).await.expect("a hash");
    let store = place.store(&Clock::system()).await;
    let db = place.connection().await;
    let new = NewAccount {
        id: account_id,
        login_id: login_id.to_owned(),
        organization_id: database::organization(&db, OrganizationKind::Prefecture, None).await.id,
        is_manager: false,
        display_name: "医事課".to_owned(),
        password_phc: phc.clone(),
        must_change_password: false,
    };
    assert_eq!(store.create_account(new).await.expect("written"), Created::Yes);
    drop(store);
    let cut = &phc[..phc.len() / 2];
    let damage = "UPDATE account SET password_phc = ? WHERE id = ?";
    execute(&db, damage, vec![cut.into(), account_id.into()]).await.expect("damaged");

    let mut program = Program::serve(&place.url());
    let sign_in = browser().post(format!("{}/api/v1/auth/sign-in", program.address));
    let sign_in = sign_in.header("Origin", ORIGIN).header("X-Requested-By", "web");
    let answer = sign_in.json(&json!({ "login_id": login_id, "password": TYPED })).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
    let said = program.stop();
    let lines = lines(&said);
    let errors: Vec<&Value> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["request_id"], id_of(&answer));
    assert_eq!(errors[0]["account_id"], account_id.to_string());
    assert!(errors[0]["damage"].as_str().is_some_and(|damage| !damage.is_empty()));
    let salt = cut.split('$').nth(4).expect("a salt");
    assert!(!said.contains(TYPED) && !said.contains(salt), "{said}");
}

#[tokio::test]
async fn the_demo_says_on_its_console_what_it_would_have_sent() {
    let place = Place::new().await;
    let mut program = Program::start(Program::demo(&place.url()));
    let client = program.demo_client(0).await;
    codes::enroll(&client, FactorKind::Sms, "090-1234-7709").await;
    let sent = client.demo_messages().await.expect("told").items;
    assert!(!sent.is_empty());
    let said = program.stop();
    for message in &sent {
        assert_eq!(message.to, "+819012347709");
        let line = format!("{}: {}", message.to, message.text);
        let shown = said.lines().filter(|said| said.ends_with(&line)).count();
        let alike = sent.iter().filter(|other| (&other.to, &other.text) == (&message.to, &message.text)).count();
        assert_eq!(shown, alike, "{line} in {said}");
    }
    let code = sent.iter().find_map(|message| crate::code_gateway::code_in(&message.text)).expect("a code");
    assert!(said.lines().any(|line| line.starts_with("sms +819012347709: ") && line.contains(&code)), "{said}");
}
