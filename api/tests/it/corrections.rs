//! Corrections: a further revision where the policy of the report's day allows it, and never a lost one.

use api::authorize::{SetPolicy, authorize};
use api::store::audit::{Verification, verify};
use api::store::policy::NewPolicy;
use api::store::rollup;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use shared::age_band::{AgeBand, BandCounts};
use shared::api_client::Scope;
use shared::correction::Authority;
use shared::history::HistoryQuery;
use shared::permission::Target;
use shared::policy::{PolicyQuery, PolicyRequest, check_policy};
use shared::report::{AdjustmentReason, Channel, ReportView, WarningCode};
use shared::reporting_day::CorrectionRule;
use shared::revision::CorrectionRequest;
use shared::{Caller, ProblemKind, ReportingDay, Role, Rule};
use uuid::Uuid;

use crate::database::{execute, number};
use crate::ehr::Ehr;
use crate::harness::{SignedIn, TestApp, problem};
use crate::reports::{adjustment, refused, report};

/// Lets whoever sent a report replace it on the same day, and an authority correct so many days back, from long ago on.
pub async fn allow(app: &TestApp, authority: &str, days: i32) {
    let sql = "INSERT INTO correction_policy (organization_id, valid_from, correction, authority,
        authority_correction_days, proxy_until_minute, deadline_minute) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let from = app.today().minus(90).0;
    let rule = "same_day_replacement";
    let values =
        vec![app.prefecture.id.into(), from.into(), rule.into(), authority.into(), days.into(), 600.into(), 0.into()];
    execute(app.db(), sql, values).await.expect("a policy");
}

pub fn correction(counts: [u32; 14]) -> CorrectionRequest {
    CorrectionRequest {
        counts: BandCounts::new(counts).expect("in range"),
        total: None,
        adjustments: None,
        reason: None,
        note: None,
        acknowledged_warnings: Vec::new(),
    }
}

async fn send(from: &SignedIn, day: ReportingDay, counts: [u32; 14]) -> ReportView {
    let key = Uuid::now_v7().to_string();
    from.client.submit_report(&key, &report(day, counts)).await.expect("accepted").value
}

async fn correct(by: &SignedIn, of: &ReportView, request: &CorrectionRequest) -> ReportView {
    let key = Uuid::now_v7().to_string();
    by.client.correct_report((of.id, of.revision), &key, request).await.expect("corrected").value
}

async fn refusal(by: &SignedIn, of: &ReportView, request: &CorrectionRequest) -> ProblemKind {
    refused(by.client.correct_report((of.id, of.revision), "refused", request).await).0
}

async fn all_holds(app: &TestApp) {
    let store = &app.state.store;
    assert_eq!(rollup::check(store).await.expect("checked"), Vec::new());
    assert!(matches!(verify(store).await, Ok(Verification::Intact { .. })));
}

#[tokio::test]
async fn a_report_is_final_where_nobody_has_set_a_policy() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    let sent = send(&clinic, app.today(), [1; 14]).await;
    assert_eq!(refusal(&clinic, &sent, &correction([2; 14])).await, ProblemKind::ReportFinal);
    let read = clinic.client.report(sent.id).await.expect("read");
    assert!(!read.correctable && read.revisions.is_empty());
}

#[tokio::test]
async fn a_unit_replaces_its_report_on_the_same_day_and_the_first_can_be_read_as_it_stood() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [0; 14]).await;
    assert!(clinic.client.report(first.id).await.expect("read").correctable);
    let second = correct(&clinic, &first, &correction([2; 14])).await;
    assert_eq!((second.revision, second.total, second.channel), (2, 28, Channel::Web));
    assert_ne!(second.receipt.number, first.receipt.number);
    let third = correct(&clinic, &second, &correction([1; 14])).await;

    let stood = clinic.client.report(first.id).await.expect("read");
    assert_eq!((stood.total, stood.revision, stood.correctable), (0, 1, false));
    let newest = clinic.client.report(third.id).await.expect("read");
    assert!(newest.correctable);
    let listed: Vec<_> = newest.revisions.iter().map(|one| (one.id, one.revision, one.total)).collect();
    assert_eq!(listed, [(third.id, 3, 14), (second.id, 2, 28), (first.id, 1, 0)]);
    assert_eq!(stood.revisions, newest.revisions);

    let query = HistoryQuery { days: Some(1), ..HistoryQuery::default() };
    let today = &clinic.client.history(&query).await.expect("history").items[0];
    assert_eq!((today.total, today.adjusted_total, today.receipt_id), (Some(14), Some(14), Some(third.id)));
    let (kind, problem) = refused(clinic.client.submit_report("again", &report(app.today(), [3; 14])).await);
    assert_eq!((kind, problem.existing.map(|report| report.id)), (ProblemKind::AlreadyReported, Some(third.id)));
    all_holds(&app).await;

    app.clock.set("2026-11-23T00:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    assert_eq!(refusal(&clinic, &third, &correction([2; 14])).await, ProblemKind::ReportFinal);
}

#[tokio::test]
async fn a_correction_says_which_revision_it_follows() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [1; 14]).await;
    let path = format!("/api/v1/reports/{}", first.id);
    let read = clinic.raw.get(&path).await;
    let tag = read.headers()["etag"].to_str().expect("text").to_owned();
    let put = |tag: Option<&str>| {
        let request = clinic.raw.request(Method::PUT, &path).json(&correction([2; 14]));
        tag.map_or(request.try_clone().expect("a body"), |tag| request.header("If-Match", tag))
    };
    let answer = put(None).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(problem(answer).await.0, ProblemKind::PreconditionRequired);
    let answer = put(Some("\"revision-7\"")).send().await.expect("an answer");
    assert_eq!(problem(answer).await.0, ProblemKind::ReportChanged);
    let answer = put(Some(&tag)).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["etag"], "\"revision-2\"");
    let location = answer.headers()["content-location"].to_str().expect("text").to_owned();
    let second: ReportView = answer.json().await.expect("a report");
    let read: ReportView = clinic.raw.get(&location).await.json().await.expect("a report");
    assert_eq!((second.revision, read.id, read.counts), (2, second.id, second.counts));
    let answer = put(Some(&tag)).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn of_16_simultaneous_corrections_one_is_made() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [1; 14]).await;
    let sent = (2..18).map(|each| {
        let (client, at) = (clinic.client.clone(), (first.id, first.revision));
        async move { client.correct_report(at, &format!("key-{each}"), &correction([each; 14])).await }
    });
    let (made, others): (Vec<_>, Vec<_>) = join_all(sent).await.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert!(others.into_iter().all(|other| refused(other).0 == ProblemKind::ReportChanged));
    all_holds(&app).await;
}

#[tokio::test]
async fn a_repeated_correction_gets_its_first_answer_even_after_midnight() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [1; 14]).await;
    let again = || async {
        let corrected = clinic.client.correct_report((first.id, 1), "key", &correction([2; 14])).await;
        corrected.expect("corrected")
    };
    let (once, twice) = (again().await, again().await);
    assert!(!once.replayed && twice.replayed);
    assert_eq!(once.value, twice.value);
    let other = clinic.client.correct_report((first.id, 1), "key", &correction([3; 14])).await;
    assert_eq!(refused(other).0, ProblemKind::KeyReused);
    app.clock.set("2026-11-22T23:59:59+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    app.clock.set("2026-11-23T00:00:01+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let late = clinic.client.correct_report((once.value.id, 2), "new", &correction([3; 14])).await;
    assert_eq!(refused(late).0, ProblemKind::ReportFinal);
}

#[tokio::test]
async fn an_authority_corrects_earlier_days_with_a_reason() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 2).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [1; 14]).await;
    app.clock.set("2026-11-24T12:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let (manager, plain) = (app.manager(&app.prefecture).await, app.prefecture().await);
    let center = app.center().await;
    let mut request = correction([2; 14]);
    for nobody in [&plain, &center] {
        assert_eq!(refusal(nobody, &first, &request).await, ProblemKind::Forbidden);
    }
    let broken = refused(manager.client.correct_report((first.id, 1), "key", &request).await).1.violations;
    assert_eq!((broken[0].pointer.as_str(), broken[0].rule), ("/reason", Rule::Required));
    (request.reason, request.note) = (Some(AdjustmentReason::Other), Some("二重に記入".to_owned()));
    let second = correct(&manager, &first, &request).await;
    assert!(!second.by_proxy, "it stays the unit's own report");
    let clinic = app.signed_in(&clinic.organization).await;
    let seen = clinic.client.report(second.id).await.expect("read");
    let why = seen.revisions[0].correction.clone().expect("a correction");
    assert_eq!((why.reason, why.note.as_deref(), why.by_authority), (request.reason, request.note.as_deref(), true));
    assert_eq!(seen.revisions[0].entered_by.organization, app.prefecture);
    all_holds(&app).await;
    app.clock.set("2026-11-25T00:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let manager = app.manager(&app.prefecture).await;
    assert_eq!(refusal(&manager, &second, &request).await, ProblemKind::ReportFinal);
}

#[tokio::test]
async fn no_band_falls_below_zero_by_a_correction() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 7).await;
    let clinic = app.institution().await;
    let yesterday = app.today();
    let first = send(&clinic, yesterday, [3; 14]).await;
    app.clock.set("2026-11-23T12:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    let mut today = report(app.today(), [1; 14]);
    today.adjustments = vec![adjustment(yesterday, AgeBand::Age0, -2)];
    let sent = clinic.client.submit_report("today", &today).await.expect("accepted").value;

    // Two of three were taken back: one may stand at least.
    let manager = app.manager(&app.prefecture).await;
    let mut counts = [3; 14];
    counts[0] = 1;
    let request = |counts| CorrectionRequest { reason: Some(AdjustmentReason::CountedTwice), ..correction(counts) };
    let broken = refused(manager.client.correct_report((first.id, 1), "low", &request(counts)).await).1.violations;
    assert_eq!((broken[0].pointer.as_str(), broken[0].rule), ("/counts/age_0", Rule::BelowZero));
    counts[0] = 2;
    correct(&manager, &first, &request(counts)).await;

    // What a replacement takes back of an earlier day is looked at too, where it stands.
    let further = vec![adjustment(yesterday, AgeBand::Age0, -3)];
    let request = CorrectionRequest { adjustments: Some(further), ..correction([1; 14]) };
    let broken = refused(clinic.client.correct_report((sent.id, 1), "low", &request).await).1.violations;
    assert_eq!(broken[0].pointer, "/adjustments/0/deltas/age_0");
    let dropped = CorrectionRequest { adjustments: Some(Vec::new()), ..correction([1; 14]) };
    correct(&clinic, &sent, &dropped).await;
    let query = HistoryQuery { days: Some(2), ..HistoryQuery::default() };
    let items = clinic.client.history(&query).await.expect("history").items;
    assert_eq!((items[1].total, items[1].adjusted_total), (Some(41), Some(41)));
    all_holds(&app).await;
}

#[tokio::test]
async fn who_sent_a_report_by_proxy_replaces_it_and_the_unit_does_not() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let (clinic, center) = (app.institution().await, app.center().await);
    let mut by_fax = report(app.today(), [1; 14]);
    (by_fax.unit_id, by_fax.channel) = (Some(clinic.organization.id), Some(Channel::Fax));
    let first = center.client.submit_report("fax", &by_fax).await.expect("accepted").value;
    assert_eq!(refusal(&clinic, &first, &correction([2; 14])).await, ProblemKind::Forbidden);
    let second = correct(&center, &first, &correction([2; 14])).await;
    assert!(second.by_proxy);
    assert_eq!(second.channel, Channel::Fax);
    let stranger = app.other_center().await;
    assert_eq!(refusal(&stranger, &second, &correction([3; 14])).await, ProblemKind::NotFound);
}

#[tokio::test]
async fn unusual_numbers_of_a_correction_are_questioned() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let first = send(&clinic, app.today(), [1; 14]).await;
    let mut counts = [1; 14];
    counts[3] = 10_000;
    let mut request = correction(counts);
    let (kind, problem) = refused(clinic.client.correct_report((first.id, 1), "key", &request).await);
    assert_eq!(kind, ProblemKind::UnacknowledgedWarnings);
    request.acknowledged_warnings = problem.warnings.iter().map(|warning| warning.code).collect();
    let second = correct(&clinic, &first, &request).await;
    assert!(second.acknowledged_warnings.contains(&WarningCode::BandVeryHigh));
}

fn policy(valid_from: ReportingDay) -> PolicyRequest {
    PolicyRequest {
        organization_id: None,
        correction: CorrectionRule::SameDayReplacement,
        authority: Authority::Prefecture,
        authority_correction_days: 7,
        proxy_until_minute: Some(600),
        deadline_minute: 540,
        valid_from,
    }
}

#[tokio::test]
async fn a_policy_that_midnight_overtook_is_not_set() {
    let app = TestApp::new().await;
    let manager = app.manager(&app.prefecture).await;
    let caller = Caller {
        account_id: manager.account_id,
        role: Role::of(manager.organization.kind),
        is_manager: true,
        organization_id: manager.organization.id,
        organization_kind: manager.organization.kind,
        client: None,
    };
    let today = app.today();
    let new = || NewPolicy {
        allowed: authorize(&caller, SetPolicy, &Target::own(&caller)).expect("its own"),
        checked: check_policy(&policy(today.plus(1)), today).expect("sound"),
        is_history: false,
        ip: None,
    };
    app.clock.set(today.end());
    assert!(!app.state.store.set_policy(new()).await.expect("an outcome"));
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM correction_policy").await, 0);
    app.clock.set(today.end() - chrono::TimeDelta::seconds(1));
    assert!(app.state.store.set_policy(new()).await.expect("an outcome"));
}

#[tokio::test]
async fn a_policy_holds_from_tomorrow_and_the_nearest_wins() {
    let app = TestApp::new().await;
    let (manager, clinic) = (app.manager(&app.prefecture).await, app.institution().await);
    let tomorrow = app.today().plus(1);
    let broken = refused(manager.client.set_policy(&policy(app.today())).await).1.violations;
    assert_eq!((broken[0].pointer.as_str(), broken[0].rule), ("/valid_from", Rule::DayOutOfRange));
    let far = PolicyRequest { authority_correction_days: 367, deadline_minute: 601, ..policy(tomorrow) };
    assert_eq!(refused(manager.client.set_policy(&far).await).1.violations.len(), 2);

    let of_prefecture = manager.client.set_policy(&policy(tomorrow)).await.expect("set");
    assert_eq!(of_prefecture.in_force.organization, None, "not before tomorrow");
    let for_center = PolicyRequest {
        organization_id: Some(app.centers[0].id),
        correction: CorrectionRule::Final,
        ..policy(tomorrow.plus(1))
    };
    manager.client.set_policy(&for_center).await.expect("set");
    let other = PolicyRequest { proxy_until_minute: None, ..for_center.clone() };
    manager.client.set_policy(&other).await.expect("it takes the other's place");

    let policies = clinic.client.policies(&PolicyQuery::default()).await.expect("read");
    let set: Vec<_> = policies.items.iter().map(|one| (one.organization.clone(), one.proxy_until_minute)).collect();
    assert_eq!(set, [(Some(app.centers[0].clone()), None), (Some(app.prefecture.clone()), Some(600))]);

    app.clock.set("2026-11-23T12:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    let on_the_day = clinic.client.policies(&PolicyQuery::default()).await.expect("read").in_force;
    assert_eq!((on_the_day.organization, on_the_day.deadline_minute), (Some(app.prefecture.clone()), 540));
    app.clock.set("2026-11-24T12:00:00+09:00".parse::<DateTime<Utc>>().expect("an instant"));
    let clinic = app.signed_in(&clinic.organization).await;
    let next = clinic.client.policies(&PolicyQuery::default()).await.expect("read").in_force;
    assert_eq!((next.organization, next.correction), (Some(app.centers[0].clone()), CorrectionRule::Final));
}

#[tokio::test]
async fn a_clinics_own_system_corrects_only_what_it_sent() {
    let app = TestApp::new().await;
    allow(&app, "prefecture", 0).await;
    let clinic = app.institution().await;
    let manager = app.manager(&clinic.organization).await;
    let ehr = Ehr::register(&app, &manager.raw, &Scope::ALL).await;
    let token = ehr.token().await;
    let put = async |id: Uuid| {
        let request = ehr.request(Method::PUT, &format!("/reports/{id}"), &token);
        request.header("If-Match", "*").json(&correction([2; 14])).send().await.expect("an answer")
    };
    let own = ehr.request(Method::POST, "/reports", &token).json(&report(app.today(), [1; 14]));
    let own: ReportView = own.send().await.expect("an answer").json().await.expect("a report");
    let second: ReportView = put(own.id).await.json().await.expect("a report");
    assert_eq!((second.revision, second.channel), (2, Channel::Api));
    let third = correct(&clinic, &second, &correction([3; 14])).await;
    assert_eq!(problem(put(third.id).await).await.0, ProblemKind::Forbidden, "its people have corrected it since");
}
