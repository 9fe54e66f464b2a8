//! The demo country, served: its examples can be sent as they stand, and it is alive on every day.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use api::app::AppState;
use api::auth::SessionTimes;
use api::auth::password::Passwords;
use api::auth::totp;
use api::clock::Clock;
use api::config::Config;
use api::demo;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use shared::ProblemKind;
use shared::account::SignInRequest;
use shared::client::Client;
use shared::history::{DayState, HistoryQuery};
use shared::organization::OrganizationKind;
use shared::second_factor::{
    ChallengeRequest, CodeLanguage, DemoCode, DemoCodeQuery, EnrollmentRequest, FactorKind, SecondFactorMethod,
    SecondFactorRequest,
};
use shared::site::DemoAccount;
use uuid::Uuid;

use crate::codes;
use crate::database::Place;
use crate::harness::{Raw, problem};
use crate::program::enter_demo;

/// An evening far from the day of the examples, in another month and year.
const EVENING: &str = "2027-02-28T18:20:00+09:00";

struct Demo {
    place: Place,
    origin: String,
    clock: Clock,
    server: actix_web::dev::ServerHandle,
}

impl Demo {
    /// A demo as `serve --demo` prepares it at an instant.
    async fn at(place: Place, now: DateTime<Utc>) -> Self {
        Self::with(place, now, |_| {}).await
    }

    /// The same country, served with settings that differ.
    async fn with(place: Place, now: DateTime<Utc>, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut config = Config::for_tests(address).expect("a configuration");
        let passwords = Passwords::new(config.password_cost).expect("a cost");
        demo::prepare(&place.location, now, &passwords).await.expect("prepared");
        let clock = Clock::fixed(now);
        let store = place.store(&clock).await;
        config.data_keys = demo::data_keys(&store).await.expect("a key");
        change(&mut config);
        let accounts = demo::listed_accounts();
        let state = AppState::new(config, store, SessionTimes::default(), accounts).expect("a state");
        let server = api::serve::start(Arc::clone(&state), listener).expect("a server");
        let handle = server.handle();
        tokio::spawn(server);
        Self { place, origin: format!("http://{address}"), clock, server: handle }
    }

    fn browser(&self) -> Raw {
        let http = reqwest::Client::builder().cookie_store(true);
        Raw { http: http.build().expect("a client"), origin: self.origin.clone() }
    }

    async fn signed_in(&self, account: &DemoAccount) -> Raw {
        let browser = self.browser();
        // A code works once.
        self.clock.advance(TimeDelta::seconds(30));
        enter_demo(&browser.client(), account).await;
        browser
    }

    async fn stopped(self) -> Place {
        self.server.stop(false).await;
        self.place
    }
}

fn evening() -> DateTime<Utc> {
    EVENING.parse().expect("an instant")
}

/// The accounts that the demo tells everybody.
fn account(fits: impl Fn(&DemoAccount) -> bool) -> DemoAccount {
    demo::listed_accounts().into_iter().find(fits).expect("an account")
}

#[tokio::test]
async fn every_operation_of_the_contract_takes_its_own_example() {
    let demo = Demo::at(Place::new().await, evening()).await;
    let document: Value = demo.browser().get("/api/openapi.json").await.json().await.expect("JSON");
    let sign_in = &document["paths"]["/api/v1/auth/sign-in"]["post"]["requestBody"]["content"]["application/json"];
    let shown = account(|account| account.login_id == sign_in["example"]["login_id"]);
    assert_eq!(shown.password, sign_in["example"]["password"]);
    // Whose password is changed can't sign in by the example any more.
    let other =
        account(|account| account.password == shown.password && account.organization_id != shown.organization_id);
    let manager = account(|account| account.is_manager && account.organization_id == shown.organization_id);
    let (center, prefecture) =
        (first_manager(OrganizationKind::HealthCenter), first_manager(OrganizationKind::Prefecture));
    let mut asked = 0;
    // What only reads comes first, and what is made comes last.
    for method in ["get", "put", "patch", "delete", "post"] {
        for (path, item) in document["paths"].as_object().expect("paths") {
            let Some(operation) = item.get(method) else { continue };
            // An assertion can't be an example: it is good for minutes, and once. `tokens.rs` has the demo's client.
            if operation["operationId"] == "issue_token" {
                continue;
            }
            let as_whom = match (operation["operationId"].as_str(), operation["tags"][0].as_str()) {
                (Some("change_password"), _) => &other,
                (Some("move_unit" | "correct_report"), _) | (_, Some("policies")) => &prefecture,
                (_, Some("accounts" | "collection" | "coverage" | "organizations")) => &center,
                (_, Some("summaries")) => &prefecture,
                (_, Some("API clients")) => &manager,
                _ => &shown,
            };
            let answer = demo.ask(as_whom, method, path, operation).await;
            let (status, body) = (answer.status(), answer.text().await.expect("a body"));
            let documented = operation["responses"].get(status.as_str()).is_some();
            assert!(status.is_success() && documented, "{method} {path}: {status} {body}");
            asked += 1;
        }
    }
    assert!(asked > 15, "{asked} operations");
}

/// The first manager of a kind: that of the examples' center, or of their prefecture.
fn first_manager(kind: OrganizationKind) -> DemoAccount {
    account(|account| account.organization_kind == kind && account.is_manager)
}

/// A telephone that its owner has just enrolled.
async fn telephone(client: &Client) -> Uuid {
    codes::enroll(client, FactorKind::Sms, "090-1234-7709").await
}

impl Demo {
    /// Sends an operation's own example as an account. What lives for a moment only, a code, an enrollment, a second
    /// factor or session to be given up, stands in no example: it is made here and put in the place of the one shown.
    async fn ask(&self, account: &DemoAccount, method: &str, path: &str, operation: &Value) -> reqwest::Response {
        let mut operation = operation.clone();
        let browser = self.signed_in(account).await;
        let client = browser.client();
        self.clock.advance(TimeDelta::seconds(30));
        let query = DemoCodeQuery { login_id: account.login_id.clone() };
        let told = client.demo_code(&query).await.expect("the demo tells").code.expect("a code");
        let operation_id = operation["operationId"].as_str().expect("an id").to_owned();
        let example = &mut operation["requestBody"]["content"]["application/json"]["example"];
        let replace_id = |path: &str, id: Uuid| path.replace("{id}", &id.to_string());
        let path = match operation_id.as_str() {
            "show_second_factor" => {
                let (login_id, password) = (account.login_id.clone(), account.password.clone());
                client.sign_in(&SignInRequest { login_id, password }).await.expect("the password is right");
                example["code"] = told.into();
                path.to_owned()
            }
            "step_up" => {
                example["code"] = told.into();
                path.to_owned()
            }
            "confirm_enrollment" => {
                let (id, code) = enrollment(&client, self.clock.now()).await;
                example["code"] = code.into();
                replace_id(path, id)
            }
            "remove_second_factor" => {
                let (id, code) = enrollment(&client, self.clock.now()).await;
                client.confirm_enrollment(id, &code.into()).await.expect("confirmed");
                replace_id(path, id)
            }
            "begin_challenge" => {
                example["factor_id"] = telephone(&client).await.to_string().into();
                self.clock.advance(TimeDelta::seconds(30));
                path.to_owned()
            }
            "get_challenge" => {
                let factor_id = Some(telephone(&client).await);
                let request =
                    ChallengeRequest { method: SecondFactorMethod::Voice, factor_id, language: CodeLanguage::Ja };
                replace_id(path, client.begin_challenge(&request).await.expect("begun").challenge_id)
            }
            "end_session" => replace_id(path, client.sessions().await.expect("listed").items[0].id),
            _ => path.to_owned(),
        };
        ask(&browser, method, &path, &operation).await
    }
}

/// A factor that was begun to be enrolled, and its present code.
async fn enrollment(client: &Client, now: DateTime<Utc>) -> (Uuid, String) {
    let request = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
    let begun = client.enroll(&request).await.expect("begun");
    let seed = data_encoding::BASE32_NOPAD.decode(begun.secret.expect("a seed").as_bytes()).expect("base 32");
    (begun.id, totp::code_of(&seed, totp::step_of(now)).expect("a code"))
}

/// Sends an operation's own example.
async fn ask(browser: &Raw, method: &str, path: &str, operation: &Value) -> reqwest::Response {
    let (mut url, mut query, mut headers) = (path.to_owned(), BTreeMap::new(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let text = match parameter.get("example") {
            None => continue,
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match parameter["in"].as_str() {
            Some("path") => url = url.replace(&format!("{{{name}}}"), &text),
            Some("query") => drop(query.insert(name.to_owned(), text)),
            _ => headers.push((name.to_owned(), text)),
        }
    }
    let method: Method = method.to_uppercase().parse().expect("a method");
    let mut request = browser.request(method, &url).query(&query);
    for (name, text) in headers {
        request = request.header(name, text);
    }
    let example = &operation["requestBody"]["content"]["application/json"]["example"];
    if !example.is_null() {
        request = request.json(example);
    }
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn at_each_start_the_days_until_yesterday_have_happened_and_two_units_of_each_center_are_missing() {
    let mut place = Place::new().await;
    // A Sunday evening, the Monday after it, and ten days later.
    for days in [0, 1, 11] {
        let now = evening() + TimeDelta::days(days);
        let demo = Demo::at(place, now).await;
        let clinic = account(|account| account.organization_kind == OrganizationKind::Institution);
        let of_days = HistoryQuery { days: Some(36), ..HistoryQuery::default() };
        let history = demo.signed_in(&clinic).await.client().history(&of_days).await.expect("a history");
        let known = history.items.iter().filter(|item| item.state != DayState::Missing).count();
        assert!(known > 30, "{known} days of 36 are known on day {days}");
        assert_eq!(history.items[0].state, DayState::Missing, "today, on day {days}");
        for (center, missing) in missing_today(&demo).await {
            assert!(missing >= 2, "{center}: {missing} on day {days}");
        }
        place = demo.stopped().await;
    }
}

/// The worst that could happen to an installation: the demo's accounts are in its database, with passwords and seeds that
/// everybody knows.
#[tokio::test]
async fn what_is_not_a_demo_tells_neither_codes_nor_messages_nor_accounts_whatever_its_database_holds() {
    let shown = account(|account| account.organization_kind == OrganizationKind::Institution);
    let code = format!("/api/v1/demo/codes?login_id={}", shown.login_id);
    let told = [code.as_str(), "/api/v1/demo/listed-codes", "/api/v1/demo/messages"];
    let demo = Demo::at(Place::new().await, evening()).await;
    let site: Value = demo.browser().get("/api/v1/site").await.json().await.expect("JSON");
    assert_eq!((&site["demo"], &site["demo_accounts"][0]["role"]), (&Value::Bool(true), &"institution".into()));
    for path in told {
        assert_eq!(demo.browser().get(path).await.status(), StatusCode::OK, "{path}");
    }

    let earnest = Demo::with(demo.stopped().await, evening(), |config| config.demo = false).await;
    let browser = earnest.browser();
    let site: Value = browser.get("/api/v1/site").await.json().await.expect("JSON");
    assert_eq!((&site["demo"], site.get("demo_accounts")), (&Value::Bool(false), None));
    for path in told {
        assert_eq!(problem(browser.get(path).await).await.0, ProblemKind::NotFound, "{path}");
    }
}

#[tokio::test]
async fn the_next_code_of_every_listed_account_is_told_at_once_and_a_used_one_no_more() {
    let demo = Demo::at(Place::new().await, evening()).await;
    let listed = async || demo.browser().client().demo_codes().await.expect("the demo tells").items;
    let before = listed().await;
    let login_ids = before.iter().map(|one| one.login_id.clone()).collect::<Vec<_>>();
    let accounts = demo::listed_accounts().into_iter().map(|account| account.login_id).collect::<Vec<_>>();
    assert_eq!(login_ids, accounts, "all have an app from the start");
    let clinic = account(|account| account.organization_kind == OrganizationKind::Institution);
    let of_clinic = |told: &[DemoCode]| told.iter().find(|one| one.login_id == clinic.login_id).cloned();
    let alone = demo.browser().client();
    // Three steps are taken at a time: after as many sign-ins the clinic has to wait, and nobody else has.
    for _ in 0..3 {
        let shown = of_clinic(&listed().await).expect("listed");
        let query = DemoCodeQuery { login_id: clinic.login_id.clone() };
        assert_eq!(alone.demo_code(&query).await.expect("told"), shown);
        let request = SecondFactorRequest::code(SecondFactorMethod::Totp, shown.code.expect("a code"));
        let browser = demo.browser().client();
        let sign_in = SignInRequest { login_id: clinic.login_id.clone(), password: clinic.password.clone() };
        browser.sign_in(&sign_in).await.expect("right");
        browser.second_factor(&request).await.expect("the code that is listed is taken");
    }
    let after = listed().await;
    let spent = of_clinic(&after).expect("listed");
    assert_eq!(spent.code, None);
    assert!(after.iter().filter(|one| one.login_id != clinic.login_id).all(|one| one.code.is_some()));
    demo.clock.advance(TimeDelta::seconds(i64::from(spent.seconds) - 1));
    assert_eq!(of_clinic(&listed().await).expect("listed").code, None);
    demo.clock.advance(TimeDelta::seconds(1));
    assert!(of_clinic(&listed().await).expect("listed").code.is_some());
}

/// How many units of each center are missing today.
async fn missing_today(demo: &Demo) -> BTreeMap<String, usize> {
    let mut missing = BTreeMap::new();
    let centers = demo::listed_accounts().into_iter();
    for center in centers.filter(|one| one.is_manager && one.organization_kind == OrganizationKind::HealthCenter) {
        let client = demo.signed_in(&center).await.client();
        let units = client.organizations(&shared::organization::OrganizationQuery::default()).await.expect("a page");
        let count = missing.entry(center.organization_name.clone()).or_insert(0);
        for unit in units.items.iter().filter(|unit| unit.kind == OrganizationKind::Institution) {
            let query = shared::reporting_day::UnitQuery { unit_id: Some(unit.id) };
            *count += usize::from(client.reporting_day(&query).await.expect("a day").state == DayState::Missing);
        }
    }
    missing
}
