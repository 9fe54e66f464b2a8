//! A database of its own for each test: a SQLite file, or a schema on PostgreSQL where `NIPPO_TEST_POSTGRES` names one.

use api::authorize::{SendReport, authorize};
use api::clock::Clock;
use api::store::{IdempotencyKey, Location, NewReport, Store};
use chrono::{DateTime, Utc};
use reqwest::Url;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement, Value,
};
use shared::age_band::{BandCounts, BandDeltas};
use shared::check::{Sender, check};
use shared::organization::{OrganizationKind, OrganizationRef};
use shared::permission::Target;
use shared::report::{Adjustment, AdjustmentReason, Channel, EnteredBy, ReportRequest, WarningCode};
use shared::{Caller, ReportingDay, Role};
use uuid::Uuid;

/// An empty place for a database, gone when the test ends.
pub struct Place {
    pub location: Location,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    /// A fresh one.
    pub async fn new() -> Self {
        let Some(url) = postgres() else {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let url = format!("sqlite://{}?mode=rwc", folder.path().join("nippo.db").display());
            return Self { location: Location::new(url), _folder: Some(folder) };
        };
        let schema = format!("t_{}", Uuid::now_v7().simple());
        let server = connect(ConnectOptions::new(url.clone())).await;
        server.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.expect("a schema");
        make_role(&server, SERVING, &url).await;
        server.close().await.expect("closed");
        Self { location: Location::new(url).in_schema(schema), _folder: None }
    }

    /// A database that the test made itself.
    pub fn at(url: &str) -> Self {
        Self::of(Location::new(url))
    }

    /// A database that lasts as long as the test sees to.
    pub fn of(location: Location) -> Self {
        Self { location, _folder: None }
    }

    /// The same, for another server; it lasts as long as this one.
    pub fn again(&self) -> Self {
        Self { location: self.location.clone(), _folder: None }
    }

    /// Whether it is on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.location.url.starts_with("postgres")
    }

    /// Its URL, as `NIPPO_DATABASE_URL` names it: with the schema, where it has one.
    pub fn url(&self) -> String {
        let schema = self.location.schema.iter().map(|schema| format!("?options[search_path]={schema}"));
        self.location.url.clone() + &schema.collect::<String>()
    }

    /// The same for whoever serves it, with the newest schema: on PostgreSQL that role owns nothing.
    pub async fn served(&self) -> Location {
        let mut location = self.location.clone();
        if self.is_postgres() {
            make_role(&self.connection().await, SERVING, &location.url).await;
            api::store::migrate_and_grant(&location, SERVING).await.expect("granted");
            location.url = as_role(&location.url, SERVING);
        }
        location
    }

    /// Its file, where it is SQLite's.
    pub fn file(&self) -> Option<&str> {
        self.location.url.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next())
    }

    /// A store on it, with a clock that stands still.
    pub async fn store(&self, clock: &Clock) -> Store {
        Store::open(&self.location, clock.clone()).await.expect("a store")
    }

    /// A connection beside the store's, which may do what the store never does.
    pub async fn connection(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.location.url.clone());
        options.max_connections(1).sqlx_logging(false);
        if let Some(schema) = &self.location.schema {
            options.set_schema_search_path(schema.clone());
        }
        connect(options).await
    }
}

/// The role of PostgreSQL that serves the tests' databases; whoever `NIPPO_TEST_POSTGRES` names owns them.
pub const SERVING: &str = "nippo_serves";

/// Makes a role of the server, unless it is there. It signs in as the URL's own does.
pub async fn make_role(db: &DatabaseConnection, role: &str, url: &str) {
    let password = Url::parse(url).expect("a URL").password().unwrap_or_default().replace('\'', "''");
    let sql = format!(
        "DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{password}'; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    db.execute_unprepared(&sql).await.expect("a role");
}

/// A URL of PostgreSQL, for another role.
pub fn as_role(url: &str, role: &str) -> String {
    let mut url = Url::parse(url).expect("a URL");
    url.set_username(role).expect("it has a host");
    url.into()
}

/// Everything that a database holds: the bytes of SQLite's file and of its log, or the text of each row.
pub async fn stored(place: &Place) -> Vec<u8> {
    match place.file() {
        Some(file) => {
            ["", "-wal"].iter().flat_map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default()).collect()
        }
        None => cells(&place.connection().await).await.into_bytes(),
    }
}

/// Every value of every row of every table, as text; bytes are in hexadecimal.
pub async fn cells(db: &DatabaseConnection) -> String {
    let is_sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let tables = if is_sqlite {
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
    };
    let mut all = String::new();
    for table in texts(db, tables).await {
        let row = if is_sqlite {
            let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
            columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || ',' || ")
        } else {
            "t::text".to_owned()
        };
        for row in texts(db, &format!("SELECT {row} FROM {table} t")).await {
            all.push_str(&row);
            all.push('\n');
        }
    }
    all
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    rows(db, sql).await.iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}

/// The lock of the writers, held by somebody else.
pub struct WriteLock(DatabaseConnection);

impl WriteLock {
    /// Takes it.
    pub async fn take(place: &Place) -> Self {
        let connection = place.connection().await;
        for statement in match connection.get_database_backend() {
            DbBackend::Sqlite => ["PRAGMA busy_timeout = 5000", "BEGIN IMMEDIATE"],
            // The lock that the writer takes first in each of its transactions.
            _ => ["BEGIN", "SELECT pg_advisory_xact_lock(7235, hashtext(current_schema()))"],
        } {
            connection.execute_unprepared(statement).await.expect("locked");
        }
        Self(connection)
    }

    /// Changes something under it, and lets it go.
    pub async fn change(self, sql: &str, values: Vec<Value>) {
        execute(&self.0, sql, values).await.expect("changed");
        self.0.execute_unprepared("COMMIT").await.expect("released");
    }

    /// Lets it go.
    pub async fn release(self) {
        self.0.execute_unprepared("ROLLBACK").await.expect("released");
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
fn postgres() -> Option<String> {
    std::env::var("NIPPO_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one place where tests open connections of their own")]
async fn connect(options: ConnectOptions) -> DatabaseConnection {
    Database::connect(options).await.expect("a connection")
}

/// Runs SQL with `?` for parameters on either engine.
pub async fn execute(db: &DatabaseConnection, sql: &str, values: Vec<Value>) -> Result<u64, sea_orm::DbErr> {
    Ok(db.execute_raw(statement(db, sql, values)).await?.rows_affected())
}

/// Asks with `?` for parameters on either engine.
pub async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(statement(db, sql, Vec::new())).await.expect("rows")
}

/// The number that a question is answered with.
pub async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    rows(db, sql).await[0].try_get_by_index(0).expect("a number")
}

fn statement(db: &DatabaseConnection, sql: &str, values: Vec<Value>) -> Statement {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            let mut parts = sql.split('?');
            let first = parts.next().unwrap_or_default().to_owned();
            (1..).zip(parts).fold(first, |sql, (place, part)| format!("{sql}${place}{part}"))
        }
        _ => sql.to_owned(),
    };
    Statement::from_sql_and_values(backend, sql, values)
}

/// A unit and the account that reports for it.
#[derive(Debug, Clone)]
pub struct Reporter {
    pub unit: OrganizationRef,
    pub account_id: Uuid,
}

/// One prefecture with two health centers and their institutions.
#[derive(Debug, Clone)]
pub struct Country {
    pub reporters: Vec<Reporter>,
}

/// The instant at which tests begin: 18:00 in Japan on 22 November 2026.
pub fn evening() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().expect("an instant")
}

/// The day of [`evening`].
pub fn today() -> ReportingDay {
    "2026-11-22".parse().expect("a day")
}

/// Settles a country.
pub async fn settle(db: &DatabaseConnection, institutions: usize) -> Country {
    let prefecture = organization(db, OrganizationKind::Prefecture, None).await;
    let mut centers = Vec::new();
    for _ in 0..2 {
        centers.push(organization(db, OrganizationKind::HealthCenter, Some(prefecture.id)).await.id);
    }
    let mut reporters = Vec::new();
    for place in 0..institutions {
        let unit = organization(db, OrganizationKind::Institution, Some(centers[place % 2])).await;
        reporters.push(Reporter { account_id: account(db, &unit).await, unit });
    }
    Country { reporters }
}

pub async fn organization(db: &DatabaseConnection, kind: OrganizationKind, parent: Option<Uuid>) -> OrganizationRef {
    let id = Uuid::now_v7();
    let name = format!("{} {}", kind.key(), &id.simple().to_string()[26..]);
    let sql = "INSERT INTO organization (id, kind, name, kana, prefecture_code, address, telephone, active, created_at) \
               VALUES (?, ?, ?, '', ?, '', '', ?, 0)";
    let prefecture = (kind != OrganizationKind::Ministry).then_some("13");
    let values = vec![id.into(), kind.key().into(), name.clone().into(), prefecture.into(), true.into()];
    execute(db, sql, values).await.expect("an organization");
    if let Some(parent) = parent {
        let first: ReportingDay = "2022-09-26".parse().expect("a day");
        let sql = "INSERT INTO organization_parent (child_id, valid_from, parent_id) VALUES (?, ?, ?)";
        execute(db, sql, vec![id.into(), first.0.into(), parent.into()]).await.expect("a parent");
    }
    OrganizationRef { id, kind, name }
}

async fn account(db: &DatabaseConnection, of: &OrganizationRef) -> Uuid {
    let id = Uuid::now_v7();
    let sql = "INSERT INTO account (id, login_id, organization_id, organization_kind, role, is_manager, display_name, \
               password_phc, must_change_password, created_at) VALUES (?, ?, ?, ?, 'institution', ?, ?, '', ?, 0)";
    let values = vec![
        id.into(),
        id.to_string().into(),
        of.id.into(),
        of.kind.key().into(),
        false.into(),
        "医事課".into(),
        false.into(),
    ];
    execute(db, sql, values).await.expect("an account");
    id
}

/// A report that a test is about to send.
#[derive(Debug, Clone)]
pub struct Draft {
    reporter: Reporter,
    pub request: ReportRequest,
    pub arrived_at: DateTime<Utc>,
    pub key: Option<(&'static str, u8)>,
}

impl Reporter {
    /// Who reports.
    pub fn caller(&self) -> Caller {
        Caller {
            account_id: self.account_id,
            role: Role::Institution,
            is_manager: false,
            organization_id: self.unit.id,
            organization_kind: self.unit.kind,
            client: None,
        }
    }

    /// A report of today's, all bands with the same count, all warnings confirmed.
    pub fn report(&self, each: u32) -> Draft {
        let request = ReportRequest {
            unit_id: None,
            entry_day: today(),
            counts: BandCounts::new([each; 14]).expect("in range"),
            total: None,
            adjustments: Vec::new(),
            channel: None,
            acknowledged_warnings: WarningCode::ALL.to_vec(),
        };
        Draft { reporter: self.clone(), request, arrived_at: evening(), key: None }
    }
}

impl Draft {
    /// Files it on another day, in its evening.
    pub fn on(mut self, day: ReportingDay) -> Self {
        self.request.entry_day = day;
        self.arrived_at = day.start() + chrono::TimeDelta::hours(18);
        self
    }

    /// Changes an earlier day.
    pub fn adjusting(mut self, day: ReportingDay, each: i32) -> Self {
        self.request.adjustments.push(adjustment(day, each));
        self
    }

    /// Sends it with a key; the digest stands for the request.
    pub fn keyed(mut self, key: &'static str, digest: u8) -> Self {
        self.key = Some((key, digest));
        self
    }

    /// Authorized and checked.
    pub fn ready(&self) -> NewReport {
        let caller = self.reporter.caller();
        let account_id = caller.account_id;
        let of_key =
            |(key, digest): (&str, u8)| IdempotencyKey { account_id, key: key.into(), request_hash: [digest; 32] };
        NewReport {
            id: None,
            allowed: authorize(&caller, SendReport, &Target::own(&caller)).expect("allowed"),
            checked: check(&self.request, self.request.entry_day, Sender::Unit).expect("no rule is broken"),
            channel: Channel::Web,
            entered_by: EnteredBy { name: "医事課".into(), organization: self.reporter.unit.clone() },
            ip: None,
            arrived_at: self.arrived_at,
            late_until: None,
            idempotency: self.key.map(of_key),
        }
    }
}

/// A change of all bands of an earlier day by the same delta.
fn adjustment(target_day: ReportingDay, each: i32) -> Adjustment {
    Adjustment {
        target_day,
        reason: AdjustmentReason::FoundLate,
        note: None,
        deltas: BandDeltas::new([each; 14]).expect("in range"),
    }
}
