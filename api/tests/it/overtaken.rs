//! What is shown at the first step of a sign-in can lose its worth while it waits to be compared: then it opens nothing.

use std::net::Ipv4Addr;

use api::config::Network;
use api::store::account::{Created, NewAccount};
use sea_orm::Value;
use shared::ProblemKind;
use shared::account::{CeremonyStep, NextStep, SignInRequest};
use shared::client::ClientError;
use uuid::Uuid;

use crate::ceremony::slip;
use crate::database::{WriteLock, execute, number};
use crate::harness::{PASSWORD, TestApp};
use crate::reports::refused;

/// The half of the queue that strangers may fill, less one.
const OTHERS: usize = 63;

/// Makes the tests' network known to an account, so that it may fill the other half.
async fn know(app: &TestApp, id: Uuid) {
    let network = Network::around(Ipv4Addr::LOCALHOST.into()).to_string();
    let values = vec![id.into(), network.into(), app.clock.now().timestamp_micros().into()];
    let sql = "INSERT INTO known_network (account_id, network, seen_at) VALUES (?, ?, ?)";
    execute(app.db(), sql, values).await.expect("known");
}

/// Signs in, and changes something of the account after it was read and before what was typed is compared: the try is
/// written down between the two, and that waits for the lock.
async fn overtaken(
    app: &TestApp,
    login_id: &str,
    typed: &str,
    (sql, values): (&str, Vec<Value>),
) -> Result<CeremonyStep, ClientError> {
    let lock = WriteLock::take(&app.place).await;
    let others: Vec<_> = (0..OTHERS).map(|_| app.state.passwords.line_up_as_stranger().expect("a place")).collect();
    let client = app.browser().client();
    let credentials = SignInRequest { login_id: login_id.to_owned(), password: typed.to_owned() };
    let signing_in = tokio::spawn(async move { client.sign_in(&credentials).await });
    // Once the account was read it has a place in the queue, and no stranger finds one.
    while app.state.passwords.line_up_as_stranger().is_ok() && !signing_in.is_finished() {
        tokio::task::yield_now().await;
    }
    drop(others);
    lock.change(sql, values).await;
    signing_in.await.expect("it ran")
}

async fn sessions(app: &TestApp) -> i64 {
    number(app.db(), "SELECT COUNT(*) FROM session").await
}

#[tokio::test]
async fn a_slip_that_is_voided_meanwhile_opens_nothing() {
    let app = TestApp::new().await;
    let id = Uuid::now_v7();
    let new = NewAccount {
        id,
        login_id: "N-OVERTAKEN".to_owned(),
        organization_id: app.centers[0].id,
        is_manager: false,
        display_name: "医事課".to_owned(),
        password_phc: String::new(),
        must_change_password: true,
    };
    assert_eq!(app.state.store.create_account(new).await.expect("written"), Created::Yes);
    know(&app, id).await;
    let now = app.clock.now().timestamp_micros();
    for (byte, change) in [
        (1, "UPDATE activation_slip SET voided_at = ? WHERE account_id = ?"),
        (2, "UPDATE activation_slip SET used_at = ? WHERE account_id = ? AND voided_at IS NULL"),
        (3, "UPDATE account SET disabled_at = ? WHERE id = ?"),
    ] {
        let code = slip(&app, id, byte).await.to_string();
        let answer = overtaken(&app, "N-OVERTAKEN", &code, (change, vec![now.into(), id.into()])).await;
        assert_eq!(refused(answer).0, ProblemKind::SignInFailed, "{change}");
        assert_eq!(sessions(&app).await, 0, "{change}");
    }
    let enable = "UPDATE account SET disabled_at = NULL WHERE id = ?";
    let code = slip(&app, id, 4).await.to_string();
    let answer = overtaken(&app, "N-OVERTAKEN", &code, (enable, vec![id.into()])).await;
    assert_eq!(refused(answer).0, ProblemKind::SignInFailed, "it was disabled when it was read");
    let answer = overtaken(&app, "N-OVERTAKEN", &code, (enable, vec![id.into()])).await.expect("nothing changed");
    assert_eq!(answer.next, NextStep::EnrollSecondFactor);
    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn a_password_that_is_changed_meanwhile_opens_nothing() {
    let app = TestApp::new().await;
    let (id, login_id) = app.account(&app.centers[0], false).await;
    know(&app, id).await;
    let now = app.clock.now().timestamp_micros();
    // The hash of the same password, made anew.
    let phc = app.state.passwords.hash(PASSWORD).await.expect("a hash");
    let rehash = "UPDATE account SET password_phc = ? WHERE id = ?";
    let answer = overtaken(&app, &login_id, PASSWORD, (rehash, vec![phc.into(), id.into()])).await;
    assert_eq!(answer.expect("it is the same password").next, NextStep::SecondFactor);
    assert_eq!(sessions(&app).await, 1);
    let change = "UPDATE account SET password_changed_at = ? WHERE id = ?";
    let reset = "UPDATE account SET password_phc = NULL WHERE id = ?";
    for (change, values) in [(change, vec![now.into(), id.into()]), (reset, vec![id.into()])] {
        let answer = overtaken(&app, &login_id, PASSWORD, (change, values)).await;
        assert_eq!(refused(answer).0, ProblemKind::SignInFailed, "{change}");
        assert_eq!(sessions(&app).await, 1, "{change}");
    }
}
