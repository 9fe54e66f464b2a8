//! Who reads and who reports: sessions of accounts that the country has.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use api::auth::session::new_id;
use api::clock::Clock;
use api::store::ceremony::{Shown, SignIn};
use api::store::session::{NewSession, SessionPlace};
use api::store::{Location, Store};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use shared::account::NextStep;
use shared::organization::OrganizationKind;
use shared::{Caller, Role, reporting_day};

use crate::Failure;
use crate::measures::REPORTS;

/// The cookies of some accounts.
#[derive(Debug)]
pub(crate) struct Country {
    pub(crate) ministry: String,
    /// Of health centers, the largest first.
    pub(crate) centers: Vec<String>,
    /// Of units that haven't reported today.
    pub(crate) units: Vec<String>,
}

const MINISTRY: &str = "SELECT id, organization_id, is_manager FROM account WHERE role = 'ministry' LIMIT 1";
const CENTERS: &str = "SELECT a.id, a.organization_id, a.is_manager FROM account a JOIN (\
    SELECT parent_id, COUNT(*) AS units FROM organization_parent GROUP BY parent_id) c ON c.parent_id = a.organization_id \
    WHERE a.role = 'health_center' AND NOT a.is_manager ORDER BY c.units DESC";

impl Country {
    /// As many units as report within so long.
    pub(crate) async fn of(url: &str, measured: Duration) -> Result<Self, Failure> {
        let store = Store::open(&Location::new(url), Clock::system()).await?;
        let db = connection(url).await?;
        let many = measured.as_secs() * u64::from(REPORTS) + 200;
        let today = reporting_day(store.clock().now());
        let units = format!(
            "SELECT a.id, a.organization_id, a.is_manager FROM account a WHERE a.organization_kind = 'institution' \
             AND NOT a.is_manager AND NOT a.must_change_password AND NOT EXISTS (SELECT 1 FROM submission s \
             WHERE s.unit_id = a.organization_id AND s.entry_day = '{today}') ORDER BY a.login_id DESC LIMIT {many}"
        );
        let ministry = signed_in(&store, &db, MINISTRY, OrganizationKind::Ministry).await?.pop();
        let centers = signed_in(&store, &db, CENTERS, OrganizationKind::HealthCenter).await?;
        let units = signed_in(&store, &db, &units, OrganizationKind::Institution).await?;
        db.close().await?;
        Ok(Self { ministry: ministry.ok_or("there is no ministry")?, centers, units })
    }
}

async fn signed_in(
    store: &Store,
    db: &DatabaseConnection,
    question: &str,
    kind: OrganizationKind,
) -> Result<Vec<String>, Failure> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await?;
    let mut cookies = Vec::with_capacity(rows.len());
    for some in rows.chunks(256) {
        let each = some.iter().map(async |row| {
            let now = store.clock().now();
            let (cookie, hash) = new_id()?;
            let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let place = SessionPlace { address: ip, user_agent: String::new() };
            let ends_at = now + TimeDelta::hours(8);
            let session = NewSession { hash, next: NextStep::Done, begins_at: now, ends_at, factor_at: None, place };
            let (caller, shown) = (caller(row, kind)?, Shown::Password(None));
            let sign_in = SignIn { caller, ip, shown, session, replaces: None, rehashed: None };
            let is_in = store.sign_in(sign_in).await?;
            if is_in { Ok::<_, Failure>(cookie) } else { Err("an account has a password of its own".into()) }
        });
        cookies.extend(futures_util::future::try_join_all(each).await?);
    }
    Ok(cookies)
}

fn caller(row: &QueryResult, kind: OrganizationKind) -> Result<Caller, Failure> {
    Ok(Caller {
        account_id: row.try_get("", "id")?,
        role: Role::of(kind),
        is_manager: row.try_get("", "is_manager")?,
        organization_id: row.try_get("", "organization_id")?,
        organization_kind: kind,
        client: None,
    })
}

/// How many bytes a database has.
pub(crate) async fn size(url: &str) -> Result<u64, Failure> {
    if let Some(file) = url.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next()) {
        let of = |end: &str| std::fs::metadata(format!("{file}{end}")).map_or(0, |found| found.len());
        return Ok(of("") + of("-wal"));
    }
    const TABLES: &str = "SELECT SUM(pg_total_relation_size(oid))::bigint AS size FROM pg_class \
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace";
    let db = connection(url).await?;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), TABLES)).await?;
    db.close().await?;
    Ok(row.ok_or("no size")?.try_get::<i64>("", "size")?.unsigned_abs())
}

/// A schema of its own, as a URL names it.
pub(crate) async fn new_schema(url: &str) -> Result<String, Failure> {
    let schema = format!("nation_{}", std::process::id());
    let db = connection(url).await?;
    db.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await?;
    db.close().await?;
    Ok(format!("{url}?options[search_path]={schema}"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a connection beside the store's, which may do what the store never does"
)]
async fn connection(url: &str) -> Result<DatabaseConnection, Failure> {
    Ok(sea_orm::Database::connect(url).await?)
}
