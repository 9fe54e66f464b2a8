//! What one sees and changes of one's own security.

use api::auth::totp;
use api::handlers::auth::record_failures;
use chrono::TimeDelta;
use shared::ProblemKind;
use shared::account::{NextStep, PasswordChangeRequest, SignInRequest};
use shared::audit::OwnSignIn;
use shared::client::Client;
use shared::organization::Page;
use shared::second_factor::{EnrollmentRequest, FactorKind, SecondFactorMethod, SecondFactorRequest};
use uuid::Uuid;

use crate::authenticator::{RECOVERY_CODES, shown};
use crate::harness::{PASSWORD, SignedIn, TestApp};
use crate::reports::refused;

/// Enrolls another app, and returns its factor.
async fn another_app(app: &TestApp, client: &Client) -> Uuid {
    let begun = client
        .enroll(&EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None })
        .await
        .expect("begun");
    let seed = data_encoding::BASE32_NOPAD.decode(begun.secret.expect("a seed").as_bytes()).expect("base 32");
    let code = totp::code_of(&seed, totp::step_of(app.clock.now())).expect("a code");
    let step = client.confirm_enrollment(begun.id, &code.into()).await.expect("confirmed");
    assert_eq!(step.next, NextStep::Done);
    begun.id
}

/// The clinic in another browser.
async fn elsewhere(app: &TestApp, clinic: &SignedIn) -> Client {
    app.clock.advance(TimeDelta::seconds(30));
    let client = app.browser().client();
    app.sign_in(&client, &clinic.login_id, PASSWORD).await.expect("signed in");
    client
}

#[tokio::test]
async fn what_is_sensitive_asks_for_the_second_factor_again() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = &clinic.client;
    another_app(&app, client).await;
    app.clock.advance(TimeDelta::minutes(10));
    let enrollment = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
    let factor = client.second_factors().await.expect("listed").items[0].id;
    for kind in [
        refused(client.enroll(&enrollment).await.map(drop)).0,
        refused(client.make_recovery_codes().await).0,
        refused(client.remove_second_factor(factor).await).0,
    ] {
        assert_eq!(kind, ProblemKind::StepUpRequired);
    }
    let before = client.session().await.expect("signed in").ends_at;
    assert_eq!(refused(client.step_up(&shown("000000")).await).0, ProblemKind::SignInFailed);
    let step = client.step_up(&shown(app.code(clinic.account_id).await)).await.expect("stepped up");
    assert_eq!(step.session.expect("a session").ends_at, before, "stepping up makes no session longer");
    app.clock.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    client.enroll(&enrollment).await.expect("open");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(refused(client.enroll(&enrollment).await.map(drop)).0, ProblemKind::StepUpRequired);
}

#[tokio::test]
async fn five_wrong_codes_to_step_up_end_the_session() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for _ in 0..5 {
        assert_eq!(refused(clinic.client.step_up(&shown("")).await).0, ProblemKind::SignInFailed);
    }
    assert_eq!(refused(clinic.client.session().await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_second_factor_is_removed_but_not_the_last() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let first = clinic.client.second_factors().await.expect("listed").items[0].clone();
    assert_eq!((first.method, first.label.as_str()), (FactorKind::Totp, "受付の電話機"));
    let second = another_app(&app, &clinic.client).await;
    let listed = clinic.client.second_factors().await.expect("listed");
    assert_eq!(listed.items.iter().map(|factor| factor.id).collect::<Vec<_>>(), [first.id, second]);
    assert_eq!(listed.recovery_codes_left, RECOVERY_CODES.len() as u32);
    clinic.client.remove_second_factor(first.id).await.expect("removed");
    assert_eq!(refused(clinic.client.remove_second_factor(second).await).0, ProblemKind::LastSecondFactor);
    let stranger = app.institution().await;
    let of_stranger = stranger.client.second_factors().await.expect("listed").items[0].id;
    assert_eq!(refused(clinic.client.remove_second_factor(of_stranger).await).0, ProblemKind::NotFound);
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_all_others() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let first = clinic.client.make_recovery_codes().await.expect("made").recovery_codes;
    let second = clinic.client.make_recovery_codes().await.expect("made").recovery_codes;
    let all: std::collections::BTreeSet<&String> = first.iter().chain(&second).collect();
    assert_eq!(all.len(), 20);
    assert_eq!(clinic.client.second_factors().await.expect("listed").recovery_codes_left, 10);
    let show = async |code: &str| {
        clinic.client.step_up(&SecondFactorRequest::code(SecondFactorMethod::RecoveryCode, code.to_owned())).await
    };
    for old in [RECOVERY_CODES[0], &first[0]] {
        assert_eq!(refused(show(old).await).0, ProblemKind::SignInFailed);
    }
    assert_eq!(show(&second[0]).await.expect("stepped up").recovery_codes_left, Some(9));
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let other = elsewhere(&app, &clinic).await;
    // A sign-in that isn't finished is no session.
    let request = shared::account::SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    app.browser().client().sign_in(&request).await.expect("right");
    let listed = clinic.client.sessions().await.expect("listed").items;
    assert_eq!(listed.iter().map(|session| session.is_current).collect::<Vec<_>>(), [false, true]);
    assert_eq!((listed[0].address.as_str(), listed[0].begun_at), ("127.0.0.1", app.clock.now()));
    let stranger = app.institution().await;
    assert_eq!(refused(stranger.client.end_session(listed[0].id).await).0, ProblemKind::NotFound);
    other.session().await.expect("still signed in");
    clinic.client.end_session(listed[0].id).await.expect("ended");
    assert_eq!(refused(other.session().await).0, ProblemKind::SignInRequired);
    clinic.client.end_session(listed[1].id).await.expect("ended, though it is the one that asks");
    assert_eq!(refused(clinic.client.session().await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn a_new_password_keeps_the_session_that_asked_and_no_other() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let other = elsewhere(&app, &clinic).await;
    let new_password = "seven herons read newspapers".to_owned();
    let change = PasswordChangeRequest { current_password: PASSWORD.to_owned(), new_password };
    clinic.client.change_password(&change).await.expect("changed");
    assert_eq!(refused(other.session().await).0, ProblemKind::SignInRequired);
    assert_eq!(clinic.client.sessions().await.expect("listed").items.len(), 1);
}

#[tokio::test]
async fn recent_sign_ins_are_ones_own_with_each_wrong_password() {
    let app = TestApp::new().await;
    let (clinic, colleague) = (app.institution().await, app.institution().await);
    for password in ["wrong", "wrong again"] {
        let request = SignInRequest { login_id: clinic.login_id.clone(), password: password.to_owned() };
        assert_eq!(refused(app.browser().client().sign_in(&request).await).0, ProblemKind::SignInFailed);
    }
    app.clock.advance(TimeDelta::minutes(1));
    record_failures(&app.state, Some(app.clock.now())).await.expect("recorded");
    elsewhere(&app, &clinic).await;
    let shown = |page: Page<OwnSignIn>| {
        page.items.into_iter().map(|one| (one.succeeded, one.count, one.address.expect("from somewhere")))
    };
    let here = || "127.0.0.1".to_owned();
    let own = shown(clinic.client.sign_ins().await.expect("listed")).collect::<Vec<_>>();
    assert_eq!(own, [(true, 1, here()), (false, 2, here()), (true, 1, here())]);
    let of_colleague = shown(colleague.client.sign_ins().await.expect("listed")).collect::<Vec<_>>();
    assert_eq!(of_colleague, [(true, 1, here())]);
    for _ in 0..20 {
        elsewhere(&app, &colleague).await;
    }
    let newest = colleague.client.sign_ins().await.expect("listed").items;
    assert!(newest.len() == 20 && newest.is_sorted_by(|one, next| one.at > next.at));
}
