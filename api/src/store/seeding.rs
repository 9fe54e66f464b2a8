//! Days written in bulk, as the country for measuring has them: a day is one transaction and leaves one event, over all
//! that was said on it. What is stored is what the writer would have stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde::{Deserialize, Serialize};
use shared::ReportingDay;
use shared::age_band::BandCounts;
use shared::audit::{AuditAction, AuditOutcome};
use shared::day_statement::StatementKind;
use shared::history::DayFacts;
use shared::organization::OrganizationKind;
use shared::report::{Adjustment, Channel};
use shared::reporting_day::Profile;
use uuid::Uuid;

use super::audit::{Event, Link};
use super::batch::{Batch, Insert};
use super::coverage::counted::Counted;
use super::entering::Entered;
use super::ledger::{Common, ENTRIES};
use super::profile::{self, PROFILES};
use super::submission::{Content, SUBMISSIONS};
use super::unit::Area;
use super::writer::{COUNTERS, content_digest, id_at, json, receipt_number};
use super::{Store, StoreError, Write, WriteContext};
use crate::entity::Micros;
use crate::entity::words::StatementWord;

/// A unit that reports.
#[derive(Debug, Clone)]
pub struct SeededUnit {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: OrganizationKind,
    /// In whose row of a table it stands.
    pub area: Uuid,
    /// Its prefecture, which is its area's too.
    pub prefecture_code: String,
    /// The account by which it reports.
    pub account: Uuid,
}

/// By whom, how and when something was said.
#[derive(Debug, Clone, Copy)]
pub struct Saying {
    /// The place of the unit among all.
    pub unit: usize,
    /// The account that entered it.
    pub account: Uuid,
    /// Whether that is the center's.
    pub by_proxy: bool,
    /// Through what it came.
    pub channel: Channel,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the unit was expected to say something.
    pub scheduled: bool,
}

/// A report.
#[derive(Debug, Clone)]
pub struct SeededReport {
    /// By whom, how and when.
    pub said: Saying,
    /// The numbers.
    pub counts: BandCounts,
    /// Changes to earlier days.
    pub adjustments: Vec<Adjustment>,
}

/// Everything that was said on a day, in the order of time, all of it before the day's last second.
#[derive(Debug, Clone)]
pub struct SeededDay {
    /// The day.
    pub day: ReportingDay,
    /// All units.
    pub units: Arc<Vec<SeededUnit>>,
    /// The reports.
    pub reports: Vec<SeededReport>,
    /// What was stated of the day, by units that don't report.
    pub statements: Vec<(Saying, StatementKind)>,
}

/// What the event of a day says: enough to see that what is stored is what was written then.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Detail {
    pub(super) day: ReportingDay,
    pub(super) reports: u64,
    pub(super) statements: u64,
    pub(super) content_sha256: String,
}

/// The digest over the submissions of a day, in their order.
pub(super) struct DayDigest {
    context: Context,
    /// How many there are.
    pub(super) submissions: u64,
}

impl DayDigest {
    pub(super) fn new() -> Self {
        Self { context: Context::new(&SHA256), submissions: 0 }
    }

    /// Adds a submission.
    pub(super) fn add(&mut self, id: Uuid, receipt: &str, content_sha256: &str) {
        self.submissions += 1;
        self.context.update(format!("{id} {receipt} {content_sha256}\n").as_bytes());
    }

    pub(super) fn finish(self) -> String {
        HEXLOWER.encode(self.context.finish().as_ref())
    }
}

impl Store {
    /// Writes a day.
    ///
    /// # Errors
    /// What the database says.
    pub async fn seed_day(&self, day: SeededDay) -> Result<(), StoreError> {
        self.write(day).await
    }

    /// Writes what is usual for each unit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn seed_profiles(&self, profiles: Vec<(Uuid, Profile)>) -> Result<(), StoreError> {
        self.write(Profiles(profiles)).await
    }

    /// Lets PostgreSQL count what it plans by, after so much was written. SQLite plans without, here as elsewhere.
    ///
    /// # Errors
    /// What the database says.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        self.write(Analyze).await
    }
}

/// A report that has its id, instant and number.
struct Accepted<'a> {
    report: &'a SeededReport,
    unit: &'a SeededUnit,
    id: Uuid,
    recorded_at: DateTime<Utc>,
    number: String,
    content: String,
}

impl Write for SeededDay {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let mut counters = BTreeMap::<&str, i32>::new();
        let accepted = self.accept(&mut counters)?;
        let mut digest = DayDigest::new();
        for one in &accepted {
            digest.add(one.id, &one.number, &content_digest(&one.content));
        }
        let detail = Detail {
            day: self.day,
            reports: digest.submissions,
            statements: self.statements.len() as u64,
            content_sha256: digest.finish(),
        };
        let event = Event {
            actor: None,
            action: AuditAction::SeedDay,
            object: None,
            outcome: AuditOutcome::Ok,
            ip: None,
            detail,
        };
        let link = context.audit(&event)?;
        let mut entered = Entered::default();
        for one in &accepted {
            self.enter(one, &mut entered);
        }
        let submissions = accepted.into_iter().flat_map(|one| self.row(one, &link)).collect();
        insert(context, &SUBMISSIONS, submissions).await?;
        insert(context, &ENTRIES, entered.entries.into_values()).await?;
        let counters = counters.into_iter().flat_map(|(code, last)| [self.day.0.into(), code.into(), last.into()]);
        insert(context, &COUNTERS, counters.collect()).await?;
        insert(context, &STATEMENTS, self.statement_rows()).await?;
        let mut batch = Batch::new(backend(context));
        entered.raises.store(&mut batch)?;
        self.counted().store(&mut batch)?;
        batch.run(context.db()).await
    }
}

impl SeededDay {
    /// Gives each report its id, its number and an instant of its own.
    fn accept<'a>(&'a self, counters: &mut BTreeMap<&'a str, i32>) -> Result<Vec<Accepted<'a>>, StoreError> {
        let mut last = DateTime::UNIX_EPOCH;
        let mut accepted = Vec::with_capacity(self.reports.len());
        for report in &self.reports {
            let unit = self.unit(&report.said)?;
            last = report.said.at.max(last + TimeDelta::microseconds(1));
            let counter = counters.entry(&unit.prefecture_code).or_default();
            *counter += 1;
            let number = receipt_number(self.day, &unit.prefecture_code, *counter)?;
            let content =
                json(&Content { counts: report.counts, adjustments: report.adjustments.clone(), correction: None })?;
            accepted.push(Accepted { report, unit, id: id_at(last), recorded_at: last, number, content });
        }
        Ok(accepted)
    }

    /// How the units stand that said something.
    fn counted(&self) -> Counted {
        let reports = self.reports.iter().map(|report| (report.said, Some(report.counts), None));
        let statements = self.statements.iter().map(|(said, kind)| (*said, None, Some((*kind, said.at))));
        let mut counted = Counted::default();
        for (said, report, statement) in reports.chain(statements) {
            let unit = self.units.get(said.unit).filter(|unit| unit.kind != OrganizationKind::HealthCenter);
            let facts = DayFacts { scheduled: said.scheduled, report, statement, supplemented: false };
            unit.into_iter().for_each(|unit| counted.add((unit.area, unit.kind), self.day, &facts, 1));
        }
        counted
    }

    fn unit(&self, said: &Saying) -> Result<&SeededUnit, StoreError> {
        self.units.get(said.unit).ok_or_else(|| StoreError::Damaged(format!("no unit {}", said.unit)))
    }

    fn enter(&self, one: &Accepted<'_>, entered: &mut Entered) {
        let unit = one.unit;
        let common = Common {
            recorded_at: one.recorded_at.into(),
            submission_id: one.id,
            unit_id: unit.id,
            unit_kind: unit.kind.into(),
            entry_day: self.day,
            entry_day_area: unit.area,
        };
        let area = Area { id: unit.area, prefecture_code: unit.prefecture_code.clone() };
        entered.report(&common, |_| &area, &one.report.counts, &one.report.adjustments);
    }

    fn row(&self, one: Accepted<'_>, link: &Link) -> [Value; 15] {
        let said = one.report.said;
        [
            one.id.into(),
            one.unit.id.into(),
            self.day.0.into(),
            "report".into(),
            1.into(),
            one.content.into(),
            said.channel.key().into(),
            said.account.into(),
            said.by_proxy.into(),
            Micros::from(said.at).into(),
            Micros::from(one.recorded_at).into(),
            one.number.into(),
            "[]".into(),
            link.seq.into(),
            link.short().into(),
        ]
    }

    fn statement_rows(&self) -> Vec<Value> {
        let rows = self.statements.iter().filter_map(|(said, kind)| Some((self.units.get(said.unit)?, said, kind)));
        let values = rows.flat_map(|(unit, said, kind)| -> [Value; 8] {
            [
                id_at(said.at).into(),
                unit.id.into(),
                self.day.0.into(),
                StatementWord::from(*kind).into(),
                said.channel.key().into(),
                said.account.into(),
                said.by_proxy.into(),
                Micros::from(said.at).into(),
            ]
        });
        values.collect()
    }
}

const STATEMENTS: Insert = Insert {
    table: "day_statement",
    columns: &["id", "unit_id", "day", "kind", "channel", "stated_by", "by_proxy", "stated_at"],
    conflict: "",
};

struct Profiles(Vec<(Uuid, Profile)>);

impl Write for Profiles {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(2 * self.0.len());
        for (id, profile) in &self.0 {
            values.extend([Value::from(*id), profile::compact(profile)?.into()]);
        }
        insert(context, &PROFILES, values).await
    }
}

struct Analyze;

/// The database may hold other schemas, whose tables are none of ours.
const OWN_TABLES: &str = "SELECT string_agg(quote_ident(relname), ', ') AS tables FROM pg_class \
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace";

impl Write for Analyze {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        if backend(context) == DbBackend::Sqlite {
            return Ok(());
        }
        super::connection::without_timeout(context.db()).await?;
        let own = Statement::from_string(backend(context), OWN_TABLES);
        let Some(own) = context.db().query_one_raw(own).await? else { return Ok(()) };
        let tables: String = own.try_get("", "tables")?;
        Ok(context.db().execute_unprepared(&format!("ANALYZE {tables}")).await.map(|_| ())?)
    }
}

fn backend(context: &WriteContext<'_>) -> DbBackend {
    ConnectionTrait::get_database_backend(context.db())
}

/// Inserts many rows, in statements that all have the same text.
async fn insert(context: &WriteContext<'_>, into: &Insert, values: Vec<Value>) -> Result<(), StoreError> {
    let rows = if backend(context) == DbBackend::Sqlite { Batch::LARGEST } else { 4_000 };
    let mut values = values.into_iter();
    loop {
        let some: Vec<Value> = values.by_ref().take(rows * into.columns.len()).collect();
        if some.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new(backend(context));
        batch.insert(into, some)?;
        batch.run(context.db()).await?;
    }
}
