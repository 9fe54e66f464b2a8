//! Until when a table waits for reports: where a center's deadline is its own, so is that of every table that the center
//! stands in, and no other's.

use shared::ReportingDay;
use shared::correction::Authority;
use shared::policy::PolicyRequest;
use shared::reporting_day::CorrectionRule;

use super::*;

/// Lets reports of an organization's jurisdiction be in time until so many minutes after midnight, from a day on.
async fn wait(manager: &SignedIn, of: &OrganizationRef, deadline_minute: u16, valid_from: ReportingDay) {
    let policy = PolicyRequest {
        organization_id: Some(of.id),
        correction: CorrectionRule::Final,
        authority: Authority::Prefecture,
        authority_correction_days: 0,
        proxy_until_minute: Some(600),
        deadline_minute,
        valid_from,
    };
    manager.client.set_policy(&policy).await.expect("set");
}

#[tokio::test]
async fn a_centers_own_deadline_is_that_of_the_tables_it_stands_in_and_of_no_other_centers() {
    let app = TestApp::new().await;
    let before = app.today();
    let manager = app.manager(&app.prefecture.clone()).await;
    wait(&manager, &app.centers[0], 90, before.plus(1)).await;
    app.clock.advance(TimeDelta::days(1));
    let day = app.today();
    let (clinic, center, other) = (app.institution().await, app.center().await, app.other_center().await);
    let (prefecture, ministry) = (app.prefecture().await, app.ministry().await);
    let beside = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    let beside = app.signed_in(&beside).await;
    let (usual, later) = (day.end(), day.end() + TimeDelta::minutes(90));
    for (who, level, expected) in [
        (&clinic, Level::Unit, later),
        (&center, Level::Unit, later),
        (&center, Level::HealthCenter, later),
        (&prefecture, Level::Unit, later),
        (&prefecture, Level::HealthCenter, later),
        (&prefecture, Level::Prefecture, later),
        (&prefecture, Level::Nation, later),
        (&ministry, Level::HealthCenter, later),
        (&ministry, Level::Prefecture, later),
        (&ministry, Level::Nation, later),
        (&beside, Level::Unit, usual),
        (&other, Level::Unit, usual),
        (&other, Level::HealthCenter, usual),
        // What it reads beyond itself holds the first center again.
        (&other, Level::Prefecture, later),
        (&other, Level::Nation, later),
    ] {
        let case = format!("{:?} {} {level:?}", who.organization.kind, who.organization.name);
        assert_eq!(ask(who, &of(level)).await.deadline, expected, "{case}");
        let query = SummaryQuery { to: Some(before), ..of(level) };
        assert_eq!(ask(who, &query).await.deadline, before.end(), "{case}, the day before it holds");
    }
}

#[tokio::test]
async fn figures_are_preliminary_until_the_latest_deadline_in_sight_has_passed() {
    let app = TestApp::new().await;
    let day = app.today().plus(1);
    let manager = app.manager(&app.prefecture.clone()).await;
    wait(&manager, &app.prefecture, 30, day).await;
    wait(&manager, &app.centers[0], 90, day).await;
    // Of both centers somebody is missing.
    for center in &app.centers {
        app.organization(OrganizationKind::Institution, Some(center.id)).await;
    }
    let ministry = app.organization(OrganizationKind::Ministry, None).await;
    let query = SummaryQuery { to: Some(day), ..SummaryQuery::default() };
    let (nearest, latest) = (day.end() + TimeDelta::minutes(30), day.end() + TimeDelta::minutes(90));
    let (early, late) = (SummaryState::Preliminary, SummaryState::Incomplete);
    // Minutes after midnight, and how the other center's figures stand then, and those that hold the first center's.
    for (minutes, of_other, of_first) in [(15, early, early), (60, late, early), (120, late, late)] {
        app.clock.set(day.end() + TimeDelta::minutes(minutes));
        for (who, deadline, state) in [
            (app.other_center().await, nearest, of_other),
            (app.center().await, latest, of_first),
            (app.prefecture().await, latest, of_first),
            (app.signed_in(&ministry).await, latest, of_first),
        ] {
            let view = ask(&who, &query).await;
            let case = format!("{:?} after {minutes} minutes", who.organization.kind);
            assert_eq!((view.deadline, view.state), (deadline, state), "{case}");
        }
    }
}
