//! The two roles on PostgreSQL: whoever serves does all that it must, and nothing to what is recorded or to the tables.

use std::collections::BTreeSet;

use api::clock::Clock;
use api::store::{Location, Store, StoreError, migrate_and_grant};
use chrono::Datelike as _;
use migrations::tables::{APPEND_ONLY, ORDINARY};
use migrations::{Migrator, MigratorTrait};
use reqwest::{StatusCode, Url};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, RuntimeErr};
use uuid::Uuid;

use crate::database::{Place, SERVING, as_role, evening, make_role, rows, settle, today};
use crate::harness::TestApp;
use crate::program::{self, Program};
use crate::reports::report;

/// The code of PostgreSQL for what a role may not do.
const LACKS_PRIVILEGE: &str = "42501";

/// A database whose owner is no superuser either, and two roles of a test's own: the owner's, and one to serve.
struct Roles {
    place: Place,
    owner: String,
    serving: String,
    superuser: DatabaseConnection,
}

impl Roles {
    /// None on SQLite, which has no roles.
    async fn new() -> Option<Self> {
        let place = Place::new().await;
        let schema = place.location.schema.clone()?;
        let superuser = place.connection().await;
        let [owner, serving] = ["owns", "serves"].map(|act| format!("{act}_{}", Uuid::now_v7().simple()));
        for role in [&owner, &serving] {
            make_role(&superuser, role, &place.location.url).await;
        }
        superuser.execute_unprepared(&format!("ALTER SCHEMA {schema} OWNER TO {owner}")).await.expect("given away");
        Some(Self { place, owner, serving, superuser })
    }

    fn location(&self, role: &str) -> Location {
        let mut location = self.place.location.clone();
        location.url = as_role(&location.url, role);
        location
    }

    fn url(&self, role: &str) -> String {
        as_role(&self.place.url(), role)
    }

    async fn connection(&self, role: &str) -> DatabaseConnection {
        Place::of(self.location(role)).connection().await
    }

    async fn grant(&self) -> Result<(), StoreError> {
        migrate_and_grant(&self.location(&self.owner), &self.serving).await
    }

    async fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.location(&self.serving), Clock::fixed(evening())).await
    }

    async fn as_superuser(&self, sql: &str) {
        let sql = sql.replace("{owner}", &self.owner).replace("{serving}", &self.serving);
        self.superuser.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The end of a test: roles belong to the whole server.
    async fn forget(self) {
        self.as_superuser("DROP OWNED BY {owner}, {serving} CASCADE").await;
        self.as_superuser("DROP ROLE {owner}, {serving}").await;
    }
}

fn code(error: DbErr) -> String {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = &error else {
        panic!("not of a statement: {error}");
    };
    cause.as_database_error().and_then(|error| error.code()).expect("a code").into_owned()
}

fn why<T>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Unusable(why)) => why,
        Err(other) => panic!("refused for another reason: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

async fn names(db: &DatabaseConnection, sql: &str) -> BTreeSet<String> {
    rows(db, sql).await.iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}

#[tokio::test]
async fn every_table_is_known_by_what_is_done_to_its_rows() {
    let place = Place::new().await;
    let db = place.connection().await;
    Migrator::up(&db, None).await.expect("up");
    let (tables, guarded) = if place.is_postgres() {
        (
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
            "SELECT DISTINCT event_object_table::text FROM information_schema.triggers \
             WHERE trigger_schema = current_schema() AND trigger_name LIKE '%_refuses_%'",
        )
    } else {
        (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_refuses_%'",
        )
    };
    assert_eq!(names(&db, guarded).await, APPEND_ONLY.map(str::to_owned).into());
    let known = APPEND_ONLY.into_iter().chain(ORDINARY).chain(["seaql_migrations"]).map(str::to_owned).collect();
    assert_eq!(names(&db, tables).await, known);
}

#[tokio::test]
async fn whoever_serves_records_and_lacks_the_privilege_to_alter_what_is_recorded() {
    let Some(roles) = Roles::new().await else { return };
    roles.grant().await.expect("granted");
    roles.grant().await.expect("granted again");
    let owner = roles.connection(&roles.owner).await;
    let country = settle(&owner, 1).await;
    let store = roles.open().await.expect("opened");
    assert_eq!(store.overreach().await.expect("asked"), None);
    store.submit_report(country.reporters[0].report(1).ready()).await.expect("stored");

    let db = roles.connection(&roles.serving).await;
    let mut attempts = vec![
        "DELETE FROM seaql_migrations".to_owned(),
        "CREATE TABLE mine (number INTEGER)".to_owned(),
        "ALTER TABLE draft ADD COLUMN mine INTEGER".to_owned(),
        "DROP TRIGGER submission_refuses_change ON submission".to_owned(),
        "TRUNCATE draft".to_owned(),
        format!("SET ROLE {}", roles.owner),
    ];
    for table in APPEND_ONLY {
        let column = format!(
            "SELECT column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position LIMIT 1"
        );
        let column: String = rows(&owner, &column).await[0].try_get_by_index(0).expect("a name");
        attempts.extend([
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
        ]);
    }
    for attempt in attempts {
        let refused = db.execute_unprepared(&attempt).await.expect_err(&attempt);
        assert_eq!(code(refused), LACKS_PRIVILEGE, "{attempt}");
    }
    for table in APPEND_ONLY.iter().chain(&ORDINARY) {
        rows(&db, &format!("SELECT count(*) FROM {table}")).await;
    }
    drop((store, db, owner));
    roles.forget().await;
}

#[tokio::test]
async fn the_server_reports_as_a_role_that_owns_nothing() {
    let app = TestApp::new().await;
    let clinic = app.institution().await;
    clinic.client.submit_report("of-today", &report(today(), [1; 14])).await.expect("accepted");
    assert_eq!(clinic.raw.get("/health/ready").await.status(), StatusCode::OK);
    assert_eq!(app.state.store.overreach().await.expect("asked"), None);
}

#[tokio::test]
async fn grants_are_for_a_role_that_exists_and_could_alter_nothing_otherwise() {
    let Some(roles) = Roles::new().await else {
        let place = Place::new().await;
        let refused = program::run(&place.url(), &["migrate", "--grant-to", "nippo"]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains("SQLite has no roles"), "{said}");
        return;
    };
    let (owner, serving) = (roles.owner.clone(), roles.serving.clone());
    let superuser = Url::parse(&roles.place.location.url).expect("a URL").username().to_owned();
    let to = async |role: &str| why(migrate_and_grant(&roles.location(&owner), role).await);
    let nobody = "nobody\"; DROP SCHEMA public; --";
    assert!(to(nobody).await.starts_with(&format!("there is no role {nobody}")));
    let own = to(&owner).await;
    assert!(own.starts_with(&format!("the role {owner} owns the schema")), "{own}");
    let all = to(&superuser).await;
    assert!(all.starts_with(&format!("the role {superuser} is a superuser")), "{all}");
    // As another than the owner.
    let other = why(migrate_and_grant(&roles.location(&serving), &serving).await);
    assert!(other.contains("doesn't own the tables"), "{other}");

    let [schema] = roles.place.location.schema.as_slice() else { panic!("on PostgreSQL") };
    for (given, told, taken) in [
        (
            "GRANT {owner} TO {serving}".to_owned(),
            "may become {owner}, which owns the schema",
            "REVOKE {owner} FROM {serving}",
        ),
        ("ALTER ROLE {serving} SUPERUSER".to_owned(), "is a superuser", "ALTER ROLE {serving} NOSUPERUSER"),
        (
            "ALTER TABLE draft OWNER TO {serving}".to_owned(),
            "owns the table draft",
            "ALTER TABLE draft OWNER TO {owner}",
        ),
        (
            "GRANT UPDATE (content) ON submission TO PUBLIC".to_owned(),
            "may change or delete rows of submission",
            "REVOKE UPDATE (content) ON submission FROM PUBLIC",
        ),
        (
            "GRANT DELETE ON audit_event TO PUBLIC".to_owned(),
            "may change or delete rows of audit_event",
            "REVOKE DELETE ON audit_event FROM PUBLIC",
        ),
        (
            format!("GRANT CREATE ON SCHEMA {schema} TO PUBLIC"),
            "may create in the schema",
            &format!("REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"),
        ),
    ] {
        roles.as_superuser(&given).await;
        let said = to(&serving).await;
        let told = told.replace("{owner}", &owner);
        assert!(said.starts_with(&format!("the role {serving} {told}")), "{given}: {said}");
        roles.as_superuser(taken).await;
    }
    // Whatever was refused has granted nothing.
    let refused = why(roles.open().await);
    assert!(refused.contains("doesn't find the newest schema"), "{refused}");
    // What was granted by hand is taken away.
    roles.as_superuser("GRANT ALL ON audit_event, seaql_migrations TO {serving}").await;
    roles.as_superuser("GRANT UPDATE (content) ON submission TO {serving}").await;
    roles.grant().await.expect("granted");
    assert_eq!(roles.open().await.expect("opened").overreach().await.expect("asked"), None);
    roles.forget().await;
}

#[tokio::test]
async fn a_role_that_may_not_migrate_is_refused_where_there_is_something_to_migrate() {
    let Some(roles) = Roles::new().await else { return };
    let remedy = format!("; run `nippo migrate --grant-to {}` as the role that owns the tables", roles.serving);
    let refused = format!("the role {} doesn't find the newest schema, and may not migrate{remedy}", roles.serving);
    assert_eq!(why(roles.open().await), refused, "before the first migration");
    roles.grant().await.expect("granted");
    drop(roles.open().await.expect("opened"));

    // As a version later, whose tables were made and not granted.
    roles.as_superuser("REVOKE ALL ON wide_curve FROM {serving}").await;
    let lacking = why(roles.open().await);
    assert!(lacking.contains(" at the table wide_curve") && lacking.ends_with(&remedy), "{lacking}");
    roles.grant().await.expect("granted");
    let newest = "(SELECT max(version) FROM seaql_migrations)";
    roles.as_superuser(&format!("DELETE FROM seaql_migrations WHERE version = {newest}")).await;
    assert_eq!(why(roles.open().await), refused);

    // As of an older version, by either role.
    roles.as_superuser("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99999999_later', 0)").await;
    for role in [&roles.serving, &roles.owner] {
        let outcome = Store::open(&roles.location(role), Clock::fixed(evening())).await;
        assert!(matches!(outcome, Err(StoreError::Database(_))), "{role}: {outcome:?}");
    }
    roles.forget().await;
}

#[tokio::test]
async fn the_program_serves_as_the_role_that_was_granted_and_not_as_the_owner() {
    let Some(roles) = Roles::new().await else { return };
    let (owner, serving) = (roles.url(&roles.owner), roles.url(&roles.serving));
    let said = program::said(program::run(&owner, &["migrate", "--grant-to", &roles.serving]));
    assert_eq!(said, format!("the schema is the newest, and {} may serve it\n", roles.serving));
    for (url, told) in [
        (&owner, format!("the role {} owns the schema", roles.owner)),
        (&roles.place.url(), "is a superuser; whoever serves must not".to_owned()),
    ] {
        let (command, _folder) = Program::as_who_connects(url);
        let said = Program::refused(command);
        assert!(said.contains(&told) && said.contains("run `nippo migrate --grant-to`"), "{said}");
    }
    let (command, _folder) = Program::as_who_connects(&serving);
    let program = Program::start(command);
    let ready = reqwest::get(format!("{}/health/ready", program.address)).await.expect("an answer");
    assert_eq!(ready.status(), StatusCode::OK);
    drop(program);

    // What else whoever runs the machine does, as the role that serves.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("syukujitsu.csv");
    let year = Clock::system().now().year() + 2;
    let text = format!("国民の祝日・休日月日,国民の祝日・休日名称\n{year}/1/1,元日\n{year}/11/23,勤労感謝の日\n");
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("text");
    for arguments in [
        ["create-manager"].as_slice(),
        &["migrate"],
        &["rollup", "rebuild"],
        &["rollup", "check"],
        &["audit", "verify"],
        &["holidays", "import", file],
        &["holidays", "list"],
        &["clock", "accept"],
    ] {
        program::said(program::run(&serving, arguments));
    }
    let refused = program::run(&serving, &["backup", &format!("{file}.db")]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("PostgreSQL is backed up by pg_dump"));
    let refused = program::run(&serving, &["migrate", "--grant-to", SERVING]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("doesn't own the tables"));
    roles.forget().await;
}
