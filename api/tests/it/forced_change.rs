//! When a password must be changed before anything else, and what is said of it.

use api::auth::totp;
use chrono::TimeDelta;
use shared::account::{CeremonyStep, NextStep, PasswordChangeReason, PasswordChangeRequest};

use crate::authenticator::shown;
use crate::ceremony::{OWN, credentials, enroll, new_account, slip};
use crate::harness::{PASSWORD, TestApp};

#[tokio::test]
async fn a_password_is_changed_when_it_is_too_old_where_the_operator_sets_an_age() {
    for (age, expected) in [(None, NextStep::Done), (Some(TimeDelta::days(90)), NextStep::ChangePassword)] {
        let app = TestApp::with(|config| config.password_age = age).await;
        let (_, login_id) = app.account(&app.centers[0], true).await;
        let client = app.browser().client();
        app.sign_in(&client, &login_id, PASSWORD).await.expect("half way");
        let change = PasswordChangeRequest { current_password: PASSWORD.to_owned(), new_password: OWN.to_owned() };
        assert_eq!(client.change_password(&change).await.expect("changed").next, NextStep::Done);
        app.clock.advance(TimeDelta::days(90) - TimeDelta::seconds(1));
        assert_eq!(app.sign_in(&client, &login_id, OWN).await.expect("signed in").next, NextStep::Done);
        app.clock.advance(TimeDelta::seconds(30));
        assert_eq!(app.sign_in(&client, &login_id, OWN).await.expect("signed in").next, expected);
    }
}

#[tokio::test]
async fn who_must_change_a_password_is_told_why() {
    let app = TestApp::with(|config| config.password_age = Some(TimeDelta::days(90))).await;
    let forced = |reason| (NextStep::ChangePassword, Some(reason));
    let told = |step: &CeremonyStep| (step.next, step.change_reason);
    let change =
        |current: &str| PasswordChangeRequest { current_password: current.to_owned(), new_password: OWN.to_owned() };
    // A first password, of which the age says nothing: then one's own, which grows too old.
    let (_, login_id) = app.account(&app.centers[0], true).await;
    let client = app.browser().client();
    let step = app.sign_in(&client, &login_id, PASSWORD).await.expect("half way");
    assert_eq!(told(&step), forced(PasswordChangeReason::First));
    let step = client.change_password(&change(PASSWORD)).await.expect("changed");
    assert_eq!(told(&step), (NextStep::Done, None));
    app.clock.advance(TimeDelta::minutes(1));
    let step = app.sign_in(&client, &login_id, OWN).await.expect("signed in");
    assert_eq!(told(&step), (NextStep::Done, None));
    app.clock.advance(TimeDelta::days(90));
    let step = app.sign_in(&client, &login_id, OWN).await.expect("half way");
    assert_eq!(told(&step), forced(PasswordChangeReason::Expired));
    // And the code of a slip, with the second factor's enrollment and without.
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let code = slip(&app, account, 1).await.to_string();
    let client = app.browser().client();
    let step = client.sign_in(&credentials(&login_id, &code)).await.expect("the code is right");
    assert_eq!(told(&step), (NextStep::EnrollSecondFactor, None));
    let (step, seed) = enroll(&app, &client).await;
    assert_eq!(told(&step), forced(PasswordChangeReason::First));
    app.clock.advance(TimeDelta::minutes(6));
    let client = app.browser().client();
    client.sign_in(&credentials(&login_id, &code)).await.expect("the code is still right");
    let of_app = totp::code_of(&seed, totp::step_of(app.clock.now())).expect("a code");
    let step = client.second_factor(&shown(of_app)).await.expect("the app's code is right");
    assert_eq!(told(&step), forced(PasswordChangeReason::First));
    let step = client.change_password(&change(&code)).await.expect("changed");
    assert_eq!(told(&step), (NextStep::KeepRecoveryCodes, None));
}
