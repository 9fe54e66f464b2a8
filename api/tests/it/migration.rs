//! The schema goes up, down, and up again.

use migrations::{Migrator, MigratorTrait};

use crate::database::{Place, number, rows};

#[tokio::test]
async fn the_schema_goes_up_and_down_and_up_again() {
    let place = Place::new().await;
    let db = place.connection().await;
    Migrator::up(&db, None).await.expect("up");
    assert_eq!(number(&db, "SELECT count(*) FROM submission").await, 0);
    Migrator::down(&db, None).await.expect("down");
    let sqlite = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite%'";
    let postgres = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'seaql%' \
                    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace";
    let left = if place.location.schema.is_some() { postgres } else { sqlite };
    assert!(rows(&db, left).await.is_empty(), "nothing is left");
    Migrator::up(&db, None).await.expect("up again");
    assert_eq!(number(&db, "SELECT count(*) FROM ledger_entry").await, 0);
}

#[tokio::test]
async fn an_account_has_the_role_of_its_organization_and_no_other() {
    let place = Place::new().await;
    let db = place.connection().await;
    Migrator::up(&db, None).await.expect("up");
    let country = crate::database::settle(&db, 1).await;
    let account = country.reporters[0].account_id;
    for role in ["ministry", "prefecture", "health_center"] {
        let sql = "UPDATE account SET role = ? WHERE id = ?";
        let refused = crate::database::execute(&db, sql, vec![role.into(), account.into()]).await;
        assert!(refused.expect_err("refused").to_string().contains(migrations::names::ACCOUNT_ROLE_OF_KIND));
    }
    let sql = "UPDATE account SET role = 'ministry', organization_kind = 'ministry' WHERE id = ?";
    crate::database::execute(&db, sql, vec![account.into()]).await.expect_err("the kind is its organization's");
}

/// How many migrations there are from the one on whose name ends so.
pub fn since(end: &str) -> u32 {
    let all = Migrator::migrations();
    let first = all.iter().position(|migration| migration.name().ends_with(end)).expect("there");
    u32::try_from(all.len() - first).expect("few")
}

#[tokio::test]
async fn holidays_survive_the_way_down_and_up_and_withdrawn_ones_only_up() {
    let place = Place::new().await;
    let db = place.connection().await;
    Migrator::up(&db, None).await.expect("up");
    let insert = "INSERT INTO holiday (day, name) VALUES ('2028-01-01', '元日'), ('2027-07-19', NULL)";
    crate::database::execute(&db, insert, Vec::new()).await.expect("both");
    let nameless = "INSERT INTO holiday (day, name) VALUES ('2028-01-02', '')";
    crate::database::execute(&db, nameless, Vec::new()).await.expect_err("a name has characters");
    Migrator::down(&db, Some(since("_holidays"))).await.expect("down");
    assert_eq!(number(&db, "SELECT count(*) FROM holiday WHERE day = '2028-01-01'").await, 1);
    assert_eq!(number(&db, "SELECT count(*) FROM holiday").await, 1, "the older schema can't say it");
    Migrator::up(&db, None).await.expect("up again");
    assert_eq!(number(&db, "SELECT count(*) FROM holiday WHERE name = '元日'").await, 1);
}
