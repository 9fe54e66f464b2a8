//! Resets of one's own account: told to whoever comes by the new slip, and listed ever after.

use chrono::TimeDelta;
use shared::ProblemKind;
use shared::account::{NextStep, PasswordChangeRequest};
use shared::client::Client;
use shared::issuance::{IssuedAccount, NewAccountRequest, OwnReset, SlipReason, SlipRequest};
use shared::organization::OrganizationRef;
use uuid::Uuid;

use crate::ceremony::{OWN, credentials, enroll};
use crate::database::execute;
use crate::harness::{PASSWORD, SignedIn, TestApp};
use crate::reports::refused;

/// A browser in which the slip of an account was shown.
async fn by_slip(app: &TestApp, issued: &IssuedAccount) -> Client {
    let client = app.browser().client();
    let code = issued.code.as_ref().expect("a code").to_string();
    let step = client.sign_in(&credentials(&issued.account.login_id, &code)).await.expect("the code is right");
    assert_eq!(step.next, NextStep::EnrollSecondFactor);
    client
}

async fn reset(by: &SignedIn, account: Uuid, reason: SlipReason) -> IssuedAccount {
    by.client.renew_slip(account, &SlipRequest { reason }).await.expect("made")
}

async fn told(client: &Client) -> Vec<OwnReset> {
    client.resets().await.expect("listed").items
}

fn one(app: &TestApp, by: &OrganizationRef, reason: SlipReason) -> OwnReset {
    OwnReset { at: app.clock.now(), by: Some(by.clone()), reason }
}

#[tokio::test]
async fn who_comes_by_the_slip_of_a_reset_is_told_by_whom_when_and_why_and_finds_it_listed_later() {
    let app = TestApp::new().await;
    let (center, prefecture) = (app.manager(&app.centers[0].clone()).await, app.manager(&app.prefecture.clone()).await);
    let clinic = app.institution().await;
    assert_eq!(told(&clinic.client).await, []);
    app.clock.advance(TimeDelta::minutes(10));
    let first = one(&app, &center.organization, SlipReason::SuspectedMisuse);
    reset(&center, clinic.account_id, SlipReason::SuspectedMisuse).await;
    app.clock.advance(TimeDelta::minutes(10));
    let second = one(&app, &prefecture.organization, SlipReason::LostFactor);
    let slip = reset(&prefecture, clinic.account_id, SlipReason::LostFactor).await;
    app.clock.advance(TimeDelta::minutes(10));
    let expected = [second, first];

    let client = by_slip(&app, &slip).await;
    assert_eq!(told(&client).await, expected);
    assert_eq!(enroll(&app, &client).await.0.next, NextStep::ChangePassword);
    assert_eq!(told(&client).await, expected);
    let current_password = slip.code.expect("a code").to_string();
    let change = PasswordChangeRequest { current_password, new_password: OWN.to_owned() };
    assert_eq!(client.change_password(&change).await.expect("changed").next, NextStep::KeepRecoveryCodes);
    client.make_recovery_codes().await.expect("made");
    assert_eq!(told(&client).await, expected);
}

#[tokio::test]
async fn of_who_reset_an_account_nothing_but_the_organization_is_told() {
    let app = TestApp::new().await;
    let center = app.manager(&app.centers[0].clone()).await;
    let clinic = app.institution().await;
    let slip = reset(&center, clinic.account_id, SlipReason::Other).await;
    let browser = app.browser();
    let code = slip.code.expect("a code").to_string();
    browser.client().sign_in(&credentials(&clinic.login_id, &code)).await.expect("the code is right");
    let text = browser.get("/api/v1/auth/resets").await.text().await.expect("a body");
    assert!(text.contains(&center.organization.name), "{text}");
    let name = center.client.session().await.expect("signed in").display_name;
    for private in [center.account_id.to_string(), center.login_id.clone(), name] {
        assert!(!text.contains(&private), "{private}: {text}");
    }
}

#[tokio::test]
async fn a_first_slip_is_no_reset_and_nobody_sees_the_resets_of_others() {
    let app = TestApp::new().await;
    let center = app.manager(&app.centers[0].clone()).await;
    let (clinic, colleague) = (app.institution().await, app.institution().await);
    reset(&center, colleague.account_id, SlipReason::ForgottenPassword).await;
    let display_name = "新人".to_owned();
    let person = NewAccountRequest { organization_id: Some(clinic.organization.id), display_name, is_manager: false };
    let issued = center.client.issue_account("new", &person).await.expect("issued");
    for client in [&by_slip(&app, &issued).await, &clinic.client, &center.client] {
        assert_eq!(told(client).await, []);
    }
}

#[tokio::test]
async fn who_has_shown_a_password_alone_or_nothing_learns_of_no_reset() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = app.browser().client();
    assert_eq!(refused(client.resets().await).0, ProblemKind::SignInRequired);
    client.sign_in(&credentials(&clinic.login_id, PASSWORD)).await.expect("right");
    let (kind, problem) = refused(client.resets().await);
    assert_eq!((kind, problem.next), (ProblemKind::SignInUnfinished, Some(NextStep::SecondFactor)));
}

/// The schema lets a slip be made by no account: that of the service's operator.
#[tokio::test]
async fn a_reset_by_the_operator_names_no_organization() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let now = app.clock.now();
    let sql = "INSERT INTO activation_slip (id, account_id, code_phc, reason, issued_at, expires_at) \
               VALUES (?, ?, '-', 'reprint', ?, ?)";
    let until = now + TimeDelta::days(14);
    let [issued_at, expires_at] = [now, until].map(|at| at.timestamp_micros().into());
    let values = vec![Uuid::now_v7().into(), clinic.account_id.into(), issued_at, expires_at];
    execute(app.db(), sql, values).await.expect("made");
    assert_eq!(told(&clinic.client).await, [OwnReset { at: now, by: None, reason: SlipReason::Reprint }]);
}
