//! Whose session is over gets nothing more that lasts, however far the request has come meanwhile.

use std::net::Ipv4Addr;

use api::auth::public_key;
use api::auth::session::new_id;
use api::authorize::{
    DisableAccount, EditAccount, EnableAccount, IssueAccount, RegisterApiClient, ResetAccount, authorize,
};
use api::store::api_client::{NewApiClient, NewKey};
use api::store::ceremony::{PasswordChange, Shown};
use api::store::holding::Holder;
use api::store::issuance::{Issuing, NewIssue};
use api::store::session::{NewSession, SessionHash, SessionPlace};
use api::store::standing::{AccountEdit, Disabling, Enabling, Reset};
use shared::account::{NextStep, PasswordChangeRequest};
use shared::api_client::{ApiClientRequest, KeyRequest, Scope, check_client};
use shared::issuance::{AccountChange, BatchRow, DisableReason, SlipReason, check_change, check_person};
use shared::permission::Target;
use shared::{Caller, ProblemKind, Role, Rule};
use uuid::Uuid;

use crate::authenticator::shown;
use crate::database::{execute, number, rows};
use crate::ehr::p256;
use crate::harness::{PASSWORD, SignedIn, TestApp};
use crate::reports::refused;

const OWN: &str = "seven herons read newspapers";

fn caller(of: &SignedIn, is_manager: bool) -> Caller {
    Caller {
        account_id: of.account_id,
        role: Role::of(of.organization.kind),
        is_manager,
        organization_id: of.organization.id,
        organization_kind: of.organization.kind,
        client: None,
    }
}

/// The one session of an account: what names it, and its hash.
async fn session_of(app: &TestApp, account: Uuid) -> (Uuid, SessionHash) {
    let mut found = rows(app.db(), "SELECT id, account_id, id_hash FROM session").await;
    found.retain(|row| row.try_get::<Uuid>("", "account_id").expect("an id") == account);
    assert_eq!(found.len(), 1);
    let hash: Vec<u8> = found[0].try_get("", "id_hash").expect("bytes");
    (found[0].try_get("", "id").expect("an id"), hash.try_into().expect("32 bytes"))
}

async fn holder(app: &TestApp, of: &SignedIn) -> Option<Holder> {
    Some(Holder { account_id: of.account_id, session_id: session_of(app, of.account_id).await.0 })
}

/// What there is that an act could have added to, and every flag of accounts.
async fn state(app: &TestApp) -> [i64; 6] {
    let mut all = [0; 6];
    for (place, sql) in [
        "SELECT COUNT(*) FROM account",
        "SELECT COUNT(*) FROM activation_slip",
        "SELECT COUNT(*) FROM api_client_key",
        "SELECT COUNT(*) FROM audit_event",
        "SELECT COUNT(*) FROM account WHERE disabled_at IS NULL",
        "SELECT COUNT(*) FROM account WHERE is_manager",
    ]
    .into_iter()
    .enumerate()
    {
        all[place] = number(app.db(), sql).await;
    }
    all
}

fn issuing(caller: &Caller) -> Issuing {
    let row = BatchRow {
        organization: None,
        display_name: "見本 花子".to_owned(),
        is_manager: true,
        same_name: false,
        account: None,
        code: None,
        qr_code: None,
        refusal: None,
    };
    let issue = NewIssue {
        id: None,
        allowed: authorize(caller, IssueAccount, &Target::own(caller)).expect("its own"),
        kind: caller.organization_kind,
        prefecture_code: Some("13".to_owned()),
        display_name: check_person("見本 花子", "").expect("a name"),
        is_manager: true,
        code_phc: "x".to_owned(),
    };
    Issuing { rows: vec![row], issues: vec![(0, issue)], ip: None, idempotency: None }
}

/// Does, as one who may, everything that hands out power; how many of the acts were done.
async fn hand_out(app: &TestApp, caller: &Caller, colleague: Uuid, by: Option<Holder>) -> usize {
    let store = &app.state.store;
    let own = Target::own(caller);
    let of = |account| own.clone().of_account(account);
    let is_done = |done: bool| usize::from(done);
    let mut done = is_done(store.issue_accounts(issuing(caller), by).await.expect("an outcome").is_some());
    for account_id in [caller.account_id, colleague] {
        let change = AccountChange { is_manager: Some(true), ..AccountChange::default() };
        let allowed = authorize(caller, EditAccount, &of(account_id)).expect("its own");
        let edit = AccountEdit { allowed, account_id, change: check_change(&change).expect("sound"), ip: None };
        done += is_done(store.edit_account(edit, by).await.expect("an outcome").is_some());
        let allowed = authorize(caller, EnableAccount, &of(account_id)).expect("its own");
        let enabling = Enabling { allowed, account_id, ip: None };
        done += is_done(store.enable_account(enabling, by).await.expect("an outcome").is_some());
    }
    let allowed = authorize(caller, ResetAccount, &of(colleague)).expect("its own");
    let (reason, code_phc) = (SlipReason::LostFactor, "y".to_owned());
    let reset = Reset { allowed, account_id: colleague, reason, code_phc, ip: None };
    done += is_done(store.reset_account(reset, by).await.expect("an outcome").is_some());
    let allowed = authorize(caller, RegisterApiClient, &own).expect("its own");
    let id = Uuid::now_v7();
    let request = ApiClientRequest {
        name: "レセコン".to_owned(),
        vendor: "青葉システム".to_owned(),
        scopes: Scope::ALL.to_vec(),
        key: KeyRequest { public_key: p256().1.to_string(), alg: None, kid: None },
    };
    let key = public_key::read(&request.key, "/key").expect("a key");
    let checked = check_client(&request).expect("sound");
    let new = NewApiClient { id, allowed: allowed.clone(), checked, key, ip: None };
    done += is_done(store.register_api_client(new, by).await.expect("an outcome").is_some());
    let next = KeyRequest { public_key: p256().1.to_string(), alg: None, kid: None };
    let key = public_key::read(&next, "").expect("a key");
    let new = NewKey { allowed, client_id: id, key, ip: None };
    done += is_done(store.add_api_client_key(new, by).await.expect("an outcome").is_some());
    let allowed = authorize(caller, DisableAccount, &of(colleague)).expect("its own");
    let disabling = Disabling { allowed, account_id: colleague, reason: DisableReason::PersonLeft, ip: None };
    done + is_done(store.disable_account(disabling, by).await.expect("an outcome").is_some())
}

#[tokio::test]
async fn who_is_no_longer_signed_in_hands_out_nothing() {
    let app = TestApp::new().await;
    let unit = app.organization(shared::organization::OrganizationKind::Institution, Some(app.centers[0].id)).await;
    for end in [
        "DELETE FROM session WHERE account_id = ?",
        "UPDATE account SET disabled_at = 0 WHERE id = ?",
        "UPDATE session SET next_step = 'second_factor' WHERE account_id = ?",
    ] {
        let manager = app.manager(&unit).await;
        let (colleague, _) = app.account(&unit, false).await;
        // As the request found its caller; it was a manager then.
        let caller = caller(&manager, true);
        let by = holder(&app, &manager).await;
        assert_eq!(execute(app.db(), end, vec![manager.account_id.into()]).await.expect("ended"), 1);
        let before = state(&app).await;
        assert_eq!(hand_out(&app, &caller, colleague, by).await, 0, "{end}");
        assert_eq!(state(&app).await, before, "{end}");
    }
    let manager = app.manager(&unit).await;
    let (colleague, _) = app.account(&unit, false).await;
    let by = holder(&app, &manager).await;
    assert_eq!(hand_out(&app, &caller(&manager, true), colleague, by).await, 9, "who is signed in does it all");
}

#[tokio::test]
async fn a_password_is_changed_in_the_session_that_asked_for_it() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (_, hash) = session_of(&app, clinic.account_id).await;
    let now = app.clock.now();
    let change = |from| PasswordChange {
        caller: caller(&clinic, false),
        ip: Ipv4Addr::LOCALHOST.into(),
        from,
        old: Shown::Password(None),
        new_phc: "z".to_owned(),
        session: NewSession {
            hash: new_id().expect("randomness").1,
            next: NextStep::Done,
            begins_at: now,
            ends_at: now + chrono::TimeDelta::hours(12),
            factor_at: None,
            place: SessionPlace { address: Ipv4Addr::LOCALHOST.into(), user_agent: String::new() },
        },
    };
    let changed = "SELECT COUNT(*) FROM account WHERE password_phc = 'z'";
    for from in [([0; 32], NextStep::Done), (hash, NextStep::ChangePassword)] {
        assert!(!app.state.store.change_password(change(from)).await.expect("an outcome"));
        assert_eq!(number(app.db(), changed).await, 0);
        assert_eq!(session_of(&app, clinic.account_id).await.1, hash);
    }
    assert!(app.state.store.change_password(change((hash, NextStep::Done))).await.expect("an outcome"));
    assert_eq!(number(app.db(), changed).await, 1);
    assert_ne!(session_of(&app, clinic.account_id).await.1, hash);
}

#[tokio::test]
async fn of_twelve_wrong_passwords_at_once_five_are_compared() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let request = |current: &str, new: &str| PasswordChangeRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    };
    // What is wrong with the new one is told whatever the present one is, and takes no try.
    for current in [PASSWORD, "wrong", PASSWORD, "wrong", "wrong", "wrong", "wrong", "wrong"] {
        let (kind, problem) = refused(clinic.client.change_password(&request(current, "short")).await);
        assert_eq!(kind, ProblemKind::InvalidRequest);
        assert_eq!(problem.violations[0].pointer, "/new_password");
    }
    let wrong = request("wrong", OWN);
    let answers = futures_util::future::join_all((0..12).map(|_| clinic.client.change_password(&wrong))).await;
    let (mut compared, mut over) = (0, 0);
    for answer in answers {
        match refused(answer) {
            (ProblemKind::InvalidRequest, problem) => {
                assert_eq!(problem.violations[0].rule, Rule::PasswordWrong);
                compared += 1;
            }
            (kind, _) => {
                assert_eq!(kind, ProblemKind::SignInRequired);
                over += 1;
            }
        }
    }
    assert_eq!((compared, over), (5, 7));
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM session").await, 0);
}

#[tokio::test]
async fn who_signs_out_while_the_session_rises_is_out() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let (id, before) = session_of(&app, clinic.account_id).await;
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let code = app.code(clinic.account_id).await;
    clinic.client.step_up(&shown(code)).await.expect("shown");
    let (same, after) = session_of(&app, clinic.account_id).await;
    assert_eq!(same, id);
    assert_ne!(after, before);
    let address = Ipv4Addr::LOCALHOST.into();
    app.state.store.sign_out(&caller(&clinic, false), address, id).await.expect("written");
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM session").await, 0);
    let events = "SELECT COUNT(*) FROM audit_event WHERE action = 'sign_out'";
    assert_eq!(number(app.db(), events).await, 1);
}
