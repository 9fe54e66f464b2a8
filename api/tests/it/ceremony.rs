//! The steps of a sign-in: their order, and what each takes and refuses.

use api::auth::totp;
use api::store::account::{Created, NewAccount};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::json;
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep, PasswordChangeRequest, SignInRequest};
use shared::activation_code::ActivationCode;
use shared::client::Client;
use shared::organization::OrganizationRef;
use shared::second_factor::{EnrollmentRequest, FactorKind, SecondFactorMethod, SecondFactorRequest};
use uuid::Uuid;

use crate::authenticator::{RECOVERY_CODES, seed, shown};
use crate::database::{execute, number};
use crate::harness::{PASSWORD, SignedIn, TestApp, problem};
use crate::reports::refused;

pub const OWN: &str = "seven herons read newspapers";

pub fn credentials(login_id: &str, password: &str) -> SignInRequest {
    SignInRequest { login_id: login_id.to_owned(), password: password.to_owned() }
}

/// A browser that gave the password of a clinic, and a code of the clinic's app.
async fn half_way(app: &TestApp, clinic: &SignedIn) -> Client {
    let client = app.browser().client();
    let step = client.sign_in(&credentials(&clinic.login_id, PASSWORD)).await.expect("the password is right");
    assert_eq!(step.next, NextStep::SecondFactor);
    client
}

/// The code of a clinic's app so many steps from now.
fn code(app: &TestApp, clinic: &SignedIn, steps: i64) -> SecondFactorRequest {
    let step = totp::step_of(app.clock.now()) + steps;
    shown(totp::code_of(&seed(clinic.account_id), step).expect("a code"))
}

fn recovery(code: &str) -> SecondFactorRequest {
    SecondFactorRequest::code(SecondFactorMethod::RecoveryCode, code.to_owned())
}

/// Issues a slip to an account, as a reset does, and returns its code.
pub async fn slip(app: &TestApp, account: Uuid, byte: u8) -> ActivationCode {
    let code = ActivationCode::of_bits([byte; 10]);
    let phc = app.state.passwords.hash(code.as_str()).await.expect("a hash");
    let now = app.clock.now();
    let (from, until) = (now.timestamp_micros(), (now + TimeDelta::days(14)).timestamp_micros());
    let sql = "UPDATE activation_slip SET voided_at = ? WHERE account_id = ? AND used_at IS NULL AND voided_at IS NULL";
    execute(app.db(), sql, vec![from.into(), account.into()]).await.expect("voided");
    let sql = "INSERT INTO activation_slip (id, account_id, code_phc, reason, issued_at, expires_at) \
               VALUES (?, ?, ?, 'new', ?, ?)";
    let values = vec![Uuid::now_v7().into(), account.into(), phc.into(), from.into(), until.into()];
    execute(app.db(), sql, values).await.expect("issued");
    let sql = "UPDATE account SET password_phc = NULL, must_change_password = ? WHERE id = ?";
    execute(app.db(), sql, vec![false.into(), account.into()]).await.expect("reset");
    code
}

/// Enrolls an app and confirms it; what follows, and the app's seed.
pub async fn enroll(app: &TestApp, client: &Client) -> (CeremonyStep, Vec<u8>) {
    let request = EnrollmentRequest { method: FactorKind::Totp, label: Some("my phone".to_owned()), telephone: None };
    let begun = client.enroll(&request).await.expect("begun");
    let seed = data_encoding::BASE32_NOPAD.decode(begun.secret.expect("a seed").as_bytes()).expect("base 32");
    assert!(begun.otpauth_uri.expect("a uri").starts_with("otpauth://totp/nippo:"));
    let code = totp::code_of(&seed, totp::step_of(app.clock.now())).expect("a code");
    (client.confirm_enrollment(begun.id, &code.into()).await.expect("confirmed"), seed)
}

pub async fn new_account(app: &TestApp, of: &OrganizationRef) -> (Uuid, String) {
    let id = Uuid::now_v7();
    let login_id = format!("N-{}", id.simple().to_string()[20..].to_uppercase());
    let new = NewAccount {
        id,
        login_id: login_id.clone(),
        organization_id: of.id,
        is_manager: false,
        display_name: "医事課".to_owned(),
        password_phc: String::new(),
        must_change_password: true,
    };
    assert_eq!(app.state.store.create_account(new).await.expect("written"), Created::Yes);
    (id, login_id)
}

#[tokio::test]
async fn a_new_account_goes_from_its_slip_through_every_step_to_a_session() {
    let app = TestApp::new().await;
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let code = slip(&app, account, 1).await;
    let browser = app.browser();
    let client = browser.client();
    let spoken = code.to_string().to_lowercase().replace('-', " ");
    let step = client.sign_in(&credentials(&login_id, &spoken)).await.expect("the code is right");
    assert_eq!((step.next, step.session), (NextStep::EnrollSecondFactor, None));
    // Nothing but the next step is open, and every refusal names it.
    let change = PasswordChangeRequest { current_password: code.to_string(), new_password: OWN.to_owned() };
    for (kind, problem) in [
        refused(client.change_password(&change).await),
        refused(client.make_recovery_codes().await),
        refused(client.second_factor(&shown("123456")).await),
        refused(client.step_up(&shown("123456")).await),
        refused(client.session().await),
        refused(client.second_factors().await),
    ] {
        assert_eq!((kind, problem.next), (ProblemKind::SignInUnfinished, Some(NextStep::EnrollSecondFactor)));
    }
    let (step, _) = enroll(&app, &client).await;
    assert_eq!((step.next, step.session), (NextStep::ChangePassword, None));
    let (kind, problem) = refused(client.make_recovery_codes().await);
    assert_eq!((kind, problem.next), (ProblemKind::SignInUnfinished, Some(NextStep::ChangePassword)));
    let step = client.change_password(&change).await.expect("changed");
    assert_eq!((step.next, step.session), (NextStep::KeepRecoveryCodes, None));
    let step = client.make_recovery_codes().await.expect("made");
    assert_eq!((step.next, step.recovery_codes.len()), (NextStep::Done, 10));
    assert_eq!(client.session().await.ok(), step.session);
    // The code of the slip is used up, and the password takes its place.
    assert_eq!(
        refused(app.browser().client().sign_in(&credentials(&login_id, &code.to_string())).await).0,
        ProblemKind::SignInFailed
    );
    let again = app.browser().client();
    assert_eq!(again.sign_in(&credentials(&login_id, OWN)).await.expect("right").next, NextStep::SecondFactor);
    let step = again.second_factor(&recovery(&step.recovery_codes[3])).await.expect("signed in");
    assert_eq!((step.next, step.recovery_codes_left), (NextStep::Done, Some(9)));
}

#[tokio::test]
async fn who_leaves_midway_goes_on_where_they_were() {
    let app = TestApp::new().await;
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let code = slip(&app, account, 1).await.to_string();
    let (step, seed) = {
        let client = app.browser().client();
        client.sign_in(&credentials(&login_id, &code)).await.expect("the code is right");
        enroll(&app, &client).await
    };
    assert_eq!(step.next, NextStep::ChangePassword);
    app.clock.advance(TimeDelta::minutes(6));
    let client = app.browser().client();
    let step = client.sign_in(&credentials(&login_id, &code)).await.expect("the code is still right");
    assert_eq!(step.next, NextStep::SecondFactor);
    let of_app = totp::code_of(&seed, totp::step_of(app.clock.now())).expect("a code");
    let step = client.second_factor(&shown(of_app)).await.expect("the app's code is right");
    assert_eq!(step.next, NextStep::ChangePassword);
}

#[tokio::test]
async fn a_slip_ends_with_its_days_and_with_the_next_one() {
    let app = TestApp::new().await;
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let first = slip(&app, account, 1).await.to_string();
    let second = slip(&app, account, 2).await.to_string();
    let sign_in = async |code: &str| app.browser().client().sign_in(&credentials(&login_id, code)).await;
    assert_eq!(refused(sign_in(&first).await).0, ProblemKind::SignInFailed);
    sign_in(&second).await.expect("the code is right");
    app.clock.advance(TimeDelta::days(14));
    assert_eq!(refused(sign_in(&second).await).0, ProblemKind::SignInFailed);
}

#[tokio::test]
async fn after_a_reset_the_lost_app_and_the_old_recovery_codes_are_worthless() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    app.clock.advance(TimeDelta::minutes(1));
    let code = slip(&app, clinic.account_id, 1).await.to_string();
    let client = app.browser().client();
    let step = client.sign_in(&credentials(&clinic.login_id, &code)).await.expect("the code is right");
    assert_eq!((step.next, step.methods.len()), (NextStep::EnrollSecondFactor, 0));
    enroll(&app, &client).await;
    let change = PasswordChangeRequest { current_password: code, new_password: OWN.to_owned() };
    assert_eq!(client.change_password(&change).await.expect("changed").next, NextStep::KeepRecoveryCodes);
    client.make_recovery_codes().await.expect("made");
    app.clock.advance(TimeDelta::minutes(1));
    let again = app.browser().client();
    again.sign_in(&credentials(&clinic.login_id, OWN)).await.expect("right");
    for old in [code_of_lost(&app, &clinic), recovery(RECOVERY_CODES[0])] {
        assert_eq!(refused(again.second_factor(&old).await).0, ProblemKind::SignInFailed);
    }
}

fn code_of_lost(app: &TestApp, clinic: &SignedIn) -> SecondFactorRequest {
    code(app, clinic, 0)
}

#[tokio::test]
async fn an_apps_code_is_taken_one_step_early_and_late_in_any_form_and_once() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    // The harness used the present code to sign the clinic in.
    app.clock.advance(TimeDelta::minutes(5));
    for (steps, expected) in
        [(-2, false), (2, false), (-1, true), (-1, false), (0, true), (-1, false), (1, true), (1, false)]
    {
        let answer = half_way(&app, &clinic).await.second_factor(&code(&app, &clinic, steps)).await;
        match answer {
            Ok(step) => assert!(expected && step.next == NextStep::Done, "{steps}"),
            Err(error) => {
                assert!(!expected, "{steps}: {error}");
                assert_eq!(refused::<()>(Err(error)).0, ProblemKind::SignInFailed);
            }
        }
    }
    app.clock.advance(TimeDelta::minutes(5));
    let typed = code(&app, &clinic, 0).code.expect("a code");
    let wide: String = typed.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a wide digit")).collect();
    let grouped = format!(" {} {} ", &wide[..9], &wide[9..]);
    half_way(&app, &clinic).await.second_factor(&shown(grouped)).await.expect("signed in");
}

#[tokio::test]
async fn of_sixteen_who_show_one_code_at_once_one_gets_in() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    app.clock.advance(TimeDelta::minutes(1));
    for shown in [code(&app, &clinic, 0), recovery(RECOVERY_CODES[0])] {
        let mut clients = Vec::new();
        for _ in 0..16 {
            clients.push(half_way(&app, &clinic).await);
        }
        let answers = futures_util::future::join_all(clients.iter().map(|client| client.second_factor(&shown))).await;
        let (inside, outside): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((inside.len(), outside.len()), (1, 15));
        assert!(outside.into_iter().all(|answer| refused(answer).0 == ProblemKind::SignInFailed));
    }
}

#[tokio::test]
async fn a_recovery_code_works_once_and_tells_how_many_are_left() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let step = half_way(&app, &clinic).await.second_factor(&recovery(RECOVERY_CODES[0])).await.expect("signed in");
    assert_eq!((step.next, step.recovery_codes_left), (NextStep::Done, Some(1)));
    let client = half_way(&app, &clinic).await;
    for wrong in [RECOVERY_CODES[0], "0000-0000-0000-0000", "nonsense"] {
        assert_eq!(refused(client.second_factor(&recovery(wrong)).await).0, ProblemKind::SignInFailed);
    }
    let typed = RECOVERY_CODES[1].to_lowercase().replace('-', " ");
    assert_eq!(client.second_factor(&recovery(&typed)).await.expect("signed in").recovery_codes_left, Some(0));
    let methods =
        app.browser().client().sign_in(&credentials(&clinic.login_id, PASSWORD)).await.expect("right").methods;
    let methods: Vec<_> = methods.into_iter().map(|option| option.method).collect();
    assert_eq!(methods, [SecondFactorMethod::Totp], "what can't be shown any more isn't offered");
}

#[tokio::test]
async fn a_wrong_code_is_answered_like_a_wrong_password_but_for_the_tries_left_and_the_fifth_ends_the_attempt() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let browser = app.browser();
    let wrong = json!({ "login_id": clinic.login_id, "password": "wrong" });
    let (_, mut of_password) = problem(browser.post("/api/v1/auth/sign-in", &wrong).await).await;
    of_password.instance = None;
    let right = json!({ "login_id": clinic.login_id, "password": PASSWORD });
    assert_eq!(browser.post("/api/v1/auth/sign-in", &right).await.status(), StatusCode::OK);
    app.clock.advance(TimeDelta::minutes(1));
    let far = code(&app, &clinic, 100);
    for left in [4, 3, 2, 1, 0] {
        let body = json!({ "method": "totp", "code": far.code });
        let (kind, mut of_code) = problem(browser.post("/api/v1/auth/second-factor", &body).await).await;
        assert_eq!((kind, of_code.tries_left.take()), (ProblemKind::SignInFailed, Some(left)));
        of_code.instance = None;
        assert_eq!(of_code, of_password);
    }
    let (kind, _) = refused(browser.client().second_factor(&code(&app, &clinic, 0)).await);
    assert_eq!(kind, ProblemKind::SignInRequired, "the attempt is over, though this code is right");
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM session WHERE next_step = 'second_factor'").await, 0);
}

/// What an attempt says of itself helps nobody who guesses in several: each counts its own, and a right code nobody's.
#[tokio::test]
async fn each_attempt_counts_its_own_tries() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    app.clock.advance(TimeDelta::minutes(1));
    let (first, second) = (half_way(&app, &clinic).await, half_way(&app, &clinic).await);
    let left = async |client: &Client| refused(client.second_factor(&code(&app, &clinic, 100)).await).1.tries_left;
    assert_eq!((left(&first).await, left(&first).await, left(&second).await), (Some(4), Some(3), Some(4)));
    assert_eq!(refused(first.second_factor(&recovery("nonsense")).await).1.tries_left, Some(2));
    first.second_factor(&code(&app, &clinic, 0)).await.expect("signed in");
    // Stepping up is another attempt, of a session that the sign-in began anew.
    assert_eq!(refused(first.step_up(&code(&app, &clinic, 100)).await).1.tries_left, Some(4));
    assert_eq!(left(&second).await, Some(3));
}

#[tokio::test]
async fn an_attempt_lives_five_minutes() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = half_way(&app, &clinic).await;
    app.clock.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    assert_eq!(refused(client.session().await).1.next, Some(NextStep::SecondFactor));
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(refused(client.second_factor(&code(&app, &clinic, 0)).await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn who_is_disabled_between_two_steps_gets_no_further() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let client = half_way(&app, &clinic).await;
    app.disable(clinic.account_id).await;
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(refused(client.second_factor(&code(&app, &clinic, 0)).await).0, ProblemKind::SignInRequired);
}

#[tokio::test]
async fn the_id_in_the_cookie_is_a_new_one_at_every_step() {
    let app = TestApp::new().await;
    let (account, login_id) = app.account(&app.centers[0], true).await;
    let browser = app.browser();
    let mut ids = std::collections::BTreeSet::new();
    let mut step = async |path: &str, body: serde_json::Value| {
        let answer = browser.post(&format!("/api/v1/auth/{path}"), &body).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text"));
        let of_session = |cookie: &&str| !cookie.contains("Max-Age=0") && !cookie.starts_with("__Host-device=");
        let set: Vec<String> = cookies.filter(of_session).map(str::to_owned).collect();
        assert_eq!(set.len(), 1, "{path}: {set:?}");
        assert!(ids.insert(set[0].split('=').nth(1).expect("a value").to_owned()), "{path}");
        set[0].split('=').next().map(str::to_owned).expect("a name")
    };
    let code = async || {
        app.clock.advance(TimeDelta::seconds(30));
        json!({ "method": "totp", "code": app.code(account).await })
    };
    assert_eq!(step("sign-in", json!({ "login_id": login_id, "password": PASSWORD })).await, "__Host-pre");
    assert_eq!(step("second-factor", code().await).await, "__Host-pre");
    let change = json!({ "current_password": PASSWORD, "new_password": OWN });
    assert_eq!(step("password", change).await, "__Host-sid");
    assert_eq!(step("step-up", code().await).await, "__Host-sid");
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM session").await, 1, "each took the place of the one before");
}

#[tokio::test]
async fn an_enrollment_ends_after_five_wrong_codes_and_after_half_an_hour() {
    let app = TestApp::new().await;
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let code = slip(&app, account, 1).await.to_string();
    let client = app.browser().client();
    client.sign_in(&credentials(&login_id, &code)).await.expect("right");
    let request = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
    let confirm = async |id: Uuid, code: &str| refused(client.confirm_enrollment(id, &code.to_owned().into()).await);
    let first = client.enroll(&request).await.expect("begun");
    for _ in 0..5 {
        let (kind, problem) = confirm(first.id, "").await;
        assert_eq!((kind, problem.violations[0].rule), (ProblemKind::InvalidRequest, shared::Rule::CodeWrong));
    }
    assert_eq!(confirm(first.id, "").await.0, ProblemKind::NotFound);
    let second = client.enroll(&request).await.expect("begun again");
    let third = client.enroll(&request).await.expect("begun once more");
    assert_eq!(confirm(second.id, "").await.0, ProblemKind::NotFound, "the last that was begun is the only one");
    assert_eq!(third.expires_at, app.clock.now() + TimeDelta::minutes(30));
}

#[tokio::test]
async fn of_two_who_have_one_slip_the_second_enrolls_nothing_after_the_first() {
    let app = TestApp::new().await;
    let (account, login_id) = new_account(&app, &app.centers[0]).await;
    let code = slip(&app, account, 1).await.to_string();
    let (first, second) = (app.browser().client(), app.browser().client());
    for client in [&first, &second] {
        let step = client.sign_in(&credentials(&login_id, &code)).await.expect("the code is right");
        assert_eq!(step.next, NextStep::EnrollSecondFactor);
    }
    let request = EnrollmentRequest { method: FactorKind::Totp, label: None, telephone: None };
    enroll(&app, &first).await;
    let begun = second.enroll(&request).await.expect("begun");
    let seed = data_encoding::BASE32_NOPAD.decode(begun.secret.expect("a seed").as_bytes()).expect("base 32");
    let of_app = totp::code_of(&seed, totp::step_of(app.clock.now())).expect("a code");
    let (kind, _) = refused(second.confirm_enrollment(begun.id, &of_app.into()).await);
    assert_eq!(kind, ProblemKind::NotFound);
    let confirmed = "SELECT COUNT(*) FROM second_factor WHERE confirmed_at IS NOT NULL";
    assert_eq!(number(app.db(), confirmed).await, 1);
}
