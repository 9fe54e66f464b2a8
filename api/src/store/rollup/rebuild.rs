//! The rollup held against the ledger, and made anew from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, StreamTrait};
use shared::ReportingDay;
use shared::age_band::AgeBand;
use shared::audit::{AuditAction, AuditOutcome};
use shared::summary::{Level, Series};
use uuid::Uuid;

use super::curve::{self, CurveKey, OF_DAYS, Totals};
use super::wide::{self, Span, WideKey};
use super::{Figures, Key, store};
use crate::entity::bands;
use crate::store::audit::Event;
use crate::store::batch::Batch;
use crate::store::coverage::{counted, schedule};
use crate::store::ledger::{Sums, UnitDay};
use crate::store::{Store, StoreError, Write, WriteContext, connection};

const LEDGER: &str = "SELECT * FROM ledger_entry ORDER BY recorded_at, line";
const REPLACED: &str =
    "SELECT DISTINCT unit_id, entry_day FROM ledger_entry WHERE kind = 'replacement' AND reason IS NULL";
const ROLLUP: &str = "SELECT * FROM daily_rollup";
const WIDE: &str = "SELECT * FROM wide_rollup";
const CURVES: &str = "SELECT * FROM wide_curve";
const CODES: &str = "SELECT id, prefecture_code FROM organization WHERE prefecture_code IS NOT NULL";
const FORGET: [&str; 3] = ["DELETE FROM daily_rollup", "DELETE FROM wide_rollup", "DELETE FROM wide_curve"];

/// A row of sums that doesn't hold what the ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A row of an area.
    Area {
        /// Which row.
        key: Key,
        /// What the ledger says.
        ledger: Figures,
        /// What the rollup holds.
        rollup: Figures,
    },
    /// How the units of an area stand on a day, of which something else is counted.
    Coverage {
        /// The area.
        area_id: Uuid,
        /// A day that differs; none where it is who is scheduled.
        day: Option<ReportingDay>,
    },
    /// A row of a prefecture or the nation.
    Wide {
        /// Which row.
        key: WideKey,
        /// What the ledger says.
        ledger: Sums,
        /// What the rollup holds.
        rollup: Sums,
    },
    /// The totals of a prefecture's month, a day each.
    Curve {
        /// Which row.
        key: CurveKey,
    },
}

/// Compares the rollups with the ledger, all as of one instant; every row that differs.
///
/// # Errors
/// When the database can't be read.
pub async fn check(store: &Store) -> Result<Vec<Difference>, StoreError> {
    let snapshot = store.snapshot().await?;
    let ledger = from_ledger(&snapshot).await?;
    let codes = codes(&snapshot).await?;
    let sums = wide::of_areas(&ledger, |key| code(&codes, key));
    let curves = differences(&curve::of_sums(&sums), &from_curves(&snapshot).await?);
    let wide = differences(&sums, &from_wide(&snapshot).await?);
    let by_area = differences(&ledger, &from_rollup(&snapshot).await?);
    let of_areas = by_area.into_iter().map(|(key, ledger, rollup)| Difference::Area { key, ledger, rollup });
    let of_nation = wide.into_iter().map(|(key, ledger, rollup)| Difference::Wide { key, ledger, rollup });
    let of_curves = curves.into_iter().map(|(key, ..)| Difference::Curve { key });
    let mut found: Vec<Difference> = of_areas.chain(of_nation).chain(of_curves).collect();
    let void = schedule::void(&snapshot).await?;
    for area_id in areas(&snapshot).await?.into_iter().filter(|area| !void.contains(area)) {
        found.extend(uncovered(&snapshot, area_id).await?);
    }
    Ok(found)
}

/// The organizations that are areas of units.
async fn areas(db: &DatabaseTransaction) -> Result<Vec<Uuid>, StoreError> {
    const AREAS: &str = "SELECT id FROM organization WHERE kind IN ('prefecture', 'health_center') ORDER BY id";
    let question = Statement::from_string(ConnectionTrait::get_database_backend(db), AREAS);
    db.query_all_raw(question).await?.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// What is counted of an area's units and isn't so.
async fn uncovered(db: &DatabaseTransaction, area_id: Uuid) -> Result<Vec<Difference>, StoreError> {
    let counted = schedule::of_area(db, area_id).await?;
    let days = differences(&counted.0, &counted::stored(db, area_id).await?.0);
    let mut found: Vec<Difference> =
        days.into_iter().map(|(key, ..)| Difference::Coverage { area_id, day: Some(key.day) }).collect();
    if schedule::steps(db, &[area_id]).await? != schedule::stored(db, area_id).await? {
        found.push(Difference::Coverage { area_id, day: None });
    }
    Ok(found)
}

/// The keys under which two maps hold different values; what isn't there is a default.
fn differences<K: Ord + Clone, V: Default + Copy + PartialEq>(
    ledger: &BTreeMap<K, V>,
    rollup: &BTreeMap<K, V>,
) -> Vec<(K, V, V)> {
    let keys: BTreeSet<&K> = ledger.keys().chain(rollup.keys()).collect();
    let of = |figures: &BTreeMap<K, V>, key| figures.get(key).copied().unwrap_or_default();
    let both = keys.into_iter().map(|key| (key.clone(), of(ledger, key), of(rollup, key)));
    both.filter(|(_, ledger, rollup)| ledger != rollup).collect()
}

/// The prefecture of every organization that has one.
async fn codes(db: &DatabaseTransaction) -> Result<HashMap<Uuid, String>, StoreError> {
    let question = Statement::from_string(ConnectionTrait::get_database_backend(db), CODES);
    let rows = db.query_all_raw(question).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "prefecture_code")?))).collect()
}

fn code<'c>(codes: &'c HashMap<Uuid, String>, key: &Key) -> &'c str {
    codes.get(&key.area_id).map_or("", String::as_str)
}

async fn from_wide(db: &DatabaseTransaction) -> Result<BTreeMap<WideKey, Sums>, StoreError> {
    let mut sums = BTreeMap::new();
    let mut rows = db.stream_raw(Statement::from_string(ConnectionTrait::get_database_backend(db), WIDE)).await?;
    while let Some(row) = rows.try_next().await? {
        let span: String = row.try_get("", "span")?;
        let damaged = || StoreError::Damaged(format!("a sum of a {span}"));
        let key = WideKey {
            level: if row.try_get::<String>("", "level")? == "nation" { Level::Nation } else { Level::Prefecture },
            span: Span::ALL.into_iter().find(|known| known.key() == span).ok_or_else(damaged)?,
            series: series(&row)?,
            day: ReportingDay(row.try_get("", "day")?),
            place: row.try_get("", "place")?,
            follow_up: row.try_get("", "follow_up")?,
        };
        sums.insert(key, bands::read(&row)?);
    }
    Ok(sums)
}

async fn from_curves(db: &DatabaseTransaction) -> Result<BTreeMap<CurveKey, Totals>, StoreError> {
    let question = Statement::from_string(ConnectionTrait::get_database_backend(db), CURVES);
    let mut curves = BTreeMap::new();
    for row in db.query_all_raw(question).await? {
        let mut totals = [0; curve::DAYS];
        for (total, column) in totals.iter_mut().zip(OF_DAYS) {
            *total = row.try_get("", column)?;
        }
        let (series, month) = (series(&row)?, ReportingDay(row.try_get("", "month")?));
        curves.insert(CurveKey { series, month, place: row.try_get("", "place")? }, totals);
    }
    Ok(curves)
}

fn series(row: &QueryResult) -> Result<Series, StoreError> {
    let key: String = row.try_get("", "series")?;
    let series = Series::ALL.into_iter().find(|known| known.key() == key);
    series.ok_or_else(|| StoreError::Damaged(format!("a series {key}")))
}

/// Makes the rollup anew from the ledger.
///
/// # Errors
/// When the database can't be written.
pub async fn rebuild(store: &Store) -> Result<(), StoreError> {
    store.write(Rebuild).await
}

/// Counts anew the units of areas of which what is counted holds no longer, since the register was changed past this
/// program; how many areas these were.
///
/// # Errors
/// When the database can't be written.
pub async fn count_void(store: &Store) -> Result<usize, StoreError> {
    let mut done = 0;
    while store.write(CountVoid).await? {
        done += 1;
    }
    Ok(done)
}

/// Counts one area anew, so that nobody waits long behind it; whether there was one.
struct CountVoid;

impl Write for CountVoid {
    type Output = bool;

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<bool, StoreError> {
        let Some(area) = schedule::void(context.db()).await?.pop_first() else { return Ok(false) };
        connection::without_timeout(context.db()).await?;
        schedule::recount(context.db(), &[area]).await?;
        Ok(true)
    }
}

/// How many rows are written at once.
const AT_ONCE: usize = 64;

struct Rebuild;

impl Write for Rebuild {
    type Output = ();

    async fn run(&self, context: &mut WriteContext<'_>) -> Result<(), StoreError> {
        connection::without_timeout(context.db()).await?;
        let rows = from_ledger(context.db()).await?;
        for forget in FORGET {
            context.db().execute_unprepared(forget).await?;
        }
        let codes = codes(context.db()).await?;
        let mut wide = wide::of_areas(&rows, |key| code(&codes, key)).into_iter().peekable();
        while wide.peek().is_some() {
            let mut batch = Batch::new(ConnectionTrait::get_database_backend(context.db()));
            wide::store(&mut batch, wide.by_ref().take(AT_ONCE).collect())?;
            batch.run(context.db()).await?;
        }
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut batch = Batch::new(ConnectionTrait::get_database_backend(context.db()));
            store(&mut batch, rows.by_ref().take(AT_ONCE))?;
            batch.run(context.db()).await?;
        }
        schedule::recount(context.db(), &areas(context.db()).await?).await?;
        context.audit(&Event {
            actor: None,
            action: AuditAction::RebuildRollup,
            object: None,
            outcome: AuditOutcome::Ok,
            ip: None,
            detail: serde_json::json!({}),
        })?;
        Ok(())
    }
}

async fn from_ledger(db: &DatabaseTransaction) -> Result<BTreeMap<Key, Figures>, StoreError> {
    let mut figures = BTreeMap::<Key, Figures>::new();
    let mut replaced = Replaced::find(db).await?;
    let mut rows = db.stream_raw(Statement::from_string(ConnectionTrait::get_database_backend(db), LEDGER)).await?;
    while let Some(row) = rows.try_next().await? {
        let numbers: [i32; AgeBand::COUNT] = bands::read(&row)?;
        let is_report = row.try_get::<String>("", "kind")? == "report";
        let zero_reports = replaced.zero_reports(&row, is_report, &numbers)?;
        for (series, area, day) in [
            (Series::AsEntered, "entry_day_area_id", "entry_day"),
            (Series::ByTargetDay, "target_day_area_id", "target_day"),
        ] {
            let of_row = figures.entry(key(&row, area, series, day)?).or_default();
            of_row.add(&numbers);
            of_row.reports += i64::from(is_report);
            of_row.zero_reports += zero_reports;
        }
    }
    Ok(figures)
}

/// What stands of the reports that were replaced: a report counts as zero by its newest revision.
struct Replaced(HashMap<UnitDay, [i32; AgeBand::COUNT]>);

impl Replaced {
    async fn find(db: &DatabaseTransaction) -> Result<Self, StoreError> {
        let question = Statement::from_string(ConnectionTrait::get_database_backend(db), REPLACED);
        let rows = db.query_all_raw(question).await?;
        rows.iter().map(|row| Ok((unit_day(row)?, [0; AgeBand::COUNT]))).collect::<Result<_, _>>().map(Self)
    }

    /// By how much an entry changes the number of zero reports.
    fn zero_reports(
        &mut self,
        row: &QueryResult,
        is_report: bool,
        numbers: &[i32; AgeBand::COUNT],
    ) -> Result<i64, StoreError> {
        const ZERO: [i32; AgeBand::COUNT] = [0; AgeBand::COUNT];
        let of_counts = is_report || row.try_get::<Option<String>>("", "reason")?.is_none();
        match self.0.get_mut(&unit_day(row)?).filter(|_| of_counts) {
            Some(stands) => {
                let before = !is_report && *stands == ZERO;
                for (sum, number) in stands.iter_mut().zip(numbers) {
                    *sum += number;
                }
                Ok(i64::from(*stands == ZERO) - i64::from(before))
            }
            None => Ok(i64::from(is_report && *numbers == ZERO)),
        }
    }
}

fn unit_day(row: &QueryResult) -> Result<UnitDay, StoreError> {
    Ok((row.try_get("", "unit_id")?, ReportingDay(row.try_get("", "entry_day")?)))
}

async fn from_rollup(db: &DatabaseTransaction) -> Result<BTreeMap<Key, Figures>, StoreError> {
    let mut figures = BTreeMap::new();
    let mut rows = db.stream_raw(Statement::from_string(ConnectionTrait::get_database_backend(db), ROLLUP)).await?;
    while let Some(row) = rows.try_next().await? {
        let of_row = Figures {
            sums: bands::read(&row)?,
            reports: row.try_get("", "reports")?,
            zero_reports: row.try_get("", "zero_reports")?,
        };
        figures.insert(key(&row, "area_id", series(&row)?, "day")?, of_row);
    }
    Ok(figures)
}

fn key(row: &QueryResult, area: &str, series: Series, day: &str) -> Result<Key, StoreError> {
    let area_id: Uuid = row.try_get("", area)?;
    Ok(Key { area_id, unit_kind: row.try_get("", "unit_kind")?, series, day: ReportingDay(row.try_get("", day)?) })
}
