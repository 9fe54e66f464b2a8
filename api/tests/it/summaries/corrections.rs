//! The corrections of a day: whose, why and by how much, for whoever may read the figures.

use chrono::TimeDelta;
use shared::age_band::AgeBand;
use shared::report::{AdjustmentReason, Channel, ReportView};
use shared::revision::CorrectionRequest;
use shared::summary::{CorrectionKind, CorrectionList, CorrectionQuery, ListedCorrection};
use shared::supplement::SupplementRequest;

use super::*;
use crate::corrections::{allow, correction};

/// Two days of two centers' clinics, with one correction of each kind.
struct Corrected {
    app: TestApp,
    clinic: OrganizationRef,
    elsewhere: OrganizationRef,
    adjusting: ReportView,
    corrected: ReportView,
    replaced: ReportView,
}

async fn sent(app: &TestApp, unit: &OrganizationRef, counts: [u32; 14]) -> (SignedIn, ReportView) {
    let (unit, day) = (app.signed_in(unit).await, app.today());
    let sent = unit.client.submit_report(&format!("{day}"), &report(day, counts)).await.expect("reported").value;
    (unit, sent)
}

async fn corrected(by: &SignedIn, of: &ReportView, request: &CorrectionRequest) -> ReportView {
    by.client.correct_report((of.id, of.revision), "corrected", request).await.expect("corrected").value
}

impl Corrected {
    async fn new() -> Self {
        let app = TestApp::new().await;
        allow(&app, "prefecture", 30).await;
        let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
        let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
        let (_, first) = sent(&app, &clinic, patients(5)).await;
        let yesterday = app.today();
        app.clock.advance(TimeDelta::days(1));
        let by_clinic = app.signed_in(&clinic).await;
        let mut request = report(app.today(), patients(3));
        let mut found = adjustment(yesterday, AgeBand::Age0, 2);
        found.note = Some("検査結果が遅れた".into());
        request.adjustments = vec![found];
        let adjusting = by_clinic.client.submit_report("today", &request).await.expect("reported").value;
        let supplement = SupplementRequest {
            unit_id: Some(clinic.id),
            entry_day: app.today(),
            adjustments: vec![adjustment(yesterday, AgeBand::Age20To29, 1)],
            channel: Some(Channel::Fax),
        };
        app.center().await.client.send_supplement("found", &supplement).await.expect("sent");
        let (by_other, of_other) = sent(&app, &elsewhere, patients(4)).await;
        let replaced = corrected(&by_other, &of_other, &correction(patients(6))).await;
        app.clock.advance(TimeDelta::minutes(10));
        let manager = app.manager(&app.prefecture.clone()).await;
        let reason = Some(AdjustmentReason::CountedTwice);
        let less = CorrectionRequest { reason, note: Some("二重計上".into()), ..correction(patients(2)) };
        let of_authority = corrected(&manager, &first, &less).await;
        app.clock.advance(TimeDelta::minutes(10));
        Self { app, clinic, elsewhere, adjusting, corrected: of_authority, replaced }
    }
}

async fn list(who: &SignedIn, query: &CorrectionQuery) -> CorrectionList {
    who.client.corrections(query).await.expect("a list")
}

fn at(level: Level) -> CorrectionQuery {
    CorrectionQuery { level: Some(level), ..CorrectionQuery::default() }
}

/// In which way, by how much, why, what was noted, and the report that says so.
fn says(one: &ListedCorrection) -> (CorrectionKind, i64, Option<AdjustmentReason>, Option<&str>, Option<uuid::Uuid>) {
    (one.kind, one.total, one.reason, one.note.as_deref(), one.report_id)
}

#[tokio::test]
async fn a_center_reads_what_changed_of_each_unit_on_both_days() {
    use AdjustmentReason::{CountedTwice, FoundLate};
    use CorrectionKind::{Adjustment, Authority, Supplement};

    let made = Corrected::new().await;
    let (today, center) = (made.app.today(), made.app.center().await);
    for day in [today.minus(1), today] {
        let of_day = list(&center, &CorrectionQuery { day: Some(day), ..at(Level::Unit) }).await;
        assert_eq!((of_day.day, of_day.level, of_day.next_cursor), (day, Level::Unit, None));
        assert!(of_day.items.iter().all(|one| one.organization == made.clinic && one.target_day == today.minus(1)));
        let mut facts: Vec<_> = of_day.items.iter().map(|one| (one.entry_day, says(one))).collect();
        facts.sort_by_key(|(_, said)| said.0);
        let expected = [
            (today, (Adjustment, 2, Some(FoundLate), Some("検査結果が遅れた"), Some(made.adjusting.id))),
            (today, (Supplement, 1, Some(FoundLate), None, None)),
            (today.minus(1), (Authority, -3, Some(CountedTwice), Some("二重計上"), Some(made.corrected.id))),
        ];
        assert_eq!(facts, expected, "{day}");
    }
    let quiet = list(&center, &CorrectionQuery { day: Some(today.minus(2)), ..at(Level::Unit) }).await;
    assert_eq!(quiet.items, []);
    let neighbor = list(&made.app.other_center().await, &at(Level::Unit)).await;
    let replacement = (CorrectionKind::Replacement, 2, None, None, Some(made.replaced.id));
    assert_eq!(neighbor.items.iter().map(says).collect::<Vec<_>>(), [replacement]);
    assert_eq!(neighbor.items[0].organization, made.elsewhere);
    let own = list(&made.app.signed_in(&made.elsewhere).await, &CorrectionQuery::default()).await;
    assert_eq!(own.items, neighbor.items, "a clinic reads its own");
}

#[tokio::test]
async fn above_a_center_corrections_are_added_up_and_name_no_institution() {
    let made = Corrected::new().await;
    let app = &made.app;
    // A second clinic says the same as the first: both are one line.
    let beside = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    let mut request = report(app.today(), patients(3));
    request.adjustments = vec![adjustment(app.today().minus(1), AgeBand::Age0, 5)];
    app.signed_in(&beside).await.client.submit_report("today", &request).await.expect("reported");
    app.clock.advance(TimeDelta::minutes(3));

    let of_prefecture = list(&app.prefecture().await, &CorrectionQuery::default()).await;
    let mut facts: Vec<_> = of_prefecture
        .items
        .iter()
        .map(|one| {
            (one.organization.id, one.kind, one.total, one.sendings, one.note.is_some() || one.report_id.is_some())
        })
        .collect();
    facts.sort_by_key(|fact| (fact.0 != app.centers[0].id, fact.1));
    let (first, second) = (app.centers[0].id, app.centers[1].id);
    let expected = [
        (first, CorrectionKind::Adjustment, 7, 2, false),
        (first, CorrectionKind::Supplement, 1, 1, false),
        (first, CorrectionKind::Authority, -3, 1, false),
        (second, CorrectionKind::Replacement, 2, 1, false),
    ];
    assert_eq!((of_prefecture.level, facts), (Level::HealthCenter, expected.to_vec()));

    let ministry = app.ministry().await;
    let of_nation = list(&ministry, &CorrectionQuery::default()).await;
    assert!(of_nation.items.iter().all(|one| one.organization == app.prefecture && one.note.is_none()));
    let totals: Vec<_> = of_nation.items.iter().map(|one| (one.kind, one.total)).collect();
    assert_eq!(totals.len(), 4);
    assert!(totals.contains(&(CorrectionKind::Adjustment, 7)));
    assert_eq!(list(&ministry, &at(Level::HealthCenter)).await.items, of_prefecture.items);
    let (kind, _) = refused(ministry.client.corrections(&at(Level::Unit)).await);
    assert_eq!(kind, ProblemKind::Forbidden);
    let (kind, problem) = refused(ministry.client.corrections(&at(Level::Nation)).await);
    assert_eq!((kind, problem.violations[0].pointer.as_str()), (ProblemKind::InvalidRequest, "?level"));
    let of_center = list(&app.center().await, &at(Level::HealthCenter)).await;
    assert!(of_center.items.len() == 3 && of_center.items.iter().all(|one| one.organization == app.centers[0]));
}

#[tokio::test]
async fn as_of_an_instant_the_list_stays_as_it_was() {
    let made = Corrected::new().await;
    let center = made.app.center().await;
    let now = list(&center, &at(Level::Unit)).await;
    let authority = now.items.iter().find(|one| one.kind == CorrectionKind::Authority).expect("listed");
    let before = (authority.recorded_at - TimeDelta::minutes(5)).to_rfc3339();
    let earlier = CorrectionQuery { as_of: Some(before), ..at(Level::Unit) };
    let stood = list(&center, &earlier).await;
    assert_eq!(stood.items.len(), 2, "without what the prefecture corrected later");
    assert!(stood.items.iter().all(|one| one.kind != CorrectionKind::Authority));
    made.app.clock.advance(TimeDelta::minutes(5));
    let again = CorrectionQuery { as_of: Some(now.as_of.clone()), ..at(Level::Unit) };
    assert_eq!(list(&center, &again).await, now);
}
