//! Codes to telephones: enrolled, sent within budgets, taken once, removed.

use api::clock::Clock;
use api::config::Config;
use chrono::TimeDelta;
use shared::account::{NextStep, SignInRequest};
use shared::client::Client;
use shared::second_factor::{
    Challenge, ChallengeRequest, CodeLanguage, DeliveryStatus, DemoMessage, EnrollmentRequest, FactorKind,
    SecondFactorMethod, SecondFactorRequest, TelephoneEntry,
};
use shared::{ProblemKind, Rule};
use uuid::Uuid;

use crate::authenticator::{RECOVERY_CODES, shown};
use crate::ceremony::slip;
use crate::code_gateway::{Mood, TestGateway, code_in};
use crate::database::{evening, number, rows};
use crate::harness::{PASSWORD, SignedIn, TestApp};
use crate::reports::refused;

const MOBILE: &str = "090-1234-7709";
const LANDLINE: &str = "03-1234-5678";

fn telephone(method: FactorKind, number: &str, repeated: &str) -> EnrollmentRequest {
    let telephone = TelephoneEntry { number: number.into(), repeated: repeated.into(), language: CodeLanguage::Ja };
    EnrollmentRequest { method, label: None, telephone: Some(telephone) }
}

/// The code that was sent for a challenge.
async fn sent(client: &Client, challenge: Uuid) -> String {
    let messages = client.demo_messages().await.expect("told").items;
    let message = messages.iter().find(|message| message.request_id == challenge).expect("sent");
    code_in(&message.text).expect("a code")
}

/// Enrolls a telephone of somebody who is signed in, and returns the factor.
pub async fn enroll(client: &Client, method: FactorKind, number: &str) -> Uuid {
    let begun = client.enroll(&telephone(method, number, number)).await.expect("begun");
    let code = sent(client, begun.challenge.expect("a challenge").challenge_id).await;
    client.confirm_enrollment(begun.id, &code.into()).await.expect("confirmed");
    begun.id
}

/// The notices of changes, once there are so many: they are told beside the request.
async fn told(client: &Client, least: usize) -> Vec<DemoMessage> {
    let started = std::time::Instant::now();
    loop {
        let messages = client.demo_messages().await.expect("told").items;
        let told: Vec<_> = messages.into_iter().filter(|message| !message.text.contains("コード")).collect();
        if told.len() >= least {
            return told;
        }
        assert!(started.elapsed().as_secs() < 30, "{told:?}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn half_way(app: &TestApp, clinic: &SignedIn) -> Client {
    let client = app.browser().client();
    let request = SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    assert_eq!(client.sign_in(&request).await.expect("right").next, NextStep::SecondFactor);
    client
}

fn ask(method: SecondFactorMethod, factor_id: Uuid) -> ChallengeRequest {
    ChallengeRequest { method, factor_id: Some(factor_id), language: CodeLanguage::En }
}

async fn send(client: &Client, factor_id: Uuid) -> Challenge {
    client.begin_challenge(&ask(SecondFactorMethod::Sms, factor_id)).await.expect("sent")
}

fn code(challenge: Uuid, code: impl Into<String>) -> SecondFactorRequest {
    SecondFactorRequest {
        challenge_id: Some(challenge),
        ..SecondFactorRequest::code(SecondFactorMethod::Sms, code.into())
    }
}

#[tokio::test]
async fn a_telephone_is_enrolled_by_a_code_and_then_signs_in() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let factor = enroll(&clinic.client, FactorKind::Sms, MOBILE).await;
    let own = clinic.client.second_factors().await.expect("listed");
    assert_eq!((own.items[1].method, own.items[1].masked_number.as_deref()), (FactorKind::Sms, Some("090-****-7709")));
    let methods: Vec<_> = own.methods.iter().map(|option| option.method).collect();
    use SecondFactorMethod::{RecoveryCode, Sms, Totp, Voice};
    assert_eq!(methods, [Totp, Sms, Voice, RecoveryCode]);
    let client = half_way(&app, &clinic).await;
    let challenge = send(&client, factor).await;
    assert_eq!(challenge.masked_number.as_deref(), Some("090-****-7709"));
    assert_eq!(challenge.expires_at, app.clock.now() + TimeDelta::minutes(5));
    assert_eq!(challenge.resend_at, Some(app.clock.now() + TimeDelta::seconds(30)));
    assert_eq!(
        client.challenge_delivery(challenge.challenge_id).await.expect("told").status,
        DeliveryStatus::Delivered
    );
    let right = sent(&client, challenge.challenge_id).await;
    // Bound to the session that asked, and to the challenge.
    let other = half_way(&app, &clinic).await;
    assert_eq!(
        refused(other.second_factor(&code(challenge.challenge_id, right.clone())).await).0,
        ProblemKind::SignInFailed
    );
    assert_eq!(refused(other.challenge_delivery(challenge.challenge_id).await).0, ProblemKind::NotFound);
    let without = SecondFactorRequest { challenge_id: None, ..code(challenge.challenge_id, right.clone()) };
    assert_eq!(refused(client.second_factor(&without).await).0, ProblemKind::SignInFailed);
    let step = client.second_factor(&code(challenge.challenge_id, right.clone())).await.expect("signed in");
    assert_eq!(step.next, NextStep::Done);
    assert_eq!(
        refused(client.step_up(&code(challenge.challenge_id, right)).await).0,
        ProblemKind::SignInFailed,
        "used up"
    );
    let told = rows(app.db(), "SELECT content FROM audit_event WHERE action = 'begin_challenge'").await;
    let told: Vec<String> = told.iter().map(|row| row.try_get("", "content").expect("text")).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|content| content.contains(r#""detail":{"method":"sms"}"#)), "{told:?}");
}

#[tokio::test]
async fn a_code_is_taken_for_five_minutes_and_five_tries() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let factor = enroll(&clinic.client, FactorKind::Sms, MOBILE).await;
    let client = half_way(&app, &clinic).await;
    let late = send(&client, factor).await;
    let right = sent(&client, late.challenge_id).await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(refused(client.second_factor(&code(late.challenge_id, right)).await).0, ProblemKind::SignInRequired);
    let client = half_way(&app, &clinic).await;
    app.clock.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    let challenge = send(&client, factor).await;
    // The sign-in stays open for as long as the code that was sent for it.
    app.clock.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    let right = sent(&client, challenge.challenge_id).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        assert_eq!(
            refused(client.second_factor(&code(challenge.challenge_id, wrong)).await).0,
            ProblemKind::SignInFailed
        );
    }
    // Of which session they are doesn't matter: the code itself has one try left.
    let question = "SELECT CAST(MAX(tries) AS BIGINT) FROM code_challenge";
    assert_eq!(number(app.db(), question).await, 4);
    assert_eq!(refused(client.second_factor(&code(challenge.challenge_id, wrong)).await).0, ProblemKind::SignInFailed);
    assert_eq!(
        refused(client.second_factor(&code(challenge.challenge_id, right)).await).0,
        ProblemKind::SignInRequired
    );
}

#[tokio::test]
async fn another_code_is_sent_after_half_a_minute_and_in_another_way_at_once() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let factor = enroll(&clinic.client, FactorKind::Sms, MOBILE).await;
    let client = half_way(&app, &clinic).await;
    let first = send(&client, factor).await;
    app.clock.advance(TimeDelta::seconds(29));
    let again = ask(SecondFactorMethod::Sms, factor);
    let (kind, problem) = refused(client.begin_challenge(&again).await);
    assert_eq!((kind, problem.retry_after), (ProblemKind::TooManyRequests, Some(2)));
    let called = client.begin_challenge(&ask(SecondFactorMethod::Voice, factor)).await.expect("called");
    // Either code is good: who waited for the text may get it after all.
    assert_ne!(called.challenge_id, first.challenge_id);
    let late = code(first.challenge_id, sent(&client, first.challenge_id).await);
    assert_eq!(client.second_factor(&late).await.expect("signed in").next, NextStep::Done);
}

#[tokio::test]
async fn only_a_telephone_of_ones_own_gets_a_code() {
    let app = TestApp::new().await;
    let (clinic, stranger) = (app.institution().await, app.institution().await);
    let factor = enroll(&clinic.client, FactorKind::Voice, LANDLINE).await;
    let foreign = refused(stranger.client.begin_challenge(&ask(SecondFactorMethod::Voice, factor)).await).0;
    assert_eq!(foreign, ProblemKind::NotFound);
    let of_app = clinic.client.second_factors().await.expect("listed").items[0].id;
    assert_eq!(
        refused(clinic.client.begin_challenge(&ask(SecondFactorMethod::Voice, of_app)).await).0,
        ProblemKind::NotFound
    );
    for (request, pointer, rule) in [
        (ask(SecondFactorMethod::Sms, factor), "/method", Rule::NotAllowed),
        (ask(SecondFactorMethod::Totp, of_app), "/method", Rule::NotAllowed),
        (ChallengeRequest { factor_id: None, ..ask(SecondFactorMethod::Voice, factor) }, "/factor_id", Rule::Required),
    ] {
        let violation = refused(clinic.client.begin_challenge(&request).await).1.violations.remove(0);
        assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule));
    }
}

#[tokio::test]
async fn a_number_and_an_account_get_three_codes_in_ten_minutes_and_ten_a_day() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let factor = enroll(&clinic.client, FactorKind::Sms, MOBILE).await;
    let client = &clinic.client;
    for _ in 0..2 {
        app.clock.advance(TimeDelta::minutes(1));
        send(client, factor).await;
    }
    app.clock.advance(TimeDelta::minutes(1));
    let request = ask(SecondFactorMethod::Sms, factor);
    let (kind, problem) = refused(client.begin_challenge(&request).await);
    assert_eq!((kind, problem.retry_after), (ProblemKind::TooManyRequests, Some(7 * 60 + 1)));
    // Nor does anybody else reach that number.
    let stranger = app.institution().await;
    let begun = stranger.client.enroll(&telephone(FactorKind::Sms, MOBILE, MOBILE)).await;
    assert_eq!(refused(begun.map(drop)).0, ProblemKind::TooManyRequests);
    app.clock.advance(TimeDelta::minutes(10));
    for round in 0..7 {
        send(client, factor).await;
        app.clock.advance(TimeDelta::minutes(if round % 3 == 2 { 10 } else { 1 }));
    }
    app.clock.advance(TimeDelta::minutes(10));
    let (kind, problem) = refused(client.begin_challenge(&request).await);
    assert_eq!(kind, ProblemKind::TooManyRequests);
    assert!(problem.retry_after.is_some_and(|seconds| seconds > 80_000));
    assert_eq!(app.state.store.tidy().await.expect("tidied").challenges, 0);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.state.store.tidy().await.expect("tidied").challenges, 10);
}

#[tokio::test]
async fn all_accounts_together_have_a_budget() {
    let app = TestApp::with(|config| config.code_rules.per_day = 2).await;
    for (expected, mobile) in [(true, "09011112222"), (true, "09033334444"), (false, "09055556666")] {
        let clinic = app.institution().await;
        let begun = clinic.client.enroll(&telephone(FactorKind::Sms, mobile, mobile)).await;
        assert_eq!(begun.is_ok(), expected, "{mobile}");
        if !expected {
            assert_eq!(refused(begun.map(drop)).0, ProblemKind::TooManyRequests);
        }
    }
}

#[tokio::test]
async fn a_number_is_typed_twice_and_a_landline_is_called() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = &clinic.client;
    for (request, pointer, rule) in [
        (telephone(FactorKind::Sms, MOBILE, "090-1234-7708"), "/telephone/repeated", Rule::NotRepeated),
        (telephone(FactorKind::Sms, "none", "none"), "/telephone/number", Rule::Malformed),
        (telephone(FactorKind::Voice, "0990-123-456", "0990-123-456"), "/telephone/number", Rule::NotAllowed),
        (telephone(FactorKind::Sms, "+1 202 555 0123", "+1 202 555 0123"), "/telephone/number", Rule::NotAllowed),
        (telephone(FactorKind::Sms, LANDLINE, LANDLINE), "/method", Rule::NotAllowed),
        (telephone(FactorKind::Totp, MOBILE, MOBILE), "/telephone", Rule::NotAllowed),
        (EnrollmentRequest { method: FactorKind::Sms, label: None, telephone: None }, "/telephone", Rule::Required),
    ] {
        let violation = refused(client.enroll(&request).await.map(drop)).1.violations.remove(0);
        assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule));
    }
    assert_eq!(client.demo_messages().await.expect("told").items, []);
    enroll(client, FactorKind::Voice, LANDLINE).await;
    let methods = client.second_factors().await.expect("listed").methods;
    assert!(methods.iter().all(|option| option.method != SecondFactorMethod::Sms), "a landline takes no text");
    assert_eq!(methods[1].masked_number.as_deref(), Some("03-****-5678"));
}

#[tokio::test]
async fn when_a_telephone_is_added_or_removed_all_telephones_are_told() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = &clinic.client;
    let first = enroll(client, FactorKind::Sms, MOBILE).await;
    enroll(client, FactorKind::Sms, "080-9999-0000").await;
    client.remove_second_factor(first).await.expect("removed");
    let told = told(client, 5).await;
    let of = |word: &str, to: &str| told.iter().filter(|one| one.text.contains(word) && one.to.ends_with(to)).count();
    assert_eq!((of("登録", "7709"), of("登録", "0000"), of("削除", "7709"), of("削除", "0000")), (2, 1, 1, 1));
}

#[tokio::test]
async fn a_gateway_that_is_down_is_said_at_once_and_other_ways_work() {
    let gateway = TestGateway::start(Clock::fixed(evening())).await;
    let with = |config: &mut Config| config.code_gateway = Some(gateway.config());
    let app = TestApp::with(with).await;
    let clinic = app.institution().await;
    gateway.is(Mood::Answering(500));
    let begun = clinic.client.enroll(&telephone(FactorKind::Sms, MOBILE, MOBILE)).await;
    assert_eq!(refused(begun.map(drop)).0, ProblemKind::CodesUnavailable);
    gateway.is(Mood::Taking);
    let begun = clinic.client.enroll(&telephone(FactorKind::Sms, MOBILE, MOBILE)).await.expect("begun");
    let challenge = begun.challenge.expect("a challenge");
    *gateway.status.lock().expect("lock") = "no_answer";
    assert_eq!(
        clinic.client.challenge_delivery(challenge.challenge_id).await.expect("told").status,
        DeliveryStatus::NoAnswer
    );
    assert_eq!(refused(clinic.client.demo_messages().await).0, ProblemKind::NotFound);
    let recovery = SecondFactorRequest { method: SecondFactorMethod::RecoveryCode, ..shown(RECOVERY_CODES[0]) };
    half_way(&app, &clinic).await.second_factor(&recovery).await.expect("signed in");
}

#[tokio::test]
async fn by_the_slip_of_a_reset_the_telephone_is_given_up_and_told() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    enroll(&clinic.client, FactorKind::Sms, MOBILE).await;
    app.clock.advance(TimeDelta::minutes(1));
    let code = slip(&app, clinic.account_id, 1).await.to_string();
    let client = app.browser().client();
    client.sign_in(&SignInRequest { login_id: clinic.login_id.clone(), password: code }).await.expect("right");
    enroll(&client, FactorKind::Voice, LANDLINE).await;
    let kept = rows(app.db(), "SELECT kind FROM second_factor WHERE confirmed_at IS NOT NULL").await;
    let kept: Vec<String> = kept.iter().map(|row| row.try_get("", "kind").expect("text")).collect();
    assert_eq!(kept, ["voice"]);
    let told = told(&client, 3).await;
    let last: Vec<_> = told.iter().take(2).map(|one| (one.to.as_str(), one.text.contains("削除"))).collect();
    assert!(last.contains(&("+819012347709", true)) && last.contains(&("+81312345678", false)), "{last:?}");
}
