//! The operator's gateway for codes, over real HTTP on a port of its own: signed, repeated once, rested after failures.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use api::clock::Clock;
use api::config::{CodeGateway, Config};
use api::gateway::{Channel, Gateway, Message, SendError};
use aws_lc_rs::hmac;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::second_factor::{CodeLanguage, DeliveryStatus};
use shared::telephone::{JAPAN, Telephone};
use uuid::Uuid;

use crate::database::evening;

/// The key that signs.
pub const KEY: &str = "a key of tests with 32 characters";

/// How the gateway behaves at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    Taking,
    /// Answers so.
    Answering(u16),
    /// Answers 503 once, then takes.
    FailingOnce,
    /// Takes the request and doesn't answer.
    Silent,
    /// Leads elsewhere.
    Leading,
}

/// A gateway that behaves as told and remembers what it was given.
#[derive(Debug)]
pub struct TestGateway {
    pub mood: Mutex<Mood>,
    /// What was asked for: the bodies, each once by its request id.
    pub taken: Mutex<Vec<Value>>,
    pub asked: AtomicUsize,
    pub status: Mutex<&'static str>,
    /// Whose time signatures must bear.
    clock: Clock,
    address: Mutex<String>,
}

impl TestGateway {
    pub async fn start(clock: Clock) -> Arc<Self> {
        let gateway = Arc::new(Self {
            mood: Mutex::new(Mood::Taking),
            taken: Mutex::default(),
            asked: AtomicUsize::new(0),
            status: Mutex::new("queued"),
            clock,
            address: Mutex::default(),
        });
        let data = web::Data::from(Arc::clone(&gateway));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/send", web::post().to(take))
                .route("/send/{id}", web::get().to(tell))
                .route("/elsewhere", web::post().to(take))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
        *gateway.address.lock().expect("lock") = format!("http://{}/send", server.addrs()[0]);
        tokio::spawn(server.run());
        gateway
    }

    pub fn config(&self) -> CodeGateway {
        CodeGateway { url: self.address.lock().expect("lock").clone(), key: KEY.into() }
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().expect("lock") = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A file with the key, as the configuration asks for it.
pub fn key_file() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), KEY).expect("written");
    file
}

/// The code in a message, written or as it is read out.
pub fn code_in(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.get(..6).map(str::to_owned)
}

/// The signature of a text, as the contract says, or why it isn't right.
fn check_signature(gateway: &TestGateway, request: &HttpRequest, text: &str) {
    let header = request.headers().get("x-signature").expect("signed").to_str().expect("text");
    let (t, v1) = header.split_once(',').expect("two parts");
    let (t, v1) = (t.strip_prefix("t=").expect("a time"), v1.strip_prefix("v1=").expect("a signature"));
    assert!((t.parse::<i64>().expect("seconds") - gateway.clock.now().timestamp()).abs() <= 120);
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let v1 = data_encoding::HEXLOWER.decode(v1.as_bytes()).expect("hex");
    hmac::verify(&key, format!("{t}.{text}").as_bytes(), &v1).expect("the signature of what was sent");
}

async fn take(request: HttpRequest, body: String, gateway: web::Data<TestGateway>) -> HttpResponse {
    gateway.asked.fetch_add(1, Ordering::SeqCst);
    check_signature(&gateway, &request, &body);
    let mood = *gateway.mood.lock().expect("lock");
    match mood {
        Mood::Taking => {}
        Mood::Answering(status) => {
            return HttpResponse::build(actix_web::http::StatusCode::from_u16(status).expect("a status")).finish();
        }
        Mood::FailingOnce => {
            gateway.is(Mood::Taking);
            return HttpResponse::ServiceUnavailable().finish();
        }
        Mood::Silent => std::future::pending().await,
        Mood::Leading => {
            return HttpResponse::TemporaryRedirect().insert_header(("Location", "/elsewhere")).finish();
        }
    }
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let mut taken = gateway.taken.lock().expect("lock");
    if !taken.iter().any(|one| one["request_id"] == body["request_id"]) {
        taken.push(body);
    }
    HttpResponse::Accepted().finish()
}

async fn tell(request: HttpRequest, id: web::Path<String>, gateway: web::Data<TestGateway>) -> HttpResponse {
    check_signature(&gateway, &request, &id);
    let taken = gateway.taken.lock().expect("lock");
    if !taken.iter().any(|one| one["request_id"] == json!(*id)) {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::Ok().json(json!({ "status": *gateway.status.lock().expect("lock") }))
}

fn of(gateway: &TestGateway) -> (Gateway, Clock) {
    let clock = Clock::fixed(evening());
    let mut config = Config::for_tests("127.0.0.1:1".parse().expect("an address")).expect("a configuration");
    config.code_gateway = Some(gateway.config());
    (Gateway::of(&config, &clock).expect("a client").expect("a gateway"), clock)
}

fn message() -> Message {
    Message {
        request_id: Uuid::now_v7(),
        channel: Channel::Sms,
        to: Telephone::read("090-1234-7709", &[JAPAN]).expect("a number"),
        locale: CodeLanguage::Ja,
        text: "確認コードは 123456 です。".to_owned(),
        expires_in: Duration::from_secs(300),
    }
}

#[actix_web::test]
async fn a_message_is_handed_over_signed_and_its_way_can_be_asked_for() {
    let test = TestGateway::start(Clock::fixed(evening())).await;
    let ((gateway, _), message) = (of(&test), message());
    assert!(matches!(gateway.status(message.request_id).await, Err(SendError::Refused(404))));
    gateway.send(&message).await.expect("taken");
    // The same id again is the same message.
    gateway.send(&message).await.expect("taken");
    let expected = json!({
        "request_id": message.request_id, "channel": "sms", "to": "+819012347709", "locale": "ja",
        "text": "確認コードは 123456 です。", "expires_in": 300,
    });
    assert_eq!(*test.taken.lock().expect("lock"), [expected]);
    for (word, status) in [
        ("queued", DeliveryStatus::Queued),
        ("delivered", DeliveryStatus::Delivered),
        ("no_answer", DeliveryStatus::NoAnswer),
        ("failed", DeliveryStatus::Failed),
    ] {
        *test.status.lock().expect("lock") = word;
        assert_eq!(gateway.status(message.request_id).await.expect("told"), status);
    }
}

#[actix_web::test]
async fn what_fails_once_is_tried_again_under_the_same_id_and_what_is_refused_is_not() {
    let test = TestGateway::start(Clock::fixed(evening())).await;
    let (gateway, _) = of(&test);
    test.is(Mood::FailingOnce);
    gateway.send(&message()).await.expect("taken at the second attempt");
    assert_eq!((test.asked(), test.taken.lock().expect("lock").len()), (2, 1));
    test.is(Mood::Answering(422));
    assert!(matches!(gateway.send(&message()).await, Err(SendError::Refused(422))));
    assert_eq!(test.asked(), 3);
    test.is(Mood::Leading);
    assert!(matches!(gateway.send(&message()).await, Err(SendError::Refused(307))), "redirects are not followed");
    assert_eq!(test.asked(), 4);
}

#[actix_web::test]
async fn a_silent_gateway_is_given_up_after_two_attempts_within_nine_seconds() {
    let test = TestGateway::start(Clock::fixed(evening())).await;
    let (gateway, _) = of(&test);
    test.is(Mood::Silent);
    let started = Instant::now();
    assert!(matches!(gateway.send(&message()).await, Err(SendError::Unreachable(_))));
    let took = started.elapsed();
    assert!(took >= Duration::from_secs(8) && took < Duration::from_millis(9900), "{took:?}");
    assert_eq!(test.asked(), 2);
}

#[actix_web::test]
async fn after_five_failures_nothing_is_tried_for_a_while() {
    let test = TestGateway::start(Clock::fixed(evening())).await;
    let (gateway, clock) = of(&test);
    test.is(Mood::Answering(503));
    for _ in 0..5 {
        assert!(gateway.is_open());
        assert!(matches!(gateway.send(&message()).await, Err(SendError::Refused(503))));
    }
    assert!(!gateway.is_open());
    test.is(Mood::Taking);
    assert!(matches!(gateway.send(&message()).await, Err(SendError::Resting)));
    assert_eq!(test.asked(), 10, "nothing was tried at rest");
    clock.advance(TimeDelta::seconds(59));
    assert!(!gateway.is_open());
    clock.advance(TimeDelta::seconds(1));
    for _ in 0..5 {
        gateway.send(&message()).await.expect("taken again");
    }
}
