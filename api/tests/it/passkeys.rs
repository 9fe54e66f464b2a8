//! Passkeys: enrolled, shown once each, refused in every way in which an answer can be wrong.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use shared::account::{NextStep, SignInRequest};
use shared::client::{Client, ClientError};
use shared::second_factor::{
    Challenge, ChallengeRequest, CodeLanguage, Enrollment, EnrollmentRequest, FactorKind, SecondFactorMethod,
    SecondFactorRequest,
};
use shared::{ProblemKind, Rule};
use uuid::Uuid;

use crate::authenticator::shown;
use crate::ceremony::slip;
use crate::database::{number, rows};
use crate::harness::{PASSWORD, SignedIn, TestApp, problem};
use crate::reports::refused;
use crate::soft_passkey::{ORIGIN, SoftPasskey, answer};

/// A service whose pages have a host name, beside the address that the tests speak to.
async fn app() -> TestApp {
    TestApp::with(|config| config.origins.push(ORIGIN.to_owned())).await
}

fn passkey() -> EnrollmentRequest {
    EnrollmentRequest { method: FactorKind::Passkey, label: Some("受付のパソコン".to_owned()), telephone: None }
}

async fn begin(client: &Client) -> (Enrollment, Challenge) {
    let begun = client.enroll(&passkey()).await.expect("begun");
    let challenge = begun.challenge.clone().expect("a challenge");
    (begun, challenge)
}

/// Enrolls an authenticator for somebody who may.
pub async fn enroll(client: &Client, held: &mut SoftPasskey) -> Uuid {
    let (begun, challenge) = begin(client).await;
    client.confirm_enrollment(begun.id, &held.create(&challenge).into()).await.expect("confirmed");
    begun.id
}

async fn ask(client: &Client) -> Result<Challenge, ClientError> {
    let method = SecondFactorMethod::Passkey;
    client.begin_challenge(&ChallengeRequest { method, factor_id: None, language: CodeLanguage::Ja }).await
}

async fn half_way(app: &TestApp, clinic: &SignedIn) -> Client {
    let client = app.browser().client();
    let request = SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    assert_eq!(client.sign_in(&request).await.expect("right").next, NextStep::SecondFactor);
    client
}

/// A clinic with a passkey.
async fn clinic(app: &TestApp) -> (SignedIn, SoftPasskey, Uuid) {
    let (clinic, mut held) = (app.institution().await, SoftPasskey::new());
    let factor = enroll(&clinic.client, &mut held).await;
    (clinic, held, factor)
}

#[tokio::test]
async fn a_passkey_is_enrolled_signs_in_and_steps_up() {
    let app = app().await;
    let clinic = app.institution().await;
    let mut held = SoftPasskey::new();
    let (begun, challenge) = begin(&clinic.client).await;
    assert_eq!((begun.secret, challenge.challenge_id), (None, begun.id));
    assert_eq!(challenge.expires_at, app.clock.now() + TimeDelta::minutes(5));
    let asked = SoftPasskey::options(&challenge);
    assert_eq!(asked["rp"]["id"], "localhost");
    assert_eq!(asked["user"]["name"], clinic.login_id);
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["excludeCredentials"], json!([]));
    clinic.client.confirm_enrollment(begun.id, &held.create(&challenge).into()).await.expect("confirmed");
    let own = clinic.client.second_factors().await.expect("listed");
    let factor = own.items.iter().find(|factor| factor.id == begun.id).expect("listed");
    assert_eq!((factor.method, factor.label.as_str()), (FactorKind::Passkey, "受付のパソコン"));
    let methods: Vec<_> = own.methods.iter().map(|option| option.method).collect();
    use SecondFactorMethod::{Passkey, RecoveryCode, Totp};
    assert_eq!(methods, [Passkey, Totp, RecoveryCode]);

    app.clock.advance(TimeDelta::minutes(1));
    let client = half_way(&app, &clinic).await;
    let challenge = ask(&client).await.expect("asked");
    let asked = SoftPasskey::options(&challenge);
    assert_eq!((&asked["rpId"], &asked["userVerification"]), (&json!("localhost"), &json!("required")));
    let called = BASE64URL_NOPAD.encode(&held.id);
    let expected = json!([{ "type": "public-key", "id": called, "transports": ["internal", "unknown"] }]);
    assert_eq!(asked["allowCredentials"], expected);
    assert_eq!(client.second_factor(&held.shown(&challenge)).await.expect("signed in").next, NextStep::Done);
    let challenge = ask(&client).await.expect("asked");
    assert_eq!(client.step_up(&held.shown(&challenge)).await.expect("stepped up").next, NextStep::Done);
    let own = client.second_factors().await.expect("listed");
    let factor = own.items.iter().find(|factor| factor.id == begun.id).expect("listed");
    assert!(factor.last_used_at.is_some_and(|used| used >= app.clock.now()));
    let told = rows(app.db(), "SELECT content FROM audit_event WHERE action = 'begin_challenge'").await;
    let told: Vec<String> = told.iter().map(|row| row.try_get("", "content").expect("text")).collect();
    assert_eq!(told.iter().filter(|content| content.contains(r#""detail":{"method":"passkey"}"#)).count(), 2);
    // The next one is asked from another authenticator, and either is good.
    let (_, challenge) = begin(&client).await;
    let excluded = &SoftPasskey::options(&challenge)["excludeCredentials"];
    assert_eq!((excluded.as_array().map(Vec::len), &excluded[0]["id"]), (Some(1), &json!(called)));
    let mut other = SoftPasskey::new();
    enroll(&client, &mut other).await;
    for held in [&mut held, &mut other] {
        let challenge = ask(&client).await.expect("asked");
        client.step_up(&held.shown(&challenge)).await.expect("stepped up");
    }
    client.remove_second_factor(begun.id).await.expect("removed");
    let challenge = ask(&client).await.expect("asked");
    assert_eq!(refused(client.step_up(&held.shown(&challenge)).await).0, ProblemKind::SignInFailed);
}

#[tokio::test]
async fn an_account_can_be_activated_with_a_passkey_and_a_reset_makes_it_worthless() {
    let app = app().await;
    let (clinic, mut lost, _) = clinic(&app).await;
    app.clock.advance(TimeDelta::minutes(1));
    let code = slip(&app, clinic.account_id, 1).await.to_string();
    let client = app.browser().client();
    let request = SignInRequest { login_id: clinic.login_id, password: code };
    assert_eq!(client.sign_in(&request).await.expect("right").next, NextStep::EnrollSecondFactor);
    let (begun, challenge) = begin(&client).await;
    // The authenticator isn't lost but the password, say: it may be used again, by a new passkey.
    assert_eq!(SoftPasskey::options(&challenge)["excludeCredentials"], json!([]));
    let mut held = SoftPasskey::new();
    let step = client.confirm_enrollment(begun.id, &held.create(&challenge).into()).await.expect("confirmed");
    assert_eq!(step.next, NextStep::ChangePassword);
    let client = app.browser().client();
    assert_eq!(client.sign_in(&request).await.expect("right").next, NextStep::SecondFactor);
    let challenge = ask(&client).await.expect("asked");
    assert_eq!(refused(client.second_factor(&lost.shown(&challenge)).await).0, ProblemKind::SignInFailed);
    let challenge = ask(&client).await.expect("asked");
    assert_eq!(client.second_factor(&held.shown(&challenge)).await.expect("right").next, NextStep::ChangePassword);
}

#[tokio::test]
async fn an_answer_is_taken_once_from_the_session_that_asked_for_five_minutes() {
    let app = app().await;
    let (clinic, mut held, _) = clinic(&app).await;
    let client = half_way(&app, &clinic).await;
    let failed = |answer| refused(answer).0 == ProblemKind::SignInFailed;
    // From another session of the same account, and without naming the challenge.
    let challenge = ask(&client).await.expect("asked");
    assert!(failed(half_way(&app, &clinic).await.second_factor(&held.shown(&challenge)).await));
    let unnamed = SecondFactorRequest { challenge_id: None, ..held.shown(&challenge) };
    assert!(failed(client.second_factor(&unnamed).await));
    // Who asks again gives up what was asked before.
    let again = ask(&client).await.expect("asked again");
    assert!(failed(client.second_factor(&held.shown(&challenge)).await));
    let right = held.shown(&again);
    assert_eq!(client.second_factor(&right).await.expect("signed in").next, NextStep::Done);
    assert!(failed(client.step_up(&right).await), "used up");
    // The answer to one challenge is none to another.
    let challenge = ask(&client).await.expect("asked");
    let other = SecondFactorRequest { challenge_id: Some(challenge.challenge_id), ..right };
    assert!(failed(client.step_up(&other).await));
    let challenge = ask(&client).await.expect("asked");
    app.clock.advance(TimeDelta::minutes(5));
    assert!(failed(client.step_up(&held.shown(&challenge)).await), "too late");
    // A sign-in that isn't finished doesn't last longer by asking.
    let client = half_way(&app, &clinic).await;
    app.clock.advance(TimeDelta::minutes(3));
    let challenge = ask(&client).await.expect("asked");
    assert_eq!(challenge.expires_at, app.clock.now() + TimeDelta::minutes(2));
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(refused(client.second_factor(&held.shown(&challenge)).await).0, ProblemKind::SignInRequired);
    assert_eq!(app.state.store.tidy().await.expect("tidied").challenges, 2, "the two that ended");
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM passkey_challenge").await, 0);
}

#[tokio::test]
async fn of_many_who_show_one_answer_at_once_one_gets_in() {
    let app = app().await;
    let (clinic, mut held, _) = clinic(&app).await;
    let client = half_way(&app, &clinic).await;
    let shown = held.shown(&ask(&client).await.expect("asked"));
    let answers = futures_util::future::join_all((0..8).map(|_| client.second_factor(&shown))).await;
    assert_eq!(answers.into_iter().filter(Result::is_ok).count(), 1);
}

#[tokio::test]
async fn what_does_not_answer_to_the_challenge_is_answered_like_a_wrong_code() {
    let app = app().await;
    let (clinic, mut held, _) = clinic(&app).await;
    let (_, mut of_stranger, _) = self::clinic(&app).await;
    let client = &clinic.client;
    let mut lie = async |what: &str, change: &dyn Fn(&mut SoftPasskey, &Challenge) -> SecondFactorRequest| {
        // Four wrong ones in a row; the fifth would end the session.
        app.clock.advance(TimeDelta::seconds(30));
        client.step_up(&shown(app.code(clinic.account_id).await)).await.expect("stepped up");
        let challenge = ask(client).await.expect("asked");
        assert_eq!(
            refused(client.step_up(&change(&mut held, &challenge)).await).0,
            ProblemKind::SignInFailed,
            "{what}"
        );
        (held.origin, held.host, held.verifies) = (ORIGIN, "localhost", true);
    };
    lie("another page", &|held, challenge| {
        held.origin = "http://localhost:8081";
        held.shown(challenge)
    })
    .await;
    lie("a page that looks like it", &|held, challenge| {
        held.origin = "https://nippo.example";
        held.shown(challenge)
    })
    .await;
    lie("another host", &|held, challenge| {
        held.host = "nippo.example";
        held.shown(challenge)
    })
    .await;
    lie("nobody was verified", &|held, challenge| {
        held.verifies = false;
        held.shown(challenge)
    })
    .await;
    lie("as if one were made", &|held, challenge| {
        answer(challenge, held.sign(held.client_data("webauthn.create", challenge)))
    })
    .await;
    lie("changed after it was signed", &|held, challenge| {
        let mut given = held.get(challenge);
        let longer = BASE64URL_NOPAD.encode((held.client_data("webauthn.get", challenge) + " ").as_bytes());
        given.client_data_json = longer;
        answer(challenge, given)
    })
    .await;
    lie("another key", &|held, challenge| {
        let mut other = SoftPasskey::new();
        other.id.clone_from(&held.id);
        answer(challenge, other.get(challenge))
    })
    .await;
    lie("no base64", &|held, challenge| {
        let given = held.get(challenge);
        answer(challenge, shared::passkey::ShownPasskey { signature: "=".to_owned(), ..given })
    })
    .await;
    let challenge = ask(client).await.expect("asked");
    let foreign = client.step_up(&of_stranger.shown(&challenge)).await;
    assert_eq!(refused(foreign).0, ProblemKind::SignInFailed);
    // What was asked of a new passkey is no challenge to an old one.
    let (begun, challenge) = begin(client).await;
    let client_data = held.client_data("webauthn.get", &challenge);
    let given = answer(&challenge, held.sign(client_data));
    assert_eq!(given.challenge_id, Some(begun.id));
    assert_eq!(refused(client.step_up(&given).await).0, ProblemKind::SignInFailed);
    let challenge = ask(client).await.expect("asked");
    client.step_up(&held.shown(&challenge)).await.expect("the right one still works");
}

#[tokio::test]
async fn the_fifth_wrong_passkey_ends_the_attempt() {
    let app = app().await;
    let (clinic, mut held, _) = clinic(&app).await;
    let client = half_way(&app, &clinic).await;
    held.verifies = false;
    for _ in 0..5 {
        let challenge = ask(&client).await.expect("asked");
        assert_eq!(refused(client.second_factor(&held.shown(&challenge)).await).0, ProblemKind::SignInFailed);
    }
    assert_eq!(refused(ask(&client).await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_is_refused_and_told() {
    let app = app().await;
    let (clinic, mut held, factor) = clinic(&app).await;
    let show = async |held: &mut SoftPasskey| {
        let challenge = ask(&clinic.client).await.expect("asked");
        clinic.client.step_up(&held.shown(&challenge)).await
    };
    held.counter = Some(40);
    show(&mut held).await.expect("41");
    for before in [40, 7] {
        held.counter = Some(before);
        assert_eq!(refused(show(&mut held).await).0, ProblemKind::SignInFailed, "{before}");
    }
    held.counter = None;
    assert_eq!(refused(show(&mut held).await).0, ProblemKind::SignInFailed, "it doesn't count any more");
    held.counter = Some(41);
    show(&mut held).await.expect("42");
    let told = rows(app.db(), "SELECT content, object_id FROM audit_event WHERE action = 'suspect_passkey'").await;
    assert_eq!(told.len(), 3);
    for row in told {
        assert_eq!(row.try_get::<Uuid>("", "object_id").expect("an id"), factor);
        let content: String = row.try_get("", "content").expect("text");
        assert!(content.contains(r#""outcome":"failed""#), "{content}");
    }
    // One that never counts is as good.
    let mut synced = SoftPasskey::new();
    synced.counter = None;
    enroll(&clinic.client, &mut synced).await;
    for _ in 0..2 {
        show(&mut synced).await.expect("stepped up");
    }
}

#[tokio::test]
async fn who_is_disabled_before_the_answer_gets_no_further() {
    let app = app().await;
    let (clinic, mut held, _) = clinic(&app).await;
    let client = half_way(&app, &clinic).await;
    let challenge = ask(&client).await.expect("asked");
    app.disable(clinic.account_id).await;
    assert_eq!(refused(client.second_factor(&held.shown(&challenge)).await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_new_passkey_that_does_not_answer_or_is_somebodys_is_refused_and_the_enrollment_is_over() {
    let app = app().await;
    let (_, mut of_stranger, _) = clinic(&app).await;
    let clinic = app.institution().await;
    let client = &clinic.client;
    let mut held = SoftPasskey::new();
    for (origin, host, verifies) in
        [("http://localhost:8081", "localhost", true), (ORIGIN, "nippo.example", true), (ORIGIN, "localhost", false)]
    {
        (held.origin, held.host, held.verifies) = (origin, host, verifies);
        let (begun, challenge) = begin(client).await;
        let given = held.create(&challenge).into();
        let (kind, problem) = refused(client.confirm_enrollment(begun.id, &given).await);
        assert_eq!(kind, ProblemKind::InvalidRequest, "{origin} {host} {verifies}");
        let violation = &problem.violations[0];
        assert_eq!((violation.pointer.as_str(), violation.rule), ("/credential", Rule::PasskeyRefused));
        assert_eq!(refused(client.confirm_enrollment(begun.id, &given).await).0, ProblemKind::NotFound);
    }
    let (begun, challenge) = begin(client).await;
    let taken = client.confirm_enrollment(begun.id, &of_stranger.create(&challenge).into()).await;
    assert_eq!(refused(taken).1.violations[0].rule, Rule::PasskeyRefused);
    // Another session of the same account.
    let (begun, challenge) = begin(client).await;
    let elsewhere = app.browser().client();
    app.clock.advance(TimeDelta::seconds(30));
    app.sign_in(&elsewhere, &clinic.login_id, PASSWORD).await.expect("signed in");
    let mut held = SoftPasskey::new();
    let given = held.create(&challenge).into();
    assert_eq!(refused(elsewhere.confirm_enrollment(begun.id, &given).await).0, ProblemKind::InvalidRequest);
    assert_eq!(client.second_factors().await.expect("listed").items.len(), 1);
}

#[tokio::test]
async fn each_way_needs_what_belongs_to_it() {
    let app = app().await;
    let (clinic, _, _) = clinic(&app).await;
    let (begun, _) = begin(&clinic.client).await;
    let confirm = format!("/api/v1/auth/second-factor/enrollments/{}/confirm", begun.id);
    for (path, body, pointer) in [
        ("/api/v1/auth/step-up", json!({ "method": "passkey", "code": "123456" }), "/credential"),
        ("/api/v1/auth/step-up", json!({ "method": "totp" }), "/code"),
        (&confirm, json!({ "code": "123456" }), "/credential"),
    ] {
        let (kind, problem) = problem(clinic.raw.post(path, &body).await).await;
        assert_eq!(kind, ProblemKind::InvalidRequest);
        assert_eq!((problem.violations[0].pointer.as_str(), problem.violations[0].rule), (pointer, Rule::Required));
    }
    let without = app.institution().await;
    let violation = refused(ask(&without.client).await).1.violations.remove(0);
    assert_eq!((violation.pointer.as_str(), violation.rule), ("/method", Rule::NotAllowed), "it has none");
}

#[tokio::test]
async fn an_address_without_a_host_name_can_have_no_passkeys() {
    let (with, without) = (app().await, TestApp::new().await);
    use FactorKind::{Passkey, Sms, Totp, Voice};
    assert_eq!(with.browser().client().site().await.expect("told").second_factors, [Passkey, Totp, Sms, Voice]);
    assert_eq!(without.browser().client().site().await.expect("told").second_factors, [Totp, Sms, Voice]);
    let clinic = without.institution().await;
    for refusal in
        [refused(clinic.client.enroll(&passkey()).await.map(drop)), refused(ask(&clinic.client).await.map(drop))]
    {
        assert_eq!(refusal.1.violations[0].rule, Rule::NotAllowed);
    }
}
