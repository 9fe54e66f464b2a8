//! The questions of the read stores, asked of both engines.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, Statement};
use shared::organization::OrganizationKind;
use shared::reporting_day::AllowedToday;
use shared::{Caller, ReportingDay, Role};
use uuid::Uuid;

use super::{Cursor, Location, OrganizationSearch, Store, visible_to};
use crate::clock::Clock;
use crate::entity::{Micros, organization, organization_parent};

/// A country of one ministry, one prefecture, two centers and a clinic that moves from the first to the second.
struct Country {
    store: Store,
    _folder: tempfile::TempDir,
}

const MINISTRY: Uuid = Uuid::from_u128(1);
const PREFECTURE: Uuid = Uuid::from_u128(2);
const CENTER: Uuid = Uuid::from_u128(3);
const OTHER_CENTER: Uuid = Uuid::from_u128(4);
const CLINIC: Uuid = Uuid::from_u128(5);

fn day(text: &str) -> ReportingDay {
    text.parse().expect("a day")
}

fn now() -> DateTime<Utc> {
    "2026-11-22T09:20:00Z".parse().expect("an instant")
}

fn caller(organization_id: Uuid, organization_kind: OrganizationKind) -> Caller {
    let role = Role::of(organization_kind);
    Caller {
        account_id: Uuid::from_u128(99),
        role,
        is_manager: false,
        organization_id,
        organization_kind,
        client: None,
    }
}

/// A database of its own, on the engine that the environment names.
pub(crate) async fn location(folder: &tempfile::TempDir) -> Location {
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment which engine to use")]
    let Ok(url) = std::env::var("NIPPO_TEST_POSTGRES") else {
        return Location::new(format!("sqlite://{}/nippo.db?mode=rwc", folder.path().display()));
    };
    let schema = format!("reading_{}", Uuid::now_v7().simple());
    #[expect(clippy::disallowed_methods, reason = "a schema of its own for the test")]
    let connection = sea_orm::Database::connect(&url).await.expect("connected");
    let create = Statement::from_string(connection.get_database_backend(), format!("CREATE SCHEMA {schema}"));
    connection.execute_raw(create).await.expect("a schema");
    connection.close().await.expect("closed");
    Location::new(url).in_schema(schema)
}

async fn country() -> Country {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&location(&folder).await, Clock::fixed(now())).await.expect("a store");
    let db = &store.connections.write;
    insert_organization(db, MINISTRY, OrganizationKind::Ministry, "厚生労働省", "コウセイロウドウショウ").await;
    insert_organization(db, PREFECTURE, OrganizationKind::Prefecture, "青葉県", "アオバケン").await;
    insert_organization(db, CENTER, OrganizationKind::HealthCenter, "南保健所", "ミナミホケンジョ").await;
    insert_organization(db, OTHER_CENTER, OrganizationKind::HealthCenter, "北保健所", "キタホケンジョ").await;
    insert_organization(db, CLINIC, OrganizationKind::Institution, "青葉100%クリニック", "アオバクリニック").await;
    insert_parent(db, PREFECTURE, MINISTRY, "2026-01-01").await;
    insert_parent(db, CENTER, PREFECTURE, "2026-01-01").await;
    insert_parent(db, OTHER_CENTER, PREFECTURE, "2026-01-01").await;
    insert_parent(db, CLINIC, CENTER, "2026-01-01").await;
    insert_parent(db, CLINIC, OTHER_CENTER, "2026-11-23").await;
    Country { store, _folder: folder }
}

async fn insert_organization(db: &DatabaseConnection, id: Uuid, kind: OrganizationKind, name: &str, kana: &str) {
    let row = organization::ActiveModel {
        id: Set(id),
        kind: Set(kind.into()),
        name: Set(name.into()),
        kana: Set(kana.into()),
        institution_code: Set((kind == OrganizationKind::Institution).then(|| "1310110049".into())),
        prefecture_code: Set((kind != OrganizationKind::Ministry).then(|| "13".into())),
        address: Set("青葉県青葉市1-2-3".into()),
        telephone: Set("03-1234-5678".into()),
        active: Set(true),
        created_at: Set(Micros::from(now())),
    };
    organization::Entity::insert(row).exec_without_returning(db).await.expect("inserted");
}

async fn insert_parent(db: &DatabaseConnection, child: Uuid, parent: Uuid, from: &str) {
    let row = organization_parent::Model { child_id: child, valid_from: day(from).0, parent_id: parent };
    organization_parent::Entity::insert(row.into_active_model()).exec_without_returning(db).await.expect("inserted");
}

#[tokio::test]
async fn an_organization_is_found_by_those_at_and_above_its_place_of_the_day() {
    let country = country().await;
    let today = day("2026-11-22");
    let reading = country.store.reading().await.expect("reading");
    for (organization, kind, today_sees, tomorrow_sees) in [
        (CLINIC, OrganizationKind::Institution, true, true),
        (CENTER, OrganizationKind::HealthCenter, true, false),
        (OTHER_CENTER, OrganizationKind::HealthCenter, false, true),
        (PREFECTURE, OrganizationKind::Prefecture, true, true),
        (MINISTRY, OrganizationKind::Ministry, true, true),
        (Uuid::from_u128(77), OrganizationKind::Prefecture, false, false),
    ] {
        let caller = caller(organization, kind);
        for (day, sees) in [(today, today_sees), (today.plus(1), tomorrow_sees)] {
            let found = reading.organization(visible_to(&caller, day), CLINIC).await.expect("answered");
            assert_eq!(found.is_some(), sees, "{kind:?} on {day}");
            let listed = reading.organizations(visible_to(&caller, day), &search(&["クリニック"])).await;
            assert_eq!(!listed.expect("answered").items.is_empty(), sees, "{kind:?} lists on {day}");
        }
    }
    let clinic = caller(CLINIC, OrganizationKind::Institution);
    let found = reading.organization(visible_to(&clinic, today), CLINIC).await.expect("answered").expect("found");
    assert_eq!(found.ancestors(), [CENTER, PREFECTURE, MINISTRY]);
    assert_eq!(found.organization.parent.as_ref().map(|parent| parent.id), Some(CENTER));
    assert!(reading.organization(visible_to(&clinic, today), CENTER).await.expect("answered").is_none());
    reading.finish();
}

fn search(words: &[&str]) -> OrganizationSearch {
    OrganizationSearch { words: words.iter().map(|word| (*word).to_owned()).collect(), limit: 50, ..Default::default() }
}

#[tokio::test]
async fn every_word_is_looked_for_in_name_kana_code_address_and_telephone() {
    let country = country().await;
    let prefecture = visible_to(&caller(PREFECTURE, OrganizationKind::Prefecture), day("2026-11-22"));
    let reading = country.store.reading().await.expect("reading");
    for (words, count) in [
        (&["青葉100%"][..], 1),
        (&["100_"], 0),
        (&["あおばくり"], 1),
        (&["1310110049"], 1),
        (&["0110049"], 1),
        (&["青葉市", "保健所"], 2),
        (&["0312345678"], 4),
        (&["03-1234"], 4),
        (&["'; DROP TABLE organization; --"], 0),
    ] {
        let page = reading.organizations(prefecture, &search(words)).await.expect("answered");
        assert_eq!(page.items.len(), count, "{words:?}");
    }
    let of_kind = OrganizationSearch { kind: Some(OrganizationKind::HealthCenter), limit: 9, ..Default::default() };
    assert_eq!(reading.organizations(prefecture, &of_kind).await.expect("answered").items.len(), 2);
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap_or_a_repetition() {
    let country = country().await;
    let ministry = visible_to(&caller(MINISTRY, OrganizationKind::Ministry), day("2026-11-22"));
    let reading = country.store.reading().await.expect("reading");
    let mut search = OrganizationSearch { limit: 2, ..Default::default() };
    let mut kana = Vec::new();
    loop {
        let page = reading.organizations(ministry, &search).await.expect("answered");
        kana.extend(page.items.into_iter().map(|item| item.kana));
        let Some(cursor) = page.next_cursor else { break };
        search.after = Some(Cursor::decode(&cursor).expect("a cursor"));
    }
    assert_eq!(
        kana,
        ["アオバクリニック", "アオバケン", "キタホケンジョ", "コウセイロウドウショウ", "ミナミホケンジョ"]
    );
}

#[tokio::test]
async fn the_form_opens_with_six_queries() {
    let country = country().await;
    let today = day("2026-11-22");
    let reading = country.store.reading().await.expect("reading");
    let sight = visible_to(&caller(CLINIC, OrganizationKind::Institution), today);
    let unit = reading.organization(sight, CLINIC).await.expect("answered").expect("found");
    let view = reading.reporting_day(&unit, today, now(), AllowedToday::default()).await.expect("answered");
    assert_eq!(reading.queries(), 6);
    assert_eq!(view.recent.len(), 7);
    assert_eq!((view.recent[0].day, view.recent[6].day), (today, today.minus(6)));
    assert_eq!(view.center_name.as_deref(), Some("南保健所"));
    assert_eq!(view.deadline, today.end());
}
