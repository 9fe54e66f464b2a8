//! Audit events as a file.

use reqwest::StatusCode;
use sea_orm::Value;
use shared::ProblemKind;
use shared::audit::{AuditAction, AuditEvent, AuditExportQuery, AuditQuery, ExportFormat};
use shared::client::Client;
use shared::organization::{OrganizationKind, Page};

use crate::database::execute;
use crate::ehr::Clinic;
use crate::harness::{TestApp, problem};
use crate::permissions::browser;
use crate::reports::report;

/// All that the list has for a question, page by page.
async fn all_listed(client: &Client, mut query: AuditQuery) -> Vec<AuditEvent> {
    let mut events = Vec::new();
    query.limit = Some(200);
    loop {
        let page = client.audit_events(&query).await.expect("a page");
        events.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return events;
        }
    }
}

/// What an export in JSON has, and the sequence numbers of the same in CSV.
async fn exported(client: &Client, query: &AuditExportQuery) -> (Vec<AuditEvent>, Vec<i64>) {
    let json = AuditExportQuery { format: ExportFormat::Json, ..query.clone() };
    let json = client.export_audit_events(&json).await.expect("a file");
    let page: Page<AuditEvent> = serde_json::from_str(&json).expect("a list");
    assert_eq!(page.next_cursor, None);
    let csv = client.export_audit_events(query).await.expect("a file");
    let text = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let numbers = reader.records().map(|row| row.expect("a row")[0].parse().expect("a number")).collect();
    (page.items, numbers)
}

#[tokio::test]
async fn a_file_has_what_the_list_has_for_whoever_asks_and_is_itself_recorded() {
    let app = TestApp::new().await;
    let (clinic, beside) = (Clinic::new(&app).await, Clinic::new(&app).await);
    let staff = app.signed_in(&clinic.unit).await;
    staff.client.submit_report("key", &report(app.today(), [1; 14])).await.expect("accepted");
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let of_unit = AuditExportQuery { organization_id: Some(clinic.unit.id), ..Default::default() };
    let by_action = AuditExportQuery { action: Some(AuditAction::SignIn), ..Default::default() };
    let (center, nation) = (browser(&app, &app.centers[0], true).await, browser(&app, &ministry, true).await);
    for (client, query) in [
        (staff.client.clone(), AuditExportQuery::default()),
        (clinic.manager.client(), AuditExportQuery::default()),
        (clinic.manager.client(), by_action.clone()),
        (center.client(), of_unit.clone()),
        (center.client(), AuditExportQuery::default()),
        (nation.client(), by_action),
    ] {
        let before = all_listed(&client, query.listed()).await;
        let (json, csv) = exported(&client, &query).await;
        assert_eq!(json, before, "{query:?}");
        assert!(!before.is_empty() && csv.ends_with(&before.iter().map(|event| event.seq).collect::<Vec<_>>()));
    }
    let export = AuditQuery { action: Some(AuditAction::ExportAuditEvents), ..Default::default() };
    let left = all_listed(&staff.client, export.clone()).await;
    assert_eq!(
        left.iter().map(|event| event.detail.as_str()).collect::<Vec<_>>(),
        [r#"{"format":"csv"}"#, r#"{"format":"json"}"#]
    );
    let out_of_sight = format!("/api/v1/audit-events/export?organization_id={}", beside.unit.id);
    assert_eq!(problem(staff.raw.get(&out_of_sight).await).await.0, ProblemKind::NotFound);
    let refused = staff.raw.get("/api/v1/audit-events/export?from=2020-01-01").await;
    assert_eq!(problem(refused).await.0, ProblemKind::InvalidRequest);
    assert_eq!(all_listed(&staff.client, export).await.len(), 2, "what was refused leaves nothing");
}

#[tokio::test]
async fn a_name_that_a_spreadsheet_would_run_stays_text_and_the_file_has_a_name_of_its_own() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    for (name, cell) in [
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("@SUM(1,\"2\")\nx", "'@SUM(1,\"2\")\nx"),
        ("\t=1", "'\t=1"),
        ("田中 恵, 医事課", "田中 恵, 医事課"),
    ] {
        let values: Vec<Value> = vec![name.into(), clinic.account_id.into()];
        execute(app.db(), "UPDATE account SET display_name = ? WHERE id = ?", values).await.expect("renamed");
        let answer = clinic.raw.get("/api/v1/audit-events/export?format=csv").await;
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(header("content-disposition"), "attachment; filename=\"nippo-audit.csv\"");
        let text = answer.text().await.expect("a file");
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let place = reader.headers().expect("names").iter().position(|of| of == "actor_name").expect("a column");
        for row in reader.records() {
            assert_eq!(&row.expect("a row")[place], cell);
        }
    }
}

#[tokio::test]
async fn a_file_longer_than_a_page_is_whole_and_in_order() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let account = app.state.store.account_by_login_id(&clinic.login_id).await.expect("read").expect("an account");
    let note = || app.state.store.note_export(&account.caller, [192, 0, 2, 1].into(), serde_json::json!({}));
    for _ in 0..11 {
        futures_util::future::try_join_all((0..100).map(|_| note())).await.expect("written");
    }
    let before = all_listed(&clinic.client, AuditQuery::default()).await;
    assert_eq!(before.len(), 1_102);
    let (json, csv) = exported(&clinic.client, &AuditExportQuery::default()).await;
    assert_eq!(json, before);
    assert!(csv.is_sorted_by(|one, next| one > next) && csv.len() == 1_103, "with the export in JSON");
}

#[tokio::test]
async fn a_second_file_at_the_same_time_is_refused() {
    let app = TestApp::new().await;
    let (clinic, other) = (app.institution().await, app.institution().await);
    let first = app.state.exports.begin(clinic.account_id).expect("begun");
    let (kind, refusal) = problem(clinic.raw.get("/api/v1/audit-events/export").await).await;
    assert_eq!((kind, refusal.retry_after), (ProblemKind::TooManyRequests, Some(10)));
    assert_eq!(other.raw.get("/api/v1/audit-events/export").await.status(), StatusCode::OK);
    drop(first);
    for _ in 0..2 {
        let answer = clinic.raw.get("/api/v1/audit-events/export").await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.expect("a file to its end");
    }
}
