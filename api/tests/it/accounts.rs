//! Accounts over HTTP: handed out with a slip, found in every state, reset, disabled, enabled.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::account::SignInRequest;
use shared::activation_code::ActivationCode;
use shared::issuance::{
    AccountBatchRequest, AccountChange, AccountQuery, AccountState, AccountView, BatchRowRequest, DisableReason,
    DisableRequest, IssuedAccount, MAX_BATCH, NewAccountRequest, SLIP_LASTS, SlipReason, SlipRequest,
    activation_address,
};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::qr_code::QrCode;
use shared::{ProblemKind, Role, Rule};
use uuid::Uuid;

use crate::database::{execute, number, rows, stored};
use crate::harness::{PASSWORD, SignedIn, TestApp, problem};
use crate::reports::refused;

fn person(organization: Uuid, name: &str) -> NewAccountRequest {
    NewAccountRequest { organization_id: Some(organization), display_name: name.to_owned(), is_manager: false }
}

fn slip(reason: SlipReason) -> SlipRequest {
    SlipRequest { reason }
}

const LEFT: DisableRequest = DisableRequest { reason: DisableReason::PersonLeft };

async fn center(app: &TestApp) -> SignedIn {
    app.manager(&app.centers[0].clone()).await
}

async fn unit(app: &TestApp) -> OrganizationRef {
    app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await
}

/// Whether a code is the one whose hash the open slip of an account has.
async fn fits_open_slip(app: &TestApp, account: &AccountView, code: &ActivationCode) -> bool {
    let open = "SELECT code_phc, account_id FROM activation_slip WHERE used_at IS NULL AND voided_at IS NULL";
    let open = rows(app.db(), open).await;
    let of = open.iter().find(|row| row.try_get::<Uuid>("", "account_id").expect("an id") == account.id);
    let phc: String = of.expect("an open slip").try_get("", "code_phc").expect("a hash");
    app.state.passwords.check(code.as_str(), Some(phc)).await.expect("checked").is_right
}

#[tokio::test]
async fn an_issued_account_has_a_slip_whose_code_is_shown_once() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let issued = center.client.issue_account("a", &person(unit.id, " 山田 花子 ")).await.expect("issued");
    let (account, code) = (&issued.account, issued.code.as_ref().expect("a code"));
    assert!(fits_open_slip(&app, account, code).await);
    assert_eq!(
        (account.display_name.as_str(), account.role, account.state),
        ("山田 花子", Role::Institution, AccountState::Issued)
    );
    let slip = account.slip.as_ref().expect("a slip");
    assert_eq!((slip.expires_at - slip.issued_at, slip.reason), (SLIP_LASTS, SlipReason::NewAccount));
    let id = &account.login_id;
    let body = id.strip_suffix(|_: char| true).and_then(|body| body.strip_suffix('-')).expect("a check character");
    assert!(id.starts_with("P13-") && id.ends_with(shared::check_character::check_character(body)), "{id}");
    assert_eq!(center.client.account(account.id).await.expect("found"), *account);
    // A repetition issues nothing and can't show the code again.
    let again = center.client.issue_account("a", &person(unit.id, " 山田 花子 ")).await.expect("repeated");
    assert_eq!(again, IssuedAccount { account: account.clone(), code: None, qr_code: None });
    let other = center.client.issue_account("a", &person(unit.id, "山田 太郎")).await;
    assert_eq!(refused(other).0, ProblemKind::KeyReused);
    assert_eq!(number(app.db(), "SELECT count(*) FROM activation_slip").await, 1);
}

#[tokio::test]
async fn a_batch_issues_or_refuses_each_row_alone_and_its_preview_says_the_same() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    for (organization, code) in [(&unit, "0110113719"), (&elsewhere, "1310110049")] {
        let sql = "UPDATE organization SET institution_code = ? WHERE id = ?";
        execute(app.db(), sql, vec![code.into(), organization.id.into()]).await.expect("a code");
    }
    let row = |id: Option<Uuid>, code: Option<&str>, name: &str| BatchRowRequest {
        organization_id: id,
        institution_code: code.map(str::to_owned),
        display_name: name.to_owned(),
        is_manager: false,
    };
    let request = AccountBatchRequest {
        rows: vec![
            row(Some(unit.id), None, "一子"),
            row(None, Some("０１１０１１３７１９"), "二郎"),
            row(None, Some("0113719"), "一子"),
            row(None, None, "三郎"),
            row(Some(elsewhere.id), None, "四子"),
            row(None, Some("1310110049"), "四子"),
            row(Some(unit.id), None, " "),
            row(None, Some("12"), "五郎"),
            row(Some(unit.id), Some("0110113719"), "六子"),
        ],
    };
    let preview = center.client.preview_accounts(&request).await.expect("a preview");
    assert_eq!(number(app.db(), "SELECT count(*) FROM activation_slip").await, 0);
    let batch = center.client.issue_accounts("b", &request).await.expect("issued");
    let mut without_accounts = batch.clone();
    for row in &mut without_accounts.rows {
        assert_eq!(row.account.is_some(), row.refusal.is_none());
        assert_eq!(row.account.is_some(), row.code.is_some());
        let drawn = row.account.as_ref().zip(row.code.as_ref()).map(|(account, code)| {
            let address = activation_address(&app.origin, &account.login_id, code);
            QrCode::of(&address).expect("a code").svg()
        });
        assert!(row.qr_code == drawn, "the code leads to this service, with the ID and the slip's code");
        (row.account, row.code, row.qr_code) = (None, None, None);
    }
    assert_eq!(preview, without_accounts);
    let same: Vec<bool> = batch.rows.iter().map(|row| row.same_name).collect();
    assert_eq!(same, [false, false, true, false, false, false, false, false, false]);
    let found = |place: usize| batch.rows[place].account.as_ref().map(|account| account.organization.id);
    assert_eq!([found(0), found(1), found(2)], [Some(unit.id); 3]);
    assert_eq!(found(3), Some(center.organization.id));
    let refusal = |place: usize| {
        let problem = batch.rows[place].refusal.as_ref().expect("refused");
        let violation = problem.violations.first().map(|violation| (violation.pointer.clone(), violation.rule));
        (problem.kind().expect("a kind"), violation)
    };
    assert_eq!([refusal(4), refusal(5)], [(ProblemKind::NotFound, None), (ProblemKind::NotFound, None)]);
    let invalid = |pointer: &str, rule| (ProblemKind::InvalidRequest, Some((pointer.to_owned(), rule)));
    assert_eq!(refusal(6), invalid("/rows/6/display_name", Rule::Required));
    assert_eq!(refusal(7), invalid("/rows/7/institution_code", Rule::Malformed));
    assert_eq!(refusal(8), invalid("/rows/8/institution_code", Rule::NotAllowed));
    for row in batch.rows.iter().filter(|row| row.account.is_some()) {
        assert!(fits_open_slip(&app, row.account.as_ref().expect("one"), row.code.as_ref().expect("one")).await);
    }
    let again = center.client.issue_accounts("b", &request).await.expect("repeated");
    assert!(again.rows.iter().all(|row| row.code.is_none()));
    assert_eq!(again.rows[0].account, batch.rows[0].account);
    assert_eq!(number(app.db(), "SELECT count(*) FROM activation_slip").await, 4);
}

#[tokio::test]
async fn two_hundred_rows_are_issued_with_login_ids_of_their_own_and_one_more_is_refused() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let row = |number: usize| BatchRowRequest {
        organization_id: Some(unit.id),
        // As long as a name may be: the body is far above the limit of other requests.
        display_name: format!("{number:03}{}", "あ".repeat(97)),
        ..BatchRowRequest::default()
    };
    let request = AccountBatchRequest { rows: (0..MAX_BATCH).map(row).collect() };
    let batch = center.client.issue_accounts("c", &request).await.expect("issued");
    let ids: std::collections::HashSet<&String> =
        batch.rows.iter().map(|row| &row.account.as_ref().expect("issued").login_id).collect();
    assert_eq!(ids.len(), MAX_BATCH);
    let more = AccountBatchRequest { rows: (0..=MAX_BATCH).map(row).collect() };
    let (kind, problem) = refused(center.client.issue_accounts("d", &more).await);
    assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/rows"));
    let large = json!({ "rows": [], "x": "a".repeat(256 * 1024) });
    let answer = center.raw.post("/api/v1/accounts/batches", &large).await;
    assert_eq!(crate::harness::problem(answer).await.0, ProblemKind::BodyTooLarge);
}

#[tokio::test]
async fn a_list_shows_each_state_and_finds_by_organization_state_and_words() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let issue =
        async |key: &str| center.client.issue_account(key, &person(unit.id, key)).await.expect("issued").account;
    let expired = issue("expired").await;
    app.clock.advance(SLIP_LASTS + TimeDelta::seconds(1));
    app.sign_in(&center.client, &center.login_id, PASSWORD).await.expect("signed in again");
    let (waiting, stopped) = (issue("waiting").await, issue("stopped").await);
    center.client.disable_account(stopped.id, &LEFT).await.expect("disabled");
    let (enrolled, _) = app.account(&unit, false).await;
    for (account, state) in [
        (expired.id, AccountState::Expired),
        (waiting.id, AccountState::Issued),
        (stopped.id, AccountState::Disabled),
        (enrolled, AccountState::FactorSet),
    ] {
        let query = AccountQuery { state: Some(state), organization_id: Some(unit.id), ..AccountQuery::default() };
        let page = center.client.accounts(&query).await.expect("a page");
        let found: Vec<_> = page.items.iter().map(|account| (account.id, account.state)).collect();
        assert_eq!(found, [(account, state)]);
    }
    // Page by page: every account once, in the order of the whole.
    let all = center.client.accounts(&AccountQuery::default()).await.expect("a page").items;
    assert_eq!(all.len(), 5, "with the manager's own");
    let mut query = AccountQuery { limit: Some(2), ..AccountQuery::default() };
    let mut paged = Vec::new();
    loop {
        let page = center.client.accounts(&query).await.expect("a page");
        paged.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    for (words, count) in [("WAITING", 1), (waiting.login_id.as_str(), 1), (unit.name.as_str(), 4), ("nobody", 0)] {
        let query = AccountQuery { q: Some(words.to_owned()), ..AccountQuery::default() };
        assert_eq!(center.client.accounts(&query).await.expect("a page").items.len(), count, "{words}");
    }
    let (kind, problem) = refused(center.client.accounts(&AccountQuery { cursor: Some("e30".into()), ..query }).await);
    assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "?cursor"));
}

#[tokio::test]
async fn each_manager_lists_the_accounts_that_it_hands_out_and_no_others() {
    let app = TestApp::new().await;
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let sql = "INSERT INTO organization_parent (child_id, valid_from, parent_id) VALUES (?, ?, ?)";
    let from = app.today().minus(9).0;
    let place = vec![app.prefecture.id.into(), from.into(), ministry.id.into()];
    execute(app.db(), sql, place).await.expect("placed");
    let unit = unit(&app).await;
    let follow_up = app.organization(OrganizationKind::FollowUpCenter, Some(app.centers[0].id)).await;
    let organizations =
        [&ministry, &app.prefecture, &app.centers[0], &app.centers[1], &unit, &follow_up].map(Clone::clone);
    let mut managers = Vec::new();
    for organization in &organizations {
        managers.push(app.manager(organization).await);
    }
    for (manager, expected) in
        managers.iter().zip([vec![0, 1], vec![1, 2, 3, 4], vec![2, 4, 5], vec![3], vec![4], vec![5]])
    {
        let page = manager.client.accounts(&AccountQuery::default()).await.expect("a page");
        let place = |account: &AccountView| {
            organizations.iter().position(|organization| organization.id == account.organization.id)
        };
        let mut listed: Vec<usize> = page.items.iter().filter_map(place).collect();
        listed.sort_unstable();
        assert_eq!(listed, expected, "{:?}", manager.organization.kind);
    }
}

#[tokio::test]
async fn a_new_slip_takes_the_old_one_the_password_and_the_sessions() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let clinic = app.institution().await;
    let first = center.client.renew_slip(clinic.account_id, &slip(SlipReason::LostFactor)).await.expect("made");
    assert_eq!(first.account.state, AccountState::Issued);
    assert_eq!(refused(clinic.client.session().await).0, ProblemKind::SignInRequired);
    let request = SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    assert_eq!(refused(app.browser().client().sign_in(&request).await).0, ProblemKind::SignInFailed);
    let second = center.client.renew_slip(clinic.account_id, &slip(SlipReason::Reprint)).await.expect("made");
    assert!(!fits_open_slip(&app, &second.account, first.code.as_ref().expect("a code")).await);
    assert!(fits_open_slip(&app, &second.account, second.code.as_ref().expect("a code")).await);
    let (kind, problem) = refused(center.client.renew_slip(clinic.account_id, &slip(SlipReason::NewAccount)).await);
    assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/reason"));
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_gets_no_slip() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let clinic = app.institution().await;
    let disabled = center.client.disable_account(clinic.account_id, &LEFT).await.expect("disabled");
    assert_eq!((disabled.state, disabled.disabled_at.is_some()), (AccountState::Disabled, true));
    assert_eq!(refused(clinic.client.session().await).0, ProblemKind::SignInRequired);
    let request = SignInRequest { login_id: clinic.login_id.clone(), password: PASSWORD.to_owned() };
    assert_eq!(refused(app.browser().client().sign_in(&request).await).0, ProblemKind::SignInFailed);
    let no_slip = center.client.renew_slip(clinic.account_id, &slip(SlipReason::Other)).await;
    assert_eq!(refused(no_slip).0, ProblemKind::AccountDisabled);
    app.clock.advance(TimeDelta::minutes(1));
    let again = center.client.disable_account(clinic.account_id, &LEFT).await.expect("still disabled");
    assert_eq!(again, disabled);
    let enabled = center.client.enable_account(clinic.account_id).await.expect("enabled");
    assert_eq!((enabled.state, enabled.disabled_at), (AccountState::FactorSet, None));
    app.browser().client().sign_in(&request).await.expect("signed in again");
    // The slip of who never came dies with it.
    let issued = center.client.issue_account("e", &person(clinic.organization.id, "新人")).await.expect("issued");
    center.client.disable_account(issued.account.id, &LEFT).await.expect("disabled");
    let enabled = center.client.enable_account(issued.account.id).await.expect("enabled");
    assert_eq!((enabled.state, enabled.slip), (AccountState::Expired, None));
}

#[tokio::test]
async fn a_name_changes_quietly_and_a_manager_flag_ends_the_sessions() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let clinic = app.institution().await;
    let named = AccountChange { display_name: Some("新しい 名前".into()), is_manager: Some(false) };
    let changed = center.client.change_account(clinic.account_id, &named).await.expect("changed");
    assert_eq!(changed.display_name, "新しい 名前");
    clinic.client.session().await.expect("still signed in");
    let promoted = AccountChange { display_name: None, is_manager: Some(true) };
    assert!(center.client.change_account(clinic.account_id, &promoted).await.expect("changed").is_manager);
    assert_eq!(refused(clinic.client.session().await).0, ProblemKind::SignInRequired);
    let itself = AccountChange { display_name: None, is_manager: Some(false) };
    let (kind, problem) = refused(center.client.change_account(center.account_id, &itself).await);
    assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/is_manager"));
}

#[tokio::test]
async fn nobody_disables_or_resets_their_own_account() {
    let app = TestApp::new().await;
    let center = center(&app).await;
    let disabled = center.client.disable_account(center.account_id, &LEFT).await;
    assert_eq!(refused(disabled).0, ProblemKind::Forbidden);
    let reset = center.client.renew_slip(center.account_id, &slip(SlipReason::Reprint)).await;
    assert_eq!(refused(reset).0, ProblemKind::Forbidden);
    let colleague = app.account(&app.centers[0], false).await.0;
    center.client.renew_slip(colleague, &slip(SlipReason::Reprint)).await.expect("a colleague's");
    center.client.disable_account(colleague, &LEFT).await.expect("a colleague's");
}

#[tokio::test]
async fn a_prefecture_stands_in_for_its_centers_but_only_for_institutions() {
    let app = TestApp::new().await;
    let prefecture = app.manager(&app.prefecture.clone()).await;
    let unit = unit(&app).await;
    let follow_up = app.organization(OrganizationKind::FollowUpCenter, Some(app.centers[0].id)).await;
    prefecture.client.issue_account("f", &person(unit.id, "花子")).await.expect("issued");
    prefecture.client.issue_account("g", &person(app.centers[1].id, "花子")).await.expect("issued");
    let refusal = prefecture.client.issue_account("h", &person(follow_up.id, "花子")).await;
    assert_eq!(refused(refusal).0, ProblemKind::Forbidden);
}

#[tokio::test]
async fn a_reset_leaves_nothing_by_which_one_could_sign_in() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let (account, _) = app.account(&unit, false).await;
    let of_account = |table: &str| {
        format!(
            "SELECT 1 FROM {table} f JOIN account a ON a.id = f.account_id \
        WHERE a.organization_id IN (SELECT id FROM organization WHERE kind = 'institution')"
        )
    };
    for table in ["second_factor", "recovery_code"] {
        assert!(!rows(app.db(), &of_account(table)).await.is_empty(), "{table}");
    }
    let reset = center.client.renew_slip(account, &slip(SlipReason::LostFactor)).await.expect("made");
    assert_eq!(reset.account.state, AccountState::Issued);
    for table in ["second_factor", "recovery_code", "session"] {
        assert!(rows(app.db(), &of_account(table)).await.is_empty(), "{table}");
    }
}

#[tokio::test]
async fn a_code_is_nowhere_but_in_its_answer() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let issued = center.client.issue_account("i", &person(unit.id, "花子")).await.expect("issued");
    let mut codes = vec![issued.code.expect("a code")];
    let reset = center.client.renew_slip(issued.account.id, &slip(SlipReason::Reprint)).await.expect("made");
    codes.push(reset.code.expect("a code"));
    let row = BatchRowRequest { organization_id: Some(unit.id), display_name: "太郎".into(), ..Default::default() };
    let batch = center.client.issue_accounts("j", &AccountBatchRequest { rows: vec![row] }).await.expect("issued");
    codes.push(batch.rows[0].code.clone().expect("a code"));
    let kept = String::from_utf8_lossy(&stored(&app.place).await).into_owned();
    assert!(kept.contains(&issued.account.login_id), "what is kept was read");
    for code in codes {
        for form in [code.as_str().to_owned(), code.to_string(), code.to_string().to_lowercase()] {
            assert!(!kept.contains(&form), "a code is kept");
        }
    }
}

#[tokio::test]
async fn an_account_needs_a_name_and_a_known_reason() {
    let app = TestApp::new().await;
    let (center, unit) = (center(&app).await, unit(&app).await);
    let (kind, found) = refused(center.client.issue_account("k", &person(unit.id, "")).await);
    assert_eq!((kind, found.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/display_name"));
    let path = format!("/api/v1/accounts/{}/disable", center.account_id);
    let request = center.raw.request(Method::POST, &path).json(&json!({ "reason": "dislike" }));
    let (kind, found) = problem(request.send().await.expect("an answer")).await;
    assert_eq!((kind, found.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "/reason"));
    let without = center.raw.request(Method::POST, &path).json(&json!({})).send().await.expect("an answer");
    assert_eq!(without.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
