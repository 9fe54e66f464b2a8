//! Real people do real things, mistakes among them; afterwards none of what they kept secret is found in the database,
//! its log, a backup, what the program said at its loudest, its metrics, or the heads of the audit chain.

mod clinic_system;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use api::auth::password::Passwords;
use api::auth::totp;
use api::clock::Clock;
use api::config::PasswordCost;
use api::store::account::{Created, NewAccount};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use reqwest::{Method, RequestBuilder, StatusCode};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::second_factor::Challenge;
use uuid::Uuid;

use crate::authenticator::{self, RECOVERY_CODES};
use crate::code_gateway::{self, TestGateway, code_in};
use crate::database::{self, Place, cells, number, stored};
use crate::planted::Planted;
use crate::program::{self, ORIGIN, Program, browser, free_port};
use crate::soft_passkey::SoftPasskey;
use clinic_system::{integrate, plant_key};

const OF_MANAGER: &str = "seven otters balance wet umbrellas";
const OF_CLINIC: &str = "nine badgers polish copper kettles";
/// Refused: it is made of the service's name and too short.
const REFUSED: &str = "nippo nippo";
const WRONG: &str = "three walruses juggle ripe lemons";

/// A person at a browser. Whatever the service gives it to keep is planted.
struct Person<'a> {
    http: reqwest::Client,
    program: &'a Program,
    planted: &'a Planted,
}

impl<'a> Person<'a> {
    fn new(program: &'a Program, planted: &'a Planted) -> Self {
        Self { http: browser(), program, planted }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.program.address));
        request.header("Origin", ORIGIN).header("X-Requested-By", "web")
    }

    async fn ask(&self, expected: StatusCode, request: RequestBuilder) -> Value {
        let answer = request.send().await.expect("an answer");
        let (status, url) = (answer.status(), answer.url().clone());
        for set in answer.headers().get_all("set-cookie") {
            let set = set.to_str().expect("text").split(';').next().expect("a pair");
            let (name, value) = set.split_once('=').expect("a pair");
            if !value.is_empty() {
                self.planted.random(name, value);
                self.planted.random(name, BASE64URL_NOPAD.decode(value.as_bytes()).expect("base 64"));
            }
        }
        let body = answer.text().await.expect("text");
        assert_eq!(status, expected, "{url}: {body}");
        serde_json::from_str(&body).unwrap_or_default()
    }

    async fn post(&self, expected: u16, path: &str, body: Value) -> Value {
        let expected = StatusCode::from_u16(expected).expect("a status");
        self.ask(expected, self.request(Method::POST, &format!("/api/v1{path}")).json(&body)).await
    }

    async fn sign_in(&self, expected: u16, login_id: &str, password: &str) -> Value {
        self.post(expected, "/auth/sign-in", json!({ "login_id": login_id, "password": password })).await
    }

    /// Shows, and plants, a code of an app; a later one than the present where that was used.
    async fn show(&self, expected: u16, path: &str, code: &str) -> Value {
        self.planted.digits("a code of an app", code);
        self.post(expected, path, json!({ "method": "totp", "code": code })).await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// A manager of a health center, and a clinic below it.
struct Country {
    manager: Uuid,
    manager_login: String,
    clinic: OrganizationRef,
}

async fn settle(place: &Place, db: &DatabaseConnection, planted: &Planted) -> Country {
    let store = place.store(&Clock::system()).await;
    let prefecture = database::organization(db, OrganizationKind::Prefecture, None).await;
    let center = database::organization(db, OrganizationKind::HealthCenter, Some(prefecture.id)).await;
    let clinic = database::organization(db, OrganizationKind::Institution, Some(center.id)).await;
    let passwords = Passwords::new(PasswordCost::default()).expect("a cost");
    let (manager, manager_login) = (Uuid::now_v7(), "T-OF-MANAGER".to_owned());
    let new = NewAccount {
        id: manager,
        login_id: manager_login.clone(),
        organization_id: center.id,
        is_manager: true,
        display_name: "感染症対策係".to_owned(),
        password_phc: passwords.hash(OF_MANAGER).await.expect("a hash"),
        must_change_password: false,
    };
    assert_eq!(store.create_account(new).await.expect("written"), Created::Yes);
    authenticator::enroll(&store, &passwords, manager).await;
    planted.guessable("a manager's password", OF_MANAGER);
    planted.random("a manager's seed", authenticator::seed(manager));
    planted.random("a manager's seed", BASE32_NOPAD.encode(&authenticator::seed(manager)));
    for code in RECOVERY_CODES {
        planted.code("a manager's recovery code", code);
    }
    Country { manager, manager_login, clinic }
}

/// The manager signs in, with every mistake on the way, and issues an account twice over.
async fn issue(person: &Person<'_>, country: &Country, db: &DatabaseConnection) -> (String, String) {
    let login = &country.manager_login;
    person.planted.guessable("a wrong password", WRONG);
    person.sign_in(401, login, WRONG).await;
    // The password where the login ID belongs.
    person.sign_in(401, OF_MANAGER, OF_MANAGER).await;
    let broken = format!("{{\"login_id\":\"{login}\",\"password\":\"{OF_MANAGER}\"");
    let broken =
        person.request(Method::POST, "/api/v1/auth/sign-in").header("Content-Type", "application/json").body(broken);
    person.ask(StatusCode::BAD_REQUEST, broken).await;
    person.post(422, "/auth/sign-in", json!({ "login_id": login, "password": [OF_MANAGER] })).await;
    person.post(422, "/auth/sign-in", json!({ "login_id": login, "password": "a", OF_MANAGER: 1 })).await;
    person.ask(StatusCode::OK, person.request(Method::GET, &format!("/api/v1/site?password={OF_MANAGER}"))).await;
    person.sign_in(200, login, OF_MANAGER).await;
    let code = authenticator::code(db, country.manager, Clock::system().now()).await;
    person.show(200, "/auth/second-factor", &code).await;
    let account = json!({ "organization_id": country.clinic.id, "display_name": "医事課", "is_manager": true });
    let issued = person.request(Method::POST, "/api/v1/accounts").header("Idempotency-Key", "a").json(&account);
    let issued = person.ask(StatusCode::CREATED, issued).await;
    let old = text(&issued["code"]);
    person.planted.code("a slip's code", old);
    let again = format!("/accounts/{}/activation-slip", text(&issued["account"]["id"]));
    let again = person.post(201, &again, json!({ "reason": "reprint" })).await;
    let code = text(&again["code"]);
    person.planted.code("a slip's code", code);
    let login_id = text(&issued["account"]["login_id"]).to_owned();
    person.sign_in(401, &login_id, old).await;
    person.post(204, "/auth/sign-out", Value::Null).await;
    (login_id, code.to_owned())
}

/// The clinic goes from its slip to a session, and shows a recovery code later on.
async fn activate(person: &Person<'_>, login_id: &str, code: &str) {
    let planted = person.planted;
    // As an address that carries the code where servers see it; what is there depends on whether the screens are built.
    let address = person.request(Method::GET, &format!("/activate?i={login_id}&c={code}"));
    address.send().await.expect("an answer");
    person.sign_in(200, login_id, &code.to_lowercase()).await;
    let begun = person.post(201, "/auth/second-factor/enrollments", json!({ "method": "totp" })).await;
    let secret = text(&begun["secret"]);
    let seed = BASE32_NOPAD.decode(secret.as_bytes()).expect("base 32");
    planted.random("a seed", &seed);
    planted.random("a seed", secret);
    planted.random("a seed's address", text(&begun["otpauth_uri"]));
    let present = totp::step_of(Clock::system().now());
    let at = |step| totp::code_of(&seed, step).expect("a code");
    let confirm = format!("/auth/second-factor/enrollments/{}/confirm", text(&begun["id"]));
    person.post(422, &confirm, json!({ "code": secret })).await;
    person.planted.digits("a code of an app", &at(present));
    person.post(200, &confirm, json!({ "code": at(present) })).await;
    planted.guessable("a refused password", REFUSED);
    planted.guessable("a clinic's password", OF_CLINIC);
    let change = |new: &str| json!({ "current_password": code, "new_password": new });
    person.post(422, "/auth/password", change(REFUSED)).await;
    person.post(200, "/auth/password", change(OF_CLINIC)).await;
    let kept = person.post(200, "/auth/recovery-codes", Value::Null).await;
    let kept: Vec<&str> = kept["recovery_codes"].as_array().expect("codes").iter().map(text).collect();
    for code in &kept {
        planted.code("a recovery code", code);
    }
    person.post(204, "/auth/sign-out", Value::Null).await;
    person.sign_in(200, login_id, OF_CLINIC).await;
    // The password where the code belongs.
    person.post(401, "/auth/second-factor", json!({ "method": "recovery_code", "code": OF_CLINIC })).await;
    person.post(200, "/auth/second-factor", json!({ "method": "recovery_code", "code": kept[0] })).await;
    person.show(200, "/auth/step-up", &at(present + 1)).await;
}

const TELEPHONE: &str = "090-8147-2635";

/// The clinic enrolls a telephone, with mistakes on the way, and steps up by a code that is sent to it.
async fn telephone(person: &Person<'_>, gateway: &TestGateway) {
    let planted = person.planted;
    for form in [TELEPHONE.to_owned(), TELEPHONE.replace('-', ""), format!("8{}", &TELEPHONE.replace('-', "")[1..])] {
        planted.guessable("a telephone number", &form);
    }
    planted.guessable("a telephone number", "+819081472635");
    planted.random("the gateway's key", code_gateway::KEY);
    // Where the login ID belongs, and where nothing is read.
    person.post(401, "/auth/sign-in", json!({ "login_id": TELEPHONE, "password": TELEPHONE })).await;
    let site = person.request(Method::GET, &format!("/api/v1/site?telephone={TELEPHONE}"));
    person.ask(StatusCode::OK, site).await;
    let entry = |repeated: &str| json!({ "method": "sms", "telephone": { "number": TELEPHONE, "repeated": repeated } });
    person.post(422, "/auth/second-factor/enrollments", entry("090-8147-263")).await;
    let begun = person.post(201, "/auth/second-factor/enrollments", entry(TELEPHONE)).await;
    let confirm = format!("/auth/second-factor/enrollments/{}/confirm", text(&begun["id"]));
    person.post(422, &confirm, json!({ "code": TELEPHONE })).await;
    person.post(200, &confirm, json!({ "code": last_code(gateway, planted) })).await;
    let own = person.ask(StatusCode::OK, person.request(Method::GET, "/api/v1/auth/second-factors")).await;
    let factor = own["items"].as_array().expect("factors").last().expect("one");
    assert_eq!(factor["masked_number"], "090-****-2635");
    let call = json!({ "method": "voice", "factor_id": factor["id"] });
    let called = person.post(201, "/auth/second-factor/challenges", call).await;
    let id = text(&called["challenge_id"]);
    let asked = person.request(Method::GET, &format!("/api/v1/auth/second-factor/challenges/{id}"));
    person.ask(StatusCode::OK, asked).await;
    let shown = json!({ "method": "voice", "challenge_id": id, "code": last_code(gateway, planted) });
    person.post(200, "/auth/step-up", shown).await;
}

/// The clinic enrolls a passkey, and steps up by it after it was refused once.
async fn passkey(person: &Person<'_>) {
    let planted = person.planted;
    let mut held = SoftPasskey::new();
    (held.origin, held.host) = (ORIGIN, "nippo.example");
    let asked = |challenge: &Value| -> Challenge {
        let challenge: Challenge = serde_json::from_value(challenge.clone()).expect("a challenge");
        let bits = SoftPasskey::options(&challenge)["challenge"].clone();
        planted.random("a passkey's challenge", BASE64URL_NOPAD.decode(text(&bits).as_bytes()).expect("base 64"));
        challenge
    };
    let begun = person.post(201, "/auth/second-factor/enrollments", json!({ "method": "passkey" })).await;
    let made = held.create(&asked(&begun["challenge"]));
    planted.random("what made a passkey", &made.attestation_object);
    let confirm = format!("/auth/second-factor/enrollments/{}/confirm", text(&begun["id"]));
    person.post(200, &confirm, json!({ "credential": made })).await;
    for (status, verifies) in [(401, false), (200, true)] {
        held.verifies = verifies;
        let begun = person.post(201, "/auth/second-factor/challenges", json!({ "method": "passkey" })).await;
        let shown = held.shown(&asked(&begun));
        planted.random("a passkey's signature", &shown.credential.as_ref().expect("one").signature);
        person.post(status, "/auth/step-up", json!(shown)).await;
    }
}

/// The code that was sent last, planted.
fn last_code(gateway: &TestGateway, planted: &Planted) -> String {
    let taken = gateway.taken.lock().expect("lock");
    let code = taken.iter().rev().filter_map(|message| code_in(text(&message["text"]))).next().expect("a code");
    planted.digits("a code to a telephone", &code);
    code
}

/// Everything that the service leaves behind, by name.
async fn left_behind(
    program: &mut Program,
    place: &Place,
    db: &DatabaseConnection,
    errors: &Path,
) -> Vec<(String, Vec<u8>)> {
    let mut left = vec![("the database while it runs".to_owned(), stored(place).await)];
    left.extend(backups(program, place).await);
    left.push(("the log".to_owned(), program.stop().into_bytes()));
    left.push(("what it complained of".to_owned(), std::fs::read(errors).expect("read")));
    left.push(("the database".to_owned(), stored(place).await));
    left.push(("each value of the database".to_owned(), cells(db).await.into_bytes()));
    for file in std::fs::read_dir(program.folder().join("audit")).expect("a folder") {
        let path = file.expect("a file").path();
        left.push((path.display().to_string(), std::fs::read(&path).expect("read")));
    }
    left
}

/// The backups that operators make: of SQLite by the program's own command, as bytes and opened again; of PostgreSQL by its
/// own program, as text.
async fn backups(program: &Program, place: &Place) -> Vec<(String, Vec<u8>)> {
    if place.file().is_some() {
        let backup = program.folder().join("backup.db");
        let backup = backup.to_str().expect("text");
        program::said(program::run(&place.url(), &["backup", backup]));
        let opened = Place::at(&format!("sqlite://{backup}")).connection().await;
        let values = cells(&opened).await.into_bytes();
        opened.close().await.expect("closed");
        return vec![
            ("a backup".to_owned(), std::fs::read(backup).expect("read")),
            ("each value of a backup".to_owned(), values),
        ];
    }
    let mut dump = Command::new("pg_dump");
    dump.args(["--format=plain", "--dbname", &place.location.url]);
    dump.args(place.location.schema.iter().map(|schema| format!("--schema={schema}")));
    let dump = program::said(dump.output().expect("pg_dump is installed with PostgreSQL"));
    vec![("each value of a backup".to_owned(), dump.into_bytes())]
}

#[tokio::test]
async fn what_people_keep_secret_is_nowhere_in_what_the_service_leaves_behind() {
    let (place, planted) = (Place::new().await, Planted::default());
    let db = place.connection().await;
    let country = settle(&place, &db, &planted).await;
    let metrics = format!("127.0.0.1:{}", free_port());
    let errors = tempfile::NamedTempFile::new().expect("a file");
    let gateway = TestGateway::start(Clock::system()).await;
    let key = code_gateway::key_file();
    let mut program = Program::serve_as(&place.url(), |command| {
        command.env("NIPPO_CODE_GATEWAY_URL", gateway.config().url).env("NIPPO_CODE_GATEWAY_KEY_FILE", key.path());
        command.env("NIPPO_LOG", "trace").env("NIPPO_METRICS_LISTEN", &metrics);
        command.stderr(Stdio::from(errors.reopen().expect("opened")));
    });
    planted.random("the data key", [7; 32]);
    let signing = std::fs::read_to_string(program.folder().join("signing.pem")).expect("read");
    plant_key(&planted, "the signing key", &signing);

    let (login_id, code) = issue(&Person::new(&program, &planted), &country, &db).await;
    let clinic = Person::new(&program, &planted);
    activate(&clinic, &login_id, &code).await;
    telephone(&clinic, &gateway).await;
    passkey(&clinic).await;
    integrate(&clinic).await;

    let measured = reqwest::get(format!("http://{metrics}/metrics")).await.expect("an answer");
    let measured = measured.text().await.expect("text");
    let mut left = left_behind(&mut program, &place, &db, errors.path()).await;
    left.push(("the metrics".to_owned(), measured.into_bytes()));

    // What must be there is: the search looks in the right places.
    let holds = |name: &str, what: &str| {
        let (_, bytes) = left.iter().find(|(of, _)| of == name).expect("one of them");
        memchr::memmem::find(bytes, what.as_bytes()).is_some()
    };
    for name in ["the database", "each value of the database", "each value of a backup"] {
        assert!(holds(name, &login_id), "{name}");
    }
    assert!(holds("the log", "/api/v1/auth/sign-in") && holds("the log", "TRACE"), "it is as loud as can be");
    assert!(holds("the metrics", "http_request_seconds"));
    let failed = "SELECT count(*) FROM audit_event WHERE action = 'sign_in' AND content LIKE '%\"failed\"%'";
    assert_eq!(number(&db, failed).await, 3, "of unknown accounts, the manager's and the clinic's");
    for (name, bytes) in &left {
        assert_eq!(planted.found_in(bytes), BTreeSet::new(), "in {name}");
        // Bytes that stand side by side in a file aren't a text in which a code stands alone.
        if !name.starts_with("the database") && name != "a backup" {
            assert_eq!(planted.digits_in(&String::from_utf8_lossy(bytes)), BTreeSet::new(), "in {name}");
        }
    }
    program::said(program::run(&place.url(), &["rollup", "check"]));
}
